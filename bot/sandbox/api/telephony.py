"""Locations and phone numbers, as far as assigning a Calling license needs them."""

from typing import Any

from flask import Blueprint, Response

from bot.sandbox.api import call
from bot.sandbox.calling import is_free
from bot.sandbox.faults import bad, forbidden, not_found
from bot.sandbox.model import Location, Number

routes = Blueprint("telephony", __name__)
READ = "spark-admin:telephony_config_read"
LOCATION_SCOPES = ("spark-admin:locations_read", "spark-admin:people_read")
LICENSE_TYPES = {None, "Webex Calling Professional", "Webex Calling Standard"}


@routes.get("/locations")
def locations() -> Response:
    _require_locations()
    wanted, name = call.query().text("id"), (call.query().text("name") or "").lower()
    found = [
        place
        for place in call.world().locations.values()
        if wanted in {None, place.location_id} and name in place.name.lower()
    ]
    return call.page([_location(place) for place in found])


@routes.get("/locations/<location_id>")
def one_location(location_id: str) -> Response:
    _require_locations()
    place = call.world().locations.get(location_id)
    if place is None:
        raise not_found()
    return call.answer(_location(place))


@routes.get("/telephony/config/locations")
def calling_locations() -> Response:
    call.require(READ, call.READERS)
    name = (call.query().text("name") or "").lower()
    found = [place for place in call.world().locations.values() if name in place.name.lower()]
    shown = [{"id": place.location_id, "name": place.name, "orgId": place.org_id} for place in found]
    return call.page(shown, "locations", name="start")


@routes.get("/telephony/config/numbers")
def numbers() -> Response:
    call.require(READ, call.READERS)
    query = call.query()
    _check_exclusions(query)
    available = query.flag("available") if query.text("available") else None
    reserved = query.flag("reservedNumber") if query.text("reservedNumber") else None
    found = [
        number
        for number in call.world().numbers.values()
        if _fits(number, query)
        and (available is None or is_free(call.world(), number) == available)
        and reserved in {None, number.is_reserved}
    ]
    return call.page([_number(number) for number in found], "phoneNumbers", name="start")


@routes.get("/telephony/config/people/primary/availableNumbers")
def available_numbers() -> Response:
    """Numbers that may become somebody's primary one."""
    call.require(READ, call.READERS)
    query = call.query()
    if query.text("licenseType") not in LICENSE_TYPES:
        raise bad("licenseType must be Webex Calling Professional or Webex Calling Standard")
    free = [n for n in call.world().numbers.values() if is_free(call.world(), n) and _fits(n, query)]
    return call.page([_number(number) for number in free], "phoneNumbers", name="start")


def _require_locations() -> None:
    if not any(call.may(scope, call.READERS) for scope in LOCATION_SCOPES):
        raise forbidden()


def _check_exclusions(query: call.Fields) -> None:
    given = {name for name, value in query.values.items() if value}
    for pair in ({"available", "ownerType"}, {"reservedNumber", "available"}):
        if pair <= given:
            raise bad(f"{' and '.join(sorted(pair))} cannot be used together")
    if query.text("numberType") == "EXTENSION" and given & {"available", "state"}:
        raise bad("available and state cannot be used with numberType EXTENSION")


def _fits(number: Number, query: call.Fields) -> bool:
    owner = call.world().owner_of_number(number.phone_number)
    place, wanted, extension = query.text("locationId"), query.text("phoneNumber"), query.text("extension")
    owner_id = query.text("ownerId")
    return (
        place in {None, number.location_id}
        and (wanted is None or wanted.lstrip("+") in number.phone_number)
        and (extension is None or (owner is not None and owner.extension == extension))
        and (owner_id is None or (owner is not None and owner.person_id == owner_id))
    )


def _location(place: Location) -> dict[str, Any]:
    return {
        "id": place.location_id,
        "name": place.name,
        "orgId": place.org_id,
        "address": {"address1": "1 Main Street", "city": place.city, "country": place.country},
        "timeZone": place.timezone,
        "preferredLanguage": "en_us",
    }


def _number(number: Number) -> dict[str, Any]:
    owner = call.world().owner_of_number(number.phone_number)
    shown: dict[str, Any] = {
        "phoneNumber": number.phone_number,
        "state": "ACTIVE",
        "phoneNumberType": "PRIMARY",
        "mainNumber": number.is_main,
        "tollFreeNumber": False,
        "includedTelephonyTypes": "PSTN_NUMBER",
        "isServiceNumber": False,
        "isReservedNumber": number.is_reserved,
        "location": {"id": number.location_id, "name": call.world().locations[number.location_id].name},
    }
    if owner is not None:
        if owner.extension:
            shown["extension"] = owner.extension
        first, _, last = owner.name.partition(" ")
        shown["owner"] = {"id": owner.person_id, "type": "PEOPLE", "firstName": first, "lastName": last}
    elif number.is_main:
        shown["owner"] = {"type": "AUTO_ATTENDANT"}
    return shown
