"""Calling details: where a phone belongs and how it is called, read from what people give and held against Webex.

What is missing or cannot be is asked for in `calling_forms.py`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import fuzz, process

from bot.chat import parse
from bot.chat.parse import Args
from bot.desk.facts import Facts, LocationFacts, NumberFacts, PersonFacts
from bot.errors import BadInput, BotError

NUMBERS_SHOWN = 10
LONGEST_PART = 60
NO_LOCATIONS = "No location is set up in Webex. Please tell your Webex admins."
NEAR = 85
"""Likeness of two names, of 100, from which one is taken for a misspelling of the other."""


@dataclass(frozen=True, slots=True)
class Details:
    """Calling details as far as they are known. Only one of `phone_number` and `part` is ever there."""

    location: LocationFacts | None = None
    near: tuple[LocationFacts, ...] = ()
    """Several locations with the part of a name that was given."""
    phone_number: str = ""
    part: str = ""
    """Digits of a number that is looked for."""
    extension: str = ""
    problem: BotError | None = None

    @property
    def is_open(self) -> bool:
        """Whether something that was given has to be put right or chosen first."""
        return bool(self.problem or self.near or self.part)

    @property
    def is_enough(self) -> bool:
        return not self.is_open and bool(self.phone_number or (self.extension and self.location))

    def within(self, args: Args) -> Args:
        """Return the arguments with what was found out instead of what was given."""
        location_id = self.location["location_id"] if self.location else ""
        return {**args, "location": location_id, "phone_number": self.phone_number, "extension": self.extension}


def details_given(args: Args, locations: Sequence[LocationFacts]) -> Details:
    """Read what was given; the first thing that makes no sense is the problem, and is left out."""
    problems: list[BotError] = []

    def read(name: str, check: Callable[[str], Any]) -> Any:
        try:
            return check(str(args.get(name) or ""))
        except BadInput as error:
            problems.append(error)
            return None

    near = read("location", lambda text: locations_named(text, locations)) or []
    details = Details(
        location=near[0] if len(near) == 1 else None,
        near=tuple(near) if len(near) > 1 else (),
        phone_number=read("phone_number", parse.check_phone_number) or "",
        part=read("part", _digits) or "",
        extension=read("extension", parse.check_extension) or "",
    )
    return replace(details, problem=problems[0] if problems else None)


def _digits(text: str) -> str:
    """Return the digits that a number shall contain; a national number begins with a zero that no E.164 has."""
    digits = re.sub(r"[\s().-]", "", text)
    if text and not (digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_PART):
        raise BadInput("bad_phone_number", {"number": text[:LONGEST_PART]})
    return digits.lstrip("0")


def locations_named(text: str, locations: Sequence[LocationFacts]) -> list[LocationFacts]:
    """Return the location of this id or name, or else all that have the text in their name; none for no text."""
    if not text:
        return []
    folded = text.casefold()
    for one in locations:
        if text == one["location_id"] or folded == one["name"].casefold():
            return [one]
    names = {one["name"]: one for one in locations}
    near = process.extractOne(text, list(names), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=NEAR)
    found = [names[near[0]]] if near else [one for one in locations if folded in one["name"].casefold()]
    if not found:
        known = f"I know {', '.join(sorted(names)[:10])}." if names else NO_LOCATIONS
        raise BadInput("unknown_location", {"location": text[:100], "near": known})
    return found


def details_of(args: Args, facts: Facts, person: PersonFacts | None) -> Details:
    """Return the details that were given, as Webex sees them. A typed line that makes no sense is refused at once."""
    details = details_given(args, facts.get("locations", []))
    if details.problem and "asked" not in args:
        raise details.problem
    if "numbers" not in facts:  # nothing of Calling is wanted, so it does not matter
        return replace(details, near=(), part="")
    numbers = facts["numbers"]
    if numbers is None:  # Webex would not tell, so it has the last word
        return _taken_as_it_is(details, args)
    return _judged(_found(details, numbers), numbers, person, facts["locations"])


def _taken_as_it_is(details: Details, args: Args) -> Details:
    """Read digits as a whole number: there is no list that they could be found in."""
    try:
        number = parse.check_phone_number(str(args.get("part") or "")) or details.phone_number
    except BadInput as error:
        return replace(details, part="", problem=details.problem or error)
    return replace(details, part="", phone_number=number)


def _found(details: Details, numbers: NumberFacts) -> Details:
    """Put the number in place of its digits, if all of them were given."""
    whole = f"+{details.part}"
    is_there = any(one["phone_number"] == whole for one in numbers["free"])
    return replace(details, phone_number=whole, part="") if details.part and is_there else details


def _judged(
    details: Details, numbers: NumberFacts, person: PersonFacts | None, locations: Sequence[LocationFacts]
) -> Details:
    """Find what is not free, and the location of a number that is. What a person has already is theirs to keep."""
    where = f"at {details.location['name']}" if details.location else "in this organization"
    number, extension = details.phone_number, details.extension
    is_own = person is not None and number == person["phone_number"]
    free = {one["phone_number"]: one["location_id"] for one in numbers["free"]}
    if number and not is_own and number not in free:
        problem = BadInput("number_taken", {"number": number, "where": where})
        return replace(details, phone_number="", problem=details.problem or problem)
    if details.part and not any(details.part in one for one in free):
        problem = BadInput("no_such_number", {"part": details.part, "where": where})
        return replace(details, part="", problem=details.problem or problem)
    if set(numbers["takers"]) - {person["person_id"] if person else ""}:
        problem = BadInput("extension_taken", {"extension": extension, "where": where})
        return replace(details, extension="", problem=details.problem or problem)
    there = next((one for one in locations if number and one["location_id"] == free.get(number)), None)
    return replace(details, location=details.location or there)
