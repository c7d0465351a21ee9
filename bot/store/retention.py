"""What the database need not remember for ever, deleted in small batches: nobody waits long for the write lock."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.store.models import Delivery
from bot.store.upkeep import Mark

SPARE_PAGES = 1000
"""Free pages of a SQLite file (4 MB) that it may keep, because tomorrow needs them again."""


def forget_deliveries(session: Session, before: datetime, limit: int) -> int:
    """Delete the oldest deliveries from before that time; return how many that were."""
    old = select(Delivery.key).where(Delivery.received_at < before).order_by(Delivery.received_at).limit(limit)
    keys = session.scalars(old).all()
    session.execute(delete(Delivery).where(Delivery.key.in_(keys)))
    return len(keys)


def forget_marks(session: Session, prefix: str, before: datetime) -> None:
    session.execute(delete(Mark).where(Mark.name.startswith(prefix, autoescape=True), Mark.at < before))


def give_back(session: Session) -> bool:
    """Return some free pages of a SQLite file to the file system; False when there is no more to return.

    Only files made since this was thought of can do that: others use their free pages again, and never shrink.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return False  # PostgreSQL does it by itself
    spare = int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one())
    is_possible = connection.exec_driver_sql("PRAGMA auto_vacuum").scalar_one() == 2  # noqa: PLR2004 SQLite's number for "incremental"
    if is_possible and spare > SPARE_PAGES:
        pages = min(SPARE_PAGES, spare - SPARE_PAGES)
        # It works a page a row, and its rows have no columns: only a script is run to its end. That commits first.
        connection.connection.cursor().executescript(f"PRAGMA incremental_vacuum({pages})")
    return is_possible and spare > 2 * SPARE_PAGES
