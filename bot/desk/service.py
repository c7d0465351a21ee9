"""The verbs of the desk. Each: lock, policy, state, record, follow-ups. The caller owns the transaction; no network."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy.orm import Session

from bot.desk import policy
from bot.desk.facts import BasicPerson
from bot.desk.policy import Asked, Parties, Rules
from bot.desk.states import RETRIABLE_STATES, ItemState, State, Verb, advance
from bot.errors import BadInput, Conflict, Denied, NotFound
from bot.licensing.remedies import Remedy
from bot.store import queries
from bot.store.models import AuditEntry, Decision, Person, Request, RequestItem
from bot.store.session import insert_if_new


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something to be done after the transaction: `ask` and `assign` are work, most others are news to be told."""

    kind: Literal["ask", "assign", "submitted", "corrected", "decided", "delayed", "settled", "stuck", "moved"]
    request_id: int
    detail: str = "first"
    """For `ask`: `first`, `reminder`, `corrected:<time>`, or `fresh:<decision>:<press>` for one whose card was lost.
    For `corrected`: which time it was, counted from 1.
    For `delayed`: how long, in words.
    For `moved`: what happened and the number of the move; `ordered` is work, the rest is news. Its request is 0 if an
    admin ordered it by hand."""
    remedies: tuple[Remedy, ...] = ()
    """For `settled`: what the beneficiary may ask for next."""


@dataclass(frozen=True, slots=True)
class WishedItem:
    """One license or attendee site that somebody wants added or removed."""

    title: str
    operation: Literal["add", "remove"] = "add"
    license_id: str | None = None
    site_url: str | None = None
    location_id: str | None = None
    location_name: str | None = None
    phone_number: str | None = None
    extension: str | None = None
    group_name: str | None = None
    """The resource group that a rule names for a hybrid license."""
    via: str = ""
    """How it is to be changed where Webex's Licenses API cannot: `people`."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A checked request that is about to be recorded."""

    requester_id: str
    beneficiary_id: str
    org: str
    """The organization whose licenses these are, as `orgs.key_of` writes it."""
    reason: str
    items: tuple[WishedItem, ...]
    asked: tuple[Asked, ...]
    expires_at: datetime
    nobody: str = "nobody_may_decide"
    """Why it is denied at once if nobody is asked."""


@dataclass(frozen=True, slots=True)
class Decider:
    """Who presses or types, at the desk of which organization, and the spaces they are known to be a member of."""

    person: BasicPerson
    org: str
    spaces: frozenset[str]
    is_admin: bool
    said_at: datetime | None = None
    """When they typed it, which may be long before it is handled; None for a press, and if nobody knows."""


def submit(session: Session, wish: Wish, now: datetime) -> tuple[Request, list[FollowUp]]:
    """Record a request. If nobody may decide on it, it ends at once as denied, and the admins are told why.

    Raises Conflict if too many of this requester's wait already: each is a card that somebody else has to read.
    """
    if wish.asked and queries.waiting_of(session, wish.requester_id) >= MOST_OPEN:
        raise Conflict("too_many_open", {"limit": str(MOST_OPEN)})
    row = Request(
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
    session.add(row)
    session.flush()  # the number is needed for the audit row and the follow-ups
    record(session, row, Verb.SUBMIT, wish.requester_id, now, before=None, facts={"reason": wish.reason})
    if wish.asked:
        return row, [FollowUp("ask", row.id), FollowUp("submitted", row.id)]
    if is_return(row):
        return row, []
    return row, _end(session, row, Verb.DENY, None, now, {"reason": wish.nobody})


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


def is_return(row: Request) -> bool:
    """Whether somebody gives back what is their own: that needs a confirmation, not an approval."""
    return row.requester_id == row.beneficiary_id and all(item.operation == "remove" for item in row.items)


def approve(
    session: Session, request_id: int, decider: Decider, rules: Rules, reason: str, now: datetime
) -> list[FollowUp]:
    """Say yes. Raises NotFound to strangers, Denied to those who may not, Conflict with the verdict to the late."""
    row = lock_for(session, request_id, decider)
    _answer(session, row, decider, rules, Verb.APPROVE, reason, now)
    return _start(session, row, Verb.APPROVE, decider.person["person_id"], now, {"reason": reason})


def deny(
    session: Session, request_id: int, decider: Decider, rules: Rules, reason: str, now: datetime
) -> list[FollowUp]:
    """Say no, with a reason. Raises as `approve` does, and BadInput without a reason."""
    row = lock_for(session, request_id, decider)
    _answer(session, row, decider, rules, Verb.DENY, reason, now)
    if not reason:
        raise BadInput("reason_needed", {"number": str(row.id)})
    return _end(session, row, Verb.DENY, decider.person["person_id"], now, {"reason": reason})


def lock_for(session: Session, request_id: int, decider: Decider) -> Request:
    """Lock a request that this person may know of, or raise NotFound: to strangers there is no such request.

    Raises Conflict if it was made after they wrote: where a backup was restored, numbers are given a second time.
    """
    row = queries.lock_request(session, request_id)
    if not may_read(row, decider):
        raise NotFound("no_such_request", {"number": str(request_id)})
    if decider.said_at is not None and decider.said_at < row.created_at - CLOCKS_DIFFER:
        raise Conflict("said_before", {"number": str(request_id)})
    return row


def _check_saw_details(session: Session, row: Request, decider: Decider) -> None:
    """Raise Conflict if what is decided on was changed after this person wrote: they cannot have meant that."""
    changes = [entry.at for entry in queries.audit_of(session, row.id) if entry.verb == Verb.CORRECT]
    if decider.said_at is not None and any(at > decider.said_at for at in changes):
        raise Conflict("said_before_details", {"number": str(row.id)})


def _answer(
    session: Session, row: Request, decider: Decider, rules: Rules, verb: Verb, reason: str, now: datetime
) -> None:
    """Check that this person was asked and still may decide, and write down what they said."""
    person_id = decider.person["person_id"]
    mine = [one for one in row.decisions if one.approver_id == person_id or one.space_id in decider.spaces]
    objection = policy.objection(decider.person, parties_of(row), rules)
    if objection in {"own_request", "own_benefit"}:
        raise Denied(objection, {"number": str(row.id)})
    if not mine:
        raise Denied("not_asked", {"number": str(row.id)})
    if row.beneficiary.kind == INVITED:
        _check_may_invite(row, decider, rules)
    if objection:
        raise Denied(objection, {"number": str(row.id)})
    check_state(row, verb)
    _check_saw_details(session, row, decider)
    mine[0].verdict = "approved" if verb is Verb.APPROVE else "denied"
    mine[0].decided_by = person_id
    mine[0].reason = reason
    mine[0].decided_at = now


def parties_of(row: Request) -> Parties:
    """Return whom a request is about."""
    newcomer = (row.beneficiary.email.lower(),) if row.beneficiary.kind == INVITED else ()
    return Parties(row.requester_id, row.beneficiary_id, newcomer)


def _check_may_invite(row: Request, decider: Decider, rules: Rules) -> None:
    if not decider.is_admin:
        raise Denied("invite_admins_only", {"number": str(row.id)})
    if not rules.allow_invite:
        raise Conflict("invite_off", {"number": str(row.id)})


def may_read(row: Request, reader: Decider) -> bool:
    """Whether this person may know of the request: its requester, its beneficiary, who was asked, and admins.

    Nobody of another organization may, whatever space they share with somebody who may.
    """
    person_id = reader.person["person_id"]
    return row.org_id == reader.org and (
        reader.is_admin
        or person_id in {row.requester_id, row.beneficiary_id}
        or any(
            one.approver_id == person_id or (one.space_id is not None and one.space_id in reader.spaces)
            for one in row.decisions
        )
    )


def confirm(session: Session, request_id: int, decider: Decider, now: datetime) -> list[FollowUp]:
    """Go on with a return that this person asked for themselves."""
    row = lock_for(session, request_id, decider)
    if row.requester_id != decider.person["person_id"]:
        raise Denied("not_yours", {"number": str(row.id)})
    if not is_return(row):
        raise Denied("not_a_return", {"number": str(row.id)})
    return _start(session, row, Verb.CONFIRM, row.requester_id, now, {})


def cancel(session: Session, request_id: int, decider: Decider, now: datetime) -> list[FollowUp]:
    """Withdraw a request before it is decided: its requester, its beneficiary, or an admin."""
    row = lock_for(session, request_id, decider)
    person_id = decider.person["person_id"]
    if not decider.is_admin and person_id not in {row.requester_id, row.beneficiary_id}:
        raise Denied("not_yours", {"number": str(row.id)})
    return _end(session, row, Verb.CANCEL, person_id, now, {})


def retry(session: Session, request_id: int, decider: Decider, now: datetime) -> list[FollowUp]:
    """Apply again what was not granted. Admins only; what was granted stays as it is.

    An attempt that is stuck may still be under way: its number is no longer the one that may settle.
    """
    row = lock_for(session, request_id, decider)
    if not decider.is_admin:
        raise Denied("admins_only", {"word": "retry"})
    if row.state is State.APPROVED and not may_be_retried(row):
        raise Conflict("request_approved", {"number": str(row.id), "by": decided_by(row), "verb": Verb.RETRY})
    follow_ups = _start(session, row, Verb.RETRY, decider.person["person_id"], now, {})
    for item in row.items:
        if item.state is not ItemState.GRANTED:
            item.state, item.errors, item.tracking_id = ItemState.OPEN, [], ""
    return [one for one in follow_ups if one.kind == "assign"]


def may_be_retried(row: Request) -> bool:
    """Whether an attempt has ended without all of it granted, or is known to be stuck: the admins were told so."""
    is_stuck = row.state is State.APPROVED and row.reported_at is not None
    return is_stuck or row.state in RETRIABLE_STATES


def expire(session: Session, request_id: int, now: datetime) -> list[FollowUp]:
    """End a request that nobody decided in time; nothing if it was decided meanwhile, so a sweep may repeat it."""
    row = queries.lock_request(session, request_id)
    if row.state is not State.PENDING or row.expires_at > now:
        return []
    return _end(session, row, Verb.EXPIRE, None, now, {})


def nobody_reachable(session: Session, request_id: int, now: datetime) -> list[FollowUp]:
    """End a request whose approvers could not be reached, once the last of them turned out to be; else nothing."""
    row = queries.lock_request(session, request_id)
    if row.state is not State.PENDING or not all(one.unreachable for one in row.decisions):
        return []
    return _end(session, row, Verb.DENY, None, now, {"reason": "nobody_reachable"})


def check_state(row: Request, verb: Verb) -> State:
    """Return the next state, or raise Conflict that tells the verdict and who gave it."""
    try:
        return advance(State(row.state), verb)
    except Conflict as conflict:
        raise Conflict(conflict.code, {"number": str(row.id), "by": decided_by(row), "verb": verb}) from None


def decided_by(row: Request) -> str:
    """Return the name of whoever decided, or an empty text."""
    return next((one.decider.name for one in row.decisions if one.decider is not None), "")


def _start(
    session: Session, row: Request, verb: Verb, actor_id: str, now: datetime, facts: dict[str, Any]
) -> list[FollowUp]:
    before, row.state = row.state, check_state(row, verb)
    row.attempt += 1
    row.reported_at = None
    row.decided_at = now
    record(session, row, verb, actor_id, now, before=before, facts=facts)
    return [FollowUp("decided", row.id), FollowUp("assign", row.id)]


def _end(
    session: Session, row: Request, verb: Verb, actor_id: str | None, now: datetime, facts: dict[str, Any]
) -> list[FollowUp]:
    before, row.state = row.state, check_state(row, verb)
    row.decided_at = now
    record(session, row, verb, actor_id, now, before=before, facts=facts)
    return [FollowUp("decided", row.id)]


def record(
    session: Session,
    row: Request,
    verb: Verb,
    actor_id: str | None,
    now: datetime,
    *,
    before: str | None,
    facts: dict[str, Any],
) -> None:
    entry = AuditEntry(
        at=now, verb=verb, actor_id=actor_id, request_id=row.id, before=before, after=row.state, facts=facts
    )
    session.add(entry)


def meet(session: Session, person: BasicPerson, now: datetime) -> Person:
    """Remember somebody as Webex describes them now; what the operator configured about them stays."""
    known: dict[str, Any] = {
        "email": person["email"],
        "name": person["name"][:LONGEST_NAME],
        "org_id": person["org_id"],
        "kind": person["kind"],
        "seen_at": now,
    }
    new = {"person_id": person["person_id"], "is_admin": False, "is_approver": False, **known}
    if session.get(Person, person["person_id"]) is None:
        insert_if_new(session, Person, new)  # somebody else may be meeting them in another transaction
    row = session.get_one(Person, person["person_id"])
    for name, value in known.items():
        setattr(row, name, value)
    return row


LONGEST_NAME = 400
"""What the column of a name can hold; PostgreSQL refuses more."""
REMIND_AFTER = timedelta(hours=24)
INVITED = "invited"
"""The kind of a person whom Webex does not know yet: they stand in until an admin has let them be invited."""
STUCK_AFTER = timedelta(hours=1)
FOLLOW_EVERY = timedelta(days=1)
MOST_OPEN = 20
"""So many requests of one person may wait for a decision at once."""
CLOCKS_DIFFER = timedelta(seconds=10)
"""How far Webex's clock, which tells when something was said, may be from ours."""
