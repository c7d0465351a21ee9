"""The ledger of outgoing messages: what is to be said is committed with the decision and sent afterwards.

`POST /messages` is not idempotent, so each attempt is written down before it is made: whoever finds one unfinished
looks in the space first. Keys make a message exist once, however often its reason is worked on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.models import OutgoingMessage, Request

MOST_LEFT_BEHIND = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """One message to be sent: to a person 1:1, or to a space."""

    key: str
    purpose: str
    markdown: str
    card: dict[str, Any] | None = None
    to_person_id: str | None = None
    space_id: str | None = None
    parent_id: str | None = None
    request_id: int | None = None
    replaces_id: int | None = None
    context: dict[str, Any] | None = None


class Attempt(TypedDict):
    """What is about to be posted. `since` is the time of an earlier attempt that nobody saw the end of."""

    outgoing_id: int
    to_person_id: str | None
    space_id: str | None
    parent_id: str | None
    markdown: str
    card: dict[str, Any] | None
    remove_message_id: str | None
    since: str | None
    trace: str
    """Of the request that it is about."""


def write(session: Session, drafts: Iterable[Draft], now: datetime) -> list[int]:
    """Queue the messages and return their ids. One whose key exists already is not written again."""
    return [_write(session, draft, now) for draft in drafts]


def _write(session: Session, draft: Draft, now: datetime) -> int:
    known = session.scalar(select(OutgoingMessage.id).where(OutgoingMessage.key == draft.key))
    if known is not None:
        return known
    row = OutgoingMessage(
        key=draft.key,
        purpose=draft.purpose,
        markdown=draft.markdown,
        card=draft.card,
        to_person_id=draft.to_person_id,
        space_id=draft.space_id,
        parent_id=draft.parent_id,
        request_id=draft.request_id,
        replaces_id=draft.replaces_id,
        context=draft.context,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def begin_attempt(session: Session, outgoing_id: int, now: datetime) -> Attempt | None:
    """Note that a message is about to be posted. None if there is nothing left to post."""
    row = session.scalars(select(OutgoingMessage).where(OutgoingMessage.id == outgoing_id).with_for_update()).one()
    if row.state in {"sent", "failed"}:
        return None
    if row.closed_at is not None and row.state == "queued":
        row.state = "failed"  # decided before it was asked: a card that is dead on arrival helps nobody
        return None
    since = row.attempted_at.isoformat() if row.state == "sending" and row.attempted_at else None
    row.state = "sending"
    row.attempted_at = row.attempted_at if since else now
    replaced = session.get(OutgoingMessage, row.replaces_id) if row.replaces_id else None
    about = session.get(Request, row.request_id) if row.request_id else None
    return {
        "outgoing_id": row.id,
        "to_person_id": row.to_person_id,
        "space_id": row.space_id,
        "parent_id": row.parent_id,
        "markdown": row.markdown,
        "card": row.card,
        "remove_message_id": replaced.message_id if replaced else None,
        "since": since,
        "trace": about.trace if about else "",
    }


def claim(session: Session, outgoing_id: int, message_id: str) -> bool:
    """Take a message found in the space for this row's, unless it is another row's: both may say the same."""
    mine = session.get_one(OutgoingMessage, outgoing_id)
    # Rows of the same words may be looking at this moment: one after the other, or two would take the same message.
    looking = (OutgoingMessage.state == "sending", OutgoingMessage.to_person_id == mine.to_person_id)
    session.execute(select(OutgoingMessage.id).where(*looking).order_by(OutgoingMessage.id).with_for_update())
    owner = session.scalar(select(OutgoingMessage.id).where(OutgoingMessage.message_id == message_id))
    if owner is None:
        mine.message_id = message_id
    return owner in {None, outgoing_id}


def record_sent(session: Session, outgoing_id: int, message_id: str, space_id: str, now: datetime) -> bool:
    """Note where a message is. Returns whether it was closed meanwhile, so that it has to be taken away again."""
    row = session.get_one(OutgoingMessage, outgoing_id)
    row.state, row.message_id, row.space_id, row.sent_at = "sent", message_id, space_id, now
    return row.closed_at is not None


def record_failed(session: Session, outgoing_id: int) -> OutgoingMessage:
    """Note that Webex will not take this message: its person or space is gone, or does not let the bot in."""
    row = session.get_one(OutgoingMessage, outgoing_id)
    row.state = "failed"
    return row


def left_behind(session: Session, since: datetime, until: datetime) -> list[int]:
    """Return messages written in that time that were never sent, nor attempted since `until`; oldest first."""
    not_sent = (OutgoingMessage.state.in_(("queued", "sending")), OutgoingMessage.created_at >= since)
    quiet = func.coalesce(OutgoingMessage.attempted_at, OutgoingMessage.created_at) < until
    query = select(OutgoingMessage.id).where(*not_sent, quiet).order_by(OutgoingMessage.id).limit(MOST_LEFT_BEHIND)
    return list(session.scalars(query))


def close(rows: Iterable[OutgoingMessage], now: datetime) -> None:
    for row in rows:
        row.closed_at = now


def replacing(draft: Draft, row: OutgoingMessage) -> Draft:
    """Return the draft sent to where `row` went, taking it away first."""
    to_space = None if row.to_person_id else row.space_id
    return replace(draft, to_person_id=row.to_person_id, space_id=to_space, parent_id=row.parent_id, replaces_id=row.id)
