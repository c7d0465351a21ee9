"""Webex's JSON put into our words, as plain JSON again. Pure; the shapes that leave this room are defined here."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, TypedDict

from bot.webex.http import Answer, ErrorEntry, busy, error_entries, ok

if TYPE_CHECKING:
    from collections.abc import Callable


class Site(TypedDict):
    """`account_type` is "attendee" or "host", in lower case whatever Webex sent."""

    site_url: str
    account_type: str


class Profile(TypedDict):
    """What any token may read of a person. `kind` is "person", "bot" or another type of Webex's.

    `active` is whether they may sign in, of which only an admin's token is told. Webex's `status` says nothing of it:
    "inactive" there is presence, which is to say nobody has seen them for ten minutes ("Webex: People").
    """

    person_id: str
    email: str
    name: str
    org_id: str
    kind: str
    active: bool


class Person(Profile):
    manager_id: str | None
    licenses: list[str]
    sites: list[Site]
    location_id: str | None
    phone_number: str | None
    extension: str | None


class License(TypedDict):
    """`total`, `used` and `left` are None where Webex's numbers say nothing: Hybrid Services, or no number at all."""

    license_id: str
    name: str
    site_url: str | None
    subscription_id: str | None
    total: int | None
    used: int | None
    left: int | None


class Holder(TypedDict):
    person_id: str
    name: str
    email: str
    is_external: bool


class Holders(TypedDict):
    """How many hold a license, and the first of them by name."""

    total: int
    first: list[Holder]


class Assigned(TypedDict):
    """What a person holds after an assignment, as Webex answered it; only the read-back proves it."""

    licenses: list[str]
    sites: list[Site]
    pending_licenses: list[str]
    pending_sites: list[Site]
    errors: list[ErrorEntry]
    tracking_id: str


class Unreadable(Exception):
    """JSON of a success that lacks what makes it one."""


def in_our_words(answer: Answer, read: Callable[[Any], Any]) -> Answer:
    """Put the value of a success into our words. One that cannot be read says as little as a broken line."""
    if answer["kind"] != "ok":
        return answer
    try:
        return ok(read(answer["value"]), answer["status"])
    except Unreadable:
        return busy(0)


def record(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable
    return value


def records(value: Any, key: str) -> list[dict[str, Any]]:
    """Read the list under `key`; entries that are no objects are left out."""
    listed = record(value).get(key)
    if not isinstance(listed, list):
        raise Unreadable
    return [entry for entry in listed if isinstance(entry, dict)]


def text(raw: dict[str, Any], key: str) -> str:
    """Read a text, without NUL and halves of characters: no database can keep them."""
    value = raw.get(key)
    return value.replace("\x00", "").encode(errors="replace").decode() if isinstance(value, str) else ""


def needed(raw: dict[str, Any], key: str) -> str:
    value = text(raw, key)
    if not value:
        raise Unreadable
    return value


def profile(value: Any) -> Profile:
    raw = record(value)
    emails = raw.get("emails")
    email = str(emails[0]) if isinstance(emails, list) and emails else ""
    return {
        "person_id": needed(raw, "id"),
        "email": email,
        "name": text(raw, "displayName") or email,
        "org_id": text(raw, "orgId"),
        "kind": text(raw, "type") or ("bot" if email.endswith("@webex.bot") else "person"),
        "active": not _says_false(raw.get("loginEnabled")),
    }


def person(value: Any) -> Person:
    raw = record(value)
    return {
        **profile(value),
        "manager_id": text(raw, "managerId") or None,
        "licenses": ids_in(raw.get("licenses")),
        "sites": _sites(raw.get("siteUrls")),
        "location_id": text(raw, "locationId") or None,
        "phone_number": _work_number(raw.get("phoneNumbers")),
        "extension": text(raw, "extension") or None,
    }


def license_(value: dict[str, Any]) -> License:
    name = text(value, "name")
    hybrid = name.lower().startswith(
        "hybrid"
    )  # Webex always shows 1 and 0 for them ("Managing Hybrid Services Licenses")
    total = None if hybrid else _units(value.get("totalUnits"))
    used = None if hybrid else _units(value.get("consumedUnits"))
    return {
        "license_id": needed(value, "id"),
        "name": name,
        "site_url": text(value, "siteUrl") or None,
        "subscription_id": text(value, "subscriptionId") or None,
        "total": total,
        "used": used,
        "left": None if total is None or used is None else max(0, total - used),
    }


def holder(value: dict[str, Any]) -> Holder:
    return {
        "person_id": needed(value, "id"),
        "name": text(value, "displayName") or text(value, "email"),
        "email": text(value, "email"),
        "is_external": text(value, "type").upper() == "EXTERNAL",
    }


def assigned(value: Any, tracking_id: str) -> Assigned:
    """Read what Webex made of an assignment; a success that says nothing reads as empty lists."""
    raw = value if isinstance(value, dict) else {}
    return {
        "licenses": ids_in(raw.get("licenses")),
        "sites": _sites(raw.get("siteUrls")),
        "pending_licenses": ids_in(raw.get("pendingLicenses")),
        "pending_sites": _sites(raw.get("pendingSiteUrls")),
        "errors": error_entries(raw.get("errors")),
        "tracking_id": tracking_id,
    }


def only_id_with(email: str, listed: Any) -> str | None:
    """Find the id of the one person in a list with exactly this address; two of them are as good as none."""
    wanted = email.strip().casefold()
    ids = {needed(raw, "id") for raw in records(listed, "items") if wanted in _addresses(raw)}
    return ids.pop() if len(ids) == 1 else None


def _addresses(raw: dict[str, Any]) -> set[str]:
    emails = raw.get("emails")
    return {str(one).casefold() for one in emails} if isinstance(emails, list) else set()


def same_id(one: str, other: str) -> bool:
    """Compare two ids by the UUID inside: Webex encodes the same one with and without its `ciscospark://` address."""
    return bool(one) and _bare(one) == _bare(other)


def _bare(identifier: str) -> str:
    try:
        decoded = base64.urlsafe_b64decode(identifier + "=" * (-len(identifier) % 4)).decode()
    except (binascii.Error, ValueError):
        decoded = identifier
    return decoded.rpartition("/")[2].lower() if "-" in decoded else identifier


def _says_false(value: Any) -> bool:
    return str(value).lower() == "false"


def ids_in(value: Any) -> list[str]:
    """Read license ids: a list, whose entries may be several ids joined by commas as in Webex's own example."""
    listed = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [one.strip() for entry in listed if isinstance(entry, str) for one in entry.split(",") if one.strip()]


def _sites(value: Any) -> list[Site]:
    """Read sites: `site#attendee` in a person, objects in the answer to an assignment."""
    return [site for entry in value if (site := _site(entry))["site_url"]] if isinstance(value, list) else []


def _site(entry: Any) -> Site:
    if isinstance(entry, dict):
        return {"site_url": text(entry, "siteUrl").lower(), "account_type": text(entry, "accountType").lower()}
    site_url, _, account_type = str(entry).lower().partition("#")
    return {"site_url": site_url, "account_type": account_type}


def _work_number(value: Any) -> str | None:
    numbers = [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
    return next((text(entry, "value") for entry in numbers if entry.get("type") == "work"), None) or None


def _units(value: Any) -> int | None:
    """Read a number of units, which may come as a string; a negative one means that there is no limit to tell."""
    try:
        units = int(value)
    except (TypeError, ValueError):
        return None
    return units if units >= 0 else None
