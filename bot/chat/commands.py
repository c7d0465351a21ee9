"""What anyone may type, apart from asking: deciding, looking, help."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.chat import present, present_status
from bot.chat.groups import choose
from bot.chat.parse import (
    Args,
    check_email,
    read_approval,
    read_nothing,
    read_number,
    read_number_and_reason,
    read_text,
)
from bot.chat.registry import Ctx, Outcome, registry
from bot.chat.sentences import SENTENCES
from bot.desk import service
from bot.desk.facts import LicenseFacts, PersonFacts
from bot.desk.inviting import stand_ins
from bot.errors import BadInput, Denied, NotFound
from bot.licensing.catalog import title_of
from bot.store import queries
from bot.store.models import Request
from cards.help import HelpLine, HelpView, help_card
from cards.kit import plain
from cards.listing import Row, bullet_list
from cards.status import status
from cards.welcome import WelcomeView, welcome

ANSWERED_WITHIN = timedelta(minutes=2)
"""A press that has no answer by then was lost on the way, or never made."""


def number_of(args: Args, word: str) -> int:
    """Return the number that was typed or came with a button, or raise BadInput that shows how to write it."""
    if args["number"] is None:
        raise BadInput("number_needed", {"word": word})
    return int(args["number"])


def _where_asked(_args: Args) -> Iterable[str]:
    return ("member_of",)


def _needs_of_approve(args: Args) -> Iterable[str]:
    return ("acting", "member_of", "catalog", "groups") if args.get("group") else ("acting", "member_of")


def _needs_of_deny(_args: Args) -> Iterable[str]:
    return ("acting", "member_of")


@registry.command(
    "approve",
    usage="approve <number> [in group <name>] [because <text>]",
    read=read_approval,
    needs=_needs_of_approve,
)
def approve(ctx: Ctx, args: Args) -> Outcome:
    """Say yes to a request that waits for you."""
    number = number_of(args, "approve")
    follow_ups = service.approve(ctx.session, number, ctx.decider, ctx.rules, args["reason"], ctx.now)
    if args.get("group"):
        choose(ctx, number, args["group"])
    words = f"Request **#{number}** is approved. I assign it now and tell you how it went."
    return Outcome(None if ctx.card else words, tuple(follow_ups), request_id=number)


@registry.command("deny", usage="deny <number> because <text>", read=read_number_and_reason, needs=_needs_of_deny)
def deny(ctx: Ctx, args: Args) -> Outcome:
    """Say no, with a reason that the requester will read."""
    number = number_of(args, "deny")
    follow_ups = service.deny(ctx.session, number, ctx.decider, ctx.rules, args["reason"], ctx.now)
    words = f"Request **#{number}** is denied. I tell the requester why."
    return Outcome(None if ctx.card else words, tuple(follow_ups), request_id=number)


@registry.command("confirm", usage="confirm <number>", read=read_number, needs=lambda _args: ("active_account",))
def confirm(ctx: Ctx, args: Args) -> Outcome:
    """Confirm that you return a license."""
    number = number_of(args, "confirm")
    follow_ups = service.confirm(ctx.session, number, ctx.decider, ctx.now)
    words = f"Thank you. I return the license (request **#{number}**) and tell you when it is done."
    return Outcome(None if ctx.card else words, tuple(follow_ups), request_id=number)


@registry.command("cancel", usage="cancel <number>", read=read_number, needs=_where_asked)
def cancel(ctx: Ctx, args: Args) -> Outcome:
    """Cancel a request that is not decided yet."""
    number = number_of(args, "cancel")
    follow_ups = service.cancel(ctx.session, number, ctx.decider, ctx.now)
    on_its_card = ctx.card is not None and ctx.card.purpose == "confirm_return"
    words = f"Request **#{number}** is canceled. Nothing was changed in Webex."
    return Outcome(None if on_its_card else words, tuple(follow_ups), request_id=number)


def _needs_of_status(args: Args) -> Iterable[str]:
    return ("beneficiary", "catalog") if args.get("email") else ("member_of",)


def read_status(rest: str) -> Args:
    """`42`, `#42`, or the e-mail of somebody whose requests an admin wants to see."""
    args = read_number(rest)
    args["email"] = check_email(rest.strip()) if "@" in rest else ""
    return args


@registry.command("status", usage="status <number>", read=read_status, needs=_needs_of_status)
def show_status(ctx: Ctx, args: Args) -> Outcome:
    """See where a request stands and what happened to it."""
    if args.get("email"):
        return _status_of_person(ctx, args)
    number = number_of(args, "status")
    row = queries.request(ctx.session, number)
    if not service.may_read(row, ctx.decider):
        raise NotFound("no_such_request", {"number": str(number)})
    audit = tuple(queries.audit_of(ctx.session, number))
    known = queries.people(ctx.session, {entry.actor_id for entry in audit if entry.actor_id})
    names = {person_id: person.name for person_id, person in known.items()}
    view = present_status.status_view(row, audit, names, ctx.decider)
    headline = " ".join(filter(None, (view.headline, _press_again(ctx, [row]))))
    view = replace(view, organization=ctx.rules.org_name, headline=headline)
    return Outcome(status(view), purpose="status", request_id=number)


def _press_again(ctx: Ctx, rows: Iterable[Request]) -> str:
    """Return a word on presses that got no answer, which cannot be found again, for who has had a card for a while."""
    numbers = [row.id for row in rows]
    is_long_there = queries.holds_card(ctx.session, ctx.actor["person_id"], numbers, ctx.now - ANSWERED_WITHIN)
    return SENTENCES["press_again"] if is_long_there else ""


def _status_of_person(ctx: Ctx, args: Args) -> Outcome:
    if not ctx.is_admin:
        raise Denied("admins_only", {"word": "status <email>"})
    person, email = ctx.facts["beneficiary"], check_email(args["email"])
    new = stand_ins(ctx.session, ctx.org, email)
    if person is None and not new:
        raise NotFound("unknown_person", {"email": email})
    rows = queries.requests_of(ctx.session, ctx.org, [*([person["person_id"]] if person else []), *new])
    requests = bullet_list("Requests", lines_of(rows) or ["none"])
    if person is None:
        return Outcome(f"{plain(email)} is not in Webex yet.\n\n{requests}")
    title = f"{person['name']} ({person['email']}){'' if person['active'] else ': no active account'}"
    licenses = bullet_list(f"{title} holds", _held(person, ctx.facts["catalog"]) or ["no licenses"])
    return Outcome(f"{licenses}\n\n{requests}")


@registry.command("my requests", usage="my requests", read=read_nothing)
def my_requests(ctx: Ctx, _args: Args) -> Outcome:
    """See your latest requests."""
    rows = queries.requests_of(ctx.session, ctx.org, [ctx.actor["person_id"]])
    if not rows:
        return Outcome("You have no requests yet. Type `request` to ask for a license.")
    return Outcome(bullet_list("Your latest requests", lines_of(rows), "`status <number>` shows more about one."))


@registry.command("my licenses", usage="my licenses", read=read_nothing, needs=lambda _args: ("self", "catalog"))
def my_licenses(ctx: Ctx, _args: Args) -> Outcome:
    """See the licenses that you hold."""
    person = ctx.facts["beneficiary"]
    if person is None:
        raise NotFound("unknown_person", {"email": ctx.actor["email"]})
    held = _held(person, ctx.facts["catalog"])
    if not held:
        return Outcome("You hold no licenses. Type `request` to ask for one.")
    return Outcome(bullet_list("You hold", held, "`return <license>` returns one."))


@registry.command("waiting", usage="waiting", read=read_nothing, needs=_where_asked)
def waiting(ctx: Ctx, _args: Args) -> Outcome:
    """See what waits for your decision."""
    person_id = ctx.actor["person_id"]
    asked = [
        row
        for row in queries.waiting_for(ctx.session, ctx.org, person_id, ctx.spaces)
        if person_id not in {row.requester_id, row.beneficiary_id}
    ]
    returns = queries.returns_to_confirm(ctx.session, ctx.org, person_id)
    rows = [*asked, *returns]
    if not rows:
        return Outcome("Nothing waits for you.")
    footer = "\n\n".join(filter(None, (_how_to_answer(asked, returns), _press_again(ctx, rows))))
    return Outcome(bullet_list("Waiting for you", lines_of(rows), footer))


def _how_to_answer(asked: Sequence[Request], returns: Sequence[Request]) -> str:
    how = "Answer with `approve <number>` or `deny <number> because …`." if asked else ""
    return " ".join(filter(None, (how, "Confirm a return with `confirm <number>`." if returns else "")))


@registry.command("help", usage="help", read=read_text)
def show_help(ctx: Ctx, _args: Args) -> Outcome:
    """See what I can do."""
    asking_first = sorted(registry.commands.values(), key=lambda one: one.phrase not in {"request", "return"})
    lines = tuple(HelpLine(one.usage, one.says) for one in asking_first if one.usage and not one.admin)
    admin_lines = tuple(HelpLine(one.usage, one.says) for one in registry.commands.values() if one.admin)
    extra = (HelpLine("status <email>", "See what somebody holds and asked for."),)
    view = HelpView(lines, (*extra, *admin_lines) if ctx.is_admin else ())
    return Outcome(help_card(view), purpose="help", in_public=True)


@registry.command("hello", usage="", read=read_nothing)
def say_hello(ctx: Ctx, _args: Args) -> Outcome:
    """Be greeted back."""
    return Outcome(welcome(WelcomeView(ctx.actor["name"], is_group=False)), purpose="welcome", in_public=True)


def lines_of(rows: Sequence[Request]) -> list[Row]:
    """Return a line per request: number, what, for whom, where it stands, since when."""
    return [
        Row(
            f"#{row.id}",
            (present.licenses_of(row), f"for {row.beneficiary.name}", row.state, f"{row.created_at:%Y-%m-%d}"),
        )
        for row in rows
    ]


def _held(person: PersonFacts, catalog: Sequence[LicenseFacts]) -> list[Row]:
    by_id = {one["license_id"]: title_of(one, catalog) for one in catalog}
    rows = [Row(title) for title in sorted(by_id[one] for one in person["licenses"] if one in by_id)]
    unknown = sum(1 for one in person["licenses"] if one not in by_id)
    if unknown:
        rows.append(Row(f"{unknown} more that the catalog does not list"))
    if person["phone_number"] or person["extension"]:
        numbers = (person["phone_number"] or "", f"extension {person['extension']}" if person["extension"] else "")
        rows.append(Row("Calling", numbers))
    return rows + [Row(one["site_url"], (one["account_type"],)) for one in person["sites"]]
