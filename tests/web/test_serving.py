"""web under the real gunicorn: strangers who dawdle or talk nonsense hold nobody up, and all of it is one log."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from bot import app as wiring
from bot.web.serving import THREADS
from tests.database import fresh_sqlite
from tests.processes import Company, until
from tests.running import TOO_LONG
from tests.web.deliveries import PATH, deliver

pytestmark = pytest.mark.processes

HEAD = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n"
HALF_SENT = [
    f"{HEAD}Content-Length: 100\r\n\r\n",  # no body
    f"{HEAD}Content-Length: 100\r\n\r\n" + "{" * 99,  # a byte short
    f"{HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\n",  # half a chunk
    f"{HEAD}Content-Len",  # half a header
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="module")
def company(folder: Path) -> Iterator[Company]:
    """Only web runs; what it stores nobody handles."""
    url = fresh_sqlite(folder)
    wiring.upgrade(url)
    company = Company(url, folder, CLOCK="machine", HOME=str(folder))
    try:
        company.start_web()
        yield company
    finally:
        company.close()


def send(company: Company, request: str) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", company.settings.port), timeout=TOO_LONG)
    line.sendall(request.encode())
    return line


def status_on(line: socket.socket) -> str:
    with line.makefile("rb") as answer:
        return answer.readline().decode().partition(" ")[2][:3]


def test_more_half_sent_requests_than_threads_keep_nobody_from_being_answered(company: Company) -> None:
    with ExitStack() as lines:
        waiting = [lines.enter_context(send(company, half)) for half in HALF_SENT * 5]
        assert deliver(company.settings.public_url, 1) == 204
        assert {status_on(line) for line in waiting[:THREADS]} == {"408"}
    assert "Traceback" not in company.web.said()


def test_what_is_sent_drop_by_drop_is_given_up_as_well(company: Company) -> None:
    with send(company, f"{HEAD}Content-Length: 60000\r\n\r\n") as line:
        line.settimeout(0.1)
        until("it is answered", lambda: _drip(line), within=TOO_LONG)


def _drip(line: socket.socket) -> bool:
    """Send one more byte; whether an answer has come."""
    try:
        line.sendall(b"x")
        return b"408" in line.recv(1024)
    except TimeoutError:
        return False


def test_what_gunicorn_has_to_say_is_a_line_of_our_log_without_what_nobody_may_read(company: Company) -> None:
    with send(company, "ada@example.com sandbox-bot \r\n\r\n") as line:
        assert status_on(line) == "400"
    until("it is logged", lambda: "Invalid" in company.web.said())
    lines = [json.loads(line) for line in company.web.said().splitlines()]
    told = [line for line in lines if "Invalid" in line["event"]]
    assert [(line["logger"], line["level"]) for line in told] == [("gunicorn.error", "warning")]
    assert not {"ada@example.com", "sandbox-bot"} & set(told[0]["event"].replace("'", " ").split())


def test_web_is_ready_while_webex_is_away_since_it_stores_deliveries_all_the_same(company: Company) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get(company.settings.webex_api_url, timeout=30)
    assert requests.get(f"{company.settings.public_url}/readyz", timeout=30).status_code == 200


def test_gunicorn_opens_no_door_of_its_own(company: Company, folder: Path) -> None:
    assert deliver(company.settings.public_url, 2) == 204
    assert not list(folder.rglob("*.ctl")) + list(folder.rglob(".gunicorn"))
