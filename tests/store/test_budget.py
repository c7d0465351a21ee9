"""The budget on the database that the bot runs on: many workers at once, and connections that give up quickly."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.store import budget
from bot.store.budget import EVERYBODY, CallBook
from bot.store.session import make_engine
from bot.store.upkeep import CallBudget
from tests.chat import Chat

REPOSITORY = Path(__file__).parent.parent.parent
LIMIT = 100
AT_ONCE = 25
NOON = datetime(2026, 3, 2, 12, 0, 15, tzinfo=UTC)
PROCESS = """
import sys
from datetime import UTC, datetime
from bot.store.budget import CallBook
from bot.store.session import make_engine
book = CallBook(make_engine(sys.argv[1], pool_size=1), 100, lambda _session: datetime(2026, 3, 2, tzinfo=UTC))
print("ready", flush=True)
sys.stdin.readline()
print(sum(book.take(background=False) == 0 for _ in range(100)))
"""


@pytest.fixture(autouse=True)
def nothing_used(chat: Chat) -> None:
    """The worker counts what it calls when it starts anew for a test."""
    with Session(chat.running.engine) as session, session.begin():
        session.execute(delete(CallBudget))


@contextmanager
def opened(chat: Chat) -> Iterator[CallBook]:
    book = budget.open_book(chat.running.settings.database_url, LIMIT)
    yield book
    book.close()


def test_workers_that_ask_at_the_same_time_never_get_more_than_there_is(chat: Chat) -> None:
    engines = [make_engine(chat.running.settings.database_url, pool_size=1) for _ in range(3)]
    books = [CallBook(engine, LIMIT, lambda _session: NOON) for engine in engines]

    def call(number: int) -> bool:
        return books[number % len(books)].take(f"person {number % 5}", background=False) == 0

    with ThreadPoolExecutor(6) as threads:
        made = sum(threads.map(call, range(3 * LIMIT)))
    for engine in engines:
        engine.dispose()
    assert made == AT_ONCE


@pytest.mark.thorough
def test_processes_that_call_at_the_same_time_never_get_more_than_there_is(chat: Chat) -> None:
    with ExitStack() as stack:
        workers = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", PROCESS, chat.running.settings.database_url],
                    cwd=REPOSITORY,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(3)
        ]
        for one in workers:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in workers:
            assert one.stdin is not None
            one.stdin.write("\n")
            one.stdin.flush()
        assert sum(int(one.communicate()[0]) for one in workers) == AT_ONCE


def test_a_locked_row_holds_calls_up_for_a_moment_only_and_they_are_counted_all_the_same(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "LONGEST_WAIT_MS", 50)
    with opened(chat) as one, opened(chat) as other:
        assert one.take(background=False) == 0
        with Session(chat.running.engine) as session, session.begin():
            session.scalars(select(CallBudget).where(CallBudget.name == EVERYBODY).with_for_update()).one()
            made = sum(other.take(background=False) == 0 for _ in range(10 * LIMIT))
    assert AT_ONCE <= made < 2 * AT_ONCE
