"""A copy of the whole database while the bot goes on: our tables and the engine's, as they were at one moment."""

import os
import shlex
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from bot.errors import CannotStart
from bot.store.session import make_engine

NOT_AGAIN = "{file} exists already, and a backup replaces nothing. Name a new file."
NO_FOLDER = "{file} cannot be written: {why}. Name a file in a folder that is there."
NOT_MADE = "The backup was not made: {why}. Make room on its disk, or see whether `license-bot db check` finds damage."
NO_DATABASE = "There is no database at {file} to back up. Set DATABASE_URL as web and worker have it."
NOT_OURS = (
    "{file} is not the bot's database: its tables are not there. Set DATABASE_URL as web and worker have it; "
    "no backup was made."
)
NO_TOOL = "pg_dump is not installed here. Install PostgreSQL's client, or run this where it is: {command}"
DUMP_FAILED = "pg_dump could not make the backup: {why}"
OURS = {"alembic_version", "workflow_status"}
"""A table of ours and one of the engine: a file without them is none of the bot's."""
ONLY_OURS = 0o600
"""A backup holds names, reasons and messages, so nobody else may read it."""


def back_up(database_url: str, file: Path) -> None:
    """Write a backup to a new file, whole or not at all. Raises CannotStart with what to do."""
    url = make_url(database_url)
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, ONLY_OURS))
    except FileExistsError:
        raise CannotStart(NOT_AGAIN.format(file=file)) from None
    except OSError as error:
        raise CannotStart(NO_FOLDER.format(file=file, why=error.strerror)) from None
    is_done = False
    try:
        if url.get_backend_name() == "sqlite":
            _copy(Path(url.database or ""), file)
        else:
            _dump(url, file)
        is_done = True
    except (OSError, sqlite3.Error) as error:
        raise CannotStart(NOT_MADE.format(why=error)) from None
    finally:
        if not is_done:
            file.unlink(missing_ok=True)


def _copy(source: Path, file: Path) -> None:
    if not source.is_file():
        raise CannotStart(NO_DATABASE.format(file=source))
    with closing(sqlite3.connect(source, timeout=30)) as original, closing(sqlite3.connect(file)) as copy:
        _demand_ours(original, source)
        original.backup(copy)  # all pages in one go: one moment of the database, whoever writes meanwhile
        copy.execute("PRAGMA journal_mode=DELETE")  # one file that can be carried away, without a log beside it
        _demand_ours(copy, file)
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _demand_ours(connection: sqlite3.Connection, file: Path) -> None:
    there = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not there >= OURS:
        raise CannotStart(NOT_OURS.format(file=file))


def _demand_ours_at(url: URL) -> None:
    """Raise CannotStart if this server's database is not the bot's; one that does not answer, pg_dump tells of."""
    engine = make_engine(url.render_as_string(hide_password=False), pool_size=1, is_for_deciding=False)
    try:
        looked = inspect(engine)
        is_ours = looked.has_table("alembic_version") and looked.has_table("workflow_status", schema="dbos")
    except DBAPIError:
        return
    finally:
        engine.dispose()
    if not is_ours:
        raise CannotStart(NOT_OURS.format(file=url.database))


def _dump(url: URL, file: Path) -> None:
    tool = shutil.which("pg_dump")
    # The password goes by the environment: other users of the machine can read a command line.
    target = url.set(drivername="postgresql", password=None).render_as_string()
    words = ["pg_dump", "--format=custom", "--no-owner", f"--file={file}", target]
    if tool is None:
        raise CannotStart(NO_TOOL.format(command=shlex.join(words)))
    _demand_ours_at(url)
    environment = os.environ | ({"PGPASSWORD": url.password} if url.password else {})
    ended = subprocess.run([tool, *words[1:]], env=environment, capture_output=True, text=True, check=False)  # noqa: S603 our own words
    if ended.returncode:
        raise CannotStart(DUMP_FAILED.format(why="; ".join(ended.stderr.split("\n")).strip("; ")))
