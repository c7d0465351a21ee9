"""Licenses: the catalog, who holds one, and assigning them to a person."""

from typing import Any

from flask import Blueprint, Response

from bot.sandbox import views
from bot.sandbox.api import audit, call
from bot.sandbox.assign import Judgment, judge
from bot.sandbox.faults import Fault, bad, not_found
from bot.sandbox.fields import Fields
from bot.sandbox.holdings import Holdings, Operation
from bot.sandbox.model import GroupSeat, License, Person
from bot.sandbox.outfit import DEFAULT_GROUP
from bot.sandbox.rules import Ask

routes = Blueprint("licenses", __name__)
READ = "spark-admin:licenses_read"
ASSIGN = "spark-admin:people_write"
MOST_USERS = 300
PROPERTIES = ("locationId", "phoneNumber", "extension")


@routes.get("/licenses")
def many() -> Response:
    call.require(READ, call.LICENSE_READERS)
    used, own = call.world().units_used(), call.world().licenses_of(call.organization().org_id)
    return call.answer({"items": [_shown(one, used[one.license_id]) for one in own]})


@routes.get("/licenses/<license_id>")
def one(license_id: str) -> Response:
    call.require(READ, call.LICENSE_READERS)
    query, found = call.query(), call.world().owned_by(license_id, call.organization().org_id)
    if found is None:
        raise not_found()
    shown = _shown(found, call.world().units_used()[license_id])
    assigned = query.text("includeAssignedTo")
    if assigned is None:
        if query.values.get("limit") or query.values.get("next"):
            raise bad("limit and next need includeAssignedTo")
        return call.answer(shown)
    if assigned != "user":
        raise bad("includeAssignedTo must be user")
    size, start = query.page_size(MOST_USERS, MOST_USERS, "limit"), query.text("next")
    begin = call.position_of(start) if start else 0
    holders = call.world().people.holders(license_id)
    response = call.answer(shown | {"users": [_user(person, found) for person in holders[begin : begin + size]]})
    if begin + size < len(holders):
        call.link_next(response, next=call.cursor_at(begin + size))
    return response


@routes.patch("/licenses/users")
def assign() -> Response:
    """One person, several operations: all good 200, some good 206 without saying which, none good 400."""
    call.require(ASSIGN, call.WRITERS)
    body = call.json_body()
    ask = Ask(call.world(), call.organization(body.text("orgId")), _person(body))
    verdict = judge(ask, _operations(body))
    if verdict.all_failed:
        raise Fault(400, verdict.refusals[0].message, [refusal.as_error() for refusal in verdict.refusals])
    shown = _result(ask, verdict)
    if not call.weather_wants("unapplied"):
        _apply(ask, verdict.holdings)
    if not verdict.refusals:
        return call.answer(shown)
    if call.weather_wants("errors_in_206"):
        shown["errors"] = [refusal.as_error() for refusal in verdict.refusals]
    return call.answer(shown, 206)


def _apply(ask: Ask, holdings: Holdings) -> None:
    person, world = ask.person, ask.world
    before = set(person.licenses)
    take_seats(person, holdings)
    holdings.write_to(person)
    world.changed(person)
    after = set(person.licenses)
    changes = [f"added {world.licenses[key].name}" for key in sorted(after - before)]
    changes += [f"removed {world.licenses[key].name}" for key in sorted(before - after) if key in world.licenses]
    audit.note("LICENSES", "; ".join(changes) or "changed the user's licenses", person, ask.org.org_id)


def take_seats(person: Person, holdings: Holdings) -> None:
    """In bad weather (`seats_pending`) a hybrid service that is new to somebody is still being set up."""
    if not call.weather_wants("seats_pending"):
        return
    for key in set(holdings.licenses) - set(person.licenses):
        if call.world().licenses[key].is_hybrid:
            person.groups[key] = GroupSeat(DEFAULT_GROUP, "pending")


def _shown(one: License, used: int) -> dict[str, Any]:
    """Hybrid licenses always read 1 and 0, as strings (Webex: Managing Hybrid Services Licenses)."""
    if one.is_hybrid:
        return {"id": one.license_id, "name": one.name, "totalUnits": "1", "consumedUnits": "0"}
    shown = {
        "id": one.license_id,
        "name": one.name,
        "totalUnits": one.total,
        "consumedUnits": used,
        "consumedByUsers": used,
        "consumedByWorkspaces": 0,
    }
    if one.subscription_id:
        shown["subscriptionId"] = one.subscription_id
    if one.site_url:
        shown |= {"siteUrl": one.site_url, "siteType": "Control Hub managed site"}
    return shown


def _user(person: Person, of: License) -> dict[str, str]:
    kind = "INTERNAL" if person.org_id == of.org_id else "EXTERNAL"
    return {"id": person.person_id, "type": kind, "displayName": person.name, "email": person.email}


def _person(body: Fields) -> Person:
    person_id, email = body.text("personId"), body.text("email")
    if not (person_id or email):
        raise bad("At least one of email and personId is required")
    person = call.world().people.get(person_id) if person_id else call.world().person_by_email(email or "")
    if person is None or person.kind != "person":
        raise not_found("User not found")
    if email and person.email.lower() != email.strip().lower():
        raise bad("email and personId are of different users")
    return person


def _operations(body: Fields) -> list[Operation]:
    found = [_license_operation(item) for item in body.objects("licenses")]
    found += [_site_operation(item) for item in body.objects("siteUrls")]
    if not found:
        raise bad("At least one of licenses and siteUrls is required")
    if len({(one.kind, one.key) for one in found}) < len(found):
        raise bad("A license or site appears more than once")
    return found


def _license_operation(item: dict[str, Any]) -> Operation:
    fields = Fields(item)
    given = item.get("properties") or {}
    if not isinstance(given, dict):
        raise bad("properties must be an object")
    properties = {name: Fields(given).text(name) for name in PROPERTIES}
    return Operation("license", fields.needed("id"), _is_add(fields), properties)


def _site_operation(item: dict[str, Any]) -> Operation:
    fields = Fields(item)
    if (fields.text("accountType") or "attendee").lower() != "attendee":
        raise bad("accountType must be attendee; a host account comes with the license of the site")
    return Operation("site", fields.needed("siteUrl"), _is_add(fields))


def _is_add(fields: Fields) -> bool:
    operation = fields.text("operation") or "add"
    if operation not in {"add", "remove"}:
        raise bad("operation must be add or remove")
    return operation == "add"


def _result(ask: Ask, verdict: Judgment) -> dict[str, Any]:
    """Tell the complete resulting state; what waits for an external person's yes is told apart."""
    held, person, org_id = verdict.holdings, ask.person, ask.org.org_id
    after = Person(person.person_id, person.email, person.name, person.org_id, person.created)
    held.write_to(after)
    sites = [{"siteUrl": site, "accountType": kind} for site, kind in views.sites_of(ask.world, after, org_id)]
    shown = {
        "orgId": org_id,
        "personId": person.person_id,
        "email": person.email,
        "licenses": views.held_of(ask.world, held.licenses, org_id),
        "siteUrls": sites,
    }
    if pending := views.held_of(ask.world, held.pending_licenses, org_id):
        shown["pendingLicenses"] = pending
    if pending := [site for site in held.pending_sites if site in ask.org.sites]:
        shown["pendingSiteUrls"] = [{"siteUrl": site, "accountType": "ATTENDEE"} for site in pending]
    return shown
