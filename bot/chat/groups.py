"""Resource groups: what admins type about them, and how words become one. What came of a move is in `moved.py`."""

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from bot.chat.parse import Args, check_email, split_reason
from bot.chat.registry import Ctx, Outcome, registry
from bot.desk import moving
from bot.desk.facts import LicenseFacts, PersonFacts
from bot.desk.groups import DEFAULT_GROUP, GroupFacts, MembershipFacts, is_an_id, is_default
from bot.desk.meeting import meet
from bot.desk.moving import Wanted
from bot.errors import BadInput, Conflict, NotFound
from bot.licensing.catalog import find, title_of
from bot.licensing.moves import is_hybrid
from bot.store import moves
from bot.store.models import Request
from cards.kit import plain, typed
from cards.listing import Row, bullet_list

SHOWN, MOST_NAMED = 50, 10
LIKE_ENOUGH = 70
"""Of 100: from here on one name is offered for another, as with commands."""
UNDER_WAY = "The move to the resource group {group} for {license} is under way already. I tell you when it is done."
STATUSES = {"activated": "", "pending": "Webex is still setting it up", "error": "in error: see Control Hub"}
_WHOM_AND_WHERE = re.compile(r"(\S+)\s+to\s+(.+)", re.IGNORECASE | re.DOTALL)
_FOR = re.compile(r"\s+for\s+", re.IGNORECASE)
_CALLED_GROUP = re.compile(r"(?:the\s+)?(?:resource\s+)?group\s+", re.IGNORECASE)


def read_whose(rest: str) -> Args:
    """Nothing, or the e-mail of somebody."""
    return {"email": check_email(rest.strip()) if "@" in rest else ""}


def read_move(rest: str) -> Args:
    """`<email> to <group> [for <license>]`; where the name of the group ends, only the list of groups can tell."""
    found = _WHOM_AND_WHERE.fullmatch(split_reason(rest)[0].strip())
    if found is None or "@" not in found[1][1:-1]:
        return {"email": "", "target": ""}
    return {"email": check_email(found[1]), "target": found[2].strip()}


def _needs_of_list(args: Args) -> Iterable[str]:
    return ("groups", "catalog", "beneficiary", "memberships") if args["email"] else ("groups",)


def _needs_of_move(args: Args) -> Iterable[str]:
    return ("active_account", "groups", "catalog", "beneficiary", "memberships") if args["email"] else ()


@registry.command(
    "resource groups", usage="resource groups [<email>]", read=read_whose, needs=_needs_of_list, admin=True
)
def resource_groups(ctx: Ctx, args: Args) -> Outcome:
    """See the resource groups, or which of them serve somebody."""
    if args["email"]:
        return _groups_of(ctx, _person(ctx, args["email"]))
    groups = with_default(ctx.facts["groups"])
    footer = "`resource groups <email>` shows which of them serve somebody."
    return Outcome(bullet_list(f"Resource groups ({len(groups)})", [Row(one["name"]) for one in groups], footer, SHOWN))


def _groups_of(ctx: Ctx, person: PersonFacts) -> Outcome:
    on_its_way = {one.license_id: one.group_name for one in moves.open_moves_of(ctx.session, person["person_id"])}
    served_by = {one["license_id"]: one for one in ctx.facts["memberships"]}
    rows = []
    for one in _hybrid_of(ctx, person):
        place = served_by.get(one["license_id"])
        group = name_of(place["group_id"], ctx.facts["groups"]) if place else "no membership yet"
        status = STATUSES.get(place["status"], place["status"]) if place else ""
        target = on_its_way.get(one["license_id"])
        rows.append(
            Row(title_of(one, ctx.facts["catalog"]), (group, status, f"on its way to {target}" if target else ""))
        )
    title = f"{person['name']} ({person['email']}) is served by"
    footer = f"{typed('move ' + person['email'] + ' to <group>')} moves them, also back to `default`."
    return Outcome(bullet_list(title, rows or ["no resource group: no hybrid license is held"], footer if rows else ""))


@registry.command(
    "move", usage="move <email> to <group> [for <license>]", read=read_move, needs=_needs_of_move, admin=True
)
def move(ctx: Ctx, args: Args) -> Outcome:
    """Let another resource group serve somebody's hybrid license; `default` is where everybody begins."""
    if not args["email"]:
        raise BadInput("move_incomplete")
    person = _person(ctx, args["email"])
    group_said, license_said = _split(args["target"], ctx.facts["groups"])
    group = meant(group_said, ctx.facts["groups"])
    license_ = _service(ctx, person, group, license_said)
    title = title_of(license_, ctx.facts["catalog"])
    place = _place(ctx, license_)
    _check_elsewhere(ctx, person, group, license_, place)
    meet(ctx.session, person, ctx.now)
    wanted = Wanted(
        org=ctx.org,
        person_id=person["person_id"],
        license_id=license_["license_id"],
        license_title=title,
        group_id=group["group_id"],
        group_name=group["name"],
        asked_by=ctx.actor["person_id"],
    )
    follow_ups = moving.order(ctx.session, wanted, ctx.now)
    if not follow_ups:
        return Outcome(UNDER_WAY.format(group=plain(group["name"]), license=plain(title)))
    words = f"I move **{plain(person['name'])}** to the resource group **{plain(group['name'])}** for {plain(title)}"
    waits = " as soon as Webex has set it up" if place is None or place["status"] == "pending" else ""
    return Outcome(f"{words}{waits}, and tell you when it is done.", tuple(follow_ups))


def choose(ctx: Ctx, request_id: int, said: str) -> None:
    """Note the group that an approver chose, by its id or name, for what the request adds of hybrid licenses."""
    known = with_default(ctx.facts["groups"])
    if is_an_id(said) and said not in {one["group_id"] for one in known}:
        raise BadInput("group_gone", {"number": str(request_id), "known": _names_of(known)})
    group = meant(said, known)
    hybrid = {one["license_id"] for one in ctx.facts["catalog"] if is_hybrid(one)}
    moving.choose(ctx.session, request_id, hybrid, group["group_id"], group["name"])


def offered(
    row: Request, groups: Sequence[GroupFacts], catalog: Sequence[LicenseFacts]
) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return what an approver may choose from, and the id of what a rule has chosen; nothing if nothing is hybrid."""
    hybrid = {one["license_id"] for one in catalog if is_hybrid(one)}
    added = [item for item in row.items if item.operation == "add" and item.license_id in hybrid]
    if not added or not groups:
        return (), ""
    try:
        chosen = next((meant(item.group_id or item.group_name, groups) for item in added if item.group_name), None)
    except BadInput:
        chosen = None  # the rule names a group that is not there; the move itself will say so
    return choices(groups), chosen["group_id"] if chosen else ""


def choices(groups: Sequence[GroupFacts]) -> tuple[tuple[str, str], ...]:
    """Return the groups as a card offers them: name and id."""
    return tuple((one["name"], one["group_id"]) for one in with_default(groups))


def with_default(groups: Sequence[GroupFacts]) -> list[GroupFacts]:
    """Return the groups, the default one first: it is always there, also where Webex does not list it."""
    default: GroupFacts = {"group_id": DEFAULT_GROUP, "name": "Default"}
    listed = [one for one in groups if one["group_id"] == DEFAULT_GROUP] or [default]
    return listed + [one for one in groups if one["group_id"] != DEFAULT_GROUP]


def name_of(group_id: str, groups: Sequence[GroupFacts]) -> str:
    return next((one["name"] for one in with_default(groups) if one["group_id"] == group_id), "a group not listed")


def meant(said: str, groups: Sequence[GroupFacts]) -> GroupFacts:
    """Return the group of this id or name, or raise BadInput that names the nearest one; never choose between two."""
    known = with_default(groups)
    by_id = [one for one in known if one["group_id"] == (DEFAULT_GROUP if is_default(said) else said)]
    found = by_id or _called(said, known)
    if len(found) > 1:
        raise BadInput("several_groups", {"group": found[0]["name"][:100]})
    if found:
        return found[0]
    names = {one["name"].casefold(): one["name"] for one in known}
    near = process.extractOne(said.casefold()[:400], list(names), scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH)
    if near is None:
        raise BadInput("unknown_group", {"group": said[:100], "known": _names_of(known)})
    raise BadInput("near_group", {"group": said[:100], "near": names[near[0]]})


def _names_of(groups: Sequence[GroupFacts]) -> str:
    names = list({one["name"].casefold(): one["name"] for one in groups}.values())
    return ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")


def _called(said: str, groups: Sequence[GroupFacts]) -> list[GroupFacts]:
    """Return the groups of this name; "group" before it may be a part of it, or only be said."""
    bare = _CALLED_GROUP.sub("", said, count=1) if _CALLED_GROUP.match(said) else said
    for name in (said, bare, f"group {said}", f"resource group {said}"):
        found = [one for one in groups if " ".join(one["name"].split()).casefold() == " ".join(name.split()).casefold()]
        if found:
            return found
    return []


def _split(target: str, groups: Sequence[GroupFacts]) -> tuple[str, str]:
    """Return what is said of the group and what of the license: a name may itself contain "for"."""
    ends = [(one.start(), one.end()) for one in _FOR.finditer(target)]
    ways = [(target, ""), *((target[:start], target[end:]) for start, end in reversed(ends))]
    known = (way for way in ways if is_default(way[0]) or _called(way[0], with_default(groups)))
    return next(known, ways[min(1, len(ends))])


def _person(ctx: Ctx, email: str) -> PersonFacts:
    person = ctx.facts["beneficiary"]
    if person is None:
        raise NotFound("unknown_person", {"email": email})
    return person


def _hybrid_of(ctx: Ctx, person: PersonFacts) -> list[LicenseFacts]:
    held = {*person["licenses"], *(one["license_id"] for one in ctx.facts["memberships"])}
    return [one for one in ctx.facts["catalog"] if one["license_id"] in held and is_hybrid(one)]


def _service(ctx: Ctx, person: PersonFacts, group: GroupFacts, said: str) -> LicenseFacts:
    """Return the hybrid license that is meant, or raise what stands in the way."""
    held, catalog = _hybrid_of(ctx, person), ctx.facts["catalog"]
    if said:
        return _named(said, held, catalog, person)
    if not held:
        raise Conflict("no_hybrid_held", {"name": person["name"], "email": person["email"]})
    if len(held) > 1:
        titles = [title_of(one, catalog) for one in held]
        facts = {"name": person["name"], "email": person["email"], "group": group["name"], "first": titles[0]}
        raise BadInput("which_hybrid", {**facts, "licenses": " and ".join(titles)})
    return held[0]


def _named(
    said: str, held: Sequence[LicenseFacts], catalog: Sequence[LicenseFacts], person: PersonFacts
) -> LicenseFacts:
    mine, any_ = find(said, held), find(said, catalog)
    shown = said[:100]
    if mine.license:
        return mine.license
    if several := mine.several or any_.several:
        near = " or ".join(title_of(one, catalog) for one in several[:5])
        raise BadInput("several_licenses", {"license": shown, "near": near})
    if any_.license is None:
        code = "near_license" if any_.suggestion else "unknown_license"
        raise BadInput(code, {"license": shown, "near": any_.suggestion})
    code = "hybrid_not_held" if is_hybrid(any_.license) else "not_hybrid"
    raise Conflict(code, {"name": person["name"], "license": title_of(any_.license, catalog)})


def _place(ctx: Ctx, license_: LicenseFacts) -> MembershipFacts | None:
    return next((one for one in ctx.facts["memberships"] if one["license_id"] == license_["license_id"]), None)


def _check_elsewhere(
    ctx: Ctx, person: PersonFacts, group: GroupFacts, license_: LicenseFacts, place: MembershipFacts | None
) -> None:
    """Raise Conflict if they are there already; not while another move is on its way, which would take them away."""
    under_way = {one.license_id for one in moves.open_moves_of(ctx.session, person["person_id"])}
    if place is None or place["group_id"] != group["group_id"] or license_["license_id"] in under_way:
        return
    facts = {"name": person["name"], "group": group["name"], "license": title_of(license_, ctx.facts["catalog"])}
    raise Conflict("already_in_group", facts)
