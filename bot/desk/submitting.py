"""The verb `submit`: a checked wish becomes a request. The caller owns the transaction; no network."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.desk.service import end, is_return, record
from bot.desk.shapes import FollowUp, Wish, WishedItem
from bot.desk.states import ItemState, State, Verb
from bot.errors import Conflict
from bot.store import queries
from bot.store.models import Decision, Request, RequestItem

MOST_OPEN = 20
"""So many requests of one person may wait for a decision at once."""


def submit(session: Session, wish: Wish, now: datetime) -> tuple[Request, list[FollowUp]]:
    """Record a request. If nobody may decide on it, it ends at once as denied, and the admins are told why.

    Raises Conflict if too many of this requester's wait already: each is a card that somebody else has to read.
    """
    if wish.asked and queries.count_waiting_of(session, wish.requester_id) >= MOST_OPEN:
        raise Conflict("too_many_open", {"limit": str(MOST_OPEN)})
    row = _row(wish, now)
    session.add(row)
    session.flush()  # the number is needed for the audit row and the follow-ups
    record(session, row, Verb.SUBMIT, wish.requester_id, now, before=None, facts={"reason": wish.reason})
    if wish.asked:
        return row, [FollowUp("ask", row.id), FollowUp("submitted", row.id)]
    if is_return(row):
        return row, []
    return row, end(session, row, Verb.DENY, None, now, {"reason": wish.nobody})


def _row(wish: Wish, now: datetime) -> Request:
    return Request(
        state=State.PENDING,
        org_id=wish.org,
        requester_id=wish.requester_id,
        beneficiary_id=wish.beneficiary_id,
        reason=wish.reason,
        created_at=now,
        expires_at=wish.expires_at,
        items=[_item(position, item) for position, item in enumerate(wish.items)],
        decisions=[Decision(approver_id=one.person_id, space_id=one.space_id, asked_at=now) for one in wish.asked],
    )


def _item(position: int, wished: WishedItem) -> RequestItem:
    return RequestItem(
        position=position,
        title=wished.title,
        operation=wished.operation,
        license_id=wished.license_id,
        site_url=wished.site_url,
        location_id=wished.location_id,
        location_name=wished.location_name,
        phone_number=wished.phone_number,
        extension=wished.extension,
        group_name=wished.group_name,
        via=wished.via,
        state=ItemState.OPEN,
        errors=[],
    )
