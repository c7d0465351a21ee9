"""Two workers on one database: what one leaves when it dies goes on with the other, once, and soon."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.workflows.slots import FIRST_KEY
from tests.chat import Someone
from tests.durability.test_crashes import A_MOMENT, PATCH, POST_MESSAGE, READ_PERSON, Scene
from tests.processes import Company, Process, until

pytestmark = pytest.mark.processes

MUCH_TOO_LONG = 30.0
"""Seconds. What it really takes is printed; a busy machine must not make this fail."""


class Pair:
    """Both workers, by the name under which each works."""

    def __init__(self, company: Company) -> None:
        self._company = company
        second = company.run("worker")
        for one in (company.worker, second):
            until("both work", partial(_is_at_work, one))
        self.workers = {_executor(one): one for one in (company.worker, second)}

    def who_does(self, workflow_id: str) -> str:
        query = text(f"SELECT executor_id FROM {self._company._table('workflow_status')} WHERE workflow_uuid = :id")  # noqa: S608, SLF001 our own names
        with self._company.engine.connect() as connection:
            return str(connection.scalar(query, {"id": workflow_id}))

    def kill_who_does(self, workflow_id: str) -> datetime:
        self.workers.pop(self.who_does(workflow_id)).kill()
        return datetime.now(UTC)

    @property
    def survivor(self) -> Process:
        (one,) = self.workers.values()
        return one

    def close(self) -> None:
        """Leave the company with one worker at most, as the next test expects it."""
        for one in self.workers.values():
            if one is not self._company.worker:
                one.kill()


@pytest.fixture
def pair(company: Company) -> Iterator[Pair]:
    both = Pair(company)
    yield both
    both.close()


def _lines(process: Process) -> list[dict[str, str]]:
    found = []
    for line in process.said().splitlines():
        with suppress(json.JSONDecodeError):
            found.append(json.loads(line))
    return found


def _is_at_work(process: Process) -> bool:
    return "worker_started" in process.said()


def _executor(process: Process) -> str:
    return next(line["executor"] for line in _lines(process) if line["event"] == "worker_started")


def _taken_over_at(process: Process) -> datetime:
    def told() -> list[str]:
        return [line["timestamp"] for line in _lines(process) if line["event"] == "work_taken_over"]

    return datetime.fromisoformat(until("the log tells who took over", told)[-1])


def _asking_webex(scene: Scene) -> None:
    scene.company.weather(**PATCH, delay=A_MOMENT)
    scene.approve_until("Assigning.gather")


def _reading_back(scene: Scene) -> None:
    scene.company.weather(**PATCH, delay=A_MOMENT)
    scene.approve_until("Assigning.gather")
    scene.company.weather(**READ_PERSON, delay=A_MOMENT)
    until("the PATCH is noted", lambda: "Assigning.patch" in scene.company.steps(scene.assignment))


def _sending_the_receipt(scene: Scene) -> None:
    scene.company.weather(**READ_PERSON, every=1, delay=A_MOMENT / 2)
    scene.approve_until("Assigning.patch")
    scene.company.weather(**POST_MESSAGE, delay=A_MOMENT)
    until("the result is settled", lambda: "settle" in scene.company.steps(scene.assignment))


@pytest.mark.parametrize("moment", [_asking_webex, _reading_back, _sending_the_receipt], ids=lambda one: one.__name__)
def test_what_a_killed_worker_had_begun_is_finished_by_the_other_one_and_done_once(
    company: Company, pair: Pair, moment: Callable[[Scene], None], capsys: pytest.CaptureFixture[str]
) -> None:
    scene = Scene(company)
    moment(scene)
    killed = pair.kill_who_does(scene.assignment)
    company.control("DELETE", "weather")
    company.settle()
    took = (datetime.now(UTC) - killed).total_seconds()
    begun = (_taken_over_at(pair.survivor) - killed).total_seconds()
    kind = "SQLite" if company.settings.is_sqlite else "PostgreSQL"
    with capsys.disabled():
        sys.stdout.write(f"\n{kind}, {moment.__name__}: taken over after {begun:.1f} s, done after {took:.1f} s\n")
    scene.assert_assigned_once()
    assert took < MUCH_TOO_LONG
    assert "locked" not in pair.survivor.said()


def test_two_workers_share_what_comes_and_answer_everybody_once(company: Company, pair: Pair) -> None:
    names = ("employee", "colleague", "manager", "director", "admin")
    people = [Someone(company, name) for name in names]
    for _ in range(4):
        for one in people:
            one.says("status 99999", settle=False)
    company.settle()
    for one in people:
        assert sum("I know no request" in message["text"] for message in one.inbox()) == 4
    for worker in pair.workers.values():
        assert "locked" not in worker.said()


def test_when_both_are_killed_a_new_worker_finishes_what_both_had_begun(company: Company, pair: Pair) -> None:
    scene = Scene(company)
    _asking_webex(scene)
    for one in list(pair.workers.values()):
        one.kill()
    pair.workers.clear()
    company.control("DELETE", "weather")
    company.start_worker()
    company.settle()
    scene.assert_assigned_once()


def test_a_worker_that_loses_its_lock_ends_at_once_and_the_other_one_goes_on(company: Company, pair: Pair) -> None:
    if company.settings.is_sqlite:
        pytest.skip("a lock on a file is lost only by dying")
    scene = Scene(company)
    _asking_webex(scene)
    robbed = pair.who_does(scene.assignment)
    key = FIRST_KEY + int(robbed.removeprefix("slot-")) - 1
    with company.engine.begin() as connection, suppress(SQLAlchemyError):
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key AND "
                "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            ),
            {"key": key},
        )
    began = time.monotonic()
    victim = pair.workers.pop(robbed)
    assert victim.wait() == 1
    assert "worker_slot_lost" in victim.said()
    assert time.monotonic() - began < MUCH_TOO_LONG
    company.control("DELETE", "weather")
    company.settle()
    scene.assert_assigned_once()
