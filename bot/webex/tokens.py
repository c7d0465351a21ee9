"""Trading a refresh token for an access token, for a Service App or an integration; and when a token ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import urljoin

import requests

from bot.webex.http import BROKEN, Answer, busy, hear, ok
from bot.webex.line import Wire, limit

if TYPE_CHECKING:
    from bot.webex.line import TokenSource

LONGEST_LIFE = 366 * 86_400
"""Seconds; whatever Webex may say, no token is taken to live longer."""


@dataclass(frozen=True, slots=True)
class Application:
    """Whose tokens they are: a Service App or an integration, and the API at which both are traded."""

    client_id: str
    client_secret: str = field(repr=False)
    api_url: str


class Pair(TypedDict):
    """What a trade gave. "" and None stand where Webex said nothing; lives are in seconds from the call on."""

    access: str
    refresh: str
    lives: int | None
    refresh_lives: int | None


def trade(application: Application, refresh_token: str) -> Answer:
    """Value: `Pair`. Tried once: whoever wants patience has the token at hand that is still good."""
    form = {
        "grant_type": "refresh_token",
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        "refresh_token": refresh_token,
    }
    where = urljoin(application.api_url.rstrip("/") + "/", "access_token")
    with limit(requests.Session(), application.api_url) as session:
        try:
            response = session.post(where, data=form, auth=_no_auth, allow_redirects=False)
        except requests.RequestException:
            return BROKEN.answer
    answer = hear(response).answer
    if answer["kind"] != "ok":
        return answer
    pair = _pair(answer["value"])
    return ok(pair) if pair["access"] else busy(0)


def ends_at(token: str | TokenSource, api_url: str) -> Answer:
    """Value: when this access token ends, in seconds since 1970."""
    answer = Wire(token, api_url).get("authorizations/tokenExpiry").answer
    if answer["kind"] != "ok":
        return answer
    told = answer["value"].get("exp") if isinstance(answer["value"], dict) else None
    return ok(told / 1000) if isinstance(told, int | float) else busy(0)


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from using a password of ~/.netrc: this call is its own proof."""
    return request


def _pair(body: Any) -> Pair:
    told = body if isinstance(body, dict) else {}
    return {
        "access": _text(told.get("access_token")),
        "refresh": _text(told.get("refresh_token")),
        "lives": _seconds(told.get("expires_in")),
        "refresh_lives": _seconds(told.get("refresh_token_expires_in")),
    }


def _text(raw: Any) -> str:
    """Return a token, or "" for what could not stand in a header."""
    return raw if isinstance(raw, str) and raw.isascii() and raw.isprintable() and " " not in raw else ""


def _seconds(raw: Any) -> int | None:
    try:
        seconds = int(raw)
    except (TypeError, ValueError, OverflowError):
        return None
    return min(seconds, LONGEST_LIFE) if seconds > 0 else None
