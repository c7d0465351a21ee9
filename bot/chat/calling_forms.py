"""The forms of Calling details, step by step: first the location, then a number or an extension there.

What is known skips its step. What people give on a form is read and judged in `calling.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.chat.calling import LONGEST_PART, NUMBERS_SHOWN, Details
from bot.chat.parse import Args
from bot.chat.registry import Ctx, Outcome
from bot.chat.sentences import sentence
from bot.desk.correcting import CallingDetails
from bot.desk.facts import Facts, LocationFacts, PersonFacts
from bot.desk.service import INVITED
from bot.desk.shapes import WishedItem
from bot.errors import BadInput
from bot.licensing.catalog import is_calling
from cards.calling_details import Location, LocationView, NumberView, Wish, calling_location, calling_number
from cards.kit import Post

LOCATIONS_SHOWN = 20
Step = Literal["location", "number"]


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked about: for the card, and for the ledger, which keeps the rest of the wish in `kept`."""

    wish: Wish
    kept: dict[str, Any] = field(default_factory=dict)
    known: CallingDetails = field(default_factory=CallingDetails)
    """What a request says already that is about to be corrected."""
    replaces: bool = True
    """Whether the card takes the place of the one that was pressed."""

    @property
    def purpose(self) -> str:
        return "calling_details" if self.wish.request_id is None else "correct_details"


def ask_for_details(
    ctx: Ctx, args: Args, person: PersonFacts, items: Sequence[WishedItem], details: Details
) -> Outcome:
    """Ask where the phone of a new request belongs; the rest of the wish waits with the card's row in the ledger."""
    calling = {one["license_id"] for one in ctx.facts["catalog"] if is_calling(one["name"])}
    come = [item for item in items if item.operation == "add"]
    gone = [item for item in items if item.operation == "remove"]
    wish = Wish(
        licenses=tuple(item.title for item in come if item.license_id in calling),
        beneficiary=person["name"],
        email="" if person["person_id"] == ctx.actor["person_id"] else person["email"],
        instead_of=tuple(item.title for item in gone),
    )
    kept = {
        "wanted": "",
        "license_ids": [item.license_id for item in come if item.license_id],
        "remove_ids": [item.license_id for item in gone if item.license_id],
        "site_urls": [item.site_url for item in items if item.site_url],
        "beneficiary_id": person["person_id"],
        "reason": args["reason"],
        **({"email": person["email"], "named": person["name"]} if person["kind"] == INVITED else {}),
    }
    return ask(Form(wish, kept), details, args, ctx.facts)


def ask(form: Form, details: Details, args: Args, facts: Facts) -> Outcome:
    """Ask for what is missing: the location, or a number or an extension there."""
    if details.location is None:
        return _ask_for_location(form, details, args, facts)
    return _ask_for_number(form, details, details.location, args, facts)


def _ask_for_location(form: Form, details: Details, args: Args, facts: Facts) -> Outcome:
    known = facts.get("locations", [])
    if not known:
        raise BadInput("no_locations")
    places = sorted(details.near or known, key=lambda one: one["name"].casefold())
    is_unclear = details.near or (details.problem and details.problem.code == "unknown_location")
    part = str(args.get("location") or "")[:LONGEST_PART] if is_unclear else ""
    view = LocationView(
        wish=form.wish,
        locations=tuple(Location(one["location_id"], one["name"]) for one in places[:LOCATIONS_SHOWN]),
        left_out=len(places) - len(places[:LOCATIONS_SHOWN]),
        has_search=len(known) > LOCATIONS_SHOWN or bool(part),
        part=part,
        problem=_problem(details, args, "location"),
    )
    given = {"phone_number": details.phone_number, "extension": details.extension}
    context = {**form.kept, **given, "asked": "location", "place": part}
    return _outcome(form, calling_location(view), context)


def _ask_for_number(form: Form, details: Details, location: LocationFacts, args: Args, facts: Facts) -> Outcome:
    numbers = facts.get("numbers")
    free = [one["phone_number"] for one in numbers["free"]] if numbers else []
    is_first = args.get("asked") != "number"
    typed = "" if details.part else str(args.get("phone_number") or args.get("part") or "")[:LONGEST_PART]
    view = NumberView(
        wish=form.wish,
        location=location["name"],
        numbers=tuple([one for one in free if details.part in one][:NUMBERS_SHOWN]),
        is_told=numbers is not None,
        has_more=numbers is not None and numbers["has_more"],
        part=details.part,
        current=_current_number(form.known, location),
        is_first=is_first,
        typed=typed,
        extension=str(args.get("extension") or (is_first and form.known.extension) or "")[:LONGEST_PART],
        problem=_problem(details, args, "number"),
    )
    context = {**form.kept, "asked": "number", "location": location["location_id"], "digits": typed}
    return _outcome(form, calling_number(view), context)


def _current_number(known: CallingDetails, location: LocationFacts) -> str:
    """Return the number of a request that is being corrected, unless it belongs to another location."""
    is_here = known.location_id in {None, location["location_id"]}
    return known.phone_number or "" if is_here else ""


def _problem(details: Details, args: Args, step: Step) -> str:
    """Return what was wrong with what was given, or that nothing was given at all."""
    if details.problem:
        return sentence(details.problem)
    if args.get("asked") != step or details.near or details.part:
        return ""
    return sentence(BadInput("location_needed" if step == "location" else "number_or_extension_needed"))


def _outcome(form: Form, post: Post, context: dict[str, Any]) -> Outcome:
    return Outcome(
        post, purpose=form.purpose, context=context, request_id=form.wish.request_id, replaces_card=form.replaces
    )
