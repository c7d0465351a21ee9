"""Locations and phone numbers, as far as assigning a Calling license needs them."""

from typing import Any

from flask import Blueprint, Response

from bot.sandbox.api import call
from bot.sandbox.calling import is_free
from bot.sandbox.faults import bad, forbidden, not_found
from bot.sandbox.fields import Fields
from bot.sandbox.model import Location, Number

routes = Blueprint("telephony", __name__)
READ = "spark-admin:telephony_config_read"
LOCATION_SCOPES = ("spark-admin:locations_read", "spark-admin:people_read", "spark-admin:device_read")
NUMBER_TYPES = {"NUMBER", "EXTENSION"}
STATES = {"ACTIVE", "INACTIVE"}
LICENSE_TYPES = {None, "Webex Calling Professional", "Webex Calling Standard"}


@routes.get("/locations")
def locations() -> Response:
    _require_locations()
    return call.page(_places(), _location)


@routes.get("/locations/<location_id>")
def one_location(location_id: str) -> Response:
    _require_locations()
    place = call.world().location_of(location_id, call.organization().org_id)
    if place is None:
        raise not_found()
    return call.answer(_location(place))


@routes.get("/telephony/config/locations")
def calling_locations() -> Response:
    call.require(READ, call.READERS)
    places = _places()
    if (order := call.query().text("order")) is not None:
        places.sort(key=lambda place: place.name.lower(), reverse=_is_descending(order, {"name"}))
    return call.page(places, _calling_location, key="locations", name="start")


@routes.get("/telephony/config/numbers")
def numbers() -> Response:
    call.require(READ, call.READERS)
    query, own = call.query(), _numbers()
    _check_exclusions(query)
    found = [number for number in own if _fits(number, query)]
    if (order := query.text("order")) is not None:
        found.sort(key=lambda number: number.phone_number, reverse=_is_descending(order, {"phoneNumber"}))
    return call.page(found, _number, key="phoneNumbers", name="start")


@routes.get("/telephony/config/people/primary/availableNumbers")
def available_numbers() -> Response:
    """Numbers that may become somebody's primary one."""
    call.require(READ, call.READERS)
    query, own = call.query(), _numbers()
    if query.text("licenseType") not in LICENSE_TYPES:
        raise bad("licenseType must be Webex Calling Professional or Webex Calling Standard")
    places, wanted = _listed(query, "locationId"), _listed(query, "phoneNumber")
    free = [
        number
        for number in own
        if is_free(call.world(), number)
        and (not places or number.location_id in places)
        and (not wanted or any(one.lstrip("+") in number.phone_number for one in wanted))
    ]
    return call.page(free, _number, key="phoneNumbers", name="start")


def _require_locations() -> None:
    if not any(call.may(scope, call.READERS) for scope in LOCATION_SCOPES):
        raise forbidden()


def _places() -> list[Location]:
    query, org_id = call.query(), call.organization().org_id
    wanted, name = query.text("id"), (query.text("name") or "").lower()
    places = [place for place in call.world().locations.values() if place.org_id == org_id]
    return [place for place in places if wanted in {None, place.location_id} and name in place.name.lower()]


def _numbers() -> list[Number]:
    world, org_id = call.world(), call.organization().org_id
    return [number for number in world.numbers.values() if world.locations[number.location_id].org_id == org_id]


def _is_descending(order: str, fields: set[str]) -> bool:
    """Read `order`: a field, then perhaps -asc or -desc."""
    field, _, direction = order.partition("-")
    if field not in fields or direction not in {"", "asc", "desc"}:
        raise bad(f"order must be one of {', '.join(sorted(fields))} with -asc or -desc")
    return direction == "desc"


def _check_exclusions(query: Fields) -> None:
    given = {name for name, value in query.values.items() if value}
    for pair in ({"available", "ownerType"}, {"reservedNumber", "available"}):
        if pair <= given:
            raise bad(f"{' and '.join(sorted(pair))} cannot be used together")
    if query.text("numberType") == "EXTENSION" and given & {"available", "state"}:
        raise bad("available and state cannot be used with numberType EXTENSION")
    for name, known in (("numberType", NUMBER_TYPES), ("state", STATES), ("phoneNumberType", {"PRIMARY", "ALTERNATE"})):
        if query.text(name) not in {None, *known}:
            raise bad(f"{name} must be one of {', '.join(sorted(known))}")


def _fits(number: Number, query: Fields) -> bool:
    """Every number here is active, primary and an ordinary one of the public network."""
    shown, place = _number(number), _listed(query, "locationId")
    wanted = query.text("phoneNumber")
    same = {
        "state": "state",
        "phoneNumberType": "phoneNumberType",
        "extension": "extension",
        "includedTelephonyTypes": "includedTelephonyTypes",
    }
    flags = {
        "tollFreeNumbers": "tollFreeNumber",
        "serviceNumber": "isServiceNumber",
        "reservedNumber": "isReservedNumber",
    }
    available = query.flag("available") if query.text("available") else None
    return (
        (not place or number.location_id in place)
        and (wanted is None or wanted.lstrip("+") in number.phone_number)
        and available in {None, is_free(call.world(), number)}
        and all(query.text(name) in {None, shown.get(key)} for name, key in same.items())
        and all(not query.text(name) or query.flag(name) == shown[key] for name, key in flags.items())
        and (query.text("numberType") != "EXTENSION" or "extension" in shown)
        and _fits_owner(shown.get("owner"), query)
        and not (query.text("restrictedNonGeoNumbers") and query.flag("restrictedNonGeoNumbers"))
    )


def _fits_owner(owner: dict[str, str] | None, query: Fields) -> bool:
    name, kind, owner_id = query.text("ownerName"), query.text("ownerType"), query.text("ownerId")
    if not (name or kind or owner_id):
        return True
    if owner is None:
        return False
    full = f"{owner.get('firstName', '')} {owner.get('lastName', '')}".lower()
    return kind in {None, owner["type"]} and owner_id in {None, owner.get("id")} and (name or "").lower() in full


def _listed(query: Fields, name: str) -> set[str]:
    """Read comma separated values; Webex takes several locations and numbers."""
    return {part.strip() for part in (query.text(name) or "").split(",") if part.strip()}


def _calling_location(place: Location) -> dict[str, Any]:
    return {
        "id": place.location_id,
        "name": place.name,
        "orgId": place.org_id,
        "timeZone": place.timezone,
        "externalCallerIdName": place.name,
        "routingPrefix": "8",
    }


def _location(place: Location) -> dict[str, Any]:
    return {
        "id": place.location_id,
        "name": place.name,
        "orgId": place.org_id,
        "address": {"address1": "1 Main Street", "city": place.city, "country": place.country},
        "timeZone": place.timezone,
        "preferredLanguage": "en_us",
        "announcementLanguage": "en_us",
        "latitude": "51.500000",
        "longitude": "7.500000",
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
        names = {"firstName": owner.first, "lastName": owner.last}
        shown["owner"] = {"id": owner.person_id, "type": "PEOPLE", **names}
    elif number.is_main:
        shown["owner"] = {"type": "AUTO_ATTENDANT"}
    return shown
