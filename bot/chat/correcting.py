"""`details`: the Calling details of a request are changed while it waits, typed or on the same cards as at first."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.chat import present
from bot.chat.calling import Details, details_of
from bot.chat.calling_forms import Form, ask
from bot.chat.commands import number_of
from bot.chat.parse import Args, read_details
from bot.chat.registry import Ctx, Outcome, registry
from bot.desk import correcting
from bot.desk.correcting import CallingDetails
from bot.desk.facts import LocationFacts
from bot.desk.inviting import is_newcomer
from bot.desk.states import Verb
from bot.store import ledger, queries
from bot.store.ledger import Draft
from bot.store.models import OutgoingMessage, Request
from cards.calling_details import Wish
from cards.kit import plain

CHANGED = "The phone details were changed after I first asked you about this."
SHOWN_DETAILS = ("approval", "status")


@registry.command(
    "details",
    usage="details <number> [at <location>] [ext <n> | number <+e164>]",
    read=read_details,
    needs=lambda _args: ("active_account", "to_correct"),
)
def details(ctx: Ctx, args: Args) -> Outcome:
    """Change the phone details of a request that is not decided yet."""
    number = number_of(args, "details")
    row, known = correcting.to_correct(ctx.session, number, ctx.decider)
    args = with_known(args, known, ctx.facts["locations"])
    given = details_of(args, ctx.facts, ctx.facts["beneficiary"])
    if not given.is_enough:
        return ask(_form(ctx, row, known), given, args, ctx.facts)
    follow_ups = correcting.correct(ctx.session, number, _wished(given), ctx.decider, ctx.now)
    now = plain(present.details_in_words(correcting.calling_items(row)[0]))
    return Outcome(
        f"Request **#{number}** now says: {now}. Whoever decides on it gets a fresh card.",
        tuple(follow_ups),
        request_id=number,
        replaces_card=_is_form(ctx),
    )


def with_known(args: Args, known: CallingDetails, locations: Sequence[LocationFacts]) -> Args:
    """Return the arguments with what the request says already and a line does not mean to change.

    A line that names a location says all anew, and one that says nothing is asked for a number or an extension there.
    """
    if args.get("asked") or args.get("location"):
        return args
    if args.get("phone_number"):  # which tells its location
        return {**args, "extension": args["extension"] or known.extension or ""}
    is_there = any(one["location_id"] == known.location_id for one in locations)
    number = known.phone_number if args.get("extension") else None
    return {**args, "location": known.location_id if is_there else "", "phone_number": number or ""}


def _form(ctx: Ctx, row: Request, known: CallingDetails) -> Form:
    wish = Wish(
        licenses=tuple(item.title for item in correcting.calling_items(row)),
        beneficiary=row.beneficiary.name,
        request_id=row.id,
    )
    return Form(wish, known=known, replaces=_is_form(ctx))


def _is_form(ctx: Ctx) -> bool:
    """Whether a form was pressed, which has served then; the cards that lead to it stay."""
    return ctx.card is not None and ctx.card.purpose == "correct_details"


def _wished(given: Details) -> CallingDetails:
    return CallingDetails(
        location_id=given.location["location_id"] if given.location else None,
        location_name=given.location["name"] if given.location else None,
        phone_number=given.phone_number or None,
        extension=given.extension or None,
    )


def news_of(session: Session, row: Request, time: str, now: datetime) -> list[Draft]:
    """Tell who is concerned that the details were changed. What showed the former ones to deciders decides no more."""
    ledger.close(_shown_to_deciders(row, queries.open_cards(session, row.id, SHOWN_DETAILS)), now)
    entry = next(one for one in reversed(queries.audit_of(session, row.id)) if one.verb == Verb.CORRECT)
    by = queries.people(session, [entry.actor_id or ""])[entry.actor_id or ""].name
    details = present.details_in_words(correcting.calling_items(row)[0])
    words = f"{plain(by)} changed the phone details of request **#{row.id}**. It now says: {plain(details)}."
    concerned = (row.requester_id,) if is_newcomer(row) else (row.requester_id, row.beneficiary_id)
    told = dict.fromkeys(one for one in concerned if one != entry.actor_id)
    return [
        Draft(f"corrected:{row.id}:{time}:{one}", "corrected", words, to_person_id=one, request_id=row.id)
        for one in told
    ]


def _shown_to_deciders(row: Request, cards: Sequence[OutgoingMessage]) -> Iterable[OutgoingMessage]:
    """Leave out what went to those who cannot decide anyway, and may still want to cancel from there."""
    return [one for one in cards if one.to_person_id not in {row.requester_id, row.beneficiary_id}]
