"""The budget on the database that the bot runs on: many workers at once, and connections that give up quickly."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store import budget
from bot.store.budget import CallBook
from bot.store.session import make_engine
from bot.store.upkeep import CallBudget
from tests.chat import Chat

LIMIT = 100
NOON = datetime(2026, 3, 2, 12, 0, 15, tzinfo=UTC)


def test_workers_that_ask_at_the_same_time_never_get_more_than_there_is(chat: Chat) -> None:
    engines = [make_engine(chat.running.settings.database_url, pool_size=1) for _ in range(3)]
    books = [CallBook(engine, LIMIT, lambda _session: NOON) for engine in engines]

    def call(number: int) -> bool:
        return books[number % len(books)].take("o", background=False) == 0

    with ThreadPoolExecutor(6) as threads:
        made = sum(threads.map(call, range(3 * LIMIT)))
    for engine in engines:
        engine.dispose()
    assert made == LIMIT


def test_a_worker_takes_a_few_calls_at_a_time(chat: Chat) -> None:
    book = budget.open_book(chat.running.settings.database_url, LIMIT)
    assert [book.take("o", background=False) for _ in range(3)] == [0, 0, 0]
    book.close()
    with Session(chat.running.engine) as session:
        assert session.get_one(CallBudget, "o").used == 5


def test_a_locked_row_holds_calls_up_for_a_moment_only(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "LONGEST_WAIT_MS", 50)
    book = budget.open_book(chat.running.settings.database_url, LIMIT)
    book.take("o", background=False)
    other = budget.open_book(chat.running.settings.database_url, LIMIT)
    with Session(chat.running.engine) as session, session.begin():
        row = session.scalars(select(CallBudget).where(CallBudget.org_id == "o").with_for_update()).one()
        assert other.take("o", background=False) == 0
        assert row.used == 5
    other.close()
    book.close()
