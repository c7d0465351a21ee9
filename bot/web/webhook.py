"""Deliveries from Webex: check the seal over the raw bytes, read strictly, hand the event on, answer.

A business reason never makes a bad status: a hundred of those in five minutes and Webex stops delivering.
"""

import json
from collections.abc import Callable
from typing import Any, NoReturn, TypedDict

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from bot.webex.signature import is_genuine

LARGEST_BODY = 64 * 1024
LONGEST_FIELD = 256

KNOWN = frozenset({("messages", "created"), ("attachmentActions", "created"), ("memberships", "created")})
BOT_DOMAIN = "@webex.bot"
NOTHING: ResponseReturnValue = ("", 204)


class Event(TypedDict):
    """What happened, by ids alone: the text or the inputs are fetched later. All are printable ASCII."""

    resource: str
    event: str
    resource_id: str
    actor_id: str
    space_id: str


class Unreadable(Exception):
    """The body is genuine, but no delivery."""


class NotStorable(Exception):
    """Raised by `accept` when the event could not be kept, so that Webex hears of it."""


def webhook_routes(accept: Callable[[Event], None], secrets: tuple[str, ...]) -> Blueprint:
    """`accept` must have stored the event when it returns: after a 204 nobody delivers it again.

    A delivery may be sealed with any of the secrets, so that one can be changed without a gap.
    """
    routes = Blueprint("webhook", __name__)

    @routes.post("/webhooks/webex")
    def receive() -> ResponseReturnValue:
        # Werkzeug cuts a chunked body at the limit without a word, so it may read one byte more than is accepted.
        request.max_content_length = LARGEST_BODY + 1
        body = request.get_data()
        if len(body) > LARGEST_BODY:
            abort(413)
        if not _is_sealed(body, request.headers.get("X-Spark-Signature"), secrets):
            abort(401)
        try:
            event = read_event(body)
            if event is not None:
                accept(event)
        except Unreadable:
            abort(400)
        except NotStorable:
            abort(503)
        return NOTHING

    return routes


def _is_sealed(body: bytes, header: str | None, secrets: tuple[str, ...]) -> bool:
    """Try all of them, whatever comes of the first: how long it takes must not tell which one fits."""
    fitting = [is_genuine(body, header, secret) for secret in secrets]
    return any(fitting)


def read_event(body: bytes) -> Event | None:
    """Read a delivery; None when it is of no interest. Raises Unreadable."""
    envelope = _read_object(body)
    resource, event = _read_id(envelope, "resource"), _read_id(envelope, "event")
    if (resource, event) not in KNOWN:
        return None
    data = envelope.get("data")
    if not isinstance(data, dict):
        raise Unreadable
    # Bots' messages, our own among them, would have the bot talk to itself. A membership names whoever was added,
    # which is the bot itself when it is welcomed to a space, so it is let through.
    if resource == "messages" and str(data.get("personEmail")).lower().endswith(BOT_DOMAIN):
        return None
    return Event(
        resource=resource,
        event=event,
        resource_id=_read_id(data, "id"),
        actor_id=_read_id(envelope, "actorId"),
        space_id=_read_id(data, "roomId"),
    )


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        # json.loads would guess at UTF-16 and 32 for bytes; Webex sends UTF-8.
        envelope = json.loads(body.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(envelope, dict):
        raise Unreadable
    return envelope


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity, which Python reads and JSON does not have


def _read_id(holder: dict[str, Any], key: str) -> str:
    """Read a string that any database and log takes: no NUL, no lone surrogate, no line break, not overlong."""
    value = holder.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_FIELD:
        raise Unreadable
    if not (value.isascii() and value.isprintable()):
        raise Unreadable
    return value
