"""The locks that make a worker an executor: each held once, free when its holder is dead, and then its work goes on."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import psycopg
import pytest
import structlog

from bot.store.session import MOST_WORKERS
from bot.workflows import slots
from bot.workflows.slots import FileSlot, Taken, WorkerSlot
from tests.database import fresh_database, fresh_sqlite, postgres_server

REPOSITORY = Path(__file__).parent.parent.parent
HOLD = """
import sys
from bot.workflows.slots import WorkerSlot
slot = WorkerSlot(sys.argv[1], lambda: None)
slot.take()
print(slot.executor, flush=True)
sys.stdin.read()
"""
LONG_ENOUGH = 60.0

Databases = dict[str, Callable[[], str]]


def nothing() -> None:
    """What happens when a lock is lost of which nothing is expected."""


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """How to get the URL of an empty database of either kind."""
    folder = tmp_path_factory.mktemp("slots")
    with ExitStack() as stack:
        server = cache(lambda: stack.enter_context(postgres_server()))
        yield {"sqlite": lambda: fresh_sqlite(folder), "postgresql": lambda: fresh_database(server())}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)])
def url(databases: Databases, request: pytest.FixtureRequest) -> str:
    return databases[request.param]()


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(slots, "GRACE", 0.1)


@pytest.fixture
def take(url: str) -> Iterator[Callable[[], WorkerSlot]]:
    """Take the next free slot; all are given back in the end."""
    taken: list[WorkerSlot] = []

    def another() -> WorkerSlot:
        slot = WorkerSlot(url, nothing)
        slot.take()
        taken.append(slot)
        return slot

    yield another
    for one in taken:
        one.release()


@pytest.fixture
def doomed(url: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds slot-1."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "slot-1\n"
    yield holder
    holder.kill()
    holder.communicate()


def soon(what: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG_ENOUGH
    while not what():
        assert time.monotonic() < end
        time.sleep(0.01)


Take = Callable[[], WorkerSlot]


def noting(handed: list[str]) -> Callable[[str], int]:
    def hand_on(executor: str) -> int:
        handed.append(executor)
        return 0

    return hand_on


def test_workers_are_numbered_and_a_place_that_was_given_back_is_the_next_one(take: Take) -> None:
    first, second, third = take(), take(), take()
    assert [one.executor for one in (first, second, third)] == ["slot-1", "slot-2", "slot-3"]
    second.release()
    assert take().executor == "slot-2"
    assert take().executor == "slot-4"


def test_there_are_sixteen_places_and_no_more(url: str, take: Take) -> None:
    assert [take().number for _ in range(MOST_WORKERS)] == list(range(1, 17))
    with pytest.raises(Taken):
        WorkerSlot(url, nothing).take()


def test_a_slot_that_was_not_taken_can_be_given_back(url: str) -> None:
    WorkerSlot(url, nothing).release()


def is_free(slot: WorkerSlot, executor: str) -> bool:
    """Whether this was the next free slot; if another one was, give that back."""
    if slot.executor != executor:
        slot.release()
    return slot.executor == executor


def test_what_a_killed_worker_left_is_handed_on_once_and_its_place_is_free_again(
    doomed: subprocess.Popen[str], take: Take
) -> None:
    at_work, handed = {"slot-1"}, []

    def hand_on(executor: str) -> int:
        handed.append(executor)
        at_work.discard(executor)
        return 1

    watchers = [take(), take()]
    for one in watchers:
        one.go_round(lambda: at_work, hand_on)
    time.sleep(0.3)  # rounds enough to take from the living, if they did
    assert handed == []
    doomed.kill()
    soon(lambda: bool(handed))
    soon(lambda: is_free(take(), "slot-1"))
    assert set(handed) == {"slot-1"}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_who_begins_in_the_place_of_a_dead_worker_gives_its_last_calls_time_to_arrive(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = threading.Event()
    monkeypatch.setattr(slots.FileLocks, "grace", LONG_ENOUGH * 10)
    slot = take()
    slot.outlast_predecessor(["slot-2", "local"])  # others' work is none of its own

    def begin() -> None:
        waits.set()
        slot.outlast_predecessor(["slot-1"])
        waits.clear()

    beginning = threading.Thread(target=begin)
    beginning.start()
    assert waits.wait(LONG_ENOUGH)
    time.sleep(0.1)
    assert waits.is_set(), "it began at once"
    slot.release()
    beginning.join(LONG_ENOUGH)
    assert not waits.is_set()


def test_nobody_takes_over_from_themselves_or_from_names_that_are_no_slots(take: Take) -> None:
    handed: list[str] = []
    seen = threading.Event()
    rounds = iter(range(10**9))

    def at_work() -> set[str]:
        if next(rounds) > 10:
            seen.set()
        return {"slot-1", "local", "slot-99", "slot-x"}

    take().go_round(at_work, noting(handed))
    assert seen.wait(LONG_ENOUGH)
    assert handed == []


def test_a_round_that_fails_is_followed_by_another(take: Take) -> None:
    tries: list[str] = []

    def failing(executor: str) -> int:
        tries.append(executor)
        raise ConnectionError("a database that is away")

    with structlog.testing.capture_logs() as logged:
        take().go_round(lambda: {"slot-7"}, failing)
        soon(lambda: len(tries) > 2)
    assert {"event": "round_failed", "error": "ConnectionError", "log_level": "warning"} in logged


def test_on_postgresql_a_lock_that_just_became_free_is_held_for_a_while_before_its_work_is_handed_on(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that lost only its connection still lives, and needs a moment to notice."""
    monkeypatch.setattr(slots, "GRACE", LONG_ENOUGH * 10)
    url = databases["postgresql"]()
    living, dead = WorkerSlot(url, nothing), WorkerSlot(url, nothing)
    living.take()
    dead.take()
    dead.release()
    handed: list[str] = []
    living.go_round(lambda: {"slot-2"}, noting(handed))
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as operator:
        soon(lambda: operator.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone() == (2,))
    assert handed == []
    living.release()


def test_web_and_worker_do_not_stand_in_each_others_way(databases: Databases) -> None:
    url = databases["sqlite"]()
    web, worker = FileSlot(url, "web"), WorkerSlot(url, nothing)
    web.take()
    worker.take()
    assert worker.executor == "slot-1"
    web.release()
    worker.release()


def test_a_worker_of_the_time_when_there_was_one_keeps_its_place_to_itself(databases: Databases) -> None:
    """It locked `<file>.worker.lock`, and is slot-1: during an upgrade it may still run."""
    url = databases["sqlite"]()
    old, new = FileSlot(url, "worker"), WorkerSlot(url, nothing)
    old.take()
    new.take()
    assert new.executor == "slot-2"
    new.release()
    old.release()


def test_databases_do_not_stand_in_each_others_way(databases: Databases) -> None:
    for kind in databases:
        first, second = (WorkerSlot(databases[kind](), nothing) for _ in range(2))
        first.take()
        second.take()
        assert (first.executor, second.executor) == ("slot-1", "slot-1")
        first.release()
        second.release()


@pytest.mark.thorough
def test_a_worker_that_loses_its_connection_hears_of_it_at_once(databases: Databases) -> None:
    url, lost = databases["postgresql"](), threading.Event()
    slot = WorkerSlot(url, lost.set)
    slot.take()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as operator:
        operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND "
            "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    assert lost.wait(LONG_ENOUGH)
    slot.release()


def test_a_slot_that_is_given_back_is_not_called_lost(databases: Databases) -> None:
    lost = threading.Event()
    slot = WorkerSlot(databases["postgresql"](), lost.set)
    slot.take()
    slot.release()
    assert not lost.is_set()


def test_an_operator_can_tell_the_connection_that_keeps_a_slot_from_others(databases: Databases) -> None:
    url = databases["postgresql"]()
    slot = WorkerSlot(url, nothing)
    slot.take()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as operator:
        named = operator.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'license-bot slot'")
        assert named.fetchone() == (1,)
    slot.release()
