"""Who is which executor: a worker is `slot-N` for as long as it holds lock N, which the system frees when it dies.

Live workers look for executors that have work under way and whose lock is free: their worker is dead, and whoever gets
the lock hands that work to the queues again. SQLite: `flock` on files beside the database, so all its workers are on
one machine. PostgreSQL: advisory locks that live as long as one connection, so workers may be anywhere.
"""

import fcntl
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Protocol

import psycopg
import structlog
from sqlalchemy.engine import make_url

from bot.store.session import MOST_WORKERS

log = structlog.get_logger()

EXECUTOR = "slot-{number}"
FIRST_KEY = 7_391_001
"""Any number, as long as nothing else in the same PostgreSQL database takes it or the next few."""
LOOK_EVERY = 1.0
"""Seconds between looks at the own lock and at those of others."""
GRACE = 2.5
"""Seconds for which a free lock is held before its work is handed on.

Whoever lost it has noticed and ended by then, and a call to Webex that was on its way has arrived: a message that is
looked for before it stands there would be sent again. The same goes for who begins in the place of a dead worker.
"""
SERVER_LOOKS = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""A machine that vanished must not keep its lock: after 25 silent seconds the server frees it."""
LIVELINESS: dict[str, Any] = {  # the worker gives up before that, after 8 seconds without an answer
    "keepalives_idle": 3,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8000,
    "connect_timeout": 5,
    "application_name": "license-bot slot",
}


class Taken(Exception):
    """Somebody else holds the slot, or all of them."""


class Lost(Exception):
    """The connection that kept the locks is gone."""


class FileSlot:
    """A lock on `<database file>.<name>.lock`; the file stays, the lock goes with the process."""

    def __init__(self, database_url: str, name: str) -> None:
        database = make_url(database_url).database or "license-bot.sqlite"
        self._path = Path(f"{database}.{name}.lock")
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raise Taken at once if another process holds it."""
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise Taken(str(self._path)) from None
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class Locks(Protocol):
    """Sixteen locks; what this process holds of them it loses only by dying, or by Lost."""

    grace: float

    def try_lock(self, number: int) -> bool: ...
    def unlock(self, number: int) -> None: ...
    def check(self) -> None: ...
    def close(self) -> None: ...


class FileLocks:
    """Locks that the system frees with their process: nobody loses one and lives on."""

    grace = GRACE

    def __init__(self, database_url: str) -> None:
        # The first has the name that the only one had: a worker of that time is still kept out of its place.
        names = ["worker", *(f"worker-{number}" for number in range(2, MOST_WORKERS + 1))]
        self._slots = {number: FileSlot(database_url, name) for number, name in enumerate(names, start=1)}

    def try_lock(self, number: int) -> bool:
        with suppress(Taken):
            self._slots[number].take()
            return True
        return False

    def unlock(self, number: int) -> None:
        self._slots[number].release()

    def check(self) -> None:
        """Files are there."""

    def close(self) -> None:
        for slot in self._slots.values():
            slot.release()


class DatabaseLocks:
    """Advisory locks on one connection of their own, outside every pool."""

    def __init__(self, database_url: str) -> None:
        positional, named = (url := make_url(database_url)).get_dialect()().create_connect_args(url)  # as the pools do
        own = f"{named.pop('options', '')} {SERVER_LOOKS}".strip()
        self._connection = psycopg.connect(*positional, **{**LIVELINESS, **named, "options": own, "autocommit": True})
        self.grace = GRACE

    def try_lock(self, number: int) -> bool:
        return bool(self._ask("SELECT pg_try_advisory_lock(%s)", number))

    def unlock(self, number: int) -> None:
        self._ask("SELECT pg_advisory_unlock(%s)", number)

    def check(self) -> None:
        """Raise Lost unless the connection answers."""
        self._ask("SELECT %s", 1)

    def _ask(self, question: str, number: int) -> object:
        try:
            row = self._connection.execute(question.encode(), [FIRST_KEY + number - 1]).fetchone()
        except psycopg.Error:
            raise Lost from None
        return row[0] if row else None

    def close(self) -> None:
        self._connection.close()  # which frees them all


class WorkerSlot:
    """The place of one worker among all of the database's. If it is lost, `on_lost` must end the process at once."""

    def __init__(self, database_url: str, on_lost: Callable[[], None]) -> None:
        self._database_url = database_url
        self._on_lost = on_lost
        self._locks: Locks | None = None
        self._rounds: Rounds | None = None
        self._stopped = threading.Event()
        self._taken_at = 0.0
        self._watch = threading.Thread(target=self._look_after, name="worker-slot", daemon=True)
        self.number = 0

    @property
    def executor(self) -> str:
        return EXECUTOR.format(number=self.number)

    def take(self) -> None:
        """Take the first that is free. Raises Taken at once if none is."""
        locks = _locks(self._database_url)
        self.number = next((one for one in range(1, MOST_WORKERS + 1) if locks.try_lock(one)), 0)
        if not self.number:
            locks.close()
            raise Taken(f"all of {MOST_WORKERS} slots")
        self._locks, self._taken_at = locks, time.monotonic()
        self._watch.start()

    def outlast_predecessor(self, at_work: Iterable[str]) -> None:
        """If who had this place left work under way, wait until nothing of theirs can be on its way any more."""
        if self._locks is not None and self.executor in at_work:
            self._stopped.wait(self._taken_at + self._locks.grace - time.monotonic())

    def _look_after(self) -> None:
        while not self._stopped.wait(LOOK_EVERY):
            try:
                if self._locks is not None:
                    self._locks.check()
            except Lost:
                if not self._stopped.is_set():
                    self._on_lost()
                return

    def go_round(self, at_work: Callable[[], Iterable[str]], hand_on: Callable[[str], int]) -> None:
        """Look after the work of whoever dies, from now on.

        `at_work` names the executors that have work under way; `hand_on` gives a dead one's to the queues again.
        """
        if self._locks is not None:
            self._rounds = Rounds(self._locks, self.number, at_work, hand_on)
            self._rounds.start()

    def stay(self) -> None:
        """End the rounds and keep the slot: for a worker that finishes its own work before it goes."""
        if self._rounds is not None:
            self._rounds.stop()
            self._rounds = None

    def release(self) -> None:
        self.stay()
        self._stopped.set()
        if self._watch.is_alive():
            self._watch.join(LOOK_EVERY * 10)
        if self._locks is not None:
            self._locks.close()
            self._locks = None


class Rounds(threading.Thread):
    """A look at everybody, again and again, for locks that are free though work is under way in their name.

    A thread of its own: handing work on waits for a database that is away, and the own lock must be watched meanwhile.
    """

    def __init__(
        self, locks: Locks, own: int, at_work: Callable[[], Iterable[str]], hand_on: Callable[[str], int]
    ) -> None:
        super().__init__(name="worker-rounds", daemon=True)
        self._locks = locks
        self._others = {EXECUTOR.format(number=one): one for one in range(1, MOST_WORKERS + 1) if one != own}
        self._at_work = at_work
        self._hand_on = hand_on
        self._ended = threading.Event()
        self._dead: dict[str, float] = {}
        """Executors whose locks are held here, and since when."""

    def run(self) -> None:
        while not self._ended.wait(LOOK_EVERY):
            try:
                self._find_the_dead()
                self._hand_over()
            except Exception as error:  # noqa: BLE001 the next round may succeed, and nobody else makes it
                if not self._ended.is_set():
                    log.warning("round_failed", error=type(error).__name__)

    def _find_the_dead(self) -> None:
        for executor in self._at_work():
            number = self._others.get(executor)
            if number and executor not in self._dead and self._locks.try_lock(number):
                self._dead[executor] = time.monotonic()

    def _hand_over(self) -> None:
        for executor, since in list(self._dead.items()):
            if time.monotonic() - since >= self._locks.grace:
                log.warning("work_taken_over", executor=executor, workflows=self._hand_on(executor))
                del self._dead[executor]
                self._locks.unlock(self._others[executor])

    def stop(self) -> None:
        self._ended.set()
        self.join(LOOK_EVERY * 10)


def _locks(database_url: str) -> Locks:
    is_sqlite = make_url(database_url).get_backend_name() == "sqlite"
    return FileLocks(database_url) if is_sqlite else DatabaseLocks(database_url)
