"""The spaces that the bot knows, and until when every message there is known to be handled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, not_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.desk.states import OPEN_STATES
from bot.store.models import OutgoingMessage, Request
from bot.store.session import insert_if_new
from bot.store.upkeep import Space

KEPT_FOR = timedelta(days=30)
"""A space that was silent for longer is looked into only while a request that was talked about there is open."""
EXACT_ENOUGH = timedelta(minutes=1)
"""A busy space is written down again no oftener than this."""


def heard(session: Session, space_id: str, now: datetime) -> None:
    """Note that something was delivered from there: one statement, most of the time without a write."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"space_id": space_id, "is_group": False, "heard_at": now}
    session.execute(
        insert(Space)
        .values(row)
        .on_conflict_do_update(
            index_elements=[Space.space_id], set_={"heard_at": now}, where=Space.heard_at < now - EXACT_ENOUGH
        )
    )


def spoken_in(session: Session, space_id: str, now: datetime) -> None:
    """Note a space that the bot has sent to: the first words of somebody there may be lost, too."""
    insert_if_new(session, Space, {"space_id": space_id, "is_group": False, "heard_at": now})


def active(session: Session, space_id: str, at: datetime, *, is_group: bool, began: datetime) -> None:
    """Note when something last happened there. Where nobody knew of it, what is older than `began` is none of ours."""
    row = {"space_id": space_id, "is_group": is_group, "heard_at": at, "caught_up_at": began}
    if not insert_if_new(session, Space, row):
        session.execute(update(Space).where(Space.space_id == space_id, Space.heard_at < at).values(heard_at=at))


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Space)) or 0


def talked_about() -> Select[str | None]:
    """Select the spaces in which an open request was talked about."""
    return (
        select(OutgoingMessage.space_id)
        .join(Request, Request.id == OutgoingMessage.request_id)
        .where(Request.state.in_(OPEN_STATES), OutgoingMessage.space_id.is_not(None))
    )


def to_look_into(session: Session, now: datetime, limit: int, *, silent_too: bool) -> Sequence[Space]:
    """Return the spaces that may hold lost messages, those first that were not looked into for the longest time.

    Those that could not be looked into come last, and those in which nothing happened since only if `silent_too`.
    """
    is_due = or_(Space.caught_up_at.is_(None), Space.heard_at > Space.caught_up_at)
    candidates = select(Space).where((Space.heard_at >= now - KEPT_FOR) | Space.space_id.in_(talked_about()))
    return session.scalars(
        (candidates if silent_too else candidates.where(is_due))
        .order_by(
            Space.failed_at.is_not(None),
            Space.failed_at,
            not_(is_due),
            Space.caught_up_at.is_not(None),
            Space.caught_up_at,
            Space.space_id,
        )
        .limit(limit)
    ).all()


def looked_into(session: Session, space_id: str, until: datetime, *, is_group: bool) -> None:
    """Note that every message there is handled that is older than `until`."""
    row = session.get(Space, space_id)
    if row is not None:
        row.caught_up_at, row.is_group, row.failed_at = until, is_group, None


def failed(session: Session, space_id: str, now: datetime) -> None:
    """Note that it could not be looked into, so that it holds up no other."""
    session.execute(update(Space).where(Space.space_id == space_id).values(failed_at=now))
