"""What happens in the sandbox, as it is told at GET /control/events."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from bot.sandbox.excerpts import HIDDEN, MOST_CHARACTERS, excerpt
from bot.sandbox.feed import Feed
from bot.sandbox.seed import tokens
from bot.sandbox.server import RunningSandbox
from tests.sandbox.clients import PATIENCE, Receiver, Webex
from tests.sandbox.test_messages import DESK
from tests.sandbox.test_webhooks import hook


@dataclass
class Heard:
    kind: str
    data: Any
    event_id: str


class Listener:
    """Reads a stream of events line by line; what does not come in time fails by the timeout of the line."""

    def __init__(self, answer: requests.Response) -> None:
        self._lines: Iterator[str] = answer.iter_lines(chunk_size=1, decode_unicode=True)

    def next(self, kind: str, fits: Callable[[Any], bool] = lambda _: True) -> Heard:
        """Return the next event of this kind that fits; what comes before it is passed over."""
        return next(event for event in self.all() if event.kind == kind and fits(event.data))

    def before(self, kind: str) -> list[Heard]:
        heard = []
        for event in self.all():
            if event.kind == kind:
                break
            heard.append(event)
        return heard

    def all(self) -> Iterator[Heard]:
        fields: dict[str, str] = {}
        for line in self._lines:
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "event" in fields:
                yield Heard(fields["event"], json.loads(fields["data"]), fields["id"])
                fields = {}
            else:
                fields = {}


@contextmanager
def listening(webex: Webex, last_id: str | None = None, **params: str) -> Iterator[Listener]:
    """Listen on a connection of its own, for the stream ends with it."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    url = f"{webex.url}/control/events"
    with (
        requests.Session() as session,
        session.get(url, params=params, headers=headers, stream=True, timeout=PATIENCE) as answer,
    ):
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        yield Listener(answer)


@pytest.fixture
def listener(webex: Webex) -> Iterator[Listener]:
    with listening(webex) as listener:
        listener.next("hello")
        yield listener


def test_messages_are_told_with_everybody_who_may_read_them(webex: Webex, listener: Listener) -> None:
    employee = webex.caller("employee")
    sent = employee.post("messages", toPersonEmail=DESK, text="hi")
    told = listener.next("message").data
    assert (told["event"], told["message"]) == ("created", sent)
    assert set(told["members"]) == {employee.person_id, webex.caller("bot").person_id}
    employee.delete(f"messages/{sent['id']}")
    told = listener.next("message").data
    assert (told["event"], told["message"]["id"]) == ("deleted", sent["id"])


def test_a_press_and_a_new_member_are_told(webex: Webex, listener: Listener) -> None:
    card = {"type": "AdaptiveCard", "version": "1.3", "body": []}
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    bot, employee = webex.caller("bot"), webex.caller("employee")
    message = bot.post("messages", toPersonEmail=employee.email, text="card", attachments=[attachment])
    assert listener.next("membership").data["membership"]["roomId"] == message["roomId"]
    employee.post("attachment/actions", type="submit", messageId=message["id"], inputs={"do": "it"})
    told = listener.next("press").data
    assert (told["personId"], told["inputs"]) == (employee.person_id, {"do": "it"})


def test_a_call_is_told_with_its_bodies(webex: Webex, listener: Listener) -> None:
    employee = webex.caller("employee")
    employee.call("POST", "messages", json={"toPersonEmail": DESK, "text": "hi"}, headers={"TrackingID": "mine_1"})
    told = listener.next("call").data
    assert (told["method"], told["path"], told["status"]) == ("POST", "/v1/messages", 200)
    assert (told["actor"], told["trackingId"]) == (employee.person_id, "mine_1")
    assert told["request"] == {"toPersonEmail": DESK, "text": "hi"}
    assert told["response"]["text"] == "hi"


def test_neither_token_nor_secret_is_told(webex: Webex, receiver: Receiver) -> None:
    with listening(webex) as listener:
        listener.next("hello")
        hook(webex.caller("bot"), receiver, secret="very secret indeed")
        webex.caller("bot").post("messages", toPersonEmail=webex.caller("employee").email, text="the end")
        heard = json.dumps([event.data for event in listener.before("message")])
    assert "targetUrl" in heard
    assert "very secret indeed" not in heard
    assert "sandbox-bot" not in heard
    assert HIDDEN in heard


def test_a_delivery_is_told_with_its_answer(webex: Webex, receiver: Receiver, listener: Listener) -> None:
    hook(webex.caller("bot"), receiver)
    webex.caller("employee").post("messages", toPersonEmail=DESK, text="hi")
    told = listener.next("delivery").data
    assert (told["event"], told["status"], told["url"]) == ("messages created", 200, receiver.url)
    assert told["body"] == receiver.next()


def test_weather_is_told_when_it_comes_strikes_and_goes(webex: Webex, listener: Listener) -> None:
    webex.weather(method="GET", path="/people/me", status=503, times=2)
    assert [order["left"] for order in listener.next("weather").data["items"]] == [2]
    assert webex.caller("employee").status("GET", "people/me") == 503
    assert [order["left"] for order in listener.next("weather").data["items"]] == [1]
    assert listener.next("call").data["weather"] == ["status"]
    assert webex.control("GET", "weather").json()["items"][0]["status"] == 503
    webex.control("DELETE", "weather")
    assert listener.next("weather").data == {"items": []}


def test_who_holds_what_is_told_when_it_changes(webex: Webex, listener: Listener) -> None:
    employee, key = webex.caller("employee"), webex.license("Messaging")
    assert webex.assign(employee.person_id, webex.add("Messaging")).ok
    person = listener.next("person").data
    assert person["id"] == employee.person_id
    assert key in person["licenses"]
    license_ = listener.next("license").data
    assert (license_["id"], license_["consumedUnits"]) == (key, 3)
    webex.control("PATCH", f"licenses/{key}", {"totalUnits": 3})
    assert listener.next("license").data["totalUnits"] == 3
    webex.control("DELETE", f"people/{employee.person_id}")
    assert listener.next("person", lambda data: "gone" in data).data == {"id": employee.person_id, "gone": True}


def test_the_whole_company_can_be_read_at_once(webex: Webex, receiver: Receiver) -> None:
    hook(webex.caller("bot"), receiver)
    company, snapshot = webex.control("GET", "company").json(), webex.snapshot()
    assert (company["people"], company["licenses"]) == (snapshot["people"], snapshot["licenses"])
    assert (company["weather"], company["listening"]) == ([], [webex.caller("bot").person_id])


def test_a_new_person_is_among_those_who_can_speak(webex: Webex) -> None:
    eve = webex.hire(email="eve.small@example.com")
    assert eve.who["token"] in {one["token"] for one in webex.control("GET", "tokens").json()["items"]}


def test_a_listener_that_comes_back_misses_nothing(webex: Webex) -> None:
    with listening(webex) as listener:
        last_id = listener.next("hello").event_id
    for text in ("one", "two"):
        webex.caller("employee").post("messages", toPersonEmail=DESK, text=text)
    with listening(webex, last_id) as listener:
        heard = [event.data["message"]["text"] for event in listener.before("hello") if event.kind == "message"]
    assert heard == ["one", "two"]


@pytest.mark.parametrize("last_id", ["another-7", "nonsense", "-"])
def test_who_cannot_be_told_what_was_missed_is_told_to_read_again(webex: Webex, last_id: str) -> None:
    with listening(webex, last_id) as listener:
        assert [event.kind for event in listener.before("hello")] == ["reload"]


def test_what_is_still_known_is_replayed_on_demand(line: requests.Session) -> None:
    with RunningSandbox() as fresh:  # the shared one knows a thousand events of other tests: seconds to read
        webex = Webex(fresh.url, line, {person["token"]: person for person in tokens()})
        webex.caller("employee").post("messages", toPersonEmail=DESK, text="before")
        with listening(webex, replay="true") as listener:
            kinds = [event.kind for event in listener.before("hello")]
    assert "message" in kinds
    assert "call" in kinds


def test_a_reset_is_told(webex: Webex, listener: Listener) -> None:
    webex.control("POST", "reset")
    assert listener.next("reset").data == {}


@pytest.mark.parametrize("headers", [{"Host": "example.com"}, {"Origin": "https://example.com"}, {"Origin": "null"}])
def test_a_foreign_page_cannot_listen(webex: Webex, headers: dict[str, str]) -> None:
    assert webex.control("GET", "events", headers=headers).status_code == 403


def test_a_sandbox_with_listeners_stops(line: requests.Session) -> None:
    with (
        RunningSandbox() as sandbox,
        line.get(f"{sandbox.url}/control/events", stream=True, timeout=PATIENCE) as answer,
    ):
        lines = answer.iter_lines(chunk_size=1)
        assert next(text for text in lines if text.startswith(b"event")) == b"event: hello"
        sandbox.close()
        assert [text for text in lines if text.startswith(b"event")] == []


def test_a_feed_keeps_a_bounded_number_and_knows_who_is_too_slow() -> None:
    feed = Feed(kept=3)
    for number in range(5):
        feed.publish("count", {"number": number})
    assert [event.number for event in feed.after(0, 0) or []] == [3, 4, 5]
    assert [feed.misses(number) for number in (0, 1, 2, 5, 6)] == [True, True, False, False, True]


def test_an_event_says_what_was_so_when_it_happened() -> None:
    feed, data = Feed(), {"name": "before"}
    feed.publish("change", data)
    data["name"] = "after"
    assert [json.loads(event.data) for event in feed.after(0, 0) or []] == [{"name": "before"}]


def test_silence_is_an_empty_list_and_the_end_is_none() -> None:
    feed = Feed()
    assert feed.after(0, 0) == []
    feed.close()
    assert feed.after(0, PATIENCE) is None


@pytest.mark.parametrize(
    ("raw", "kind", "shown"),
    [
        (b"", "application/json", None),
        (b'{"token":"a","deep":[{"secret":"b"}]}', "application/json", {"token": HIDDEN, "deep": [{"secret": HIDDEN}]}),
        (
            b"refresh_token=a&b=c",
            "application/x-www-form-urlencoded; charset=utf-8",
            {"refresh_token": HIDDEN, "b": "c"},
        ),
        (b"{", "application/json", "(1 bytes that are no JSON)"),
        (b"abc", "multipart/form-data", "(3 bytes of multipart/form-data)"),
        (b"abc", "", "(3 bytes of something)"),
        (b"<b>", "text/html", "<b>"),
    ],
)
def test_a_body_is_shown_without_secrets(raw: bytes, kind: str, shown: Any) -> None:
    assert excerpt(raw, kind) == shown


def test_a_long_body_is_cut() -> None:
    many = excerpt(json.dumps(["x" * 1000] * 100).encode(), "application/json")
    assert len(json.dumps(many)) < MOST_CHARACTERS * 2
    assert len(excerpt(b"x" * 100_000, "text/plain")) == MOST_CHARACTERS + 1
