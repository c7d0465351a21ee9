"""One id leads from a webhook through every log line and every call to Webex to the receipt."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import logs, traces
from bot.store.models import Request, RequestItem
from tests.chat import Chat
from tests.test_logs import logging_as_it_was

__all__ = ["logging_as_it_was"]

TRACE = re.compile(r"[0-9a-f]{12}")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.set_up("json", stream=stream)
    yield stream
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def trace_of(chat: Chat, number: int) -> str:
    with Session(chat.running.engine) as session:
        return session.get_one(Request, number).trace


@pytest.mark.thorough
def test_one_id_leads_from_the_webhook_to_the_receipt(chat: Chat, stream: io.StringIO) -> None:
    chat.employee.says("request messaging because new desk")
    number = chat.last_number()
    chat.weather(method="POST", path="/v1/messages", status=503)
    chat.manager.presses("Approve")
    chat.running.run_delayed()
    trace = trace_of(chat, number)
    assert TRACE.fullmatch(trace)
    about = [line for line in lines(stream) if trace in {line.get("trace"), line.get("request_trace")}]
    events = [line["event"] for line in about]
    assert "delivery_taken" in events
    assert [one for one in events if one in {"event_answered", "assignment_settled"}] == [
        "event_answered",
        "event_answered",
        "assignment_settled",
    ]
    pressed = [line for line in about if line.get("request_trace") == trace]
    assert {line["trace"] for line in pressed} != {trace}  # the press came with a webhook of its own


def test_the_change_is_known_to_webex_by_a_name_that_leads_back_to_the_request(chat: Chat) -> None:
    chat.employee.says("request messaging because new desk")
    chat.manager.presses("Approve")
    with Session(chat.running.engine) as session:
        item = session.scalars(select(RequestItem)).one()
    assert re.fullmatch(f"license-bot_{trace_of(chat, item.request_id)}_[0-9a-f]{{6}}", item.tracking_id)


def test_a_call_that_failed_is_logged_by_its_template_with_the_id_that_webex_has(
    chat: Chat, stream: io.StringIO
) -> None:
    chat.weather(method="GET", path="/v1/people/*", status=503)
    chat.employee.says("help")
    failed = [line for line in lines(stream) if line["event"] == "webex_call_failed"]
    assert [(one["side"], one["path"], one["status"]) for one in failed] == [("chat", "people/{id}", "503")]
    assert TRACE.fullmatch(failed[0]["trace"])
    assert chat.employee.person_id not in stream.getvalue()


def test_a_thread_that_goes_on_to_something_else_carries_nothing_along() -> None:
    structlog.contextvars.clear_contextvars()  # other tests run a sweep in this very thread
    with traces.scope(traces.trace_of("messages:created:1")):
        traces.note_request("abc")
        assert traces.tracking_id().startswith(f"license-bot_{traces.trace_of('messages:created:1')}_")
        with traces.scope():
            assert traces.current() == traces.tracking_id() == ""
    assert traces.current() == ""
    assert structlog.contextvars.get_contextvars() == {}


def test_a_repeat_of_a_delivery_has_the_same_id() -> None:
    assert traces.trace_of("messages:created:1") == traces.trace_of("messages:created:1")
    assert traces.trace_of("messages:created:1") != traces.trace_of("messages:created:2")
