"""What stands against a wish, and how to get on: the prechecks' remedies as buttons, before Webex is asked and after.

A button carries only its name. What it stands for is kept with the card's row in the ledger, and is checked again like
any other wish when it is pressed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.chat.parse import LONGEST_TEXT, Args
from bot.chat.registry import Ctx, Outcome
from bot.chat.sentences import sentence
from bot.chat.wishes import DETAILS
from bot.desk.facts import PersonFacts
from bot.errors import BotError
from bot.licensing.prechecks import Finding, Item
from bot.licensing.remedies import Remedy
from bot.store.models import Request
from cards.objection import ObjectionView, objection
from cards.ways_out import WayOut

SAYS_NOTHING_OF_HOLDINGS = frozenset(
    {
        "no_units_left",
        "messenger_unsupported",
        "external_only_meetings",
        "external_not_served",
        "not_in_catalog",
        "screen_share_implicit",
        "unknown_site",
    }
)
NOT_YOURS_TO_KNOW = (
    "That does not go together with what {name} holds, which only they may know. They can ask for it themselves."
)
CHOOSE = WayOut("choose", "Choose something else", "request")
LONGEST_NAME = 40
MOST = 2
"""Beside them a card has other buttons, and Webex shows five."""
TELLS_NOTHING = frozenset({"again", "return_again", "details"})
"""Ways out of a refusal that say nothing about what the beneficiary holds: what is left out or swapped would."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The buttons of a card, and what its row in the ledger has to remember for them."""

    ways_out: tuple[WayOut, ...]
    context: dict[str, Any]


def offer(found: Sequence[Remedy], rest: Args) -> Offer:
    """Return the remedies as buttons; `rest` is what they leave as it was: for whom, why, where the phone belongs."""
    ways = [WayOut(one.kind, one.label, _command(one, rest)) for one in found]
    kept = {one.kind: {**_rest_for(one, rest), **_as_args(one.items)} for one in found}
    fitting = [way for way in ways if len(way.command) <= LONGEST_TEXT][:MOST]
    return Offer((*fitting, CHOOSE), {"ways_out": {**kept, "choose": rest}})


def object_to(
    ctx: Ctx, person: PersonFacts, findings: Sequence[Finding], found: Sequence[Remedy], rest: Args
) -> Outcome:
    """Answer a wish that cannot work: why, and the ways out that this requester may know of."""
    told = _told_to(ctx, person, findings)
    made = offer(found if told == list(findings) else [], rest)
    view = ObjectionView(tuple((one.sentence, one.remedy) for one in told), made.ways_out)
    return Outcome(objection(view), purpose="objection", context=made.context)


def join(number: int, twice: BotError, found: Sequence[Remedy], rest: Args) -> Outcome:
    """Answer a wish that somebody has already made: with that request, and what is left of the wish."""
    made = offer(found, rest)
    show = WayOut("show_request", f"Show request #{number}", f"status {number}")
    context = {"ways_out": {**made.context["ways_out"], "show_request": {"number": number}}}
    view = ObjectionView((), (*made.ways_out[:-1], show), "That was asked for already", sentence(twice))
    return Outcome(objection(view), purpose="objection", context=context)


def choose_instead(gone: BotError, rest: Args) -> Outcome:
    """Answer a wish for what Webex no longer lists: with that, and the list as it is now."""
    made = offer([], rest)
    view = ObjectionView((), made.ways_out, said=sentence(gone))
    return Outcome(objection(view), purpose="objection", context=made.context)


def offer_after(row: Request, found: Sequence[Remedy], reader_id: str) -> Offer | None:
    """Return the ways out on the result of a request, for whoever it is about; None for all others."""
    if reader_id not in {row.requester_id, row.beneficiary_id}:
        return None
    is_own = reader_id == row.beneficiary_id
    placed = next((item for item in row.items if item.phone_number or item.extension), None)
    rest = {
        "location": (placed.location_id if placed else "") or "",
        "phone_number": (placed.phone_number if placed else "") or "",
        "extension": (placed.extension if placed else "") or "",
        "reason": row.reason,
        "named": "",
        "email": "" if is_own else row.beneficiary.email,
        "beneficiary_id": row.beneficiary_id,
    }
    return offer([one for one in found if is_own or one.kind in TELLS_NOTHING], rest)


def rest_of(args: Args, person: PersonFacts, *, is_own: bool) -> Args:
    """Return what a wish says besides its licenses."""
    kept = {name: args.get(name) or "" for name in ("location", "phone_number", "extension", "reason", "named")}
    return {**kept, "email": "" if is_own else person["email"], "beneficiary_id": person["person_id"]}


def _told_to(ctx: Ctx, person: PersonFacts, findings: Sequence[Finding]) -> list[Finding]:
    """Return what this requester may read: what somebody else holds is theirs alone, and admins'."""
    if ctx.is_admin or person["person_id"] == ctx.actor["person_id"]:
        return list(findings)
    told = [finding for finding in findings if finding.code in SAYS_NOTHING_OF_HOLDINGS]
    return told or [replace(findings[0], sentence=NOT_YOURS_TO_KNOW.format(name=person["name"]), remedy="")]


def _as_args(items: Iterable[Item]) -> Args:
    """Return the arguments that say this wish by ids; returning only is the wish of another command."""
    items = list(items)
    come = [one["license_id"] for one in items if one["license_id"] and one["operation"] == "add"]
    gone = [one["license_id"] for one in items if one["license_id"] and one["operation"] == "remove"]
    sites = [one["site_url"] for one in items if one["site_url"]]
    names = {"wanted": "", "instead": "", "site_urls": sites}
    if all(one["operation"] == "remove" for one in items):
        return {**names, "license_ids": gone}
    return {**names, "license_ids": come, "remove_ids": gone}


def _rest_for(remedy: Remedy, rest: Args) -> Args:
    """Forget the details where they were what went wrong."""
    return {**rest, **dict.fromkeys(DETAILS, "")} if remedy.kind == "details" else rest


def _command(remedy: Remedy, rest: Args) -> str:
    def names(operation: str) -> str:
        pairs = zip(remedy.items, remedy.titles, strict=True)
        return " and ".join(title for one, title in pairs if one["operation"] == operation)

    rest = _rest_for(remedy, rest)
    come, gone = names("add"), names("remove")
    because = f" because {rest['reason']}" if rest["reason"] else ""
    if not come:
        return f"return {gone}{because}"
    named = f" named {rest['named']}" if rest.get("named") else ""
    whom = f" for {rest['email']}{named}" if rest["email"] else ""
    is_named = rest["location"] and len(rest["location"]) <= LONGEST_NAME  # from a card it comes as an id
    where = f" at {rest['location']}" if is_named else ""
    number = f" number {rest['phone_number']}" if rest["phone_number"] else ""
    extension = f" ext {rest['extension']}" if rest["extension"] else ""
    return f"request {come}{f' instead of {gone}' if gone else ''}{whom}{number}{extension}{where}{because}"
