"""Files of messages: by address and by upload, who may read them, and what the scanner says."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.sandbox.clients import Caller, Webex
from tests.sandbox.test_messages import DESK

CONTENT = b"x,y\xff\x00"


class _Shelf(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"a,b")

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def shelf() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shelf)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def content(sent: dict[str, list[str]]) -> str:
    return sent["files"][0].partition("/v1/")[2]


def upload(caller: Caller, name: str) -> str:
    form = {"toPersonEmail": "employee@example.com", "text": "a file"}
    answer = caller.call("POST", "messages", data=form, files={"files": (name, CONTENT, "text/csv")})
    return content(answer.json())


def test_a_file_is_fetched_by_its_address(webex: Webex, shelf: str) -> None:
    employee, bot = webex.caller("employee"), webex.caller("bot")
    sent = employee.post("messages", toPersonEmail=DESK, files=[f"{shelf}/reports/last%20year.csv"])
    answer = bot.call("GET", content(sent))
    assert (answer.content, answer.headers["Content-Type"]) == (b"a,b", "text/csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="last year.csv"'
    head = bot.call("HEAD", content(sent))
    assert (head.content, head.headers["Content-Length"]) == (b"", "3")
    assert head.headers["Content-Disposition"] == answer.headers["Content-Disposition"]
    assert webex.caller("manager").status("GET", content(sent)) == 404


def test_the_sandbox_can_fetch_from_itself(webex: Webex) -> None:
    """Its own door must not be shut while it waits for the file."""
    answer = webex.caller("employee").call(
        "POST", "messages", json={"toPersonEmail": DESK, "files": [f"{webex.url}/control/clock"]}
    )
    assert answer.status_code == 200
    own = {"toPersonEmail": DESK, "files": [f"{webex.url}/v1/people/me"]}
    answer = webex.caller("employee").call("POST", "messages", json=own)
    assert (answer.status_code, answer.json()["message"]) == (400, "files: the address answered 401")


@pytest.mark.parametrize(
    "files",
    [
        ["https://example.com/x.csv"],
        ["ftp://127.0.0.1/x"],
        ["nonsense"],
        ["http://[::1"],
        ["http://127.0.0.1:9/closed"],
        ["{shelf}/away"],
        ["{shelf}/one", "{shelf}/two"],
        [7],
        {"a": 1},
    ],
)
def test_other_addresses_are_refused(webex: Webex, shelf: str, files: list[str]) -> None:
    given = [one.replace("{shelf}", shelf) if isinstance(one, str) else one for one in files]
    body = {"toPersonEmail": DESK, "text": "x", "files": given if isinstance(files, list) else files}
    assert webex.caller("employee").status("POST", "messages", body) == 400
    assert webex.snapshot()["messages"] == []


def test_a_file_is_scanned_for_a_while(webex: Webex) -> None:
    path = upload(webex.caller("bot"), "scanning.csv")
    answer = webex.caller("employee").call("GET", path)
    assert (answer.status_code, 0 < int(answer.headers["Retry-After"]) <= 30) == (423, True)
    webex.control("POST", "clock", {"advance": 31})
    assert webex.caller("employee").call("GET", path).content == CONTENT


def test_an_infected_file_is_gone_and_an_unscannable_one_wants_a_word(webex: Webex) -> None:
    bot = webex.caller("bot")
    assert bot.status("GET", upload(bot, "infected.exe")) == 410
    odd = upload(bot, "unscannable.zip")
    assert (bot.status("GET", odd), bot.status("GET", odd, allow="unscannable")) == (428, 200)
