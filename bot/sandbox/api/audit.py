"""Admin audit events: who changed what with an administrator's token."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request

from bot.sandbox import ids
from bot.sandbox.api import call
from bot.sandbox.faults import bad
from bot.sandbox.model import AuditEvent, Person
from bot.sandbox.seed import FULL_ADMIN, ROLE_NAMES

routes = Blueprint("audit", __name__)
READ = "audit:events_read"
ROLES = frozenset({FULL_ADMIN})
MOST = 200
CATEGORIES = ("USERS", "LICENSES", "RESOURCE_GROUPS")


def note(category: str, action: str, target: Person, org_id: str) -> None:
    """Write down what the caller has just done to somebody in an organization."""
    world = call.world()
    event = AuditEvent(
        event_id=ids.fresh("ADMIN_AUDIT_EVENT"),
        created=world.now(),
        actor_id=call.caller().person_id,
        category=category,
        action=action,
        target_type="User",
        target_id=target.person_id,
        target_name=target.email,
        tracking_id=call.tracking_id(),
        user_agent=request.headers.get("User-Agent", "")[:200],
        org_id=org_id,
    )
    world.audit.append(event)


@routes.get("/adminAudit/events")
def events() -> Response:
    """Newest first, of a period that is given in full."""
    call.require(READ, ROLES)
    query = call.query()
    org = call.organization(query.needed("orgId"))
    begin, end = moment(query.needed("from"), "from"), moment(query.needed("to"), "to")
    if begin >= end:
        raise bad("from must be before to")
    actor, categories = query.text("actorId"), query.text("eventCategories")
    wanted = None if categories is None else {one.strip().upper() for one in categories.split(",")}
    found = [
        event
        for event in reversed(call.world().audit)
        if event.org_id == org.org_id
        and begin <= datetime.fromisoformat(event.created) <= end
        and actor in {None, event.actor_id}
        and (wanted is None or event.category in wanted)
    ]
    return call.page(found[query.number("offset", 0) :], _shown, most=MOST)


@routes.get("/adminAudit/eventCategories")
def categories() -> Response:
    call.require(READ, ROLES)
    return call.answer({"eventCategories": list(CATEGORIES)})


def moment(text: str, name: str) -> datetime:
    """Read a date and time as Webex writes it; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise bad(f"{name} must be a date and time") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _shown(event: AuditEvent) -> dict[str, Any]:
    world = call.world()
    actor = world.people.get(event.actor_id)
    org_names = {key: org.name for key, org in world.organizations.items()}
    actor_org = actor.org_id if actor else event.org_id
    told = {
        "actorOrgName": org_names.get(actor_org, ""),
        "actorName": actor.name if actor else "",
        "actorEmail": actor.email if actor else "",
        "adminRoles": [ROLE_NAMES.get(role, role) for role in actor.roles] if actor else [],
        "actorUserAgent": event.user_agent,
        "actorIp": "127.0.0.1",
        "trackingId": event.tracking_id,
        "eventCategory": event.category,
        "eventDescription": event.action,
        "actionText": f"{actor.name if actor else 'Somebody'}: {event.action} ({event.target_name})",
        "targetType": event.target_type,
        "targetId": event.target_id,
        "targetName": event.target_name,
        "targetOrgId": event.org_id,
        "targetOrgName": org_names.get(event.org_id, ""),
    }
    org = {"actorOrgId": actor_org, "actorId": event.actor_id}
    return {"id": event.event_id, "created": event.created, **org, "data": told}
