"""Creating people and replacing their whole record, with Webex's traps (Webex: Create a Person, Update a Person)."""

from dataclasses import dataclass

from flask import Response

from bot.sandbox import ids
from bot.sandbox.api import audit, call
from bot.sandbox.api.people import WRITE, routes, shown
from bot.sandbox.assign import judge
from bot.sandbox.calling import Problem, desk_from
from bot.sandbox.faults import Fault, bad, forbidden
from bot.sandbox.holdings import CALLING_NAMES, Operation
from bot.sandbox.model import Person
from bot.sandbox.rules import FREE_CHAT, FREE_MEETINGS

HALF_DONE = "The request could not be completed."
NEEDS_DESK = "A user with a Calling license needs callingData=true, a locationId, and a phone number or an extension."


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the body says about where somebody can be called."""

    location_id: str | None
    phone_number: str | None
    extension: str | None

    @classmethod
    def of(cls, body: call.Fields) -> "_Desk":
        phones = [call.Fields(item) for item in body.objects("phoneNumbers")]
        numbers = [phone.text("value") for phone in phones if phone.text("type") == "work"]
        return cls(body.text("locationId"), numbers[0] if numbers else None, body.text("extension"))

    def as_properties(self) -> dict[str, str | None]:
        return {"locationId": self.location_id, "phoneNumber": self.phone_number, "extension": self.extension}


@routes.post("/people")
def create() -> Response:
    """In bad weather (`half_done`) the answer is 400 although the person exists, as it has been seen in Webex."""
    call.require(WRITE, call.WRITERS)
    body, world = call.json_body(), call.world()
    call.check_org(body.text("orgId"))
    email = _email(body, None)
    name = body.text("displayName") or f"{body.text('firstName') or ''} {body.text('lastName') or ''}".strip()
    if not name:
        raise bad("At least one of displayName, firstName and lastName is required")
    person = Person(ids.fresh("PEOPLE"), email, name, world.org_id, world.now(), status="pending")
    person.invite_pending = "true"
    person.licenses = [key for key, one in world.licenses.items() if one.name in {FREE_CHAT, FREE_MEETINGS}]
    _describe(person, body)
    person.attendee_sites = _attendee_sites(body)
    _license_newcomer(person, body)
    world.people[person.person_id] = person
    audit.note("USERS", "created the user", person)
    return _answer(person)


@routes.put("/people/<person_id>")
def replace(person_id: str) -> Response:
    """Replace the whole record: a license that the body leaves out is taken away.

    In bad weather (`half_done`) the answer is 400 and the licenses have changed all the same.
    """
    call.require(WRITE, call.WRITERS)
    person = call.world().person(person_id)
    if person.org_id != call.caller().org_id:
        raise forbidden()
    body = call.json_body()
    name, email = body.needed("displayName"), _email(body, person)
    roles, sites = body.strings("roles"), _attendee_sites(body)
    _move_desk(person, body)
    _replace_licenses(person, body)
    if call.query().flag("showAllTypes"):
        person.attendee_sites = sites
    if not call.weather_wants("half_done"):
        person.name, person.email, person.roles = name, email, roles
        _describe(person, body)
    call.world().people.refresh(person)
    audit.note("USERS", "updated the user", person)
    return _answer(person)


def _answer(person: Person) -> Response:
    if call.weather_wants("half_done"):
        raise bad(HALF_DONE)
    return call.answer({"id": person.person_id} if call.query().flag("minResponse") else shown(person))


def _email(body: call.Fields, owner: Person | None) -> str:
    emails = body.values.get("emails", [owner.email] if owner else None)
    if not isinstance(emails, list) or len(emails) != 1 or not isinstance(emails[0], str) or not emails[0].strip():
        raise bad("emails must hold exactly one address")
    found = call.world().person_by_email(emails[0])
    if found is not None and found is not owner:
        raise Fault(409, "The email address is already in use.")
    if owner is None and "@" not in emails[0]:
        raise bad("emails must hold an email address")
    return emails[0].strip()


def _describe(person: Person, body: call.Fields) -> None:
    person.department = body.text("department") or ""
    person.title = body.text("title") or ""
    person.manager_id = body.text("managerId")
    person.login_enabled = "true" if body.flag("loginEnabled", default=True) else "false"
    person.timezone = body.text("timezone") or person.timezone
    person.roles = body.strings("roles")


def _attendee_sites(body: call.Fields) -> list[str]:
    """Read siteUrls, where a site's kind of account follows a hash; hosts come with a license."""
    pairs = [text.partition("#") for text in body.strings("siteUrls")]
    return [site for site, _, kind in pairs if kind.lower() == "attendee" and site in call.world().sites]


def _license_newcomer(person: Person, body: call.Fields) -> None:
    """Unknown licenses are skipped silently; refused ones end the whole request."""
    world, desk = call.world(), _Desk.of(body)
    wanted = [key for key in body.strings("licenses") if key in world.licenses and key not in person.licenses]
    is_calling = any(world.licenses[key].name in CALLING_NAMES for key in wanted)
    if is_calling and not (
        call.query().flag("callingData") and desk.location_id and (desk.phone_number or desk.extension)
    ):
        raise bad(NEEDS_DESK)
    if not wanted:
        return
    operations = [Operation("license", key, is_add=True, properties=desk.as_properties()) for key in wanted]
    verdict = judge(world, person, operations)
    if verdict.refusals:
        raise Fault(400, verdict.refusals[0].message, [refusal.as_error() for refusal in verdict.refusals])
    verdict.holdings.write_to(person)


def _move_desk(person: Person, body: call.Fields) -> None:
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


def _replace_licenses(person: Person, body: call.Fields) -> None:
    """Apply the list under the same rules as an assignment; what is unknown or refused is skipped silently."""
    wanted = [key for key in body.strings("licenses") if key in call.world().licenses]
    desk = _Desk.of(body).as_properties() if call.query().flag("callingData") else {}
    changes = [Operation("license", key, is_add=True, properties=desk) for key in wanted if key not in person.licenses]
    changes += [Operation("license", key, is_add=False) for key in person.licenses if key not in wanted]
    judge(call.world(), person, changes).holdings.write_to(person)
    call.world().people.refresh(person)
