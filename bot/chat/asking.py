"""`request` and `return`: from a wish to a recorded request, once nothing that can be checked stands against it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from rapidfuzz import fuzz, process

from bot.chat import parse, present
from bot.chat.parse import Args, names_in, read_request
from bot.chat.registry import Ctx, Outcome, registry
from bot.desk import policy, service
from bot.desk.facts import Facts, LicenseFacts, LocationFacts, PersonFacts
from bot.desk.policy import Asked, Parties
from bot.desk.service import FollowUp, Wish, WishedItem
from bot.errors import BadInput, Conflict, NotFound
from bot.licensing.catalog import find, is_calling, title_of
from bot.licensing.prechecks import Finding, check
from bot.store import queries
from bot.store.models import Request
from cards.calling_details import CallingDetailsView, Location, calling_details
from cards.confirm_return import confirm_return
from cards.kit import plain
from cards.request_form import Choice, RequestFormView, request_form
from cards.request_sent import request_sent

DETAILS_MISSING = "calling_details_missing"
SAYS_NOTHING_OF_HOLDINGS = frozenset(
    {"no_units_left", "messenger_unsupported", "external_only_meetings", "not_in_catalog", "screen_share_implicit"}
)
NOT_YOURS_TO_KNOW = (
    "That does not go together with what {name} holds, which only they may know. They can ask for it themselves."
)


def needs_of_request(args: Args) -> Iterable[str]:
    if not (args.get("wanted") or args.get("license_ids")):
        return ("catalog",)
    return ("beneficiary", "approvers", "catalog", "locations")


@registry.command(
    "request",
    usage="request <license> [and <license> …] [for <email>] [at <location>] [ext <n> | number <+e164>] "
    "[because <text>]",
    read=read_request,
    needs=needs_of_request,
)
def request(ctx: Ctx, args: Args) -> Outcome:
    """Ask for licenses, for yourself or for a colleague; `request` alone shows a form."""
    if not (args.get("wanted") or args.get("license_ids")):
        return _form(ctx, args)
    person = _beneficiary(ctx, args)
    licenses = _licenses(args, ctx.facts["catalog"], "request")
    items = _items(args, licenses, ctx.facts, "add")
    findings = check(
        present.wished_items(items), person, ctx.facts["catalog"], is_external=policy.is_external(person, ctx.rules)
    )
    blockers = [finding for finding in findings if finding.blocks and finding.code != DETAILS_MISSING]
    if blockers:
        return Outcome(_objections(_told_to(ctx, person, blockers)))
    if any(finding.code == DETAILS_MISSING for finding in findings):
        return _ask_for_details(ctx, args, person, licenses)
    _check_duplicate(ctx, person, items)
    return _submit(ctx, args, person, items)


@registry.command(
    "return",
    usage="return <license> [because <text>]",
    read=read_request,
    needs=lambda _args: ("self", "catalog"),
)
def give_back(ctx: Ctx, args: Args) -> Outcome:
    """Give back a license of your own; asks you to confirm."""
    if args["email"]:
        raise BadInput("only_for_yourself")
    person = _beneficiary(ctx, {})
    held = [one for one in ctx.facts["catalog"] if one["license_id"] in person["licenses"]]
    licenses = _licenses(args, held, "return", otherwise=ctx.facts["catalog"])
    items = _items({}, licenses, ctx.facts, "remove")
    findings = check(present.wished_items(items), person, ctx.facts["catalog"])
    blockers = [finding for finding in findings if finding.blocks]
    if blockers:
        return Outcome(_objections(blockers))
    _check_duplicate(ctx, person, items)
    row, _ = _record(ctx, person, items, args["reason"], ())
    warnings = tuple(finding.sentence for finding in findings)
    return Outcome(confirm_return(present.confirm_view(row, warnings)), purpose="confirm_return", request_id=row.id)


def _form(ctx: Ctx, args: Args) -> Outcome:
    catalog = ctx.facts["catalog"]
    choices = tuple(Choice(one["license_id"], title_of(one, catalog), one["left"]) for one in catalog)
    view = RequestFormView(choices, beneficiary=args.get("email", ""), reason=args.get("reason", ""))
    return Outcome(
        request_form(view),
        purpose="request_form",
        line="I sent you the form in our 1:1 space.",
    )


def _beneficiary(ctx: Ctx, args: Args) -> PersonFacts:
    person = ctx.facts["beneficiary"]
    if person is None:
        raise NotFound("unknown_person", {"email": str(args.get("email") or ctx.actor["email"])})
    if person["kind"] != "person":
        raise BadInput("person_is_bot", {"name": person["name"]})
    if not person["active"]:
        raise BadInput("person_left", {"name": person["name"]})
    return person


def _licenses(
    args: Args, catalog: Sequence[LicenseFacts], word: str, otherwise: Sequence[LicenseFacts] = ()
) -> list[LicenseFacts]:
    """Return the licenses that were chosen on a card by id, or named in words; each once."""
    if args.get("license_ids"):
        by_id = {one["license_id"]: one for one in catalog}
        if not set(args["license_ids"]) <= by_id.keys():
            raise BadInput("card_forged")
        chosen = [by_id[one] for one in args["license_ids"]]
    else:
        chosen = _named(args["wanted"], catalog, word, otherwise)
    if len(chosen) > parse.MOST_ITEMS:
        raise BadInput("too_many_items", {"limit": str(parse.MOST_ITEMS)})
    return list({one["license_id"]: one for one in chosen}.values())


def _named(
    wanted: str, catalog: Sequence[LicenseFacts], word: str, otherwise: Sequence[LicenseFacts]
) -> list[LicenseFacts]:
    whole = find(wanted, catalog).license
    names = [wanted] if whole else names_in(wanted)
    if not names:
        raise BadInput("license_needed", {"word": word})
    if len(names) > parse.MOST_ITEMS:
        raise BadInput("too_many_items", {"limit": str(parse.MOST_ITEMS)})
    return [_one_named(name, catalog, otherwise) for name in names]


def _one_named(name: str, catalog: Sequence[LicenseFacts], otherwise: Sequence[LicenseFacts]) -> LicenseFacts:
    found = find(name, catalog)
    if not (found.license or found.several) and otherwise:
        catalog, found = otherwise, find(name, otherwise)
    if found.license:
        return found.license
    shown = name[:100]
    if found.several:
        near = " or ".join(title_of(one, catalog) for one in found.several[:5])
        raise BadInput("several_licenses", {"license": shown, "near": near})
    if found.suggestion:
        raise BadInput("near_license", {"license": shown, "near": found.suggestion})
    raise BadInput("unknown_license", {"license": shown})


def _items(
    args: Args, licenses: Sequence[LicenseFacts], facts: Facts, operation: Literal["add", "remove"]
) -> list[WishedItem]:
    """Return what is to change; each Calling license that is added carries the Calling details."""
    location = _location(str(args.get("location") or ""), facts.get("locations", []))
    number = parse.check_phone_number(str(args.get("phone_number") or ""))
    extension = parse.check_extension(str(args.get("extension") or ""))
    details = {
        "location_id": location["location_id"] if location else None,
        "location_name": location["name"] if location else None,
        "phone_number": number,
        "extension": extension,
    }
    return [
        WishedItem(
            title=title_of(one, facts["catalog"]),
            operation=operation,
            license_id=one["license_id"],
            **(details if is_calling(one["name"]) and operation == "add" else {}),
        )
        for one in licenses
    ]


def _location(text: str, locations: Sequence[LocationFacts]) -> LocationFacts | None:
    if not text:
        return None
    for one in locations:
        if text in {one["location_id"], one["name"]} or text.casefold() == one["name"].casefold():
            return one
    names = {one["name"]: one for one in locations}
    near = process.extractOne(text, list(names), scorer=fuzz.ratio, score_cutoff=85)
    if near:
        return names[near[0]]
    known = f"I know {', '.join(sorted(names)[:10])}." if names else "No location is set up in Webex."
    raise BadInput("unknown_location", {"location": text[:100], "near": known})


def _told_to(ctx: Ctx, person: PersonFacts, findings: Sequence[Finding]) -> list[Finding]:
    """Return what this requester may read: what somebody else holds is theirs alone, and admins'."""
    if ctx.is_admin or person["person_id"] == ctx.actor["person_id"]:
        return list(findings)
    told = [finding for finding in findings if finding.code in SAYS_NOTHING_OF_HOLDINGS]
    return told or [replace(findings[0], sentence=NOT_YOURS_TO_KNOW.format(name=person["name"]), remedy="")]


def _objections(findings: Sequence[Finding]) -> str:
    """Return why it cannot work and what to do instead, before anybody is bothered."""
    lines = [f"{plain(finding.sentence)} {plain(finding.remedy)}".strip() for finding in findings]
    ending = "Nobody was asked, and nothing was changed."
    return f"{lines[0]} {ending}" if len(lines) == 1 else "\n".join([*(f"- {line}" for line in lines), "", ending])


def _ask_for_details(ctx: Ctx, args: Args, person: PersonFacts, licenses: Sequence[LicenseFacts]) -> Outcome:
    """Ask where the phone belongs; what is known already stays with the ledger's row, not on the card."""
    catalog = ctx.facts["catalog"]
    view = CallingDetailsView(
        licenses=tuple(title_of(one, catalog) for one in licenses if is_calling(one["name"])),
        locations=tuple(Location(one["location_id"], one["name"]) for one in ctx.facts["locations"]),
        beneficiary=person["name"],
        location=next((i.location_id or "" for i in _items(args, licenses, ctx.facts, "add") if i.location_id), ""),
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


def _check_duplicate(ctx: Ctx, person: PersonFacts, items: Sequence[WishedItem]) -> None:
    wanted = {item.license_id: item for item in items if item.license_id}
    row = queries.open_request_for(ctx.session, person["person_id"], list(wanted))
    if row is None:
        return
    twice = next(item.title for item in row.items if item.license_id in wanted)
    if not service.may_read(row, ctx.decider):
        raise Conflict("duplicate_of_others", {"license": twice, "name": person["name"]})
    raise Conflict("duplicate_request", {"number": str(row.id), "license": twice, "name": person["name"]})


def _submit(ctx: Ctx, args: Args, person: PersonFacts, items: Sequence[WishedItem]) -> Outcome:
    parties = Parties(ctx.actor["person_id"], person["person_id"])
    asked = policy.whom_to_ask(ctx.facts["manager"], ctx.facts["configured"], parties, ctx.rules)
    for one in (ctx.facts["manager"], *ctx.facts["configured"]):
        if one is not None and Asked(person_id=one["person_id"]) in asked:
            service.meet(ctx.session, one, ctx.now)
    row, follow_ups = _record(ctx, person, items, args["reason"], tuple(asked))
    if not asked:
        words = f"Request **#{row.id}** is denied. {present.NOBODY['nobody_may_decide']} I told the admins."
        return Outcome(words, tuple(follow_ups), request_id=row.id, replaces_card=True)
    return Outcome(
        request_sent(present.sent_view(row)),
        tuple(follow_ups),
        purpose="request_sent",
        request_id=row.id,
        replaces_card=True,
        line=f"Request **#{row.id}** is recorded. The details are in our 1:1 space.",
    )


def _record(
    ctx: Ctx, person: PersonFacts, items: Sequence[WishedItem], reason: str, asked: tuple[Asked, ...]
) -> tuple[Request, list[FollowUp]]:
    service.meet(ctx.session, person, ctx.now)
    wish = Wish(
        requester_id=ctx.actor["person_id"],
        beneficiary_id=person["person_id"],
        reason=reason,
        items=tuple(items),
        asked=asked,
        expires_at=ctx.now + ctx.ttl,
    )
    row, follow_ups = service.submit(ctx.session, wish, ctx.now)
    ctx.session.flush()
    ctx.session.expire(row)
    return queries.request(ctx.session, row.id), follow_ups
