"""A defect of ours, made by a database that refuses one write: who reads of it learns what is true and what to do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from bot.desk.states import State
from bot.store.models import Request
from tests.chat import Chat


@contextmanager
def refused(chat: Chat, table: str, column: str, value: str) -> Iterator[list[Any]]:
    """Let the database take no new row of the table that has this value; yield what is logged."""
    if chat.running.settings.is_sqlite:
        begin = (
            f"CREATE TRIGGER refused BEFORE INSERT ON {table} WHEN NEW.{column} = '{value}' "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
        end = "DROP TRIGGER refused"
    else:
        begin = f"ALTER TABLE {table} ADD CONSTRAINT refused CHECK ({column} <> '{value}') NOT VALID"
        end = f"ALTER TABLE {table} DROP CONSTRAINT refused"
    with chat.running.engine.begin() as connection:
        connection.execute(text(begin))
    try:
        with structlog.testing.capture_logs() as logged:
            yield logged
    finally:
        with chat.running.engine.begin() as connection:
            connection.execute(text(end))


@pytest.mark.thorough
def test_what_failed_is_not_said_to_be_done_and_can_be_sent_again(chat: Chat) -> None:
    with refused(chat, "requests", "reason", "new desk") as logged:
        said = chat.employee.says("request messaging because new desk")
    assert "so I may not have done that" in said
    assert re.findall(r"\(ref (\w+)\)", said) == [line["ref"] for line in logged if line["event"] == "event_failed"]
    assert chat.count(Request) == 0
    assert "my requests" in said, "where to look"
    assert "#" not in chat.employee.says("my requests")
    assert "Request #" in chat.employee.says("request messaging because new desk")


@pytest.mark.thorough
def test_where_the_approver_gets_no_card_the_admins_read_how_to_decide_without_one(chat: Chat) -> None:
    with refused(chat, "outgoing_messages", "purpose", "approval"):
        chat.employee.says("request messaging because new desk")
    told = chat.admin.last()
    assert "I could not send the card that asks for a decision on request #1" in told
    assert chat.manager.inbox() == []
    assert "Mona Weiss" in chat.admin.says("status 1"), "who decides, as the admins were told"
    assert "approve 1" in told
    chat.manager.says("approve 1")
    assert chat.state_of(1) is State.GRANTED
