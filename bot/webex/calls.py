"""What is noted of each call to Webex: counted by path template, logged if it failed, and named by a trace of ours."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit

import requests
import structlog

from bot import meters, traces
from bot.webex.http import ASKED_TO_WAIT

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger()

Side: TypeAlias = Literal["chat", "admin"]

WORDS = frozenset(
    {"access_token", "actions", "attachment", "attachmentActions", "availableNumbers", "config", "direct", "licenses"}
    | {"locations", "me", "memberships", "messages", "numbers", "organizations", "people", "primary", "resourceGroup"}
    | {"resourceGroups", "rooms", "telephony", "users", "webhooks"}
)
"""All that may stand in a template. Whatever else a path holds is taken for an id, and an id never gets out."""
VERSION = "v1"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


def template(url: str) -> str:
    """Return the path without what names somebody or something: `people/{id}`."""
    parts = [part for part in urlsplit(url).path.split("/") if part and part != VERSION]
    return "/".join(part if part in WORDS else "{id}" for part in parts)


def noted(side: Side, request: requests.PreparedRequest, send: Callable[[], requests.Response]) -> requests.Response:
    """Send under a tracking ID that leads back to the webhook, and note how it went."""
    own_id = traces.tracking_id()
    if own_id:
        request.headers["TrackingID"] = own_id
    began = time.monotonic()
    try:
        response = send()
    except requests.RequestException:
        _note(side, request, "broken", own_id, time.monotonic() - began)
        raise
    tracking_id = response.headers.get("trackingid") or own_id
    _note(side, request, str(response.status_code), tracking_id, time.monotonic() - began)
    return response


def _note(side: Side, request: requests.PreparedRequest, status: str, tracking_id: str, seconds: float) -> None:
    method, path = str(request.method), template(request.url or "")
    meters.WEBEX_CALLS.labels(side, method if method in METHODS else "other", path, status).inc()
    meters.WEBEX_SECONDS.labels(side).observe(seconds)
    what = {"side": side, "method": method, "path": path, "status": status, "tracking_id": tracking_id}
    if status == "broken" or int(status) >= 500 or int(status) in ASKED_TO_WAIT:  # noqa: PLR2004  the class of server errors
        log.warning("webex_call_failed", **what, seconds=round(seconds, 3))
    elif int(status) >= 400:  # noqa: PLR2004  the class of refusals
        log.info("webex_call_refused", **what)
