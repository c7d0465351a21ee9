"""Facts into findings: what Webex would refuse, or people should know, before an approver is bothered. Pure.

Webex has the last word; its refusals are in `failures.py`. What only Webex knows (exclusive offers, valid sites and
locations) is not guessed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, TypedDict

from bot.licensing.catalog import is_calling, kind_of_license, title_of
from bot.licensing.rules import CLASHES, DOWNGRADES, NEEDS, SWAP, Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from bot.licensing.catalog import License


class Item(TypedDict):
    """One license or one site (as attendee); `operation` is "add" or "remove"."""

    license_id: str | None
    site_url: str | None
    operation: str
    location_id: str | None
    phone_number: str | None
    extension: str | None


class Site(TypedDict):
    site_url: str
    account_type: str


class Beneficiary(TypedDict):
    licenses: list[str]
    sites: list[Site]


@dataclass(frozen=True, slots=True)
class Finding:
    """About a license or a site. What does not block is a warning for the approver."""

    code: str
    license_id: str | None
    blocks: bool
    sentence: str
    remedy: str
    site_url: str | None = None


HOSTS_THERE, EXCLUSIVE = "hosts_there", "exclusive_group"
DETAILS_MISSING = "calling_details_missing"
"""Asked for on a card of its own once the wish is right."""
FOR_EXTERNAL = frozenset({"meeting"})
CONFIGURES_CALLING = frozenset({"calling_professional", "calling_standard", "calling_other", "cx_essential"})


@dataclass(frozen=True, slots=True)
class _Plan:
    """Kinds of what is held before and after all items of the request, and what the catalog offers."""

    catalog: dict[str, License]
    titles: dict[str, str]
    held: frozenset[str]
    accounts: frozenset[str]
    """Sites on which there is an account, of either kind."""
    hosts_after: frozenset[str]
    """Sites on which a license will make a host of the person."""
    hosts_before: frozenset[str]
    held_after: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    is_external: bool

    def offers(self, kind: str) -> bool:
        return any(kind_of_license(one) == kind for one in self.catalog.values())


def check(
    items: Sequence[Item], person: Beneficiary, catalog: Sequence[License], *, is_external: bool = False
) -> list[Finding]:
    """Judge every item by what the person would hold after all of them; findings come in the order of the items."""
    plan = _plan(items, person, catalog, is_external=is_external)
    return [finding for item in items for finding in _findings(item, plan)]


def _plan(items: Sequence[Item], person: Beneficiary, catalog: Sequence[License], *, is_external: bool) -> _Plan:
    kinds = {one["license_id"]: kind_of_license(one) for one in catalog}
    held = set(person["licenses"])
    added = {item["license_id"] for item in items if item["license_id"] and item["operation"] == "add"}
    removed = {item["license_id"] for item in items if item["license_id"] and item["operation"] == "remove"}
    return _Plan(
        catalog={one["license_id"]: one for one in catalog},
        titles={one["license_id"]: title_of(one, catalog) for one in catalog},
        held=frozenset(held),
        accounts=frozenset(site["site_url"].lower() for site in person["sites"]),
        hosts_after=_hosted((held - removed) | added, catalog),
        hosts_before=_hosted(held, catalog),
        held_after=frozenset((held - removed) | added),
        before=frozenset(kinds[one] for one in held & kinds.keys()),
        after=frozenset(kinds[one] for one in ((held - removed) | added) & kinds.keys()),
        is_external=is_external,
    )


def _hosted(license_ids: Collection[str], catalog: Sequence[License]) -> frozenset[str]:
    return frozenset(one["site_url"].lower() for one in catalog if one["site_url"] and one["license_id"] in license_ids)


def _findings(item: Item, plan: _Plan) -> Iterator[Finding]:
    if item["license_id"] is None:
        return _about_a_site(item["site_url"] or "", item["operation"], plan)
    license_ = plan.catalog.get(item["license_id"])
    if license_ is None:
        return iter([_block("not_in_catalog", item["license_id"], "This license is not in the catalog.", _CHOOSE)])
    is_by_record = bool(license_.get("via"))
    if kind_of_license(license_) == "messenger" and not is_by_record:
        sentence = "Messenger licenses cannot be managed through the bot."
        return iter(
            [_block("messenger_unsupported", license_["license_id"], sentence, "Ask an admin to use Control Hub.")]
        )
    about = _about_removing(license_, plan) if item["operation"] == "remove" else _about_adding(item, license_, plan)
    return chain(about, _about_the_record(license_, plan)) if is_by_record else about


def _about_the_record(license_: License, plan: _Plan) -> Iterator[Finding]:
    """Webex has no smaller way ("Webex: Update a Person"), so whoever decides should know."""
    title = plan.titles[license_["license_id"]]
    sentence = f"For {title} the person's whole record in Webex is read and written back, with nothing else changed."
    remedy = "I refuse to write if anything changed meanwhile, and compare every field afterwards."
    yield _warning("full_update", license_["license_id"], sentence, remedy)


_CHOOSE = "Choose one from the current list."


def _block(code: str, license_id: str | None, sentence: str, remedy: str) -> Finding:
    return Finding(code, license_id, blocks=True, sentence=sentence, remedy=remedy)


def _warning(code: str, license_id: str | None, sentence: str, remedy: str) -> Finding:
    return Finding(code, license_id, blocks=False, sentence=sentence, remedy=remedy)


def _about_a_site(site_url: str, operation: str, plan: _Plan) -> Iterator[Finding]:
    """Webex manages attendees only this way; a host is whoever holds the site's license."""
    known = {one["site_url"].lower() for one in plan.catalog.values() if one["site_url"]}
    site = site_url.lower()
    if site not in known:
        sentence, remedy = f"{site_url} is not one of the organization's meeting sites.", "Choose one from the list."
        yield _of_site("unknown_site", site_url, sentence, remedy)
    elif operation == "add" and site in plan.hosts_after:
        sentence = f"A host on {site_url} can do all that an attendee can, and nobody is both there."
        yield _of_site(HOSTS_THERE, site_url, sentence, "To become an attendee, the host license has to go.")
    elif operation == "add" and site in plan.accounts and site not in plan.hosts_before:
        sentence = f"There is an account on {site_url} already."
        yield _of_site("already_held", site_url, sentence, "There is nothing to do.")
    elif operation == "remove" and site not in plan.accounts:
        yield _of_site("not_held", site_url, f"There is no account on {site_url}.", "There is nothing to do.")
    elif operation == "remove" and site in plan.hosts_after:
        sentence = f"The account on {site_url} is a host's; it ends with the license that brings it."
        yield _of_site("hosted_account", site_url, sentence, "Return that license instead.")


def _of_site(code: str, site_url: str, sentence: str, remedy: str) -> Finding:
    return Finding(code, None, blocks=True, sentence=sentence, remedy=remedy, site_url=site_url)


def _about_adding(item: Item, license_: License, plan: _Plan) -> Iterator[Finding]:
    license_id, kind, title = license_["license_id"], kind_of_license(license_), plan.titles[license_["license_id"]]
    if license_id in plan.held:
        yield _block("already_held", license_id, f"{title} is held already.", "There is nothing to do.")
        return
    if plan.is_external and kind not in FOR_EXTERNAL:
        sentence = f"People of other organizations can be given meetings licenses only, not {title}."
        yield _block("external_only_meetings", license_id, sentence, "Ask the person's own organization.")
        return
    yield from _about_units(license_, title)
    if is_calling(license_["name"]) and not _has_calling_details(item):
        sentence = f"{title} needs a phone number, or an extension and a location."
        yield _block(DETAILS_MISSING, license_id, sentence, "Choose a location and a number or an extension.")
    yield from _about_its_group(license_, plan)
    site = (license_["site_url"] or "").lower()
    if site in plan.accounts - plan.hosts_before:
        sentence = f"The attendee account on {license_['site_url']} becomes a host account."
        yield _warning("attendee_becomes_host", license_id, sentence, "Nothing is lost by it.")
    yield from _about_other_licenses(license_id, kind, plan)


def _about_its_group(license_: License, plan: _Plan) -> Iterator[Finding]:
    """Only the operator's catalog file tells which licenses exclude each other: Webex has no call that shows it."""
    for other in rivals(license_["license_id"], plan.held_after, plan.catalog.values()):
        sentence = f"{plan.titles[license_['license_id']]} and {plan.titles[other]} exclude each other."
        yield _block(EXCLUSIVE, license_["license_id"], sentence, SWAP)


def rivals(license_id: str | None, held: Collection[str], catalog: Iterable[License]) -> list[str]:
    """Return what is held of the group of which nobody may hold two."""
    groups = {one["license_id"]: one.get("exclusive", "") for one in catalog}
    group = groups.get(license_id or "", "")
    return [one for one in groups if group and groups[one] == group and one in held and one != license_id]


def _about_units(license_: License, title: str) -> Iterator[Finding]:
    license_id, left = license_["license_id"], license_["left"]
    if left == 0:
        sentence, remedy = f"No units of {title} are left.", "Ask an admin to free one or to order more."
        yield _block("no_units_left", license_id, sentence, remedy)
    if left == 1:
        yield _warning(
            "last_unit", license_id, f"This is the last unit of {title}.", "An admin may want to order more."
        )


def _has_calling_details(item: Item) -> bool:
    return bool(item["phone_number"] or (item["extension"] and item["location_id"]))


def _about_other_licenses(license_id: str, kind: str, plan: _Plan) -> Iterator[Finding]:
    clashing = [rule for rule in CLASHES if kind in rule[:2] and {rule.kind, rule.other} <= plan.after]
    for rule in clashing:
        yield _by_rule(rule, license_id, plan)
    for rule in DOWNGRADES:
        if rule.kind == kind and rule.other in plan.before - plan.after:
            yield _by_rule(rule, license_id, plan)
    if clashing or plan.is_external:  # a clash is solved first; free licenses of strangers are their organization's
        return
    for rule in NEEDS:
        if rule.kind == kind and _is_missing(rule, plan):
            yield _by_rule(rule, license_id, plan)


def _is_missing(rule: Rule, plan: _Plan) -> bool:
    """Whether the needed kind will not be held; a free one that no catalog shows cannot be judged."""
    return rule.other not in plan.after and (not rule.other.endswith("_free") or plan.offers(rule.other))


def _about_removing(license_: License, plan: _Plan) -> Iterator[Finding]:
    license_id, kind, title = license_["license_id"], kind_of_license(license_), plan.titles[license_["license_id"]]
    if license_id not in plan.held:
        yield _block("not_held", license_id, f"{title} is not held.", "There is nothing to do.")
        return
    if kind == "screen_share":
        sentence = "Screen Share comes and goes with other licenses and cannot be removed by itself."
        yield _block("screen_share_implicit", license_id, sentence, "There is nothing to do.")
    if kind in CONFIGURES_CALLING and not plan.after & CONFIGURES_CALLING:
        sentence = f"Without {title} the phone number, the location and all Calling settings are lost."
        yield _warning(
            "calling_config_lost", license_id, sentence, "Asking for it again later does not bring them back."
        )
    for rule in NEEDS:
        if rule.other == kind and rule.kind in plan.before & plan.after and kind not in plan.after:
            sentence = f"{title} is needed by another license that is still held."
            yield _block(rule.code, license_id, sentence, "Return that one too, or keep both.")


def _by_rule(rule: Rule, license_id: str, plan: _Plan) -> Finding:
    return _block(rule.code, license_id, rule.sentence.format(title=plan.titles[license_id]), rule.remedy)
