"""Also the lines about what went wrong lead back to the delivery or the request that they are about."""

from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot import traces
from bot.store.models import Request
from tests.chat import Chat, Someone
from tests.durability.test_weather import POST_MESSAGE


def lines(logged: Any, event: str) -> list[dict[str, Any]]:
    return [dict(line) for line in logged if line["event"] == event]


def trace_of_last_words(someone: Someone) -> str:
    said = [message for message in someone.inbox() if message["personId"] == someone.person_id][-1]
    return traces.trace_of(f"messages:created:{said['id']}")


@pytest.mark.thorough
def test_a_message_that_is_refused_when_it_is_tried_again_has_the_trace_of_its_request(chat: Chat) -> None:
    chat.employee.says("request messaging because new desk")
    chat.weather(**POST_MESSAGE, status=503, every=1)
    chat.manager.presses("Approve")
    chat.running.control("DELETE", "weather")
    chat.weather(**POST_MESSAGE, status=403, every=1)
    with structlog.testing.capture_logs() as logged:
        chat.running.run_delayed()
    with Session(chat.running.engine) as session:
        trace = session.get_one(Request, chat.last_number()).trace
    assert {line["trace"] for line in lines(logged, "message_not_sent")} == {trace}


def test_a_delivery_that_could_not_be_stored_has_the_trace_that_it_would_have_had(chat: Chat) -> None:
    chat.employee.says("help")
    is_sqlite = chat.running.settings.is_sqlite
    refuse = (
        "CREATE TRIGGER refused BEFORE INSERT ON deliveries BEGIN SELECT RAISE(ABORT, 'refused'); END"
        if is_sqlite
        else "ALTER TABLE deliveries ADD CONSTRAINT refused CHECK (key = '') NOT VALID"
    )
    allow = "DROP TRIGGER refused" if is_sqlite else "ALTER TABLE deliveries DROP CONSTRAINT refused"
    with chat.running.engine.begin() as connection:
        connection.execute(text(refuse))
    try:
        with structlog.testing.capture_logs() as logged:
            chat.employee.says("my requests")
    finally:
        with chat.running.engine.begin() as connection:
            connection.execute(text(allow))
    assert trace_of_last_words(chat.employee) in {line["trace"] for line in lines(logged, "delivery_not_stored")}


def test_a_delivery_that_was_lost_and_found_has_the_trace_of_its_answer(chat: Chat) -> None:
    chat.employee.says("help")
    chat.weather(webhooks="drop")
    chat.employee.says("my requests")
    chat.running.clock.ahead += timedelta(minutes=2)
    with structlog.testing.capture_logs() as logged:
        chat.running.catch_up()
    assert [line["trace"] for line in lines(logged, "delivery_was_lost")] == [trace_of_last_words(chat.employee)]
