"""One budget of calls for all workers: never more than it holds, people before sweeps, and no database needed."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from bot.store.budget import CallBook, open_book
from bot.store.models import Base
from bot.store.session import make_engine
from bot.webex.admin import AdminGateway
from bot.webex.budget import background, on_behalf_of
from bot.webex.http import Patience
from tests.database import fresh_sqlite
from tests.webex.company import Company

LIMIT = 100
AT_ONCE = 25
PER_MINUTE = 240
"""What the settings say by themselves; Webex allows about 300."""
NOON = datetime(2026, 3, 2, 12, 0, 15, tzinfo=UTC)
ONCE = Patience(tries=1)


class Time:
    """The database's time and the worker's, which are moved on together."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self, _session: Session) -> datetime:
        return self.now

    def ticks(self) -> float:
        return (self.now - NOON).total_seconds()

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(fresh_sqlite(tmp_path), pool_size=1)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def time() -> Time:
    return Time()


def book(database: Engine, time: Time, limit: int = LIMIT) -> CallBook:
    return CallBook(database, limit, time, time.ticks)


def made(by: CallBook, tries: int, *, actor: str = "", in_background: bool = False) -> int:
    return sum(by.take(actor, background=in_background) == 0 for _ in range(tries))


@pytest.mark.thorough
def test_no_minute_sees_more_calls_than_webex_allows_wherever_it_begins(database: Engine, time: Time) -> None:
    """Two workers call whenever they may, for organizations as many as they like: Webex counts the token's calls."""
    workers = [book(database, time, PER_MINUTE) for _ in range(2)]
    calls: list[float] = []
    time.pass_by(44.9)  # so that the first of them come right before a minute of the clock ends
    for _ in range(150):
        for one in workers:
            while not one.take(background=False):
                calls.append(time.ticks())
        time.pass_by(1)
    most = max(bisect_right(calls, began + 60) - place for place, began in enumerate(calls))
    assert 240 <= most <= 300
    assert len(calls) >= 2 * 240  # and in the two and a half minutes nothing of what is allowed is wasted


def test_workers_together_make_as_many_calls_at_once_as_there_are(database: Engine, time: Time) -> None:
    workers = [book(database, time) for _ in range(3)]
    assert sum(made(worker, 1) for _ in range(LIMIT) for worker in workers) == AT_ONCE


def test_sixteen_workers_do_not_take_from_each_other_what_they_do_not_need(database: Engine, time: Time) -> None:
    workers = [book(database, time, PER_MINUTE) for _ in range(16)]
    assert [made(worker, 1) for worker in workers] == [1] * 16
    assert made(workers[0], PER_MINUTE) == 60 - 16


@pytest.mark.thorough
def test_what_a_worker_took_of_a_large_budget_and_did_not_use_is_given_back(database: Engine, time: Time) -> None:
    one, other = book(database, time, 10_000), book(database, time, 10_000)
    assert made(one, 1) == 1
    assert made(other, 10_000) == 2500 - 10
    time.pass_by(5)  # brings 833
    assert made(one, 10_000) == 833 + 9


def test_what_nobody_waits_for_leaves_the_rest_to_people(database: Engine, time: Time) -> None:
    sweeping, answering = book(database, time), book(database, time)
    assert made(sweeping, LIMIT, in_background=True) == 17
    assert made(answering, LIMIT) == 8
    time.pass_by(4)  # brings 6, and 7.5 are people's
    assert made(sweeping, LIMIT, in_background=True) == 0
    assert made(answering, LIMIT) == 6


def test_a_sweep_waits_as_soon_as_people_have_used_most_of_it(database: Engine, time: Time) -> None:
    both = book(database, time)
    assert made(both, 18) == 18
    assert made(both, 5, in_background=True) == 0
    assert made(both, LIMIT) == 7


def test_one_person_leaves_enough_to_others_and_to_decisions_that_are_carried_out(database: Engine, time: Time) -> None:
    workers = [book(database, time, PER_MINUTE) for _ in range(3)]
    assert sum(made(one, PER_MINUTE, actor="eager") for one in workers) == 20 + 16  # their part, and what is left over
    assert made(workers[0], 20, actor="other") == 20
    assert made(workers[1], PER_MINUTE) == 4
    time.pass_by(60)
    assert sum(made(one, PER_MINUTE, actor="eager") for one in workers) == 36


def test_one_person_gets_all_that_nobody_else_needs(database: Engine, time: Time) -> None:
    one, calls = book(database, time, PER_MINUTE), 0
    for _ in range(120):
        calls += made(one, PER_MINUTE, actor="admin")
        time.pass_by(0.5)
    assert calls >= PER_MINUTE


def test_who_has_to_wait_is_told_for_how_long_and_then_goes_on(database: Engine, time: Time) -> None:
    one = book(database, time, 30)
    assert made(one, LIMIT) == 20
    assert one.take(background=False) == 2
    time.pass_by(2)
    assert made(one, LIMIT) == 1


@pytest.mark.parametrize("limit", [10, 40, 100])
def test_what_costs_many_calls_is_possible_however_small_the_limit(database: Engine, time: Time, limit: int) -> None:
    assert made(book(database, time, limit), LIMIT, actor="somebody") == min(limit, 20)


def test_the_database_is_asked_once_for_ten_calls_where_many_are_allowed(database: Engine, time: Time) -> None:
    begun: list[object] = []
    event.listen(database, "begin", begun.append)
    assert made(book(database, time, 10_000), 200) == 200
    assert len(begun) == 20


def test_who_has_to_wait_does_not_ask_again_and_again(database: Engine, time: Time) -> None:
    one = book(database, time)
    made(one, LIMIT)
    made(one, 1, in_background=True)
    begun: list[object] = []
    event.listen(database, "begin", begun.append)
    assert made(one, LIMIT) == made(one, LIMIT, in_background=True) == 0
    assert begun == []


def test_a_clock_that_is_set_back_neither_gives_nor_takes_calls(database: Engine, time: Time) -> None:
    assert made(book(database, time), 20) == 20
    time.pass_by(-3600)
    assert made(book(database, time), LIMIT) == 5


def test_without_an_answer_of_the_database_a_worker_counts_by_itself(database: Engine, time: Time) -> None:
    begun: list[object] = []
    one = book(database, time)
    assert made(one, 5) == 5
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE call_budgets RENAME TO gone"))
    event.listen(database, "begin", begun.append)
    assert made(one, LIMIT, in_background=True) == 12
    assert made(one, LIMIT) == 8
    assert len(begun) == 1  # and it is left alone for a while
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO call_budgets"))
    time.pass_by(6)
    assert made(one, LIMIT) == 10, "what was counted meanwhile is made up for"


@pytest.mark.thorough
def test_a_database_that_is_locked_holds_calls_up_for_a_moment_only(tmp_path: Path) -> None:
    url = fresh_sqlite(tmp_path)
    busy = make_engine(url, pool_size=1)
    Base.metadata.create_all(busy)
    slow = open_book(url, LIMIT)
    with busy.begin():  # holds the one write lock
        assert slow.take(background=False) == 0
    slow.close()
    busy.dispose()


class Purse:
    """A budget of so many calls, which notes who asked."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.asked: list[tuple[str, bool]] = []

    def take(self, actor: str = "", *, background: bool) -> int:
        self.asked.append((actor, background))
        self.left -= 1
        return 0 if self.left >= 0 else 33


def test_a_call_over_the_budget_is_not_made_and_reads_as_a_busy_webex(company: Company) -> None:
    admin = AdminGateway("sandbox-admin", f"{company.url}/v1", ONCE, budget=Purse(1))
    assert admin.catalog()["kind"] == "ok"
    assert admin.catalog() == {"kind": "busy", "status": 429, "seconds": 33, "tracking_id": ""}
    assert len(company.calls("GET")) == 1


def test_each_try_costs_a_call(company: Company) -> None:
    budget = Purse(100)
    company.weather(method="GET", path="/v1/licenses", status=503, times=2)
    patient = Patience(tries=3, longest_wait=0.05, first_wait=0.001)
    assert AdminGateway("sandbox-admin", f"{company.url}/v1", patient, budget=budget).catalog()["kind"] == "ok"
    assert budget.asked == [("", False)] * 3


def test_what_is_marked_as_background_or_as_somebodys_is_counted_as_such_and_nothing_after_it(company: Company) -> None:
    budget = Purse(100)
    admin = AdminGateway("sandbox-admin", f"{company.url}/v1", ONCE, budget=budget)
    with background():
        admin.catalog()
    with on_behalf_of("somebody"):
        admin.catalog()
    admin.catalog()
    assert budget.asked == [("", True), ("somebody", False), ("", False)]
