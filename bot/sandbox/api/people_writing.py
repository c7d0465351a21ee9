"""Creating people and replacing their whole record, with Webex's traps (Webex: Create a Person, Update a Person)."""

import copy
from dataclasses import dataclass

from flask import Response

from bot.sandbox import ids, views
from bot.sandbox.api import audit, call
from bot.sandbox.api.licenses import take_seats
from bot.sandbox.api.people import WRITE, one_of, routes, shown
from bot.sandbox.assign import judge
from bot.sandbox.calling import Problem, desk_from
from bot.sandbox.faults import Fault, bad
from bot.sandbox.fields import Fields
from bot.sandbox.holdings import CALLING_NAMES, Operation
from bot.sandbox.model import Organization, Person
from bot.sandbox.rules import FREE_CHAT, FREE_MEETINGS, Ask

HALF_DONE = "The request could not be completed."
NEEDS_DESK = "A user with a Calling license needs callingData=true, a locationId, and a phone number or an extension."


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the body says about where somebody can be called."""

    location_id: str | None
    phone_number: str | None
    extension: str | None

    @classmethod
    def of(cls, body: Fields) -> "_Desk":
        phones = [Fields(item) for item in body.objects("phoneNumbers")]
        numbers = [phone.text("value") for phone in phones if phone.text("type") == "work"]
        return cls(body.text("locationId"), numbers[0] if numbers else None, body.text("extension"))

    def as_properties(self) -> dict[str, str | None]:
        return {"locationId": self.location_id, "phoneNumber": self.phone_number, "extension": self.extension}


@routes.post("/people")
def create() -> Response:
    """In bad weather (`half_done`) the answer is 400 although the person exists, as it has been seen in Webex."""
    call.require(WRITE, call.WRITERS)
    body, world = call.json_body(), call.world()
    org = call.organization(body.text("orgId"))
    email = _email(body, None)
    name = body.text("displayName") or f"{body.text('firstName') or ''} {body.text('lastName') or ''}".strip()
    if not name:
        raise bad("At least one of displayName, firstName and lastName is required")
    person = Person(ids.fresh("PEOPLE"), email, name, org.org_id, world.now(), status="pending")
    person.invite_pending = "true"
    person.licenses = [
        one.license_id for one in world.licenses_of(org.org_id) if one.name in {FREE_CHAT, FREE_MEETINGS}
    ]
    person.attendee_sites = _attendee_sites(body, org)
    _license_newcomer(Ask(world, org, person), body)
    _write(person, body, left_out=None)
    world.people[person.person_id] = person
    audit.note("USERS", "created the user", person, org.org_id)
    return _answer(person)


@routes.put("/people/<person_id>")
def replace(person_id: str) -> Response:
    """Replace the whole record: whatever the body leaves out is taken away, and what cannot be written is ignored.

    In bad weather (`half_done`) the answer is 400 and the licenses have changed all the same.
    """
    call.require(WRITE, call.WRITERS)
    body = call.json_body()
    org = call.organization(body.text("orgId"))
    person = one_of(org, person_id)
    name, email = body.needed("displayName"), _email(body, person)
    _write(copy.copy(person), body, left_out="")  # what is malformed is refused before anything has changed
    sites = _attendee_sites(body, org)
    _move_desk(person, body)
    _replace_licenses(Ask(call.world(), org, person, by_record=True), body)
    if call.query().flag("showAllTypes"):
        person.attendee_sites = sites
    if not call.weather_wants("half_done"):
        person.name, person.email = name, email
        _write(person, body, left_out="")
    call.world().changed(person)
    audit.note("USERS", "updated the user", person, org.org_id)
    return _answer(person)


def _answer(person: Person) -> Response:
    if call.weather_wants("half_done"):
        raise bad(HALF_DONE)
    return call.answer({"id": person.person_id} if call.query().flag("minResponse") else shown(person, person.org_id))


def _email(body: Fields, owner: Person | None) -> str:
    emails = body.values.get("emails", [owner.email] if owner else None)
    if not isinstance(emails, list) or len(emails) != 1 or not isinstance(emails[0], str) or not emails[0].strip():
        raise bad("emails must hold exactly one address")
    found = call.world().person_by_email(emails[0])
    if found is not None and found is not owner:
        raise Fault(409, "The email address is already in use.")
    if owner is None and "@" not in emails[0]:
        raise bad("emails must hold an email address")
    return emails[0].strip()


def _write(person: Person, body: Fields, *, left_out: str | None) -> None:
    """Write what is neither a license nor where somebody is called; a name that is left out is `left_out`."""
    person.department = body.text("department") or ""
    person.title = body.text("title") or ""
    person.avatar = body.text("avatar") or ""
    person.addresses = body.objects("addresses")
    person.manager_id = body.text("managerId")
    person.login_enabled = "true" if body.flag("loginEnabled", default=True) else "false"
    person.roles = body.strings("roles")
    calls = person.location_id is not None
    person.phones = [one for one in body.objects("phoneNumbers") if not (calls and one.get("type") == "work")]
    person.first_name = body.text("firstName") or left_out
    person.last_name = body.text("lastName") or left_out
    person.nick_name = body.text("nickName") or left_out
    person.manager = body.text("manager") or left_out


def _attendee_sites(body: Fields, org: Organization) -> list[str]:
    """Read siteUrls, where a site's kind of account follows a hash; hosts come with a license."""
    pairs = [text.partition("#") for text in body.strings("siteUrls")]
    return [site for site, _, kind in pairs if kind.lower() == "attendee" and site in org.sites]


def _license_newcomer(ask: Ask, body: Fields) -> None:
    """Unknown licenses are skipped silently; refused ones end the whole request."""
    person, desk = ask.person, _Desk.of(body)
    wanted = [key for key in _wanted(ask, body) if key not in person.licenses]
    is_calling = any(ask.world.licenses[key].name in CALLING_NAMES for key in wanted)
    if is_calling and not (
        call.query().flag("callingData") and desk.location_id and (desk.phone_number or desk.extension)
    ):
        raise bad(NEEDS_DESK)
    if not wanted:
        return
    properties = desk.as_properties()
    verdict = judge(ask, [Operation("license", key, is_add=True, properties=properties) for key in wanted])
    if verdict.refusals:
        raise Fault(400, verdict.refusals[0].message, [refusal.as_error() for refusal in verdict.refusals])
    verdict.holdings.write_to(person)


def _move_desk(person: Person, body: Fields) -> None:
    """With callingData=true number and extension follow the body. The location never moves this way."""
    if not call.query().flag("callingData") or person.location_id is None:
        return
    wanted = _Desk.of(body)
    if wanted.location_id not in {None, person.location_id}:
        raise bad("locationId can only be set when the Calling license is assigned first")
    found = desk_from(call.world(), person, {**wanted.as_properties(), "locationId": person.location_id})
    if isinstance(found, Problem):
        raise bad(found.text or NEEDS_DESK)
    person.phone_number, person.extension = found.phone_number, found.extension
    call.world().people.refresh(person)


def _replace_licenses(ask: Ask, body: Fields) -> None:
    """Apply the list under the same rules as an assignment; what is unknown or refused is skipped silently."""
    person, wanted = ask.person, _wanted(ask, body)
    held = views.held_of(ask.world, person.licenses, ask.org.org_id)
    desk = _Desk.of(body).as_properties() if call.query().flag("callingData") else {}
    changes = [Operation("license", key, is_add=True, properties=desk) for key in wanted if key not in held]
    changes += [Operation("license", key, is_add=False) for key in held if key not in wanted]
    holdings = judge(ask, changes).holdings
    take_seats(person, holdings)
    holdings.write_to(person)
    ask.world.people.refresh(person)


def _wanted(ask: Ask, body: Fields) -> list[str]:
    return [key for key in body.strings("licenses") if ask.world.owned_by(key, ask.org.org_id)]
