"""The spaces that the bot knows, and until when every message there is known to be handled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
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


def to_look_into(session: Session, now: datetime, limit: int) -> Sequence[Space]:
    """Return the spaces that may hold lost messages, those first that were not looked into for the longest time."""
    talked_about = (
        select(OutgoingMessage.space_id)
        .join(Request, Request.id == OutgoingMessage.request_id)
        .where(Request.state.in_(OPEN_STATES), OutgoingMessage.space_id.is_not(None))
    )
    return session.scalars(
        select(Space)
        .where((Space.heard_at >= now - KEPT_FOR) | Space.space_id.in_(talked_about))
        .order_by(Space.caught_up_at.is_not(None), Space.caught_up_at, Space.space_id)
        .limit(limit)
    ).all()


def looked_into(session: Session, space_id: str, until: datetime, *, is_group: bool) -> None:
    """Note that every message there is handled that is older than `until`."""
    row = session.get(Space, space_id)
    if row is not None:
        row.caught_up_at, row.is_group = until, is_group
