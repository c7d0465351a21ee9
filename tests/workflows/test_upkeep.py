"""The database looked after: stuck work is told once, what is long done goes, and what will still run stays."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.operating.queues import queue_stats
from bot.store import work
from bot.store.models import Delivery
from bot.store.upkeep import Mark
from bot.workflows import upkeep
from bot.workflows.words import reference
from tests.chat import Chat


class Past:
    """Writes into the engine's rows what time would have left there."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._table = "workflow_status" if chat.running.settings.is_sqlite else "dbos.workflow_status"
        self.engine = chat.running.engine

    def leaves(self, workflow_id: str, status: str, age: timedelta, **columns: Any) -> None:
        """A workflow of that status that began, and if it ended also ended, so long ago. No queue ever takes it."""
        then = int((time.time() - age.total_seconds()) * 1000)
        row: dict[str, Any] = {
            "workflow_uuid": workflow_id,
            "status": status,
            "name": "Sweeps.sweep",
            "executor_id": "elsewhere",
            "application_version": "of a test",
            "application_name": "of a test",
            "queue_name": "of a test",
            "priority": 0,
            "created_at": then,
            "updated_at": then,
            "started_at_epoch_ms": then,
        }
        row |= columns
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        with self.engine.begin() as connection:
            connection.execute(text(f"INSERT INTO {self._table} ({names}) VALUES ({values})"), row)  # noqa: S608 our own names

    def ids(self) -> set[str]:
        with self.engine.begin() as connection:
            return set(connection.scalars(text(f"SELECT workflow_uuid FROM {self._table}")))  # noqa: S608 our own names

    def clear(self) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(f"DELETE FROM {self._table} WHERE application_name = 'of a test'"))  # noqa: S608 our own names


@pytest.fixture
def past(chat: Chat) -> Iterator[Past]:
    """Nothing of it stays, or the next test would wait for it to finish."""
    yield (of_this_test := Past(chat))
    of_this_test.clear()


def look(chat: Chat) -> list[dict[str, Any]]:
    """Look for stuck work as the timetable does; return what the log says of it."""
    with structlog.testing.capture_logs() as logged:
        chat.running.worker.upkeep.look(chat.running.worker.upkeep.time())
    return [dict(line) for line in logged if line["event"] == "work_stuck"]


def about_stuck_work(chat: Chat) -> list[str]:
    return [message["text"] for message in chat.admin.inbox() if "stuck" in message["text"]]


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("status", "age"),
    [
        ("ERROR", 0 * MINUTE),
        ("MAX_RECOVERY_ATTEMPTS_EXCEEDED", 0 * MINUTE),
        ("PENDING", 11 * MINUTE),
        ("ENQUEUED", 6 * MINUTE),
    ],
)
def test_admins_hear_once_of_work_that_nothing_will_finish_and_the_log_has_the_reference(
    chat: Chat, past: Past, status: str, age: timedelta
) -> None:
    past.leaves("lost", status, age)
    (line,) = look(chat)
    assert (line["ref"], line["workflow_id"], line["status"]) == (reference("lost"), "lost", status)
    (told,) = about_stuck_work(chat)
    assert reference("lost") in told
    assert look(chat) == []
    assert len(about_stuck_work(chat)) == 1
    assert not any("stuck" in message["text"] for message in chat.employee.inbox())


@pytest.mark.parametrize(
    ("status", "age", "due_in"),
    [
        ("PENDING", 9 * MINUTE, None),
        ("ENQUEUED", 4 * MINUTE, None),
        ("ENQUEUED", 600 * MINUTE, 0 * MINUTE),
        ("DELAYED", 600 * MINUTE, 600 * MINUTE),
        ("SUCCESS", 600 * MINUTE, None),
        ("CANCELLED", 600 * MINUTE, None),
    ],
)
def test_work_that_takes_its_time_or_waits_for_its_time_alarms_nobody(
    chat: Chat, past: Past, status: str, age: timedelta, due_in: timedelta | None
) -> None:
    due = {} if due_in is None else {"delay_until_epoch_ms": int((time.time() + due_in.total_seconds()) * 1000)}
    past.leaves("fine", status, age, **due)
    assert look(chat) == []
    assert about_stuck_work(chat) == []


def test_a_bot_whose_clock_was_moved_does_not_take_everything_for_old(chat: Chat, past: Past) -> None:
    past.leaves("begun just now", "PENDING", 0 * MINUTE)
    chat.running.clock.ahead = timedelta(days=30)
    assert look(chat) == []


def test_much_stuck_work_is_one_message_that_names_the_first_few(chat: Chat, past: Past) -> None:
    for number in range(8):
        past.leaves(f"{'long ' * 100}{number}", "ERROR", 0 * MINUTE)
    assert len(look(chat)) == 8
    (told,) = about_stuck_work(chat)
    assert "and 3 more" in told
    past.leaves("another", "ERROR", 0 * MINUTE)
    assert len(look(chat)) == 1
    assert len(about_stuck_work(chat)) == 2


def test_the_queues_are_told_in_numbers(chat: Chat, past: Past) -> None:
    before = queue_stats(chat.running.worker.engine.for_looking)
    assert (before.queued, before.running, before.stuck, before.oldest_age) == (0, 0, 0, 0.0)
    past.leaves("first", "ENQUEUED", 6 * MINUTE)
    past.leaves("second", "ENQUEUED", 2 * MINUTE)
    past.leaves("third", "PENDING", 2 * MINUTE)
    past.leaves("fourth", "DELAYED", 2 * MINUTE, delay_until_epoch_ms=int(time.time() * 1000) + 10**8)
    past.leaves("fifth", "ERROR", 2 * MINUTE)
    now = queue_stats(chat.running.worker.engine.for_looking)
    assert (now.queued, now.running, now.delayed - before.delayed, now.stuck) == (2, 1, 1, 2)
    assert 355 < now.oldest_age < 400


def tidy(chat: Chat) -> None:
    chat.running.worker.upkeep.tidy(chat.running.worker.upkeep.time())


def test_what_ended_over_a_week_ago_goes_and_everything_else_stays(
    chat: Chat, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 2)
    week, day = timedelta(days=7), timedelta(days=1)
    for status in work.FINISHED:
        past.leaves(f"old {status}", status, week + day)
        past.leaves(f"new {status}", status, week - day)
    for status in work.ACTIVE:
        past.leaves(f"old {status}", status, 100 * week, delay_until_epoch_ms=int(time.time() * 1000) + 10**8)
    tidy(chat)
    left = {one for one in past.ids() if one.startswith(("old", "new"))}
    assert left == {f"new {status}" for status in work.FINISHED} | {f"old {status}" for status in work.ACTIVE}


def test_a_workflow_that_is_forgotten_takes_all_its_notes_along(chat: Chat) -> None:
    chat.employee.says("my requests")
    table = "workflow_status" if chat.running.settings.is_sqlite else "dbos.workflow_status"
    long_ago = int((time.time() - 8 * 24 * 3600) * 1000)
    with chat.running.engine.begin() as connection:
        connection.execute(text(f"UPDATE {table} SET completed_at = :then, updated_at = :then"), {"then": long_ago})  # noqa: S608 our own names
    tidy(chat)
    tidied = set(chat.running.workflows("SUCCESS"))
    assert not any(one.startswith("messages:") for one in tidied)
    prefix = "" if chat.running.settings.is_sqlite else "dbos."
    with chat.running.engine.begin() as connection:
        for outputs, column in (("operation_outputs", "workflow_uuid"), ("datasource_outputs", "workflow_id")):
            left = set(connection.scalars(text(f"SELECT {column} FROM {prefix}{outputs}")))  # noqa: S608 our own names
            assert left <= tidied


def test_a_delivery_is_known_for_ninety_days_and_then_forgotten(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 2)
    now = chat.running.clock()
    with Session(chat.running.engine) as session, session.begin():
        for days in (89, 91, 92, 93, 94, 95):
            at = now - timedelta(days=days)
            session.add(Delivery(key=f"{days}", actor_id="a", space_id="s", received_at=at))
            session.add(Mark(name=f"stuck:{days}", at=at))
            session.add(Mark(name=f"another:{days}", at=at))
    tidy(chat)
    with Session(chat.running.engine) as session:
        assert session.scalars(select(Delivery.key)).all() == ["89"]
        assert session.scalars(select(Mark.name).where(Mark.name.like("stuck:%"))).all() == ["stuck:89"]
        assert session.scalar(select(func.count()).where(Mark.name.like("another:%"))) == 6
