"""Findings into ways out: other wishes that would get somebody further, each one press away. Pure.

A way out is judged by the prechecks before it is offered, so what is offered can work as far as the bot can know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.licensing import prechecks
from bot.licensing.catalog import kind_of_license, offered, title_of
from bot.licensing.rules import CLASHES, DOWNGRADES, NEEDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from bot.licensing.catalog import License
    from bot.licensing.prechecks import Beneficiary, Finding, Item

ABOUT_DETAILS = frozenset({"400", "400411"})
"""Refusals of a location or of missing properties ("Webex: Assign Licenses to Users")."""
HOPELESS = frozenset({"400118", "400413", "700006"})
"""Refusals that asking again for the same meets again, whatever else is held."""
LONGEST_LABEL = 60
MOST_STEPS = 8


class Remedy(NamedTuple):
    """A whole wish in place of the one that failed. `kind` is also what its button does."""

    kind: str
    label: str
    items: tuple[Item, ...]
    titles: tuple[str, ...]
    """Of the items, as a command may name them."""


class _Case(NamedTuple):
    person: Beneficiary
    catalog: Sequence[License]
    is_external: bool

    def blockers(self, items: Sequence[Item]) -> list[Finding]:
        found = prechecks.check(items, self.person, self.catalog, is_external=self.is_external)
        return [finding for finding in found if finding.blocks and finding.code != prechecks.DETAILS_MISSING]

    def title(self, license_id: str | None) -> str:
        return next((title_of(one, self.catalog) for one in self.catalog if one["license_id"] == license_id), "")

    def name(self, item: Item) -> str:
        """Return what an item is about, as a command names it."""
        return f"attendee on {item['site_url']}" if item["site_url"] else self.title(item["license_id"])

    def short(self, item: Item) -> str:
        """Return what an item is about, as a button names it."""
        return "attendee" if item["site_url"] else short(self.title(item["license_id"]))

    def remedy(self, kind: str, label: str, wish: Sequence[Item]) -> Remedy:
        return Remedy(kind, label, tuple(wish), tuple(self.name(item) for item in wish))

    def kind(self, license_id: str | None) -> str:
        return next((kind_of_license(one) for one in self.catalog if one["license_id"] == license_id), "")

    def held_of(self, kind: str) -> list[str]:
        return [one for one in self.person["licenses"] if self.kind(one) == kind]


def remedies(
    items: Sequence[Item], person: Beneficiary, catalog: Sequence[License], *, is_external: bool = False
) -> list[Remedy]:
    """Return what may be wished for instead, the one that keeps most of the wish first; at most one of each kind."""
    case = _Case(person, catalog, is_external)
    blockers = case.blockers(items)
    if not blockers:
        return []
    found = (_mended(items, case), _another(items, blockers, case), _first(items, blockers, case))
    return [remedy for remedy in (*found, _fewer(items, blockers, case)) if remedy is not None]


def without(
    left: Sequence[Item], person: Beneficiary, catalog: Sequence[License], *, is_external: bool = False
) -> list[Remedy]:
    """Return what is left of a wish as a wish of its own, if it can stand alone."""
    case = _Case(person, catalog, is_external)
    return [_only(left, case)] if left and not case.blockers(left) else []


def after_refusal(
    failed: Sequence[Item],
    codes: AbstractSet[str],
    person: Beneficiary | None,
    catalog: Sequence[License],
    *,
    is_external: bool,
) -> list[Remedy]:
    """Return the ways out of what Webex refused, as it stands now; `person` is None if Webex does not say.

    What nothing stands against any more may simply be asked for again, with other phone details if those were wrong.
    """
    case = _Case(person or {"licenses": [], "sites": []}, catalog, is_external)
    if person is not None and case.blockers(failed):
        return remedies(failed, person, catalog, is_external=is_external)
    if codes & ABOUT_DETAILS:
        return [case.remedy("details", "Give other phone details", failed)]
    if codes & HOPELESS:
        return []
    if all(item["operation"] == "remove" for item in failed):
        return [case.remedy("return_again", "Return it again", failed)]
    return [case.remedy("again", "Ask again for what failed", failed)]


def short(title: str) -> str:
    """Return a license's title as people say it."""
    return title.removeprefix("Webex ").replace(" - ", " ")


def _mended(items: Sequence[Item], case: _Case) -> Remedy | None:
    """Add what is missing and take away what is in the way, until nothing stands against the wish."""
    wish = list(items)
    for _ in range(MOST_STEPS):
        blockers = case.blockers(wish)
        if not blockers:
            break
        step = next((step for finding in blockers if (step := _step(finding, wish, case))), [])
        if not step:
            return None
        wish = [*step, *wish]
    else:
        return None
    wish.sort(key=lambda item: item["operation"] == "add")  # what goes makes room for what comes
    return _named(items, wish, case)


def _step(finding: Finding, wish: Sequence[Item], case: _Case) -> list[Item]:
    """Return what to put before the wish so that this finding is gone; nothing if there is no such thing."""
    if finding.code == prechecks.HOSTS_THERE:
        hosting = [one["license_id"] for one in case.catalog if one["site_url"] == finding.site_url]
        return [_item(one, "remove") for one in case.person["licenses"] if one in hosting]
    if finding.code == prechecks.EXCLUSIVE:
        others = prechecks.rivals(finding.license_id, case.person["licenses"], case.catalog)
        return [_item(one, "remove") for one in others if not _is_removed(one, wish)]
    kind, removing = case.kind(finding.license_id), _is_removed(finding.license_id, wish)
    for rule in NEEDS:
        if rule.code == finding.code and not removing and rule.kind == kind:
            return _one_of(rule.other, case)
        if rule.code == finding.code and removing and rule.other == kind:
            return [_item(one, "remove") for one in case.held_of(rule.kind) if not _is_removed(one, wish)]
    for rule in CLASHES:
        if rule.code == finding.code:
            other = rule.other if kind == rule.kind else rule.kind
            return [_item(one, "remove") for one in case.held_of(other) if not _is_removed(one, wish)]
    return []


def _one_of(kind: str, case: _Case) -> list[Item]:
    """Return the license of this kind that most units are left of; one that cannot be counted never runs out."""
    fitting = [one for one in case.catalog if kind_of_license(one) == kind and one["left"] != 0]
    best = max(fitting, key=lambda one: float("inf") if one["left"] is None else one["left"], default=None)
    return [_item(best["license_id"], "add")] if best else []


def _named(items: Sequence[Item], wish: Sequence[Item], case: _Case) -> Remedy:
    before = {_key(item) for item in items}
    new = [item for item in wish if _key(item) not in before]
    gone = [case.short(item) for item in new if item["operation"] == "remove"]
    come = [case.short(item) for item in new if item["operation"] == "add"]
    if any(item["operation"] == "add" for item in wish) and gone:
        target = come or [case.short(item) for item in items if item["operation"] == "add"]
        return case.remedy("swap", _label(f"Swap {_and(gone)} for {_and(target)}", "Swap for what fits"), wish)
    if come:
        return case.remedy("add_missing", _label(f"Also request {_and(come)}", "Also request what is missing"), wish)
    return case.remedy("return_too", _label(f"Also return {_and(gone)}", "Also return what needs it"), wish)


def _another(items: Sequence[Item], blockers: Sequence[Finding], case: _Case) -> Remedy | None:
    """Put a license of the same kind in place of one that has no units left."""
    full = {finding.license_id for finding in blockers if finding.code == "no_units_left"}
    wish = list(items)
    for at, item in enumerate(items):
        if item["license_id"] not in full or case.kind(item["license_id"]) == "other":
            continue
        taken = {*full, *case.person["licenses"]}
        free = [one for one in _alike(item["license_id"], case) if one not in taken]
        if not free:
            return None
        wish[at] = {**item, "license_id": free[0]}
    if wish == list(items) or case.blockers(wish):
        return None
    come = [case.short(item) for item in wish if item not in items]
    return case.remedy("other", _label(f"Request {_and(come)} instead", "Request another one"), wish)


def _alike(license_id: str | None, case: _Case) -> list[str]:
    shown = offered(case.catalog, is_admin=False)
    fitting = [one for one in shown if kind_of_license(one) == case.kind(license_id) and one["left"] != 0]
    return [one["license_id"] for one in sorted(fitting, key=lambda one: -(one["left"] or 0))]


def _first(items: Sequence[Item], blockers: Sequence[Finding], case: _Case) -> Remedy | None:
    """Return in a request of its own what may not give way within one."""
    rules = {rule.code: rule for rule in (*DOWNGRADES, *CLASHES)}
    held = [
        one
        for finding in blockers
        if finding.code in rules
        for kind in (rules[finding.code].kind, rules[finding.code].other)
        for one in case.held_of(kind)
        if one not in {item["license_id"] for item in items if item["operation"] == "add"}
    ]
    wish = tuple(_item(one, "remove") for one in dict.fromkeys(held))
    if not wish or case.blockers(wish):
        return None
    gone = [case.short(item) for item in wish]
    return case.remedy("return_first", _label(f"First return {_and(gone)}", "First return the other"), wish)


def _fewer(items: Sequence[Item], blockers: Sequence[Finding], case: _Case) -> Remedy | None:
    """Leave out what cannot be had."""
    bad = {(finding.license_id, finding.site_url) for finding in blockers}
    wish = tuple(item for item in items if (item["license_id"], item["site_url"]) not in bad)
    if not wish or case.blockers(wish):
        return None
    return _only(wish, case)


def _only(wish: Sequence[Item], case: _Case) -> Remedy:
    titles = _and([case.short(item) for item in wish])
    if all(item["operation"] == "remove" for item in wish):
        return case.remedy("return_only", _label(f"Return only {titles}", "Leave it out"), wish)
    return case.remedy("fewer", _label(f"Request only {titles}", "Leave it out"), wish)


def _is_removed(license_id: str | None, wish: Sequence[Item]) -> bool:
    return any(item["license_id"] == license_id and item["operation"] == "remove" for item in wish)


def _key(item: Item) -> tuple[str | None, str | None, str]:
    return item["license_id"], item["site_url"], item["operation"]


def _item(license_id: str, operation: str) -> Item:
    return {
        "license_id": license_id,
        "site_url": None,
        "operation": operation,
        "location_id": None,
        "phone_number": None,
        "extension": None,
    }


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)


def _label(words: str, otherwise: str) -> str:
    return words if len(words) <= LONGEST_LABEL else otherwise
