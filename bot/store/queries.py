"""Named reads, each with a bound and a full order, and the locking load. A request comes whole, nothing lazily."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from bot.desk.states import OPEN_STATES, ItemState, State
from bot.errors import NotFound
from bot.store.models import AuditEntry, Decision, OutgoingMessage, Person, Request, RequestItem

Moment = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
"""A column of the requests that holds a time."""
BIGGEST_ID = 2**31 - 1
"""PostgreSQL's integer ends here; a larger number typed by a person is simply not the number of a request."""


def _whole() -> Select[Request]:
    return select(Request).options(
        joinedload(Request.requester),
        joinedload(Request.beneficiary),
        selectinload(Request.items),
        selectinload(Request.decisions).options(joinedload(Decision.approver), joinedload(Decision.decider)),
    )


def request(session: Session, request_id: int) -> Request:
    """Return the request with everything that belongs to it, or raise NotFound."""
    found = session.scalar(_whole().where(Request.id == request_id)) if 0 < request_id <= BIGGEST_ID else None
    if found is None:
        raise NotFound("no_such_request", {"number": str(request_id)})
    return found


def lock_request(session: Session, request_id: int) -> Request:
    """Lock the request's row until the transaction ends, then return it whole. SQLite has one writer."""
    if 0 < request_id <= BIGGEST_ID:
        session.execute(select(Request.id).where(Request.id == request_id).with_for_update())
    return request(session, request_id)


def open_request_for(
    session: Session, beneficiary_ids: Collection[str], license_ids: Collection[str], site_urls: Collection[str] = ()
) -> Request | None:
    """Return the oldest open request that is already about one of these licenses or sites for one of these people."""
    return session.scalar(
        _whole()
        .join(RequestItem, RequestItem.request_id == Request.id)
        .where(
            Request.beneficiary_id.in_(beneficiary_ids),
            Request.state.in_(OPEN_STATES),
            or_(RequestItem.license_id.in_(license_ids), RequestItem.site_url.in_(site_urls)),
        )
        .order_by(Request.id)
        .limit(1)
    )


def people_with(session: Session, kind: str, email: str, limit: int = 100) -> Sequence[str]:
    """Return the ids of those of this kind whom the desk has met under this address."""
    query = select(Person.person_id).where(Person.email == email, Person.kind == kind)
    return session.scalars(query.order_by(Person.person_id).limit(limit)).all()


def requests_of(session: Session, org: str, person_ids: Collection[str], limit: int = 10) -> Sequence[Request]:
    """Return what these people asked for or get, newest first."""
    theirs = or_(Request.requester_id.in_(person_ids), Request.beneficiary_id.in_(person_ids))
    return session.scalars(_whole().where(Request.org_id == org, theirs).order_by(Request.id.desc()).limit(limit)).all()


def waiting_for(
    session: Session, org: str, person_id: str, space_ids: Collection[str], limit: int = 20
) -> Sequence[Request]:
    """Pending requests on which this person, or one of these spaces, was asked; oldest first."""
    asked = select(Decision.request_id).where(
        or_(Decision.approver_id == person_id, Decision.space_id.in_(space_ids)), Decision.verdict.is_(None)
    )
    return session.scalars(
        _whole()
        .where(Request.org_id == org, Request.state == State.PENDING, Request.id.in_(asked))
        .order_by(Request.id)
        .limit(limit)
    ).all()


def returns_to_confirm(session: Session, org: str, person_id: str, limit: int = 20) -> Sequence[Request]:
    """Pending returns of this person: nobody was asked but themselves."""
    return session.scalars(
        _whole()
        .where(
            Request.org_id == org,
            Request.state == State.PENDING,
            Request.requester_id == person_id,
            ~Request.decisions.any(),
        )
        .order_by(Request.id)
        .limit(limit)
    ).all()


def pending(session: Session, org: str, limit: int = 20) -> Sequence[Request]:
    """Oldest first: the one that waited longest is the one to look at."""
    mine = (Request.org_id == org, Request.state == State.PENDING)
    return session.scalars(_whole().where(*mine).order_by(Request.id).limit(limit)).all()


def history(session: Session, org: str, limit: int) -> Sequence[Request]:
    mine = _whole().where(Request.org_id == org)
    return session.scalars(mine.order_by(Request.id.desc()).limit(limit)).all()


def units_promised(session: Session) -> dict[str, int]:
    """Count per license what is approved and not applied yet; no more entries than requests on their way."""
    query = (
        select(RequestItem.license_id, func.count())
        .join(Request, Request.id == RequestItem.request_id)
        .where(
            Request.state == State.APPROVED,
            RequestItem.state == ItemState.OPEN,
            RequestItem.operation == "add",
            RequestItem.license_id.is_not(None),
        )
        .group_by(RequestItem.license_id)
        .order_by(RequestItem.license_id)
    )
    return {license_id: units for license_id, units in session.execute(query) if license_id}


def count(session: Session, org: str, *states: State) -> int:
    """How many requests of an organization there are, in these states or at all."""
    query = select(func.count()).select_from(Request).where(Request.org_id == org)
    return session.scalar(query.where(Request.state.in_(states)) if states else query) or 0


def count_waiting_of(session: Session, requester_id: str) -> int:
    """How many requests of somebody wait for a decision."""
    mine = (Request.requester_id == requester_id, Request.state == State.PENDING)
    return session.scalar(select(func.count()).select_from(Request).where(*mine)) or 0


def due(
    session: Session, state: State, before: datetime, *, by: Moment, unless: Moment | None = None, most: int = 200
) -> Sequence[int]:
    """Return the requests in `state` whose time `by` lies before, and `unless` did not happen; oldest first."""
    query = select(Request.id).where(Request.state == state, by < before)
    if unless is not None:
        query = query.where(unless.is_(None))
    return session.scalars(query.order_by(Request.id).limit(most)).all()


def people(session: Session, person_ids: Collection[str]) -> dict[str, Person]:
    rows = session.scalars(select(Person).where(Person.person_id.in_(person_ids)))
    return {row.person_id: row for row in rows}


def admins(session: Session, org: str) -> Sequence[Person]:
    mine = (Person.is_admin, Person.desk_org == org)
    return session.scalars(select(Person).where(*mine).order_by(Person.person_id)).all()


def approver_ids(session: Session, org: str) -> Sequence[str]:
    mine = (Person.is_approver, Person.desk_org == org)
    return session.scalars(select(Person.person_id).where(*mine).order_by(Person.person_id)).all()


def person_configured_as(session: Session, entry: str) -> Person | None:
    return session.scalar(select(Person).where(Person.configured_as == entry))


def audit_of(session: Session, request_id: int) -> Sequence[AuditEntry]:
    return session.scalars(select(AuditEntry).where(AuditEntry.request_id == request_id).order_by(AuditEntry.id)).all()


def lock_card(session: Session, message_id: str) -> OutgoingMessage | None:
    """Lock the ledger row of a posted card, so that two presses on it come one after the other."""
    return session.scalar(
        select(OutgoingMessage)
        .where(OutgoingMessage.message_id == message_id, OutgoingMessage.card.is_not(None))
        .with_for_update()
    )


def card(session: Session, message_id: str) -> OutgoingMessage | None:
    return session.scalar(select(OutgoingMessage).where(OutgoingMessage.message_id == message_id))


def has_heard(session: Session, person_id: str) -> bool:
    """Whether this person was ever told something 1:1 that is not forgotten yet."""
    query = select(OutgoingMessage.id).where(OutgoingMessage.to_person_id == person_id)
    return session.scalar(query.limit(1)) is not None


def holds_card(session: Session, person_id: str, request_ids: Collection[int], before: datetime) -> bool:
    """Whether this very person was sent a card before then on which they may still decide one of these requests."""
    query = select(OutgoingMessage.id).where(
        OutgoingMessage.request_id.in_(request_ids),
        OutgoingMessage.purpose.in_(("approval", "confirm_return")),
        OutgoingMessage.to_person_id == person_id,
        OutgoingMessage.closed_at.is_(None),
        OutgoingMessage.sent_at < before,
    )
    return session.scalar(query.limit(1)) is not None


def cards(session: Session, request_id: int, purposes: Collection[str]) -> Sequence[OutgoingMessage]:
    """Cards of a request, also those on which a press counts no more; oldest first."""
    return session.scalars(
        select(OutgoingMessage)
        .where(OutgoingMessage.request_id == request_id, OutgoingMessage.purpose.in_(purposes))
        .order_by(OutgoingMessage.id)
    ).all()


def open_cards(session: Session, request_id: int, purposes: Collection[str]) -> Sequence[OutgoingMessage]:
    """Cards of a request on which a press would still count."""
    return session.scalars(
        select(OutgoingMessage)
        .where(
            OutgoingMessage.request_id == request_id,
            OutgoingMessage.purpose.in_(purposes),
            OutgoingMessage.closed_at.is_(None),
        )
        .order_by(OutgoingMessage.id)
    ).all()
