"""In which spaces something happened, out of Webex's list of them. Pure."""

from __future__ import annotations

from typing import Any, TypedDict

from bot.webex.reading import Unreadable, needed, records, text
from bot.webex.said import moment

MOST_PAGES = 30
"""Pages of a hundred spaces. Webex sorts no more than 3000 of them by what happened last ("Webex: List Rooms")."""


class Active(TypedDict):
    """A space and when something last happened in it, None where Webex does not tell."""

    space_id: str
    is_group: bool
    active_at: str | None


def active(page: Any, since_iso: str) -> list[Active]:
    """Return the spaces of one page in which something happened since then, or may have."""
    since = moment(since_iso)
    listed = [_active(raw) for raw in records(page, "items")]
    return [one for one in listed if one["active_at"] is None or moment(one["active_at"]) >= since]


def reaches(page: Any, since_iso: str) -> bool:
    """Whether a page, the latest first, goes back as far as that; also one that cannot be read, so nobody asks on."""
    try:
        return len(active(page, since_iso)) < len(records(page, "items"))
    except Unreadable:
        return True


def _active(raw: dict[str, Any]) -> Active:
    told = text(raw, "lastActivity")
    return {
        "space_id": needed(raw, "id"),
        "is_group": text(raw, "type") != "direct",
        "active_at": moment(told).isoformat() if told else None,
    }
