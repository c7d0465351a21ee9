"""Bringing the tables up to date, and knowing whether they are. Only the release step changes them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

import migrations
from bot.errors import CannotStart
from bot.store import upkeep  # noqa: F401 its tables belong to the schema, too

NOT_UPGRADED = "The database is not up to date. Run `license-bot db upgrade` first."


def config() -> Config:
    found = Config()
    found.set_main_option("script_location", str(Path(migrations.__path__[0])))
    return found


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to `revision` in one transaction; nothing to do if they are there already."""
    with engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)


def is_current(engine: Engine) -> bool:
    """Whether the tables are those that this version of the bot was written for."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_heads() == tuple(
            ScriptDirectory.from_config(config()).get_heads()
        )


def check_current(engine: Engine) -> None:
    """Raise CannotStart with what to do, unless the release step has run."""
    if not is_current(engine):
        raise CannotStart(NOT_UPGRADED)


def can_serve(engine: Engine) -> bool:
    """Whether a process that runs already may go on: the tables are its own, or of a later version.

    While an upgrade is under way the older processes go on, because each migration keeps the version before it working.
    """
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    ours = ScriptDirectory.from_config(config())
    known = {one.revision for one in ours.walk_revisions()}
    return current == tuple(ours.get_heads()) or bool(set(current) - known)


def check_can_serve(engine: Engine) -> None:
    """Raise CannotStart with what to do, unless what runs may go on."""
    if not can_serve(engine):
        raise CannotStart(NOT_UPGRADED)
