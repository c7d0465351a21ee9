"""Webex's locations and phone numbers put into our words, as plain JSON again. Pure."""

from __future__ import annotations

from typing import Any, TypedDict

from bot.webex.reading import needed, records, text


class Location(TypedDict):
    location_id: str
    name: str


class FreeNumber(TypedDict):
    """A number that may be given to a person; `location_id` is None where Webex does not say where it belongs."""

    phone_number: str
    location_id: str | None


def location(value: dict[str, Any]) -> Location:
    return {"location_id": needed(value, "id"), "name": text(value, "name")}


def free_numbers(value: Any) -> list[FreeNumber]:
    """Read available numbers; one that has an owner all the same, or is reserved, is left out."""
    found = [_free_number(raw) for raw in records(value, "phoneNumbers") if not raw.get("owner")]
    return [one for one in found if one is not None]


def _free_number(raw: dict[str, Any]) -> FreeNumber | None:
    number = text(raw, "phoneNumber")
    if not number or raw.get("isReservedNumber") is True:
        return None  # an extension that has no number, or one that cannot be assigned
    return {"phone_number": _e164(number), "location_id": _id_in(raw, "location") or None}


def takers_of(extension: str, location_id: str, value: Any) -> list[str]:
    """Read who has exactly this extension at this location; ids are empty for what is no person.

    Webex also lists what merely contains the digits. An entry without a location is of the one that was asked for.
    """
    return [
        _id_in(raw, "owner")
        for raw in records(value, "phoneNumbers")
        if text(raw, "extension") == extension and raw.get("owner") and _id_in(raw, "location") in {"", location_id}
    ]


def _id_in(raw: dict[str, Any], key: str) -> str:
    inner = raw.get(key)
    return text(inner, "id") if isinstance(inner, dict) else ""


def _e164(number: str) -> str:
    """With its plus: Webex has been seen to send numbers without."""
    return number if number.startswith("+") else f"+{number}"
