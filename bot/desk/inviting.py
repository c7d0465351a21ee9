"""People who are not in Webex yet: a request can be for them, and `invite` puts the real person in their place.

Until then a stand-in takes the place of the beneficiary, another one in each organization and for each name that was
given with the address, so that nobody changes the name on somebody else's request. Its id can be nobody's: Webex's
ids have no colon.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.desk import service
from bot.desk.facts import BasicPerson, LicenseFacts, PersonFacts
from bot.desk.meeting import meet
from bot.desk.orgs import key_of
from bot.desk.policy import whom_to_ask_to_invite
from bot.desk.service import INVITED
from bot.desk.settling import ItemResult, Settled, settle
from bot.desk.shapes import FollowUp
from bot.desk.states import ItemState, State, Verb
from bot.licensing.catalog import PER_PERSON, kind_of
from bot.licensing.failures import Fix
from bot.licensing.outcome import OwnReason
from bot.store import queries
from bot.store.models import Decision, Request

DECIDED_THEMSELVES: OwnReason = {
    "finding": "newcomer_decided",
    "sentence": "That address now belongs to who decided on this request, and nobody decides for themselves.",
    "remedy": "Ask again with an address of the person's own; another admin can decide on that.",
    "fix": Fix.REQUESTER,
}
NO_PERSON: OwnReason = {
    "finding": "newcomer_is_no_person",
    "sentence": "That address belongs to no person, so no license was assigned.",
    "remedy": "Ask again with an address of the person's own.",
    "fix": Fix.REQUESTER,
}
LEFT: OwnReason = {
    "finding": "newcomer_left",
    "sentence": "That address belongs to somebody whose account is not active, so no license was assigned.",
    "remedy": "Activate the account in Control Hub, then retry.",
    "fix": Fix.ADMIN,
}


def newcomer(email: str, name: str, org_id: str, catalog: Iterable[LicenseFacts]) -> PersonFacts:
    """Return the stand-in: what Webex gives everybody who is invited counts as held, or it would be missed."""
    return {
        "person_id": f"{line_of(org_id, email)}:{hashlib.sha256(name.encode()).hexdigest()[:16]}",
        "email": email.lower(),
        "name": name,
        "org_id": org_id,
        "kind": INVITED,
        "active": True,
        "manager_id": None,
        "licenses": [one["license_id"] for one in catalog if kind_of(one["name"], one["license_id"]) in PER_PERSON],
        "sites": [],
        "location_id": None,
        "phone_number": None,
        "extension": None,
    }


def line_of(org_id: str, email: str) -> str:
    """Return what everybody who stands in for one address shares: their invitations come one after the other."""
    return f"{INVITED}:{key_of(org_id)}:{email.lower()}"


def alike(session: Session, person: BasicPerson) -> list[str]:
    """Return the ids under which this person may be the beneficiary: a newcomer's can have been given several names."""
    if person["kind"] != INVITED:
        return [person["person_id"]]
    return stand_ins(session, key_of(person["org_id"]), person["email"])


def stand_ins(session: Session, org: str, email: str) -> list[str]:
    """Return the ids of all who stand in for an address, or did until its owner came."""
    known = queries.people_with(session, INVITED, email.lower())
    return [one for one in known if one.startswith(f"{INVITED}:{org}:")]


def _objection(row: Request, person: BasicPerson) -> OwnReason | None:
    if any(one.decided_by == person["person_id"] for one in row.decisions):
        return DECIDED_THEMSELVES
    if person["kind"] != "person":
        return NO_PERSON
    return None if person["active"] else LEFT


def is_stand_in(person_id: str) -> bool:
    return person_id.startswith(f"{INVITED}:")


def is_newcomer(row: Request) -> bool:
    """Whether a request is for somebody whom Webex does not know yet."""
    return row.beneficiary.kind == INVITED


def whom_to_ask_now(session: Session, row: Request, now: datetime) -> list[Decision]:
    """Return who is asked whether a newcomer is let in: the admins of today, also those who were none at first."""
    admins = [one.person_id for one in queries.admins(session, row.org_id)]
    asked = [one.person_id for one in whom_to_ask_to_invite(admins, service.parties_of(row))]
    there = {one.approver_id for one in row.decisions}
    row.decisions += [Decision(approver_id=one, asked_at=now) for one in asked if one not in there]
    session.flush()  # a card is named after its decision's number
    return [one for one in row.decisions if one.approver_id in asked]


def arrive(session: Session, request_id: int, attempt: int, person: BasicPerson, now: datetime) -> list[FollowUp]:
    """Put the person whom Webex now knows in the stand-in's place, and go on; nothing if that was done already.

    Ends as refused if that person may not benefit: an address finds whoever has it by now.
    """
    row = queries.lock_request(session, request_id)
    if row.attempt != attempt or row.state is not State.APPROVED or not is_newcomer(row):
        return []
    why = _objection(row, person)
    if why is not None:
        refused = [ItemResult(item.id, ItemState.REFUSED, (why,)) for item in row.items]
        return settle(session, request_id, attempt, Settled(refused), now)
    facts = {"instead_of": row.beneficiary_id, "person_id": person["person_id"]}
    meet(session, person, now)
    row.beneficiary_id = person["person_id"]
    service.record(session, row, Verb.INVITE, None, now, before=row.state, facts=facts)
    return [FollowUp("assign", row.id)]
