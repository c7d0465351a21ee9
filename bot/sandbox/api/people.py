"""People: read, list, delete; and roles. What a token may see depends on its scopes and on its owner's roles."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response

from bot.sandbox import ids, views
from bot.sandbox.api import audit, call
from bot.sandbox.faults import bad, forbidden, not_found
from bot.sandbox.model import Person
from bot.sandbox.seed import ROLE_NAMES

routes = Blueprint("people", __name__)
READ = "spark-admin:people_read"
WRITE = "spark-admin:people_write"
READ_ROLES = "spark-admin:roles_read"
MAX_IDS = 85
MOST_AT_A_LOCATION = 50


@routes.get("/people/me")
def me() -> Response:
    return call.answer(shown(call.caller()))


@routes.get("/people/<person_id>")
def one(person_id: str) -> Response:
    return call.answer(shown(call.world().person(person_id)))


@routes.get("/people")
def many() -> Response:
    query = call.query()
    if wanted := query.text("id"):
        return _by_ids([key.strip() for key in wanted.split(",")])
    email, name = query.text("email"), query.text("displayName")
    if not (email or name or call.may(READ, call.READERS)):
        raise bad("Email or displayName should be specified.")
    most = MOST_AT_A_LOCATION if query.text("locationId") else call.MAX_PAGE
    hidden = {"status"} if query.flag("excludeStatus") else set()
    found = list(_narrowed(_called(email, name), query))
    return call.page(found, lambda who: {k: v for k, v in shown(who).items() if k not in hidden}, most=most)


@routes.delete("/people/<person_id>")
def remove(person_id: str) -> Response:
    call.require(WRITE, call.WRITERS)
    person = call.world().person(person_id)
    if person.org_id != call.caller().org_id:
        raise forbidden()
    audit.note("USERS", "deleted the user", person)
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


def shown(person: Person) -> dict[str, Any]:
    if call.may(READ, call.READERS):
        return views.person_for_admins(call.world(), person, with_calling=call.query().flag("callingData"))
    return views.person(person)


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


def _narrowed(people: Iterable[Person], query: call.Fields) -> Iterable[Person]:
    """People of the caller's organization only: lookups do not reach into others."""
    own, org, place = call.caller().org_id, query.text("orgId"), query.text("locationId")
    roles = set((query.text("roles") or "").split(",")) - {""}
    if org is not None and ids.rest_of(org) != ids.rest_of(own):
        return ()
    return (
        person
        for person in people
        if person.org_id == own
        and place in {None, person.location_id}
        and (not roles or not roles.isdisjoint(person.roles))
    )
