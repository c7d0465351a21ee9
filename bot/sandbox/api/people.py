"""People: read, list, delete; and roles. What a token may see depends on its scopes and on its owner's roles."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response

from bot.sandbox import views
from bot.sandbox.api import audit, call
from bot.sandbox.faults import bad, not_found
from bot.sandbox.fields import Fields
from bot.sandbox.model import Organization, Person
from bot.sandbox.seed import ROLE_NAMES

routes = Blueprint("people", __name__)
READ = "spark-admin:people_read"
WRITE = "spark-admin:people_write"
READ_ROLES = "spark-admin:roles_read"
MAX_IDS = 85
MOST_AT_A_LOCATION = 50


@routes.get("/people/me")
def me() -> Response:
    return call.answer(shown(call.caller(), call.caller().org_id))


@routes.get("/people/<person_id>")
def one(person_id: str) -> Response:
    """Anybody, whose profile all may read; the record is for administrators of the organization."""
    return call.answer(shown(call.world().person(person_id), call.organization().org_id))


@routes.get("/people")
def many() -> Response:
    query, org_id = call.query(), call.organization().org_id
    if wanted := query.text("id"):
        return _by_ids([key.strip() for key in wanted.split(",")])
    email, name = query.text("email"), query.text("displayName")
    if not (email or name or call.may(READ, call.READERS)):
        raise bad("Email or displayName should be specified.")
    most = MOST_AT_A_LOCATION if query.text("locationId") else call.MAX_PAGE
    hidden = {"status"} if query.flag("excludeStatus") else set()
    found = list(_narrowed(_called(email, name), query, org_id))
    return call.page(found, lambda who: {k: v for k, v in shown(who, org_id).items() if k not in hidden}, most=most)


@routes.delete("/people/<person_id>")
def remove(person_id: str) -> Response:
    call.require(WRITE, call.WRITERS)
    person = one_of(call.organization(), person_id)
    audit.note("USERS", "deleted the user", person, person.org_id)
    call.world().remove_person(person_id)
    return call.nothing()


@routes.get("/roles")
def roles() -> Response:
    call.require(READ_ROLES, call.READERS)
    return call.page(list(ROLE_NAMES), _role)


@routes.get("/roles/<role_id>")
def one_role(role_id: str) -> Response:
    call.require(READ_ROLES, call.READERS)
    if role_id not in ROLE_NAMES:
        raise not_found()
    return call.answer(_role(role_id))


def shown(person: Person, org_id: str) -> dict[str, Any]:
    """Show a person as the caller sees them from this organization."""
    if call.may(READ, call.READERS):
        return views.person_for_admins(call.world(), person, org_id, with_calling=call.query().flag("callingData"))
    return views.person(person)


def one_of(org: Organization, person_id: str) -> Person:
    """Find a person of an organization: to be changed by it, others do not exist."""
    person = call.world().person(person_id)
    if person.org_id != org.org_id:
        raise not_found()
    return person


def _role(role_id: str) -> dict[str, str]:
    return {"id": role_id, "name": ROLE_NAMES[role_id]}


def _by_ids(wanted: list[str]) -> Response:
    """By id even administrators get the basic profile (Webex: List People)."""
    if len(wanted) > MAX_IDS:
        raise bad(f"At most {MAX_IDS} ids")
    people = call.world().people
    body: dict[str, Any] = {"items": [views.person(people[key]) for key in wanted if key in people]}
    missing = [key for key in wanted if key not in people]
    return call.answer(body | ({"notFoundIds": missing} if missing else {}))


def _called(email: str | None, name: str | None) -> Iterable[Person]:
    people = call.world().people
    if email is not None:
        found = people.by_email(email)
        everybody: Iterable[Person] = [found] if found else []
    else:
        everybody = people.values()
    start = (name or "").lower()
    return (person for person in everybody if person.name.lower().startswith(start))


def _narrowed(people: Iterable[Person], query: Fields, org_id: str) -> Iterable[Person]:
    """People of one organization only: lookups do not reach into others."""
    place = query.text("locationId")
    roles = set((query.text("roles") or "").split(",")) - {""}
    return (
        person
        for person in people
        if person.org_id == org_id
        and place in {None, person.location_id}
        and (not roles or not roles.isdisjoint(person.roles))
    )
