"""What Webex answers, as plain JSON: ok, refused or busy; and how often a call is tried while it is busy.

The line itself is in `line.py`; paths are in the gateways; what their JSON means, in `reading.py`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypedDict
from urllib.parse import urljoin, urlsplit

from bot import meters

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

LONGEST_ASKED = 3600
UNCLEAR_ASKED = 15
"""Seconds when Webex asks to wait and does not say, or garbles, how long."""
AFTER_A_FAILURE = 5
"""Seconds that a caller may wait after a failure that named none."""
LONGEST_WORDS = 1000
"""Characters kept of one text of Webex: enough for every sentence, too little for a page of HTML."""

ASKED_TO_WAIT = frozenset({423, 429})
"""With these Webex says that it did nothing."""
REPEATABLE = frozenset({"GET", "PUT", "DELETE"})


class ErrorEntry(TypedDict):
    """One entry of `errors[]`: Webex's number, where it gave one, and its own words."""

    code: int | None
    description: str


class Ok(TypedDict):
    kind: Literal["ok"]
    status: int
    value: Any


class Refused(TypedDict):
    kind: Literal["refused"]
    status: int
    message: str
    errors: list[ErrorEntry]
    tracking_id: str


class Busy(TypedDict):
    """`status` 0 is a broken line; `seconds` is how long Webex wants to be left alone."""

    kind: Literal["busy"]
    status: int
    seconds: int
    tracking_id: str


Answer = Ok | Refused | Busy


def ok(value: Any, status: int = 200) -> Ok:
    return {"kind": "ok", "status": status, "value": value}


def refused(status: int, message: str, errors: list[ErrorEntry] | None = None, tracking_id: str = "") -> Refused:
    return {
        "kind": "refused",
        "status": status,
        "message": message,
        "errors": errors or [],
        "tracking_id": tracking_id,
    }


def busy(status: int, seconds: int = AFTER_A_FAILURE, tracking_id: str = "") -> Busy:
    return {"kind": "busy", "status": status, "seconds": seconds, "tracking_id": tracking_id}


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer and what only this room needs: the wait that Webex named, the next page, a success's tracking ID."""

    answer: Answer
    asked: int | None = None
    next_url: str = ""
    tracking_id: str = ""


BROKEN = Heard(busy(0))


def hear(response: requests.Response) -> Heard:
    """Read a response of any kind: JSON, HTML, empty or garbled."""
    status, body = response.status_code, _json(response)
    tracking_id = _tracking_id(response, body)
    if 200 <= status < 300:  # noqa: PLR2004  the class of successes
        if body is _GARBLED:
            return replace(BROKEN, answer=busy(0, tracking_id=tracking_id))
        return _with_next_page(Heard(ok(body, status), tracking_id=tracking_id), response)
    if status in ASKED_TO_WAIT or status >= 500:  # noqa: PLR2004  the class of server errors
        asked = _asked_seconds(response.headers.get("Retry-After"), status)
        seconds = AFTER_A_FAILURE if asked is None else max(1, asked)
        return Heard(busy(status, seconds, tracking_id), asked=asked)
    message, errors = _complaint(body)
    return Heard(refused(status, message or response.reason or "", errors, tracking_id))


def error_entries(raw: Any) -> list[ErrorEntry]:
    """Read `errors[]` as Webex sends it: numbers may be strings, entries may lack one or be bare text."""
    if not isinstance(raw, list):
        return []
    return [_entry(entry) for entry in raw if isinstance(entry, dict | str)]


def _entry(raw: dict[str, Any] | str) -> ErrorEntry:
    if isinstance(raw, str):
        return {"code": None, "description": _words(raw)}
    code = str(raw.get("errorCode", ""))
    return {
        "code": int(code) if code.isdecimal() and len(code) < 10 else None,  # noqa: PLR2004  Webex's have six digits
        "description": _words(raw.get("description")),
    }


_GARBLED: Any = object()


def _json(response: requests.Response) -> Any:
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError:
        return _GARBLED


def _words(raw: Any) -> str:
    return raw.strip()[:LONGEST_WORDS] if isinstance(raw, str) else ""


def _complaint(body: Any) -> tuple[str, list[ErrorEntry]]:
    if not isinstance(body, dict):
        return "", []
    return _words(body.get("message")), error_entries(body.get("errors"))


def _tracking_id(response: requests.Response, body: Any) -> str:
    in_body = body.get("trackingId") if isinstance(body, dict) else None
    return _words(in_body) or _words(response.headers.get("trackingid"))


def _asked_seconds(header: str | None, status: int) -> int | None:
    """Seconds named by Retry-After; Webex has been seen to send `rand(30),add(30)` instead of a number."""
    if header is None:
        return UNCLEAR_ASKED if status in ASKED_TO_WAIT else None
    header = header.strip()
    if not header.isdecimal():
        return UNCLEAR_ASKED
    return min(int(header[:10]), LONGEST_ASKED)


def _with_next_page(heard: Heard, response: requests.Response) -> Heard:
    link = response.links.get("next", {}).get("url", "")
    if not link:
        return heard
    next_url = urljoin(response.url, link)
    if _origin(next_url) != _origin(response.url):  # following it would hand our token to somebody else
        return Heard(refused(heard.answer["status"], "Webex named a next page at another address; it was not asked."))
    return replace(heard, next_url=next_url)


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often one call is tried while Webex is busy; a wait beyond `longest_wait` is the caller's to schedule."""

    tries: int = 3
    longest_wait: float = 5.0
    first_wait: float = 0.5
    sleep: Callable[[float], None] = time.sleep

    def persist(self, method: str, attempt: Callable[[], Heard]) -> Heard:
        """Try until Webex is no longer busy, as often and as long as is safe for `method`."""
        heard = attempt()
        for done in range(1, self.tries):
            wait = max(heard.asked or 0, self.first_wait * 2 ** (done - 1))
            if not _may_repeat(method, heard.answer) or wait > self.longest_wait:
                break
            self.sleep(wait)
            meters.WEBEX_RETRIES.labels(method).inc()
            heard = attempt()
        return heard


PATIENT = Patience()


def _may_repeat(method: str, answer: Answer) -> bool:
    """POST and PATCH may have had their effect before the line broke: then the caller looks before it tries again."""
    if answer["kind"] != "busy":
        return False
    return method in REPEATABLE or answer["status"] in ASKED_TO_WAIT
