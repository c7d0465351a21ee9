"""One person is answered so many times a minute and no more: a flood must cost neither Webex nor anybody else.

It is decided from the deliveries alone, by the minute of the clock in which each was received and by their order, so
that a repeat decides the same. Whoever writes steadily is answered at the beginning of every minute.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.chat.buttons import button_of
from bot.chat.events import Pressed
from bot.chat.sentences import SENTENCES
from bot.errors import BotError
from bot.store.ledger import Draft
from bot.store.models import Delivery

FOR_DECISIONS = 5
"""So many times as often as anything else are decisions answered: a manager may clear a whole list in a minute."""
DECISIONS = frozenset({"approve", "deny"})


@dataclass(frozen=True, slots=True)
class Pace:
    """Which one of its sender's deliveries in that minute this is, counted as far as anybody cares."""

    minute: datetime
    place: int


def pace_of(session: Session, key: str, limit: int) -> Pace | None:
    """Return the pace of a delivery; None for one that is not known any more."""
    own = session.get(Delivery, key)
    if own is None:
        return None
    minute = own.received_at.replace(second=0, microsecond=0)
    earlier = or_(
        Delivery.received_at < own.received_at, and_(Delivery.received_at == own.received_at, Delivery.key <= key)
    )
    of_sender = (
        select(Delivery.key)
        .where(Delivery.received_at >= minute, Delivery.actor_id == own.actor_id, earlier)
        .limit(limit * FOR_DECISIONS)
    )
    return Pace(minute, len(session.scalars(of_sender).all()))


def may_be_answered(pace: Pace, limit: int, *, may_decide: bool) -> bool:
    """Whether this one is answered: `may_decide` is for a press, of which only the reading tells what it says."""
    return pace.place <= limit or (may_decide and pace.place < limit * FOR_DECISIONS)


def is_decision(said: Pressed) -> bool:
    """Whether a press says yes or no on one of our cards that asks for it."""
    try:
        button = button_of(said["inputs"])
    except BotError:
        return False
    return button.phrase in DECISIONS and said["card"] is not None and said["card"]["purpose"] in button.cards


def notice(person_id: str, minute: datetime, limit: int) -> Draft:
    """Return what somebody reads who is too fast: the same for all of a minute, so that it is said once."""
    words = SENTENCES["too_fast"].format(limit=limit)
    return Draft(f"too_fast:{person_id}:{minute:%Y-%m-%dT%H:%M}", "notice", words, to_person_id=person_id)
