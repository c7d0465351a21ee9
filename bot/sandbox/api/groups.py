"""Resource groups and who is served by which: memberships come and go with a person's hybrid licenses."""

from flask import Blueprint, Response

from bot.sandbox import ids, views
from bot.sandbox.api import audit, call
from bot.sandbox.faults import Fault, bad, not_found
from bot.sandbox.model import GroupSeat, Organization, Person
from bot.sandbox.outfit import DEFAULT_GROUP

routes = Blueprint("groups", __name__)
READ = "spark-admin:resource_groups_read"
READ_SEATS = "spark-admin:resource_group_memberships_read"
WRITE_SEATS = "spark-admin:resource_group_memberships_write"
STATUSES = {None, "pending", "activated", "error"}
PENDING = "A membership whose status is pending cannot be updated."

Seat = tuple[Person, str]
"""Somebody and a hybrid license of theirs: a membership."""


@routes.get("/resourceGroups")
def groups() -> Response:
    call.require(READ, call.LICENSE_READERS)
    org = call.organization()
    return call.answer({"items": [_group(org, key) for key in org.groups]})


@routes.get("/resourceGroups/<group_id>")
def one_group(group_id: str) -> Response:
    call.require(READ, call.LICENSE_READERS)
    org = call.organization()
    if group_id not in org.groups:
        raise not_found()
    return call.answer(_group(org, group_id))


@routes.get("/resourceGroup/memberships")
def memberships() -> Response:
    query = call.query()
    found = _seats(query.text("licenseId"), query.text("personId"), query.text("personOrgId"))
    return call.page(found, lambda seat: views.group_membership(*seat))


@routes.get("/resourceGroup/memberships/v2")
def memberships_v2() -> Response:
    """Answer the newer list, of people and workspaces; the sandbox has no workspaces."""
    query = call.query()
    if (kind := query.text("type")) not in {None, "User", "Workspace"}:
        raise bad("type must be User or Workspace")
    found = _seats(query.text("licenseId"), query.text("id"), None)
    return call.page([] if kind == "Workspace" else found, _second_shape)


@routes.get("/resourceGroup/memberships/<membership_id>")
def one_membership(membership_id: str) -> Response:
    call.require(READ_SEATS, call.LICENSE_READERS)
    return call.answer(views.group_membership(*_find(membership_id, call.organization())))


@routes.put("/resourceGroup/memberships/<membership_id>")
def move(membership_id: str) -> Response:
    """Only the group changes; the other fields are required and must say what is already so."""
    call.require(WRITE_SEATS, call.WRITERS)
    body = call.json_body()
    org = call.organization(call.query().text("orgId"), _managed(body.text("personOrgId")))
    person, license_id = _find(membership_id, org)
    now = views.group_membership(person, license_id)
    group_id = body.needed("resourceGroupId")
    for name in ("licenseId", "personId", "personOrgId", "status"):
        if ids.rest_of(body.needed(name)) != ids.rest_of(now[name]):
            raise bad(f"{name} cannot be changed")
    if now["status"] == "pending":
        raise bad(PENDING)
    if group_id not in org.groups:
        raise bad("resourceGroupId is not a resource group of this organization")
    person.groups.setdefault(license_id, GroupSeat(DEFAULT_GROUP)).group_id = group_id
    audit.note("RESOURCE_GROUPS", f"moved to resource group {org.groups[group_id]}", person, org.org_id)
    return call.answer(views.group_membership(person, license_id))


def _group(org: Organization, group_id: str) -> dict[str, str]:
    return {"id": group_id, "name": org.groups[group_id], "orgId": org.org_id}


def _managed(org_id: str | None) -> str | None:
    """Read personOrgId as the organization that is meant, if the caller may act on it; it is a filter otherwise."""
    try:
        return call.organization(org_id).org_id if org_id else None
    except Fault:
        return None


def _seats(license_id: str | None, person_id: str | None, org_id: str | None) -> list[Seat]:
    call.require(READ_SEATS, call.LICENSE_READERS)
    world, status = call.world(), call.query().text("status")
    org = call.organization(call.query().text("orgId"), _managed(org_id))
    if status not in STATUSES:
        raise bad("status must be pending, activated or error")
    return [
        (person, one.license_id)
        for one in world.licenses_of(org.org_id)
        if one.is_hybrid and license_id in {None, one.license_id}
        for person in world.people.holders(one.license_id)
        if person_id in {None, person.person_id}
        and (org_id is None or ids.rest_of(org_id) == ids.rest_of(person.org_id))
        and status in {None, views.group_membership(person, one.license_id)["status"]}
    ]


def _find(membership_id: str, org: Organization) -> Seat:
    for person, license_id in _all(org):
        if views.group_membership_id(person.person_id, license_id) == membership_id:
            return person, license_id
    raise not_found()


def _all(org: Organization) -> list[Seat]:
    world = call.world()
    hybrid = [one.license_id for one in world.licenses_of(org.org_id) if one.is_hybrid]
    return [(person, key) for key in hybrid for person in world.people.holders(key)]


def _second_shape(seat: Seat) -> dict[str, str]:
    shown = views.group_membership(*seat)
    renamed = {"id": shown["personId"], "orgId": shown["personOrgId"], "type": "User"}
    kept = {name: shown[name] for name in ("resourceGroupId", "licenseId", "status")}
    return renamed | kept
