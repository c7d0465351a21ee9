"""What the database need not remember for ever, deleted in small batches: nobody waits long for the write lock."""

from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from bot.store.models import Delivery, OutgoingMessage
from bot.store.upkeep import CallBudget, Mark

SPARE_PAGES = 1000
"""Free pages of a SQLite file (4 MB) that it may keep, because tomorrow needs them again."""


def forget_deliveries(session: Session, before: datetime, limit: int) -> int:
    """Delete the oldest deliveries from before that time; return how many that were."""
    old = select(Delivery.key).where(Delivery.received_at < before).order_by(Delivery.received_at).limit(limit)
    keys = session.scalars(old).all()
    session.execute(delete(Delivery).where(Delivery.key.in_(keys)))
    return len(keys)


def forget_messages(session: Session, before: datetime, limit: int) -> int:
    """Forget what was said before that time, but not what a late press is answered by; return how many that were.

    A row about a request stays, and one whose card may still be pressed: whose it is, what for, whether it counts.
    What is about no request and cannot be pressed goes altogether.
    """
    old = (OutgoingMessage.state.in_(("sent", "failed")), OutgoingMessage.created_at < before)
    later = aliased(OutgoingMessage)
    dead = (
        OutgoingMessage.request_id.is_(None),
        OutgoingMessage.card.is_(None) | OutgoingMessage.closed_at.is_not(None),
        ~exists().where(later.replaces_id == OutgoingMessage.id),
    )
    gone = session.scalars(select(OutgoingMessage.id).where(*old, *dead).limit(limit)).all()
    session.execute(delete(OutgoingMessage).where(OutgoingMessage.id.in_(gone)))
    said = session.scalars(select(OutgoingMessage.id).where(*old, OutgoingMessage.markdown != "").limit(limit)).all()
    rows = update(OutgoingMessage).where(OutgoingMessage.id.in_(said))
    session.execute(rows.values(markdown="", replaces_id=None))
    session.execute(rows.where(OutgoingMessage.card.is_not(None)).values(card={}))  # a press asks that there is one
    session.execute(rows.where(OutgoingMessage.closed_at.is_not(None)).values(context=None))
    return max(len(gone), len(said))


def forget_marks(session: Session, prefix: str, before: datetime) -> None:
    session.execute(delete(Mark).where(Mark.name.startswith(prefix, autoescape=True), Mark.at < before))


def forget_budgets(session: Session, before: datetime) -> None:
    """Delete what people may cost who have not cost anything since: a new row is full, as theirs are."""
    session.execute(delete(CallBudget).where(CallBudget.at < before))


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
