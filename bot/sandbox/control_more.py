"""More of the control API: the clock, the age of tokens, webhooks, and what Control Hub does to spaces and groups."""

from dataclasses import replace

from flask import Blueprint, Response

from bot.sandbox import ids, outfit, refusals, views
from bot.sandbox.api import call
from bot.sandbox.control import only_from_here
from bot.sandbox.deliver import switch_off
from bot.sandbox.faults import bad, not_found
from bot.sandbox.model import GroupSeat, Organization, Token
from bot.sandbox.outfit import DEFAULT_GROUP

routes = Blueprint("control_more", __name__)
routes.before_request(only_from_here)
SWITCHES = {"isLocked": "is_locked", "isAnnouncementOnly": "is_announcement_only", "isReadOnly": "is_read_only"}
STATUSES = {"pending", "activated", "error"}


@routes.get("/clock")
def what_time() -> Response:
    clock = call.world().clock
    return call.answer({"now": clock.text(), "offset": clock.offset})


@routes.post("/clock")
def set_clock() -> Response:
    """`offset` seconds from the machine's time, or `advance` by some more."""
    body, world = call.json_body(), call.world()
    if len(body.values) != 1 or not body.values.keys() <= {"offset", "advance"}:
        raise bad("Exactly one of offset and advance is required")
    ((name, value),) = body.values.items()
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise bad(f"{name} must be seconds")
    with world.lock:
        world.clock.move(value + (world.clock.offset if name == "advance" else 0))
    call.parts().feed.publish("clock", {"now": world.clock.text(), "offset": world.clock.offset})
    return what_time()


@routes.patch("/tokens/<value>")
def age(value: str) -> Response:
    """Let an access or refresh token end in `expiresIn` seconds of the sandbox's clock; null lets it last."""
    world, body = call.world(), call.json_body()
    seconds = None if body.values.get("expiresIn", 0) is None else body.number("expiresIn", 0)
    with world.lock:
        tokens = world.tokens if value in world.tokens else world.refresh_tokens
        if value not in tokens:
            raise not_found()
        tokens[value] = replace(tokens[value], expires_at=None if seconds is None else world.clock.seconds() + seconds)
    return call.answer({"expiresIn": seconds})


@routes.delete("/tokens/<value>")
def revoke(value: str) -> Response:
    """Take a token back, as regenerating a bot's does."""
    world = call.world()
    with world.lock:
        found: Token | None = world.tokens.pop(value, None) or world.refresh_tokens.pop(value, None)
    if found is None:
        raise not_found()
    return call.nothing()


@routes.get("/apps")
def apps() -> Response:
    """Tell what a tester needs to play an integration or a service app."""
    refresh = {token.client_id: value for value, token in call.world().refresh_tokens.items()}
    items = [
        {
            "clientId": app.client_id,
            "clientSecret": app.client_secret,
            "applicationId": app.application_id,
            "isServiceApp": app.is_service_app,
            "refreshToken": refresh.get(app.client_id),
        }
        for app in call.world().apps.values()
    ]
    return call.answer({"items": items})


@routes.get("/refusals")
def published_refusals() -> Response:
    """List every refusal of the assign call that Webex publishes, as its documentation words it."""
    items = [
        {"code": one.code, "message": one.message, "description": one.description}
        for one in (*refusals.PUBLISHED, *refusals.WITHOUT_A_CODE)
    ]
    return call.answer({"items": items})


@routes.post("/organizations")
def found() -> Response:
    """Make an organization with licenses, sites, locations and groups of the usual names; `managedBy` act on it."""
    body, world = call.json_body(), call.world()
    name, managers = body.needed("displayName"), body.strings("managedBy")
    with world.lock:
        for person_id in managers:
            world.person(person_id)
        number = len(world.organizations) - 1
        org_id = ids.fresh("ORGANIZATION")
        sites = [f"site{one}-org{number}.webex.com" for one in (1, 2)]
        org = Organization(org_id, name, world.now(), sites, managed_by=managers, salt=f"{ids.rest_of(org_id)}:")
        world.organizations[org_id] = org
        outfit.equip(world, org, number)
        shown = {"id": org_id, "displayName": name, "managedBy": managers, "sites": sites}
        named = [(one.name, one.license_id) for one in world.licenses_of(org_id)]
        places = [(one.name, one.location_id) for one in world.locations.values() if one.org_id == org_id]
        groups = [(group, group_id) for group_id, group in org.groups.items()]
        things = {"licenses": _by_name(named), "locations": _by_name(places), "groups": _by_name(groups)}
    return call.answer(shown | things)


def _by_name(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return ids by name; the second of a name has a 2 behind it."""
    told: dict[str, str] = {}
    for name, key in pairs:
        told[f"{name} 2" if name in told else name] = key
    return told


@routes.patch("/webhooks/<webhook_id>")
def change_webhook(webhook_id: str) -> Response:
    """Switch a webhook off, as a hundred failures do; switching on is what its owner's PUT is for."""
    world = call.world()
    if call.json_body().needed("status") != "inactive":
        raise bad("status must be inactive")
    with world.lock:
        hook = world.webhooks.get(webhook_id)
        if hook is None:
            raise not_found()
        switch_off(hook, world.clock.seconds())
        return call.answer(views.webhook(hook, world.people[hook.owner_id].org_id))


@routes.patch("/rooms/<room_id>")
def change_space(room_id: str) -> Response:
    """Change a space past the rules of moderators; `moderatorIds` are its only moderators from then on."""
    body, world = call.json_body(), call.world()
    if unknown := body.values.keys() - {*SWITCHES, "moderatorIds"}:
        raise bad(f"Unknown: {', '.join(sorted(unknown))}")
    with world.lock:
        space = world.spaces.get(room_id)
        if space is None:
            raise not_found()
        for name in SWITCHES.keys() & body.values.keys():
            setattr(space, SWITCHES[name], body.flag(name))
        if "moderatorIds" in body.values:
            wanted = body.strings("moderatorIds")
            for member in space.members.values():
                member.is_moderator = member.person_id in wanted
        return call.answer(views.space(space, space.title))


@routes.patch("/resourceGroup/memberships/<membership_id>")
def change_membership(membership_id: str) -> Response:
    """Let a hybrid service be set up, or fail."""
    world, status = call.world(), call.json_body().needed("status")
    if status not in STATUSES:
        raise bad(f"status must be one of {', '.join(sorted(STATUSES))}")
    with world.lock:
        for person in world.people.values():
            for license_id in person.licenses:
                if views.group_membership_id(person.person_id, license_id) == membership_id:
                    seat = person.groups.setdefault(license_id, GroupSeat(DEFAULT_GROUP))
                    seat.status = "pending" if status == "pending" else "error" if status == "error" else "activated"
                    return call.answer(views.group_membership(person, license_id))
    raise not_found()
