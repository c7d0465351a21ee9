"""What license admins may type. Who is one is decided by ADMINS alone, checked before anything is gathered for them."""

from collections.abc import Sequence

from bot.chat import present_status
from bot.chat.commands import lines_of, number_of
from bot.chat.parse import Args, read_count, read_nothing, read_number, read_text
from bot.chat.registry import Ctx, Outcome, registry
from bot.desk import service
from bot.desk.facts import LicenseFacts
from bot.desk.states import State
from bot.errors import BadInput
from bot.licensing.catalog import find, title_of
from bot.store import queries
from cards.listing import Row, bar, bullet_list

SHOWN = 20


@registry.command("pending", usage="pending", read=read_nothing, admin=True)
def pending(ctx: Ctx, _args: Args) -> Outcome:
    """See all requests that wait for a decision, the oldest first."""
    rows = queries.pending(ctx.session, ctx.org, SHOWN)
    if not rows:
        return Outcome("No request waits for a decision.")
    total = queries.count(ctx.session, ctx.org, State.PENDING)
    lines = [
        Row(line.lead, (*line.cells, f"waits for {', '.join(present_status.waiting_for(row))}"))
        for line, row in zip(lines_of(rows), rows, strict=True)
    ]
    return Outcome(bullet_list(f"Pending requests ({total})", lines, limit=SHOWN, total=total))


@registry.command("history", usage="history [<count>]", read=read_count, admin=True)
def history(ctx: Ctx, args: Args) -> Outcome:
    """See the latest requests, whatever became of them."""
    rows = queries.history(ctx.session, ctx.org, args["count"])
    if not rows:
        return Outcome("There are no requests yet.")
    return Outcome(bullet_list(f"Latest requests ({len(rows)})", lines_of(rows), limit=len(rows)))


@registry.command("licenses", usage="licenses", read=read_nothing, needs=lambda _args: ("catalog",), admin=True)
def licenses(ctx: Ctx, _args: Args) -> Outcome:
    """See the catalog and how many units are used."""
    catalog = ctx.facts["catalog"]
    if not catalog:
        return Outcome("Webex lists no licenses for this organization.")
    lines = [_units(one, catalog) for one in sorted(catalog, key=lambda one: title_of(one, catalog))]
    return Outcome(bullet_list(f"Licenses ({len(catalog)})", lines, limit=60))


def _units(one: LicenseFacts, catalog: Sequence[LicenseFacts]) -> Row:
    is_renamed = one.get("title", one["name"]) != one["name"]
    told = (
        f"in Webex {one['name']}" if is_renamed else "",
        *_counted(one),
        one.get("price", ""),
        "hidden" if one.get("hidden") else "",
    )
    return Row(title_of(one, catalog), told)


def _counted(one: LicenseFacts) -> tuple[str, ...]:
    if one["left"] is None or one["total"] is None:
        return ("units are not counted",)
    used = one["used"] or 0
    promised = max(0, one["total"] - used) - one["left"]
    return (
        bar(used, one["total"]),
        f"{one['left'] or 'none'} left",
        f"{promised} approved and not applied yet" if promised else "",
    )


@registry.command("who", usage="who <license>", read=read_text, needs=lambda _args: ("catalog", "holders"), admin=True)
def who(ctx: Ctx, args: Args) -> Outcome:
    """See who holds a license."""
    if not args["text"]:
        raise BadInput("license_needed", {"word": "who"})
    catalog = ctx.facts["catalog"]
    found = find(args["text"], catalog)
    shown = args["text"][:100]
    if found.several:
        near = " or ".join(title_of(one, catalog) for one in found.several[:5])
        raise BadInput("several_licenses", {"license": shown, "near": near})
    if found.license is None:
        code = "near_license" if found.suggestion else "unknown_license"
        raise BadInput(code, {"license": shown, "near": found.suggestion})
    holders = ctx.facts["holders"] or {"total": 0, "first": []}
    total = holders["total"]
    title = f"{title_of(found.license, catalog)}: {total} {'person' if total == 1 else 'people'}"
    lines = [Row(one["name"], (one["email"], "external" if one["is_external"] else "")) for one in holders["first"]]
    return Outcome(bullet_list(title, lines or ["nobody holds it"], limit=SHOWN, total=total))


@registry.command(
    "retry", usage="retry <number>", read=read_number, needs=lambda _args: ("active_account",), admin=True
)
def retry(ctx: Ctx, args: Args) -> Outcome:
    """Apply again what Webex refused or could not do."""
    number = number_of(args, "retry")
    follow_ups = service.retry(ctx.session, number, ctx.decider, ctx.now)
    return Outcome(f"I try request **#{number}** again and tell you how it went.", tuple(follow_ups), request_id=number)
