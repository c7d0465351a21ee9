"""What somebody wishes for → people, licenses and items of the facts; what makes no sense is refused in a sentence."""

import re
from collections.abc import Sequence
from typing import Literal, TypedDict

from bot.chat import parse
from bot.chat.inviting import check_holds_no_license
from bot.chat.parse import Args, names_in
from bot.chat.registry import Ctx
from bot.desk import policy
from bot.desk.facts import Facts, LicenseFacts, PersonFacts
from bot.desk.inviting import newcomer
from bot.desk.shapes import WishedItem
from bot.errors import BadInput, NotFound
from bot.licensing.catalog import find, is_calling, offered, title_of
from bot.licensing.moves import is_hybrid

OF_THEIR_OWN_WORDS = frozenset({"request_form", "invitation"})
"""Cards that bring what people chose or typed themselves, which nobody has held against the catalog yet."""
_IS_ID = re.compile(r"[A-Za-z0-9_=+/-]{40,400}")


def beneficiary_of(ctx: Ctx, args: Args) -> PersonFacts:
    person = ctx.facts["beneficiary"]
    if person is None and args.get("email") and args.get("named") and ctx.rules.allow_invite:
        check_holds_no_license(ctx, args["named"])
        return newcomer(args["email"], args["named"], ctx.rules.home_org, ctx.facts["catalog"])
    if person is None:
        raise NotFound("unknown_person", {"email": str(args.get("email") or ctx.actor["email"])})
    if person["kind"] != "person":
        raise BadInput("person_is_bot", {"name": person["name"]})
    if not person["active"]:
        raise BadInput("person_left", {"name": person["name"]})
    policy.check_may_receive(person, ctx.rules)
    return person


def wish_of(ctx: Ctx, args: Args, person: PersonFacts) -> list[WishedItem]:
    """Return what somebody wants changed, first what goes: in words, from a form, or as a way out that was offered."""
    sites, wanted = _sites_in(args)
    gone = _to_go(ctx, {"license_ids": args.get("remove_ids"), "wanted": args.get("instead")}, person, "request")
    come = _chosen({**args, "wanted": wanted}, _open_to(ctx), "request")
    items = [
        *items_of({}, gone, ctx.facts, "remove"),
        *items_of(_own_details(ctx, args, person) or args, come, ctx.facts, "add"),
        *(_attendee(site, "add") for site in sites),
    ]
    if len(items) > parse.MOST_ITEMS:
        raise BadInput("too_many_items", {"limit": str(parse.MOST_ITEMS)})
    return items


def _open_to(ctx: Ctx) -> Sequence[LicenseFacts]:
    """Return what may be asked for; what is hidden only by admins, or where the ledger has kept what a card offered."""
    was_offered = ctx.card is not None and ctx.card.purpose not in OF_THEIR_OWN_WORDS
    return offered(ctx.facts["catalog"], is_admin=ctx.is_admin or was_offered)


def wish_to_return(ctx: Ctx, args: Args, person: PersonFacts) -> list[WishedItem]:
    """Return what somebody wants to return."""
    sites, wanted = _sites_in(args)
    gone = _to_go(ctx, {**args, "wanted": wanted}, person, "return")
    if not gone and not sites:
        raise BadInput("license_needed", {"word": "return"})
    return [*items_of({}, gone, ctx.facts, "remove"), *(_attendee(site, "remove") for site in sites)]


def _chosen(
    args: Args, catalog: Sequence[LicenseFacts], word: str, otherwise: Sequence[LicenseFacts] = ()
) -> list[LicenseFacts]:
    is_said = args.get("wanted") or args.get("license_ids")
    return licenses_wanted(args, catalog, word, otherwise) if is_said else []


def _to_go(ctx: Ctx, args: Args, person: PersonFacts, word: str) -> list[LicenseFacts]:
    """Look among what is held first, unless that would tell a requester what somebody else holds."""
    catalog = ctx.facts["catalog"]
    is_own = person["person_id"] == ctx.actor["person_id"]
    if args.get("license_ids") or not is_own:
        return _chosen(args, catalog, word)
    held = [one for one in catalog if one["license_id"] in person["licenses"]]
    return _chosen(args, held, word, otherwise=catalog)


def _sites_in(args: Args) -> tuple[list[str], str]:
    """Return the meeting sites of a wish, and the names that are left of it."""
    said = str(args.get("wanted") or "")
    names = names_in(said)
    sites = [site for site in map(parse.site_in, names) if site]
    left = " and ".join(name for name in names if not parse.site_in(name)) if sites else said
    return list(dict.fromkeys([*args.get("site_urls", []), *sites])), left


def _attendee(site: str, operation: Literal["add", "remove"]) -> WishedItem:
    return WishedItem(title=f"Attendee on {site}", operation=operation, site_url=site)


def _own_details(ctx: Ctx, args: Args, person: PersonFacts) -> Args | None:
    """Return the number and place that somebody calls with now: they keep them unless they say otherwise."""
    if person["person_id"] != ctx.actor["person_id"] or any(args.get(one) for one in DETAILS):
        return None
    held = [one["name"] for one in ctx.facts["catalog"] if one["license_id"] in person["licenses"]]
    if not any(is_calling(name) for name in held):
        return None
    known = {one["location_id"] for one in ctx.facts.get("locations", [])}
    location = person["location_id"] if person["location_id"] in known else ""
    return {"location": location, "phone_number": person["phone_number"], "extension": person["extension"]}


DETAILS = ("location", "phone_number", "extension")


def licenses_wanted(
    args: Args, catalog: Sequence[LicenseFacts], word: str, otherwise: Sequence[LicenseFacts] = ()
) -> list[LicenseFacts]:
    """Return the licenses that were chosen on a card by id, or named in words; each once."""
    if args.get("license_ids"):
        by_id = {one["license_id"]: one for one in catalog}
        if not set(args["license_ids"]) <= by_id.keys():
            is_stale = all(map(_IS_ID.fullmatch, args["license_ids"]))  # a form can be older than the catalog
            raise NotFound("license_gone") if is_stale else BadInput("card_forged")
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


class ItemDetails(TypedDict, total=False):
    """The Calling details as an item takes them."""

    location_id: str | None
    location_name: str | None
    phone_number: str | None
    extension: str | None


def items_of(
    args: Args, licenses: Sequence[LicenseFacts], facts: Facts, operation: Literal["add", "remove"]
) -> list[WishedItem]:
    """Return what is to change; each Calling license that is added carries the details, which are checked already."""
    location = next((one for one in facts.get("locations", []) if one["location_id"] == args.get("location")), None)
    details: ItemDetails = {
        "location_id": location["location_id"] if location else None,
        "location_name": location["name"] if location else None,
        "phone_number": args.get("phone_number") or None,
        "extension": args.get("extension") or None,
    }
    return [
        WishedItem(
            title=title_of(one, facts["catalog"]),
            operation=operation,
            license_id=one["license_id"],
            via=one.get("via", ""),
            group_name=(one.get("resource_group") or None) if operation == "add" and is_hybrid(one) else None,
            **(details if is_calling(one["name"]) and operation == "add" else {}),
        )
        for one in licenses
    ]
