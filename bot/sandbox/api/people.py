"""People: read, list, replace, delete. What a token may see depends on its scopes and on its owner's roles."""

from typing import Any

from flask import Blueprint, Response

from bot.sandbox import ids, views
from bot.sandbox.api import call
from bot.sandbox.assign import judge
from bot.sandbox.faults import bad, forbidden
from bot.sandbox.holdings import Operation
from bot.sandbox.model import Person

routes = Blueprint("people", __name__)
READ = "spark-admin:people_read"
WRITE = "spark-admin:people_write"
MAX_IDS = 85


@routes.get("/people/me")
def me() -> Response:
    return call.answer(_shown(call.caller(), with_calling=call.query().flag("callingData")))


@routes.get("/people/<person_id>")
def one(person_id: str) -> Response:
    return call.answer(_shown(call.world().person(person_id), with_calling=call.query().flag("callingData")))


@routes.get("/people")
def many() -> Response:
    query = call.query()
    wanted = query.text("id")
    if wanted:
        return _by_ids([key.strip() for key in wanted.split(",")])
    email, name = query.text("email"), query.text("displayName")
    if not (email or name or call.may(READ, call.READERS)):
        raise bad("Email or displayName should be specified.")
    found = [person for person in call.world().people.values() if _fits(person, email, name, query)]
    return call.page([_shown(person, with_calling=query.flag("callingData")) for person in found])


@routes.put("/people/<person_id>")
def replace(person_id: str) -> Response:
    """Replace the whole record: a license that the body leaves out is taken away (Webex: Update a Person)."""
    call.require(WRITE, call.WRITERS)
    person = call.world().person(person_id)
    if person.org_id != call.caller().org_id:
        raise forbidden()
    body = call.json_body()
    name, emails = body.needed("displayName"), body.values.get("emails", [person.email])
    if not isinstance(emails, list) or len(emails) != 1 or not isinstance(emails[0], str):
        raise bad("emails must hold exactly one address")
    _replace_licenses(person, body)
    person.name, person.email = name, emails[0]
    person.department = body.text("department") or ""
    person.title = body.text("title") or ""
    person.manager_id = body.text("managerId")
    person.login_enabled = "true" if body.flag("loginEnabled", default=True) else "false"
    person.roles = _strings(body, "roles")
    return call.answer(_shown(person, with_calling=call.query().flag("callingData")))


@routes.delete("/people/<person_id>")
def remove(person_id: str) -> Response:
    call.require(WRITE, call.WRITERS)
    if call.world().person(person_id).org_id != call.caller().org_id:
        raise forbidden()
    call.world().remove_person(person_id)
    return call.nothing()


def _shown(person: Person, *, with_calling: bool) -> dict[str, Any]:
    if call.may(READ, call.READERS):
        return views.person_for_admins(call.world(), person, with_calling=with_calling)
    return views.person(person)


def _by_ids(wanted: list[str]) -> Response:
    """By id even administrators get the basic profile (Webex: List People)."""
    if len(wanted) > MAX_IDS:
        raise bad(f"At most {MAX_IDS} ids")
    people = call.world().people
    body: dict[str, Any] = {"items": [views.person(people[key]) for key in wanted if key in people]}
    missing = [key for key in wanted if key not in people]
    return call.answer(body | ({"notFoundIds": missing} if missing else {}))


def _fits(person: Person, email: str | None, name: str | None, query: call.Fields) -> bool:
    """People of the caller's organization only: lookups do not reach into others."""
    role, place, org = query.text("roles"), query.text("locationId"), query.text("orgId")
    return (
        person.org_id == call.caller().org_id
        and (org is None or ids.rest_of(org) == ids.rest_of(person.org_id))
        and (email is None or person.email.lower() == email.strip().lower())
        and (name is None or person.name.lower().startswith(name.lower()))
        and (role is None or not set(role.split(",")).isdisjoint(person.roles))
        and (place is None or person.location_id == place)
    )


def _replace_licenses(person: Person, body: call.Fields) -> None:
    """Apply the list under the same rules as an assignment; what is unknown or refused is skipped silently."""
    wanted = [key for key in _strings(body, "licenses") if key in call.world().licenses]
    phones = [item.get("value") for item in body.objects("phoneNumbers") if item.get("type") == "work"]
    desk = {"locationId": body.text("locationId"), "extension": body.text("extension")}
    desk["phoneNumber"] = phones[0] if phones and isinstance(phones[0], str) else None
    changes = [Operation("license", key, is_add=True, properties=desk) for key in wanted if key not in person.licenses]
    changes += [Operation("license", key, is_add=False) for key in person.licenses if key not in wanted]
    judge(call.world(), person, changes).holdings.write_to(person)


def _strings(body: call.Fields, name: str) -> list[str]:
    value = body.values.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise bad(f"{name} must be a list of strings")
    return list(dict.fromkeys(value))
