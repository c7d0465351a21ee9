"""SCIM 2 users, to read: the only place that tells a person's language. Paths take bare UUIDs, below /identity."""

import re
from typing import Any

from flask import Blueprint, Response, request

from bot.sandbox import ids
from bot.sandbox.api import call
from bot.sandbox.faults import bad, forbidden, not_found
from bot.sandbox.model import Person

routes = Blueprint("scim", __name__)
SCOPES = ("identity:people_read", "identity:people_rw")
ROLES = call.READERS | {ids.webex_id("ROLE", "id_device_admin")}
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CISCO = "urn:scim:schemas:extension:cisco:webexidentity:2.0:User"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
FILTER = re.compile(r'^\s*([A-Za-z.]+)\s+eq\s+"([^"]*)"\s*$')
MOST = 1000


@routes.get("/v2/Users/me")
def me() -> Response:
    return call.answer(_shown(call.caller()))


@routes.get("/<org>/v2/Users/<user>")
def one(org: str, user: str) -> Response:
    org_id = _require(org)
    found = call.world().people.get(ids.webex_id("PEOPLE", user))
    if found is None or found.org_id != org_id:
        raise not_found()
    return call.answer(_shown(found))


@routes.get("/<org>/v2/Users")
def many(org: str) -> Response:
    """`userName eq "…"`, likewise `emails.value` and `displayName`; pages by startIndex from 1."""
    org_id, query = _require(org), call.query()
    found = [one for one in _matching(query.text("filter")) if one.org_id == org_id and one.kind == "person"]
    start, size = max(query.number("startIndex", 1), 1), query.page_size(100, MOST, "count")
    shown = found[start - 1 : start - 1 + size]
    body: dict[str, Any] = {"schemas": [LIST], "totalResults": len(found), "itemsPerPage": len(shown)}
    return call.answer(body | {"startIndex": start, "Resources": [_shown(person) for person in shown]})


def _require(org: str) -> str:
    """Return the id of the organization, if the caller may look into it."""
    if not any(call.may(scope, ROLES) for scope in SCOPES):
        raise forbidden()
    return call.organization(ids.webex_id("ORGANIZATION", org)).org_id


def _matching(text: str | None) -> list[Person]:
    world = call.world()
    if text is None:
        return list(world.people.values())
    match = FILTER.match(text)
    if match is None:
        raise bad('The filter is not supported: the sandbox knows userName eq "…"')
    name, value = match.groups()
    if name.lower() in {"username", "emails.value", "emails"}:
        found = world.person_by_email(value)
        return [found] if found else []
    if name.lower() != "displayname":
        raise bad(f"The filter attribute {name} is not supported")
    return [person for person in world.people.values() if person.name.lower() == value.lower()]


def _shown(person: Person) -> dict[str, Any]:
    user_id, org_id = ids.rest_of(person.person_id), ids.rest_of(person.org_id)
    where = f"{request.host_url}identity/scim/{org_id}/v2/Users"
    boss = call.world().people.get(person.manager_id or "")
    enterprise: dict[str, Any] = {"department": person.department} if person.department else {}
    if boss is not None:
        boss_id = ids.rest_of(boss.person_id)
        enterprise["manager"] = {"value": boss_id, "displayName": boss.name, "$ref": f"{where}/{boss_id}"}
    shown = {
        "schemas": [USER, ENTERPRISE, CISCO],
        "id": user_id,
        "userName": person.email,
        "active": person.may_sign_in,
        "displayName": person.name,
        "name": {"givenName": person.first, "familyName": person.last},
        "title": person.title,
        "userType": "user",
        "preferredLanguage": person.language,
        "locale": person.locale,
        "timezone": person.timezone,
        "emails": [{"value": person.email, "type": "work", "primary": True}],
        ENTERPRISE: enterprise,
        CISCO: {"accountStatus": ["active" if person.may_sign_in else "inactive"], "meta": {"organizationId": org_id}},
        "meta": {
            "resourceType": "User",
            "location": f"{where}/{user_id}",
            "created": person.created,
            "lastModified": person.modified,
            "version": f'W/"{ids.seeded(person.modified)[:8]}"',
        },
    }
    return {key: value for key, value in shown.items() if value not in ("", {})}
