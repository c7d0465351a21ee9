"""How Alembic reaches the database: a connection handed in by `license-bot db upgrade`, or DATABASE_URL."""

import os

from alembic import context
from sqlalchemy import Connection

from bot.store.models import Base
from bot.store.session import make_engine


def _is_ours(_object: object, _name: str | None, kind: str, reflected: bool, compared_to: object) -> bool:
    """Leave the engine's tables alone, which share the database and are not in our metadata."""
    return not (kind == "table" and reflected and compared_to is None)


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=_is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = make_engine(os.environ.get("DATABASE_URL", "sqlite:///license-bot.sqlite"), pool_size=1)
    with engine.begin() as own:
        run(own)
    engine.dispose()
