"""`request` and `return`: from a wish to a recorded request, once nothing that can be checked stands against it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.chat import present
from bot.chat.calling import details_of
from bot.chat.calling_forms import ask_for_details
from bot.chat.forms import ask_what
from bot.chat.inviting import is_unknown, offer_to_invite
from bot.chat.parse import Args, read_request
from bot.chat.registry import Ctx, Outcome, registry
from bot.chat.ways_out import choose_instead, join, object_to, rest_of
from bot.chat.wishes import beneficiary_of, wish_of, wish_to_return
from bot.desk import policy, service
from bot.desk.facts import PersonFacts
from bot.desk.inviting import alike
from bot.desk.meeting import meet
from bot.desk.policy import Asked, Parties
from bot.desk.service import INVITED
from bot.desk.shapes import FollowUp, Wish, WishedItem
from bot.desk.submitting import submit
from bot.errors import BadInput, Conflict, NotFound
from bot.licensing.prechecks import DETAILS_MISSING, Finding, check
from bot.licensing.remedies import remedies, without
from bot.store import queries
from bot.store.models import Request
from cards.confirm_return import confirm_return
from cards.request_sent import request_sent


def needs_of_request(args: Args) -> Iterable[str]:
    if not _says_what(args):
        is_kept = args.get("email") and args.get("beneficiary_id")
        return ("beneficiary", "catalog") if is_kept else ("catalog",)
    return ("beneficiary", "active_account", "approvers", "catalog", "locations", "numbers")


def _says_what(args: Args) -> bool:
    return any(args.get(name) for name in ("wanted", "license_ids", "site_urls", "remove_ids"))


@registry.command(
    "request",
    usage="request <license> [and <license> …] [instead of <license>] [for <email> [named <name>]] [at <location>] "
    "[ext <n> | number <+e164>] [because <text>]",
    read=read_request,
    needs=needs_of_request,
)
def request(ctx: Ctx, args: Args) -> Outcome:
    """Ask for licenses, for yourself or for a colleague; `request` alone shows a form."""
    if not _says_what(args):
        return ask_what(ctx, args)
    if is_unknown(ctx, args):
        return offer_to_invite(ctx, args)
    person = beneficiary_of(ctx, args)
    details = details_of(args, ctx.facts, person)
    try:
        items = wish_of(ctx, details.within(args), person)
    except NotFound as gone:
        return choose_instead(gone, _rest(ctx, args, person))
    findings = _findings(ctx, person, items)
    blockers = [finding for finding in findings if finding.blocks and finding.code != DETAILS_MISSING]
    if blockers:
        return _object(ctx, args, person, items, blockers)
    if details.is_open or any(finding.code == DETAILS_MISSING for finding in findings):
        return ask_for_details(ctx, args, person, items, details)
    return _join(ctx, args, person, items) or _submit(ctx, args, person, items)


@registry.command(
    "return",
    usage="return <license> [because <text>]",
    read=read_request,
    needs=lambda _args: ("self", "active_account", "catalog"),
)
def give_back(ctx: Ctx, args: Args) -> Outcome:
    """Return a license of your own; asks you to confirm."""
    if args["email"]:
        raise BadInput("only_for_yourself")
    person = beneficiary_of(ctx, {})
    items = wish_to_return(ctx, args, person)
    findings = _findings(ctx, person, items)
    blockers = [finding for finding in findings if finding.blocks]
    if blockers:
        return _object(ctx, args, person, items, blockers)
    joined = _join(ctx, args, person, items)
    if joined:
        return joined
    row, _ = _record(ctx, person, items, args["reason"], ())
    warnings = tuple(f"{one.sentence} {one.remedy}" for one in findings)
    return Outcome(confirm_return(present.confirm_view(row, warnings)), purpose="confirm_return", request_id=row.id)


def _findings(ctx: Ctx, person: PersonFacts, items: Sequence[WishedItem]) -> list[Finding]:
    is_external = policy.is_external(person, ctx.rules)
    return check(present.wished_items(items), person, ctx.facts["catalog"], is_external=is_external)


def _object(
    ctx: Ctx, args: Args, person: PersonFacts, items: Sequence[WishedItem], blockers: Sequence[Finding]
) -> Outcome:
    """Say why it cannot work, and offer what would, before anybody is bothered."""
    is_external = policy.is_external(person, ctx.rules)
    found = remedies(present.wished_items(items), person, ctx.facts["catalog"], is_external=is_external)
    return object_to(ctx, person, blockers, found, _rest(ctx, args, person))


def _rest(ctx: Ctx, args: Args, person: PersonFacts) -> Args:
    return rest_of(args, person, is_own=person["person_id"] == ctx.actor["person_id"])


def _join(ctx: Ctx, args: Args, person: PersonFacts, items: Sequence[WishedItem]) -> Outcome | None:
    """Answer with the open request that is already about some of this, or None if there is none."""
    licenses = [item.license_id for item in items if item.license_id]
    sites = [item.site_url for item in items if item.site_url]
    row = queries.open_request_for(ctx.session, alike(ctx.session, person), licenses, sites)
    if row is None:
        return None
    there = {(item.license_id, item.site_url) for item in row.items}
    new = [item for item in items if (item.license_id, item.site_url) not in there]
    twice = next(item.title for item in row.items if item.license_id in licenses or item.site_url in sites)
    if not service.may_read(row, ctx.decider):
        raise Conflict("duplicate_of_others", {"license": twice, "name": person["name"]})
    conflict = Conflict("duplicate_request", {"number": str(row.id), "license": twice, "name": person["name"]})
    is_external = policy.is_external(person, ctx.rules)
    found = without(present.wished_items(new), person, ctx.facts["catalog"], is_external=is_external)
    return join(row.id, conflict, found, _rest(ctx, args, person))


def _submit(ctx: Ctx, args: Args, person: PersonFacts, items: Sequence[WishedItem]) -> Outcome:
    parties = Parties(ctx.actor["person_id"], person["person_id"])
    is_new = person["kind"] == INVITED
    if is_new:
        admins = [one.person_id for one in queries.admins(ctx.session, ctx.org)]
        asked = policy.whom_to_ask_to_invite(admins, parties)
    else:
        asked = policy.whom_to_ask(ctx.facts["manager"], ctx.facts["configured"], parties, ctx.rules)
    for one in (ctx.facts["manager"], *ctx.facts["configured"]):
        if one is not None and Asked(person_id=one["person_id"]) in asked:
            meet(ctx.session, one, ctx.now)
    nobody = "no_other_admin" if is_new else "nobody_may_decide"
    row, follow_ups = _record(ctx, person, items, args["reason"], tuple(asked), nobody)
    if not asked:
        words = f"Request **#{row.id}** is denied. {present.NOBODY[nobody]} I told the admins."
        return Outcome(words, tuple(follow_ups), request_id=row.id, replaces_card=True)
    return Outcome(
        request_sent(replace(present.sent_view(row), organization=ctx.rules.org_name)),
        tuple(follow_ups),
        purpose="request_sent",
        request_id=row.id,
        replaces_card=True,
        line=f"Request **#{row.id}** is recorded. The details are in our 1:1 space.",
    )


def _record(
    ctx: Ctx, person: PersonFacts, items: Sequence[WishedItem], reason: str, asked: tuple[Asked, ...], nobody: str = ""
) -> tuple[Request, list[FollowUp]]:
    meet(ctx.session, person, ctx.now)
    wish = Wish(
        requester_id=ctx.actor["person_id"],
        beneficiary_id=person["person_id"],
        org=ctx.org,
        reason=reason,
        items=tuple(items),
        asked=asked,
        expires_at=ctx.now + ctx.ttl,
        nobody=nobody,
    )
    row, follow_ups = submit(ctx.session, wish, ctx.now)
    ctx.session.flush()
    ctx.session.expire(row)
    return queries.request(ctx.session, row.id), follow_ups
