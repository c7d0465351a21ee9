"""The locks that keep a second worker or web out: taken once, and free as soon as their holder is dead."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from bot.workflows import slots
from bot.workflows.slots import DatabaseSlot, FileSlot, Slot, Taken, worker_slot
from tests.database import fresh_database, fresh_sqlite, postgres_server

REPOSITORY = Path(__file__).parent.parent.parent
HOLD = """
import sys
from bot.workflows.slots import worker_slot
slot = worker_slot(sys.argv[1], lambda: None)
slot.take()
print("taken", flush=True)
sys.stdin.read()
"""
LONG_ENOUGH = 10.0

Databases = dict[str, Callable[[], str]]


def nothing() -> None:
    """What happens when a lock is lost of which nothing is expected."""


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """How to get the URL of an empty database of either kind."""
    folder = tmp_path_factory.mktemp("slots")
    with postgres_server() as server:
        yield {"sqlite": lambda: fresh_sqlite(folder), "postgresql": lambda: fresh_database(server)}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(databases: Databases, request: pytest.FixtureRequest) -> str:
    return databases[request.param]()


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "LOOK_EVERY", 0.02)


def take_soon(slot: Slot) -> None:
    """Take a lock whose holder has just died: a database server needs a moment to notice."""
    end = time.monotonic() + LONG_ENOUGH
    while True:
        try:
            return slot.take()
        except Taken:
            assert time.monotonic() < end, "the lock of a dead process stays taken"
            time.sleep(0.01)


def test_each_database_has_its_kind_of_lock(databases: Databases) -> None:
    assert isinstance(worker_slot(databases["sqlite"](), nothing), FileSlot)
    assert isinstance(worker_slot(databases["postgresql"](), nothing), DatabaseSlot)


def test_a_slot_is_taken_once_and_can_be_taken_when_it_was_given_back(url: str) -> None:
    first, second = worker_slot(url, nothing), worker_slot(url, nothing)
    first.take()
    with pytest.raises(Taken):
        second.take()
    first.release()
    second.take()
    second.release()


def test_a_slot_that_was_not_taken_can_be_given_back(url: str) -> None:
    worker_slot(url, nothing).release()


def test_a_slot_is_free_when_its_holder_was_killed(url: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    slot = worker_slot(url, nothing)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "taken\n"
        with pytest.raises(Taken):
            slot.take()
    finally:
        holder.kill()
        holder.communicate()
    take_soon(slot)
    slot.release()


def test_web_and_worker_do_not_stand_in_each_others_way(databases: Databases) -> None:
    url = databases["sqlite"]()
    web, worker = FileSlot(url, "web"), FileSlot(url, "worker")
    web.take()
    worker.take()
    web.release()
    worker.release()


def test_databases_do_not_stand_in_each_others_way(databases: Databases) -> None:
    pairs = [(databases[kind](), databases[kind]()) for kind in databases]
    for one, other in pairs:
        first, second = worker_slot(one, nothing), worker_slot(other, nothing)
        first.take()
        second.take()
        first.release()
        second.release()


def test_a_worker_that_loses_its_connection_hears_of_it_at_once(databases: Databases) -> None:
    url, lost = databases["postgresql"](), threading.Event()
    slot = DatabaseSlot(url, lost.set)
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
    slot = DatabaseSlot(databases["postgresql"](), lost.set)
    slot.take()
    slot.release()
    assert not lost.is_set()
