"""A delivery is kept once it is genuine and readable; everything else is answered and changes nothing."""

import json
from typing import Any

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.web.acks import TOLD_EVERY, Refusals
from bot.web.server import create_web
from bot.web.webhook import KNOWN, LARGEST_BODY, LONGEST_FIELD, Event, NotStorable
from bot.webex.signature import seal
from tests.web.deliveries import PATH, SECRET, Inbox, envelope, sealed


@pytest.mark.parametrize(("resource", "event"), sorted(KNOWN))
def test_a_known_event_is_handed_on_by_its_ids(resource: str, event: str) -> None:
    inbox = Inbox()
    assert inbox.receive(envelope(resource, event)).status_code == 204
    assert inbox.events == [
        {
            "resource": resource,
            "event": event,
            "resource_id": "Y2lzY29zcGFyazovL3VzL01FU1NBR0UvMQ",
            "actor_id": "Y2lzY29zcGFyazovL3VzL1BFT1BMRS8x",
            "space_id": "Y2lzY29zcGFyazovL3VzL1JPT00vMQ",
        }
    ]


@pytest.mark.parametrize(
    ("resource", "event"),
    [("messages", "deleted"), ("rooms", "created"), ("memberships", "deleted"), ("invented", "created")],
)
def test_an_event_that_means_nothing_to_us_is_accepted_and_dropped(resource: str, event: str) -> None:
    inbox = Inbox()
    assert inbox.receive(envelope(resource, event, id=None)).status_code == 204
    assert inbox.events == []


@pytest.mark.parametrize("email", ["license-desk@webex.bot", "Other@WEBEX.BOT"])
def test_messages_of_bots_are_dropped(email: str) -> None:
    inbox = Inbox()
    assert inbox.receive(envelope(personEmail=email)).status_code == 204
    assert inbox.events == []


def test_the_bot_hears_that_it_was_added_to_a_space() -> None:
    inbox = Inbox()
    assert inbox.receive(envelope("memberships", personEmail="license-desk@webex.bot")).status_code == 204
    assert len(inbox.events) == 1


@pytest.mark.parametrize("header", [None, "", "0" * 40, "é" * 40, seal(b"another body", SECRET)])
def test_a_delivery_without_its_seal_is_refused_unread(header: str | None) -> None:
    inbox = Inbox()
    headers = {} if header is None else {"X-Spark-Signature": header}
    answer = inbox.app.test_client().post(PATH, data=json.dumps(envelope()), headers=headers)
    assert (answer.status_code, answer.json) == (401, {"error": "unauthorized"})
    assert inbox.events == []


@pytest.mark.parametrize("secret", ["the new secret", "the old secret"])
def test_while_the_secret_is_changed_the_new_and_the_old_one_count_and_no_other(secret: str) -> None:
    inbox = Inbox("the new secret", "the old secret")
    body = json.dumps(envelope()).encode()
    post = inbox.app.test_client().post
    assert post(PATH, data=body, headers=sealed(body, secret)).status_code == 204
    for other in (SECRET, "the new secret,the old secret", ""):
        assert post(PATH, data=body, headers=sealed(body, other)).status_code == 401
    assert len(inbox.events) == 1


def test_without_any_secret_nothing_is_accepted() -> None:
    body = json.dumps(envelope()).encode()
    kept: list[Event] = []
    web = create_web(kept.append, (), {}).test_client()
    assert web.post(PATH, data=body, headers=sealed(body, "")).status_code == 401
    assert kept == []


def _without(key: str) -> dict[str, Any]:
    delivery = envelope()
    (delivery["data"] if key in {"id", "roomId"} else delivery).pop(key)
    return delivery


@pytest.mark.parametrize(
    "delivery",
    [
        b"",
        b"request=form",
        b"\xff\xfe",
        "{}".encode("utf-16"),
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"resource": NaN}',
        b"9" * 5_000,
        "text",
        [],
        None,
        {},
        *map(_without, ("resource", "event", "actorId", "data", "id", "roomId")),
        envelope(resource=""),
        envelope() | {"data": "text"},
        envelope() | {"actorId": 42},
        envelope(id=None),
        envelope(id=["x"]),
        envelope(id=""),
        envelope(id="x" * (LONGEST_FIELD + 1)),
        envelope(id="nul\0"),
        envelope(id="line\nbreak"),
        envelope(id="\ud800"),
        envelope(roomId={}),
    ],
)
def test_what_cannot_be_read_is_refused(delivery: Any) -> None:
    inbox = Inbox()
    answer = inbox.receive(delivery)
    assert (answer.status_code, answer.json) == (400, {"error": "bad request"})
    assert inbox.events == []


def test_a_delivery_may_have_the_largest_size_and_no_more() -> None:
    inbox = Inbox()
    body = json.dumps(envelope()).encode()
    assert inbox.receive(body.ljust(LARGEST_BODY)).status_code == 204
    assert inbox.receive(body.ljust(LARGEST_BODY + 1)).status_code == 413
    assert len(inbox.events) == 1


def test_webex_hears_when_an_event_could_not_be_kept() -> None:
    def refuse(_: Event) -> None:
        raise NotStorable

    body = json.dumps(envelope()).encode()
    answer = create_web(refuse, (SECRET,), {}).test_client().post(PATH, data=body, headers=sealed(body))
    assert (answer.status_code, answer.json) == (503, {"error": "service unavailable"})


def test_strangers_cannot_fill_the_log_and_their_words_do_not_reach_it() -> None:
    inbox = Inbox()
    with structlog.testing.capture_logs() as lines:
        for _ in range(30):
            inbox.app.test_client().post(PATH, data=b"ada@example.com", headers={"X-Forwarded-For": "192.0.2.7"})
        inbox.receive(b"no JSON of mine")
        inbox.receive(b" " * (LARGEST_BODY + 1))
        inbox.receive(envelope())
    told = [{"event": "delivery_refused", "result": one, "count": 1} for one in ("forged", "unreadable", "too_large")]
    assert [{**line, "log_level": None} for line in lines] == [{**one, "log_level": None} for one in told]


def test_what_was_refused_since_the_last_line_is_told_a_minute_later() -> None:
    now = [0.0]
    refusals = Refusals(lambda: now[0])
    with structlog.testing.capture_logs() as lines:
        for seconds in (0, 1, TOLD_EVERY - 1, TOLD_EVERY, TOLD_EVERY + 1, 3 * TOLD_EVERY):
            now[0] = seconds
            refusals.note("forged")
    assert [line["count"] for line in lines] == [1, 3, 2]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
ENVELOPES = st.fixed_dictionaries(
    {},
    optional={
        "resource": st.sampled_from(sorted(resource for resource, _ in KNOWN)) | ANYTHING,
        "event": st.just("created") | ANYTHING,
        "actorId": st.text() | ANYTHING,
        "data": ANYTHING | st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "roomId", "personEmail"), ANYTHING)),
    },
)


@settings(deadline=None)  # a loaded machine is no failure
@given(body=st.binary() | ENVELOPES.map(lambda value: json.dumps(value).encode()), is_sealed=st.booleans())
def test_no_bytes_of_a_stranger_or_of_webex_break_the_process(body: bytes, *, is_sealed: bool) -> None:
    inbox = Inbox()
    headers = sealed(body) if is_sealed else {"X-Spark-Signature": "0" * 40}
    answer = inbox.app.test_client().post(PATH, data=body, headers=headers)
    assert answer.status_code in ({204, 400} if is_sealed else {401})
    assert all(isinstance(value, str) and value.isascii() for event in inbox.events for value in event.values())
