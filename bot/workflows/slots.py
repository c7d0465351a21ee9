"""Who may run: one worker at a time, and on SQLite one web process. A lock that the system frees when its holder dies.

SQLite: `flock` on a file beside the database. PostgreSQL: an advisory lock that lives as long as its one connection.
"""

import fcntl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.store.session import make_engine

WORKER_LOCK = 7_391_001
"""Any number, as long as nothing else in the same PostgreSQL database takes it."""
LOOK_EVERY = 5.0


class Taken(Exception):
    """Somebody else holds the slot."""


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


class DatabaseSlot:
    """An advisory lock. If its connection is lost the lock is lost too, so `on_lost` must end the process at once."""

    def __init__(self, database_url: str, on_lost: Callable[[], None]) -> None:
        self._engine = make_engine(database_url, pool_size=1)
        self._on_lost = on_lost
        self._connection: Connection | None = None
        self._stopped = threading.Event()
        self._watch = threading.Thread(target=self._look_after, name="worker-slot", daemon=True)

    def take(self) -> None:
        """Raise Taken at once if another process holds it."""
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": WORKER_LOCK}):
            connection.close()
            self._engine.dispose()
            raise Taken("the database's advisory lock")
        self._connection = connection
        self._watch.start()

    def _look_after(self) -> None:
        while not self._stopped.wait(LOOK_EVERY):
            try:
                if self._connection is not None:
                    self._connection.scalar(text("SELECT 1"))
            except SQLAlchemyError:
                if not self._stopped.is_set():
                    self._on_lost()
                return

    def release(self) -> None:
        self._stopped.set()
        if self._watch.is_alive():
            self._watch.join(LOOK_EVERY * 2)
        if self._connection is not None:
            with suppress(SQLAlchemyError):  # if the connection is lost, so is the lock
                self._connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": WORKER_LOCK})
            self._connection.close()
        self._engine.dispose()


Slot = FileSlot | DatabaseSlot


def worker_slot(database_url: str, on_lost: Callable[[], None]) -> Slot:
    if make_url(database_url).get_backend_name() == "sqlite":
        return FileSlot(database_url, "worker")
    return DatabaseSlot(database_url, on_lost)
