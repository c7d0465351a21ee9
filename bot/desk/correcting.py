"""The verb `correct`: the Calling details of a request change while it waits, and whoever decides is asked anew."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.desk.service import check_state, lock_for, record
from bot.desk.shapes import Decider, FollowUp
from bot.desk.states import State, Verb
from bot.errors import BadInput, Conflict, Denied
from bot.store import queries
from bot.store.models import Request, RequestItem

MOST_CORRECTIONS = 5


@dataclass(frozen=True, slots=True)
class CallingDetails:
    """Where a phone belongs and how it is called; None for what is not said."""

    location_id: str | None = None
    location_name: str | None = None
    phone_number: str | None = None
    extension: str | None = None


def calling_items(row: Request) -> list[RequestItem]:
    """Return what the request adds with Calling details; they are the same for each of them."""
    return [one for one in row.items if one.operation == "add" and (one.phone_number or one.extension)]


def calling_details(row: Request) -> CallingDetails | None:
    """Return the Calling details of a request, None if nothing in it has any."""
    for item in calling_items(row):
        return CallingDetails(item.location_id, item.location_name, item.phone_number, item.extension)
    return None


def can_correct(row: Request, person_id: str) -> bool:
    """Whether this person may change the details now: it is their request or for them, and nobody has decided."""
    return (
        row.state is State.PENDING
        and person_id in {row.requester_id, row.beneficiary_id}
        and calling_details(row) is not None
    )


def to_correct(session: Session, request_id: int, decider: Decider) -> tuple[Request, CallingDetails]:
    """Lock a request that this person may correct. Raises as `cancel` does, and BadInput without Calling details.

    Raises Conflict after too many corrections, since each asks somebody else anew.
    """
    row = lock_for(session, request_id, decider)
    if decider.person["person_id"] not in {row.requester_id, row.beneficiary_id}:
        raise Denied("not_yours", {"number": str(row.id)})
    check_state(row, Verb.CORRECT)
    known = calling_details(row)
    if known is None:
        raise BadInput("no_calling_details", {"number": str(row.id)})
    if _corrections(session, row) >= MOST_CORRECTIONS:
        raise Conflict("corrected_too_often", {"number": str(row.id), "limit": str(MOST_CORRECTIONS)})
    return row, known


def _corrections(session: Session, row: Request) -> int:
    return sum(entry.verb == Verb.CORRECT for entry in queries.audit_of(session, row.id))


def correct(
    session: Session, request_id: int, wished: CallingDetails, decider: Decider, now: datetime
) -> list[FollowUp]:
    """Put these details in place of those of the request. Raises as `to_correct` does, and Conflict if none changes."""
    row, known = to_correct(session, request_id, decider)
    if wished == known:
        raise Conflict("details_unchanged", {"number": str(row.id)})
    for item in calling_items(row):
        item.location_id, item.location_name = wished.location_id, wished.location_name
        item.phone_number, item.extension = wished.phone_number, wished.extension
    before, row.state = row.state, check_state(row, Verb.CORRECT)
    time = 1 + _corrections(session, row)
    facts = {"before": asdict(known), "after": asdict(wished)}
    record(session, row, Verb.CORRECT, decider.person["person_id"], now, before=before, facts=facts)
    return [FollowUp("corrected", row.id, str(time)), FollowUp("ask", row.id, f"corrected:{time}")]
