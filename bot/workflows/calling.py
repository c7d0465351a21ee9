"""What Webex says about phone numbers and extensions, in as few calls as the details that were given make matter."""

from collections.abc import Iterable
from typing import Any

from bot.chat.calling import NUMBERS_SHOWN, Details
from bot.desk.facts import FreeNumberFacts, NumberFacts
from bot.licensing.catalog import kind_of
from bot.webex.admin import AdminGateway
from bot.webex.http import Answer, ok

TYPES = {"calling_professional": "Webex Calling Professional", "calling_standard": "Webex Calling Standard"}
"""Webex's names of the licenses by which it says which numbers may be given ("Webex: Get Person Primary Numbers")."""


class _Silent(Exception):
    """Webex gave no answer that can be used. Never leaves this module."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


def look_up(admin: AdminGateway, details: Details, licenses: Iterable[str]) -> Answer:
    """Value: `NumberFacts` for licenses of these names, or None where Webex refuses to tell, as without the scope."""
    try:
        return ok(_Inquiry(admin, _type_of(licenses)).facts(details))
    except _Silent as silent:
        return silent.answer if silent.answer["kind"] == "busy" else ok(None)


def _type_of(licenses: Iterable[str]) -> str:
    """Return Webex's name of the first license that has one; "" asks for numbers of any type."""
    kinds = [kind_of(name) for name in licenses]
    return next((TYPES[kind] for kind in kinds if kind in TYPES), "")


class _Inquiry:
    def __init__(self, admin: AdminGateway, license_type: str) -> None:
        self._admin = admin
        self._type = license_type

    def facts(self, details: Details) -> NumberFacts:
        """Ask about what was given, and for a list to choose from only if that has to be shown."""
        place = details.location["location_id"] if details.location else ""
        asked = details.phone_number or details.part
        found = self._free(place, asked) if asked else []
        if details.phone_number:
            found = [one for one in found if one["phone_number"] == details.phone_number]
            place = place or next((one["location_id"] or "" for one in found), "")
        takers = self._takers(details.extension, place)
        is_answered = bool(found or (details.extension and not asked)) and not takers
        listed = self._free(place, "") if place and not is_answered else []
        more = listed or found
        free = [*found, *(one for one in listed if one not in found)]
        return {"free": free, "has_more": len(more) > NUMBERS_SHOWN, "takers": takers}

    def _free(self, place: str, part: str) -> list[FreeNumberFacts]:
        free: list[FreeNumberFacts] = _heard(self._admin.free_numbers(place, self._type, part, NUMBERS_SHOWN + 1))
        return free

    def _takers(self, extension: str, place: str) -> list[str]:
        takers: list[str] = _heard(self._admin.takers_of(extension, place)) if extension and place else []
        return takers


def _heard(answer: Answer) -> Any:
    if answer["kind"] != "ok":
        raise _Silent(answer)
    return answer["value"]
