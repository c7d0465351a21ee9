"""One budget of calls for all workers: never more than it holds, people before sweeps, and no database needed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from bot.sandbox.ids import webex_id
from bot.store.budget import CallBook, open_book
from bot.store.models import Base
from bot.store.session import make_engine
from bot.webex.admin import AdminGateway
from bot.webex.budget import background
from bot.webex.http import Patience
from tests.database import fresh_sqlite
from tests.webex.company import Company

LIMIT = 100
NOON = datetime(2026, 3, 2, 12, 0, 15, tzinfo=UTC)
ONCE = Patience(tries=1)
UUID = "5c1f34ab-0b0e-4a43-9d5f-3f1d3c7b7e11"


class Time:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self, _session: Session) -> datetime:
        return self.now


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(fresh_sqlite(tmp_path), pool_size=1)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def time() -> Time:
    return Time()


def allowed(book: CallBook, tries: int, *, in_background: bool = False, org: str = "o") -> int:
    return sum(book.take(org, background=in_background) == 0 for _ in range(tries))


def test_workers_together_make_as_many_calls_as_the_budget_holds(database: Engine, time: Time) -> None:
    workers = [CallBook(database, LIMIT, time) for _ in range(3)]
    made = sum(allowed(worker, 1) for _ in range(2 * LIMIT) for worker in workers)
    assert made == LIMIT


def test_each_organization_has_a_budget_of_its_own(database: Engine, time: Time) -> None:
    book = CallBook(database, LIMIT, time)
    assert allowed(book, 2 * LIMIT, org="one") == allowed(book, 2 * LIMIT, org="two") == LIMIT


def test_an_organization_is_the_same_one_however_its_id_is_written(database: Engine, time: Time) -> None:
    book = CallBook(database, LIMIT, time)
    assert allowed(book, LIMIT, org=webex_id("ORGANIZATION", UUID)) == LIMIT
    assert allowed(book, LIMIT, org=UUID) == 0


def test_what_nobody_waits_for_leaves_the_rest_to_people(database: Engine, time: Time) -> None:
    sweeping, answering = CallBook(database, LIMIT, time), CallBook(database, LIMIT, time)
    assert allowed(sweeping, LIMIT, in_background=True) == 70
    assert allowed(answering, LIMIT) == 30


def test_a_sweep_waits_as_soon_as_people_have_used_most_of_the_minute(database: Engine, time: Time) -> None:
    book = CallBook(database, LIMIT, time)
    assert allowed(book, 72) == 72
    assert allowed(book, 5, in_background=True) == 0
    assert allowed(book, LIMIT) == 28


def test_who_has_to_wait_is_told_until_when_and_then_goes_on(database: Engine, time: Time) -> None:
    first = CallBook(database, LIMIT, time)
    assert allowed(first, LIMIT) == LIMIT
    assert 40 <= first.take("o", background=False) <= 45
    time.now += timedelta(seconds=60)
    assert allowed(CallBook(database, LIMIT, time), 2 * LIMIT) == LIMIT


def test_the_database_is_asked_once_for_ten_calls(database: Engine, time: Time) -> None:
    begun: list[object] = []
    event.listen(database, "begin", begun.append)
    assert allowed(CallBook(database, 1000, time), 200) == 200
    assert len(begun) == 20


def test_a_used_up_minute_is_not_asked_for_again_and_again(database: Engine, time: Time) -> None:
    book = CallBook(database, LIMIT, time)
    allowed(book, LIMIT)
    begun: list[object] = []
    event.listen(database, "begin", begun.append)
    assert allowed(book, LIMIT) == allowed(book, LIMIT, in_background=True) == 0
    assert begun == []


def test_a_database_that_does_not_answer_holds_no_call_up(database: Engine, time: Time) -> None:
    with database.begin() as connection:
        connection.execute(text("DROP TABLE call_budgets"))
    book = CallBook(database, LIMIT, time)
    begun: list[object] = []
    event.listen(database, "begin", begun.append)
    assert allowed(book, 2 * LIMIT) == 2 * LIMIT
    assert len(begun) == 1  # and it is left alone for a while


@pytest.mark.thorough
def test_a_database_that_is_locked_holds_calls_up_for_a_moment_only(tmp_path: Path) -> None:
    url = fresh_sqlite(tmp_path)
    busy = make_engine(url, pool_size=1)
    Base.metadata.create_all(busy)
    book = open_book(url, LIMIT)
    with busy.begin():  # holds the one write lock
        assert book.take("o", background=False) == 0
    book.close()
    busy.dispose()


class Purse:
    """A budget of so many calls, which notes who asked."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.asked: list[bool] = []

    def take(self, org_id: str, *, background: bool) -> int:  # noqa: ARG002  the protocol's signature
        self.asked.append(background)
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
    assert budget.asked == [False, False, False]


def test_what_is_marked_as_background_is_counted_as_such_and_nothing_after_it(company: Company) -> None:
    budget = Purse(100)
    admin = AdminGateway("sandbox-admin", f"{company.url}/v1", ONCE, budget=budget)
    with background():
        admin.catalog()
    admin.catalog()
    assert budget.asked == [True, False]
