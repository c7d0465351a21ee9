"""One sandbox and one set of tables for all that the doctor is shown; each test gets a bot of its own."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import app as wiring
from bot.sandbox.server import RunningSandbox
from tests.operating.patients import Patient


@pytest.fixture(scope="package")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tables") / "bot.sqlite"
    wiring.upgrade(f"sqlite:///{file}")
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return file


@pytest.fixture(scope="package")
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox() as running:
        yield running


@pytest.fixture
def bot(sandbox: RunningSandbox, tables: Path, tmp_path: Path) -> Patient:
    return Patient(sandbox, tables, tmp_path)
