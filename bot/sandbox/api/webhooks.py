"""Webhooks: create, read, re-activate, delete. Each belongs to the one who made it."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app

from bot.sandbox import ids, views
from bot.sandbox.api import call
from bot.sandbox.deliver import reactivate
from bot.sandbox.events import EVENTS, FIREHOSE, check_filter
from bot.sandbox.faults import bad, forbidden, not_found
from bot.sandbox.fields import Fields
from bot.sandbox.model import Webhook

routes = Blueprint("webhooks", __name__)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@routes.post("/webhooks")
def create() -> Response:
    body = call.json_body()
    resource, event, wanted = body.needed("resource"), body.needed("event"), body.text("filter")
    _check_event(resource, event)
    if wanted:
        check_filter(resource, wanted)
    if body.text("ownedBy") not in {None, "creator"}:
        raise forbidden()
    hook = Webhook(
        webhook_id=ids.fresh("WEBHOOK"),
        owner_id=call.caller().person_id,
        name=body.needed("name"),
        target_url=_target(body),
        resource=resource,
        event=event,
        created=call.world().now(),
        filter=wanted,
        secret=body.text("secret"),
    )
    call.world().webhooks[hook.webhook_id] = hook
    return call.answer(_shown(hook))


@routes.get("/webhooks")
def many() -> Response:
    if call.query().text("ownedBy") not in {None, "creator"}:
        raise forbidden()
    mine = [hook for hook in call.world().webhooks.values() if hook.owner_id == call.caller().person_id]
    return call.page(mine, _shown)


@routes.get("/webhooks/<webhook_id>")
def one(webhook_id: str) -> Response:
    return call.answer(_shown(_own(webhook_id)))


@routes.put("/webhooks/<webhook_id>")
def update(webhook_id: str) -> Response:
    """Name, target and secret change; `active` wakes a webhook up; everything else is ignored, as in Webex."""
    hook, body = _own(webhook_id), call.json_body()
    name, target, status = body.needed("name"), _target(body), body.text("status")
    if status not in {None, "active"}:
        raise bad("status can only be set to active")
    hook.name, hook.target_url = name, target
    hook.secret = body.text("secret") or hook.secret
    if status == "active" and hook.status != "active":
        reactivate(hook, call.world().clock.seconds())
    return call.answer(_shown(hook))


@routes.delete("/webhooks/<webhook_id>")
def delete(webhook_id: str) -> Response:
    del call.world().webhooks[_own(webhook_id).webhook_id]
    return call.nothing()


def _shown(hook: Webhook) -> dict[str, Any]:
    return views.webhook(hook, call.caller().org_id)


def _own(webhook_id: str) -> Webhook:
    hook = call.world().webhooks.get(webhook_id)
    if hook is None or hook.owner_id != call.caller().person_id:
        raise not_found()
    return hook


def _check_event(resource: str, event: str) -> None:
    known = {"created", "updated", "deleted", "all"} if resource == "all" else EVENTS.get(resource, set()) | {"all"}
    if resource != "all" and resource not in EVENTS:
        raise bad(f"resource must be all or one of {', '.join(sorted(EVENTS.keys() | FIREHOSE))}")
    if event not in known:
        raise bad(f"event {event} does not exist for {resource}")


def _target(body: Fields) -> str:
    url = body.needed("targetUrl")
    try:
        split = urlsplit(url)
        host = split.hostname
        _ = split.port
    except ValueError:
        raise bad("targetUrl is not a URL") from None
    if split.scheme not in {"http", "https"} or not host:
        raise bad("targetUrl is not a URL")
    if host not in LOOPBACK and not current_app.config["ALLOW_EXTERNAL"]:
        raise bad("targetUrl: the sandbox delivers to this machine only")
    return url
