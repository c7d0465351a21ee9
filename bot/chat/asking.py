"""`request` and `return`: from a wish to a recorded request, once nothing that can be checked stands against it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.chat import present
from bot.chat.forms import ask_for_details, ask_what
from bot.chat.parse import Args, read_request
from bot.chat.registry import Ctx, Outcome, registry
from bot.chat.wishes import beneficiary_of, items_of, licenses_wanted
from bot.desk import policy, service
from bot.desk.facts import PersonFacts
from bot.desk.policy import Asked, Parties
from bot.desk.service import FollowUp, Wish, WishedItem
from bot.errors import BadInput, Conflict
from bot.licensing.prechecks import Finding, check
from bot.store import queries
from bot.store.models import Request
from cards.confirm_return import confirm_return
from cards.kit import plain
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
        return ask_what(ctx, args)
    person = beneficiary_of(ctx, args)
    licenses = licenses_wanted(args, ctx.facts["catalog"], "request")
    items = items_of(args, licenses, ctx.facts, "add")
    findings = check(
        present.wished_items(items), person, ctx.facts["catalog"], is_external=policy.is_external(person, ctx.rules)
    )
    blockers = [finding for finding in findings if finding.blocks and finding.code != DETAILS_MISSING]
    if blockers:
        return Outcome(_objections(_told_to(ctx, person, blockers)))
    if any(finding.code == DETAILS_MISSING for finding in findings):
        return ask_for_details(ctx, args, person, licenses)
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
    person = beneficiary_of(ctx, {})
    held = [one for one in ctx.facts["catalog"] if one["license_id"] in person["licenses"]]
    licenses = licenses_wanted(args, held, "return", otherwise=ctx.facts["catalog"])
    items = items_of({}, licenses, ctx.facts, "remove")
    findings = check(present.wished_items(items), person, ctx.facts["catalog"])
    blockers = [finding for finding in findings if finding.blocks]
    if blockers:
        return Outcome(_objections(blockers))
    _check_duplicate(ctx, person, items)
    row, _ = _record(ctx, person, items, args["reason"], ())
    warnings = tuple(finding.sentence for finding in findings)
    return Outcome(confirm_return(present.confirm_view(row, warnings)), purpose="confirm_return", request_id=row.id)


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
