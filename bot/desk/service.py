"""The verbs of the desk. Each: lock, policy, state, record, follow-ups. The caller owns the transaction; no network."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.desk import policy
from bot.desk.policy import Parties, Rules
from bot.desk.shapes import Decider, FollowUp
from bot.desk.states import RETRIABLE_STATES, ItemState, State, Verb, advance
from bot.errors import BadInput, Conflict, Denied, NotFound
from bot.store import queries
from bot.store.models import AuditEntry, Decision, Request


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
    return end(session, row, Verb.DENY, decider.person["person_id"], now, {"reason": reason})


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
    objection = policy.objection(decider.person, parties_of(row), rules)
    if objection in {"own_request", "own_benefit"}:
        raise Denied(objection, {"number": str(row.id)})
    if not may_answer(row, decider):
        raise Denied("not_asked", {"number": str(row.id)})
    if row.beneficiary.kind == INVITED:
        _check_may_invite(row, decider, rules)
    if objection:
        raise Denied(objection, {"number": str(row.id)})
    check_state(row, verb)
    _check_saw_details(session, row, decider)
    mine = next((one for one in row.decisions if was_asked(one, decider)), None)
    if mine is None:
        mine = Decision(approver_id=person_id, asked_at=now)
        row.decisions.append(mine)
    mine.verdict = "approved" if verb is Verb.APPROVE else "denied"
    mine.decided_by = person_id
    mine.reason = reason
    mine.decided_at = now


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
        or any(was_asked(one, reader) for one in row.decisions)
    )


def may_answer(row: Request, who: Decider) -> bool:
    """Whether a word of this person counts: they were asked. Who is let into the organization, any admin may say."""
    is_admins = row.beneficiary.kind == INVITED and who.is_admin
    return is_admins or any(was_asked(one, who) for one in row.decisions)


def was_asked(one: Decision, who: Decider) -> bool:
    """Whether this person, or a space they are in, was asked to decide."""
    is_in_space = one.space_id is not None and one.space_id in who.spaces
    return is_in_space or one.approver_id == who.person["person_id"]


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
    return end(session, row, Verb.CANCEL, person_id, now, {})


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
    return end(session, row, Verb.EXPIRE, None, now, {})


def nobody_reachable(session: Session, request_id: int, now: datetime) -> list[FollowUp]:
    """End a request whose approvers could not be reached, once the last of them turned out to be; else nothing."""
    row = queries.lock_request(session, request_id)
    if row.state is not State.PENDING or not all(one.unreachable for one in row.decisions):
        return []
    return end(session, row, Verb.DENY, None, now, {"reason": "nobody_reachable"})


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


def end(
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


INVITED = "invited"
"""The kind of a person whom Webex does not know yet: they stand in until an admin has let them be invited."""
CLOCKS_DIFFER = timedelta(seconds=10)
"""How far Webex's clock, which tells when something was said, may be from ours."""
