"""Both kinds of database are there, empty, and gone afterwards."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text

from tests.database import fresh_database, fresh_sqlite, postgres_server

REPOSITORY = Path(__file__).parent.parent
STAY_UNTIL_INTERRUPTED = """
import signal
from tests.database import postgres_server
signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background, processes are born deaf to it
with postgres_server() as server:
    print(server.get_uri(), flush=True)
    input()
"""


def _use(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE things (name TEXT)"))
        connection.execute(text("INSERT INTO things VALUES ('one')"))
        assert connection.execute(text("SELECT name FROM things")).scalar_one() == "one"
    engine.dispose()


def test_each_sqlite_database_is_empty(tmp_path: Path) -> None:
    for _ in range(2):
        _use(fresh_sqlite(tmp_path))


def test_each_postgresql_database_is_empty() -> None:
    with postgres_server() as server:
        for _ in range(2):
            _use(fresh_database(server))


def test_the_server_ends_with_its_block_and_leaves_no_files() -> None:
    with postgres_server() as server:
        connection = psycopg.connect(server.get_uri(), autocommit=True)
    with connection, pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    assert not server.pgdata.parent.exists()


@pytest.mark.processes
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_no_server_outlives_tests_that_are_interrupted(how: signal.Signals) -> None:
    tests = subprocess.Popen(
        [sys.executable, "-c", STAY_UNTIL_INTERRUPTED],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        text=True,
    )
    assert tests.stdout is not None
    connection = psycopg.connect(tests.stdout.readline().strip(), autocommit=True)
    tests.send_signal(how)
    # A server that nobody stops would sit the nap out, and nothing would be raised.
    with connection, pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT pg_sleep(60)")
    tests.communicate()
