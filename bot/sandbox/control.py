"""The control API: reset, snapshot, weather, and changes that in Webex an administrator makes in Control Hub.

For tests and for the sandbox's own page only, hence a foreign Host or Origin is refused.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request

from bot.sandbox import company, ids, seed, views
from bot.sandbox.accounts import ADMIN_SCOPES, CHAT_SCOPES
from bot.sandbox.api import call
from bot.sandbox.edits import edit
from bot.sandbox.faults import bad, forbidden, not_found
from bot.sandbox.fields import Fields
from bot.sandbox.model import Person, Token

routes = Blueprint("control", __name__)


@routes.before_request
def only_from_here() -> None:
    if not _is_here(f"//{request.host}"):
        raise forbidden("Foreign Host.")
    origin = request.headers.get("Origin")
    if origin is not None and not _is_here(origin):
        raise forbidden("Foreign Origin.")


@routes.post("/reset")
def reset() -> Response:
    """Go back to the seed, with no webhook, weather or delivery left over from before."""
    parts = call.parts()
    parts.world.reset()
    parts.weather.clear()
    parts.courier.reset()
    parts.feed.publish("reset", {})
    return call.nothing()


@routes.get("/idle")
def idle() -> Response:
    return call.answer({"undelivered": call.parts().courier.undelivered()})


@routes.get("/tokens")
def tokens() -> Response:
    with call.world().lock:
        return call.answer({"items": seed.tokens_of(call.world())})


@routes.get("/company")
def whole_company() -> Response:
    """Everything that the page keeps up to date from events: a snapshot without what was said and called."""
    parts, world = call.parts(), call.world()
    with world.lock:
        owners = [hook.owner_id for hook in world.webhooks.values() if hook.status == "active"]
        people, licenses = company.people(world), company.licenses(world)
    weather = parts.weather.orders()
    return call.answer({"people": people, "licenses": licenses, "weather": weather, "listening": sorted(set(owners))})


@routes.get("/snapshot")
def snapshot() -> Response:
    world = call.world()
    with world.lock:
        people, licenses = company.people(world), company.licenses(world)
        messages = [
            views.message(message, world.spaces[message.space_id].kind) | {"deleted": message.is_deleted}
            for message in world.messages.values()
        ]
        webhooks = [views.webhook(hook, world.people[hook.owner_id].org_id) for hook in world.webhooks.values()]
        calls = list(world.calls)
    return call.answer(
        {
            "people": people,
            "licenses": licenses,
            "messages": messages,
            "calls": calls,
            "webhooks": webhooks,
            "deliveries": call.parts().courier.deliveries(),
        }
    )


@routes.get("/weather")
def what_weather() -> Response:
    return call.answer({"items": call.parts().weather.orders()})


@routes.post("/weather")
def make_weather() -> Response:
    order = dict(call.json_body().values)
    if "touches" in order:
        edit(
            Person("", "", "", "", ""), Fields(_object(order["touches"]))
        )  # nobody: what makes no sense is refused now
    call.parts().weather.add(order)
    return call.nothing()


@routes.delete("/weather")
def clear_weather() -> Response:
    call.parts().weather.clear()
    return call.nothing()


@routes.post("/people")
def hire() -> Response:
    """Add a person with a token of their own; the answer holds both."""
    body, world = call.json_body(), call.world()
    email = body.needed("email")
    name = body.text("displayName") or email.partition("@")[0]
    with world.lock:
        if world.person_by_email(email):
            raise bad("There is a person with this email already")
        person = Person(ids.fresh("PEOPLE"), email, name, world.org_id, world.now())
        edit(person, body)
        token = _token_for(email)
        world.people[person.person_id] = person
        world.tokens[token] = Token(person.person_id, ADMIN_SCOPES if person.roles else CHAT_SCOPES)
        return call.answer(company.person(world, person) | {"id": person.person_id, "token": token})


@routes.patch("/people/<person_id>")
def change(person_id: str) -> Response:
    body, world = call.json_body(), call.world()
    with world.lock:
        person = world.person(person_id)
        wanted = [*body.strings("emails"), body.text("email") or ""]
        if any(world.person_by_email(one) not in (None, person) for one in wanted):
            raise bad("There is a person with this email already")
        edit(person, body)
        world.changed(person)
        return call.answer(company.person(world, person) | {"id": person_id})


@routes.delete("/people/<person_id>")
def dismiss(person_id: str) -> Response:
    world = call.world()
    with world.lock:
        world.remove_person(person_id)
    return call.nothing()


@routes.patch("/licenses/<license_id>")
def resize(license_id: str) -> Response:
    total = call.json_body().number("totalUnits", -1)
    with call.world().lock:
        found = call.world().licenses.get(license_id)
        if found is None:
            raise not_found()
        found.total = total
    return call.answer({"id": license_id, "name": found.name, "totalUnits": total})


@routes.post("/accept")
def accept() -> Response:
    """Let an external person say yes: what was pending is held."""
    world = call.world()
    with world.lock:
        person = world.person(call.json_body().needed("personId"))
        person.licenses += person.pending_licenses
        person.attendee_sites += person.pending_sites
        person.pending_licenses, person.pending_sites = [], []
        world.changed(person)
        return call.answer(company.person(world, person))


def _is_here(address: str) -> bool:
    try:
        split = urlsplit(address)
        port = split.port
    except ValueError:
        return False
    return split.hostname in current_app.config["HOSTS"] and port == current_app.config["PORT"]


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad("touches must be an object")
    return value


def _token_for(email: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", email.partition("@")[0].lower()).strip("-") or "person"
    taken, token, count = call.world().tokens, f"sandbox-{slug}", 1
    while token in taken:
        count += 1
        token = f"sandbox-{slug}-{count}"
    return token
