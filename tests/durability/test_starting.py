"""Starting and ending, as an operator sees it: who must not start says why in a sentence, who is told to end does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import app as wiring
from bot.app import SECOND_WEB
from bot.store.schema import NOT_UPGRADED
from tests.database import fresh_sqlite
from tests.processes import Company, free_ports, until

pytestmark = pytest.mark.processes

REFUSED = 2


@pytest.fixture
def empty_database(tmp_path: Path) -> str:
    """A database that nobody upgraded. A SQLite file will do: the question is put before anything is done with it."""
    return fresh_sqlite(tmp_path)


def test_a_second_worker_starts_beside_the_first_in_a_slot_of_its_own(company: Company) -> None:
    second = company.run("worker")
    until("the second worker works", lambda: "worker_started" in second.said())
    assert '"executor": "slot-2"' in second.said()
    assert company.worker.is_alive()
    assert second.ask_to_end() == 0


@pytest.mark.parametrize("what", ["worker", "web"])
def test_without_db_upgrade_nothing_starts_and_the_operator_reads_what_to_do(
    processes: Company, empty_database: str, what: str
) -> None:
    process = processes.run(what, DATABASE_URL=empty_database, PORT=str(free_ports(1)[0]))
    assert process.wait() == REFUSED
    assert process.said().splitlines()[-1] == NOT_UPGRADED
    assert "Traceback" not in process.said()


def test_a_second_web_process_on_one_sqlite_file_does_not_start_and_says_so(company: Company) -> None:
    if not company.settings.is_sqlite:
        pytest.skip("on PostgreSQL there may be many")
    second = company.run("web", PORT=str(free_ports(1)[0]))
    assert second.wait() == REFUSED
    assert second.said().splitlines()[-1] == SECOND_WEB
    assert "Traceback" not in second.said()
    assert company.web.is_alive()


def test_a_worker_that_is_told_to_end_ends_in_good_order_and_the_next_one_starts(company: Company) -> None:
    before = len(company.worker.said())
    assert company.worker.ask_to_end() == 0
    assert "Traceback" not in company.worker.said()[before:]
    company.start_worker()


def test_a_web_process_that_is_told_to_end_ends_in_good_order_and_the_next_one_starts(company: Company) -> None:
    before = len(company.web.said())
    assert company.web.ask_to_end() == 0
    assert "Traceback" not in company.web.said()[before:]
    company.start_web()


def test_settings_that_are_wrong_are_all_named_at_once_and_nothing_starts(processes: Company) -> None:
    process = processes.run("worker", ADMINS="", WEBEX_ADMIN_ACCESS_TOKEN="", DATABASE_URL="mysql://x/y")
    assert process.wait() == REFUSED
    said = process.said()
    assert all(name in said for name in ("ADMINS", "WEBEX_ADMIN_ACCESS_TOKEN", "DATABASE_URL"))
    assert "Traceback" not in said


AWAY = "postgresql://desk:the-password@127.0.0.1:1/desk"


@pytest.mark.parametrize("words", [("web",), ("worker",), ("db", "upgrade"), ("tokens", "forget")], ids=" ".join)
def test_with_the_database_away_the_operator_reads_one_sentence_that_says_what_to_do(
    processes: Company, words: tuple[str, ...]
) -> None:
    process = processes.run(*words, DATABASE_URL=AWAY, PORT=str(free_ports(1)[0]))
    assert process.wait() == REFUSED
    (told,) = process.said().splitlines()
    assert told.startswith("The database does not answer: ")
    assert "Connection refused" in told
    assert "See that its server runs" in told
    assert "the-password" not in told


@pytest.mark.parametrize("words", [("web",), ("worker",), ("db", "upgrade")], ids=" ".join)
def test_with_a_file_that_cannot_be_opened_the_operator_reads_one_sentence(
    processes: Company, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "desk.sqlite").mkdir()
    process = processes.run(*words, DATABASE_URL=f"sqlite:///{tmp_path}/desk.sqlite", PORT=str(free_ports(1)[0]))
    assert process.wait() == REFUSED
    (told,) = process.said().splitlines()
    assert told.startswith("The database's file cannot be used: ")


def test_a_backup_that_does_not_fit_on_the_disk_is_told_in_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    url = fresh_sqlite(tmp_path)
    wiring.upgrade(url)
    backup = tmp_path / "backup"
    within = f"ulimit -f 100; exec {sys.executable} -m bot db backup {backup}"  # no file may be larger than that
    ended = subprocess.run(
        ["/bin/sh", "-c", within],
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == REFUSED
    (told,) = ended.stderr.splitlines()
    assert told.startswith("The backup was not made: ")
    assert not backup.exists()
