"""Location, number and extension of a Calling license: what the properties must say, and which numbers are free."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.model import Number, Person
from bot.sandbox.world import World

EXTENSION_LENGTHS = range(2, 11)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody can be called."""

    location_id: str
    phone_number: str | None
    extension: str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why properties are refused; `kind` missing and location have published codes, the others have none."""

    kind: str
    text: str = ""


def desk_from(world: World, person: Person, properties: dict[str, Any]) -> Desk | Problem:
    """Phone number or extension is required, and the location unless the number tells it (Webex: Assign Licenses)."""
    location_id, extension = properties.get("locationId"), properties.get("extension")
    phone_number = e164(properties.get("phoneNumber"))
    if not (phone_number or extension) or not (phone_number or location_id):
        return Problem("missing")
    if location_id and world.location_of(location_id, person.org_id) is None:
        return Problem("location")
    number = world.numbers.get(phone_number or "")
    if number is not None and world.location_of(number.location_id, person.org_id) is None:
        number = None
    if phone_number and (text := _number_problem(world, person, number, location_id)):
        return Problem("number", f"Phone number {phone_number} {text}")
    place = location_id or (number.location_id if number else "")
    if extension and (text := _extension_problem(world, person, place, extension)):
        return Problem("extension", f"Extension {extension[:20]} {text}")
    return Desk(place, phone_number, extension)


def e164(number: str | None) -> str | None:
    """With its plus: Webex has been seen to take numbers without."""
    if not number:
        return None
    return number if number.startswith("+") else f"+{number}"


def is_free(world: World, number: Number, asker: Person | None = None) -> bool:
    owner = world.owner_of_number(number.phone_number)
    return not number.is_main and not number.is_reserved and (owner is None or owner is asker)


def _number_problem(world: World, person: Person, number: Number | None, location_id: str | None) -> str:
    if number is None:
        return "does not exist"
    if location_id and number.location_id != location_id:
        return "belongs to another location"
    return "" if is_free(world, number, person) else "is not available"


def _extension_problem(world: World, person: Person, location_id: str, extension: str) -> str:
    if not (extension.isascii() and extension.isdecimal() and len(extension) in EXTENSION_LENGTHS):
        return "must have 2 to 10 digits"
    others = [other for other in world.people.at_desk(location_id, extension) if other is not person]
    return "is already in use at this location" if others else ""
