"""The forms that a request may need: which license for whom, and where the phone belongs."""

from collections.abc import Sequence

from bot.chat.parse import Args
from bot.chat.registry import Ctx, Outcome
from bot.chat.wishes import items_of
from bot.desk.facts import LicenseFacts, PersonFacts
from bot.licensing.catalog import is_calling, title_of
from cards.calling_details import CallingDetailsView, Location, calling_details
from cards.request_form import Choice, RequestFormView, request_form


def ask_what(ctx: Ctx, args: Args) -> Outcome:
    catalog = ctx.facts["catalog"]
    choices = tuple(Choice(one["license_id"], title_of(one, catalog), one["left"]) for one in catalog)
    view = RequestFormView(choices, beneficiary=args.get("email", ""), reason=args.get("reason", ""))
    return Outcome(
        request_form(view),
        purpose="request_form",
        line="I sent you the form in our 1:1 space.",
    )


def ask_for_details(ctx: Ctx, args: Args, person: PersonFacts, licenses: Sequence[LicenseFacts]) -> Outcome:
    """Ask where the phone belongs; what is known already stays with the ledger's row, not on the card."""
    catalog = ctx.facts["catalog"]
    view = CallingDetailsView(
        licenses=tuple(title_of(one, catalog) for one in licenses if is_calling(one["name"])),
        locations=tuple(Location(one["location_id"], one["name"]) for one in ctx.facts["locations"]),
        beneficiary=person["name"],
        location=next((i.location_id or "" for i in items_of(args, licenses, ctx.facts, "add") if i.location_id), ""),
        number=str(args.get("phone_number") or ""),
        extension=str(args.get("extension") or ""),
        problem=_what_is_missing(args),
    )
    context = {
        "license_ids": [one["license_id"] for one in licenses],
        "beneficiary_id": person["person_id"],
        "reason": args["reason"],
    }
    return Outcome(calling_details(view), purpose="calling_details", context=context, replaces_card=True)


def _what_is_missing(args: Args) -> str:
    if args.get("extension"):
        return "An extension needs a location."
    return "Please give a phone number or an extension." if args.get("location") else ""
