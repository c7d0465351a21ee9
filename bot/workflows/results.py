"""One try of an assignment: what to do → what became of each item, why, and what may be asked for next. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

from bot.chat import present
from bot.desk.entitled import OBJECTIONS
from bot.desk.facts import LicenseFacts
from bot.desk.orgs import same_org
from bot.desk.settling import ItemResult
from bot.desk.states import ItemState
from bot.licensing.catalog_file import BY_RECORD
from bot.licensing.failures import Fix
from bot.licensing.full_update import refusals_in_words
from bot.licensing.outcome import (
    Change,
    OwnReason,
    Result,
    compare,
    is_awaited,
    is_barred,
    is_effective,
    with_likely_reason,
)
from bot.licensing.prechecks import Item, check
from bot.licensing.remedies import Remedy, after_refusal
from bot.store.models import Request
from bot.webex.admin import Order
from bot.webex.http import Answer, ok


class Look(TypedDict):
    """What to ask Webex for, the items it is about in the same order, and those that replace the whole record."""

    order: Order
    changes: list[Change]
    by_record: list[int]
    trace: NotRequired[str]


class Before(TypedDict):
    """How Webex stood just before the change; the catalog is empty if Webex would not say."""

    person: Answer
    catalog: list[LicenseFacts]


class Seen(TypedDict):
    """One try: what was asked, what Webex answered to each way of asking, and the person as read afterwards."""

    look: Look
    answer: Answer
    replaced: Answer | None
    after: Answer
    catalog: list[LicenseFacts]


@dataclass(frozen=True, slots=True)
class Found:
    """What one try found out, as the desk settles it, and what may be asked for next."""

    results: list[ItemResult]
    tracking_id: str = ""
    ways_out: tuple[Remedy, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


NOTHING_ASKED: dict[str, Any] = {
    "licenses": [],
    "sites": [],
    "pending_licenses": [],
    "pending_sites": [],
    "errors": [],
    "tracking_id": "",
}

NOT_ACCEPTED: OwnReason = {
    "finding": "not_accepted",
    "sentence": "The person did not accept Webex's invitation in time.",
    "remedy": "Ask the person to look for the invitation, then ask for the license again.",
    "fix": Fix.REQUESTER,
}

FAILED = frozenset({"refused", "not_applied"})
ALL_APPLIED = 200


def look_of(row: Request, home_org: str) -> Look:
    """Return what is left to do of a request."""
    left = [item for item in row.items if item.state is not ItemState.GRANTED]
    order: Order = {"person_id": row.beneficiary_id, "org_id": home_org, "items": present.wished_items(left)}
    changes: list[Change] = [
        {"item_id": one.id, "license_id": one.license_id, "site_url": one.site_url, "operation": one.operation}
        for one in left
    ]
    in_full = [one.id for one in left if one.via == BY_RECORD]
    return {"order": order, "changes": changes, "by_record": in_full, "trace": row.trace}


def by_record(look: Look) -> frozenset[int]:
    """Return the ids of the items that replace the whole record; a step of an older version names none."""
    return frozenset(look.get("by_record", ()))


def is_swap_by_record(look: Look) -> bool:
    """Whether something comes and something goes, not all of it by one PATCH: then it stands or falls together."""
    return bool(by_record(look)) and {one["operation"] for one in look["changes"]} == {"add", "remove"}


def goes_last(look: Look) -> frozenset[int]:
    """Return the ids of the items that may only go once the record was replaced."""
    if not is_swap_by_record(look):
        return frozenset()
    return frozenset(one["item_id"] for one in look["changes"] if one["operation"] == "remove") - by_record(look)


def order_of(look: Look, item_ids: Collection[int]) -> Order | None:
    """Return these items as one order, None if that is empty."""
    pairs = zip(look["changes"], look["order"]["items"], strict=True)
    items = [item for change, item in pairs if change["item_id"] in item_ids]
    return {**look["order"], "items": items} if items else None


def open_answer(seen: Seen, *, is_first: bool) -> Answer | None:
    """Return the answer that makes this try worth repeating, None if it is settled.

    That is a busy one, or that Webex does not let us look at what was, or on an earlier try may have been, changed.
    """
    held = _held_in(seen)
    if held is not None and all(is_effective(change, held) for change in seen["look"]["changes"]):
        return None
    answer, after = seen["answer"], seen["after"]
    busy = next((one for one in (answer, seen["replaced"], after) if one is not None and one["kind"] == "busy"), None)
    if busy is not None or not is_barred(after):
        return busy
    is_changed = any(one is not None and one["kind"] == "ok" for one in (answer, seen["replaced"]))
    may_be_changed = is_changed or (not is_first and is_barred(answer))
    is_waited_for = all(is_awaited(change, answer) for change in seen["look"]["changes"])
    return after if may_be_changed and not is_waited_for else None


def found_in(seen: Seen) -> Found:
    """Return what a settled try found out."""
    results = _results_of(seen)
    return Found(_item_results(results), tracking_id_of(seen["answer"]), tuple(_ways_out(results, seen)))


def results_awaited(look: Look, after: Answer, *, is_over: bool) -> list[ItemResult]:
    """Return how it stands while an external person is waited for; `is_over` once that was long enough."""
    waiting = ok({**NOTHING_ASKED, "pending_licenses": [one["license_id"] for one in look["changes"]]})
    results = compare(look["changes"], waiting, after)
    return _item_results([_not_accepted(one) if is_over and one["state"] == "awaiting" else one for one in results])


def is_promised(look: Look, answer: Answer | None, held: dict[str, Any]) -> bool:
    """Whether Webex said that all of it was done, and it is not to be seen yet."""
    if answer is None or answer["kind"] != "ok" or answer["status"] != ALL_APPLIED:
        return False
    return not all(is_effective(change, held) or is_awaited(change, answer) for change in look["changes"])


def without_result(row: Request, why: OwnReason) -> list[ItemResult]:
    """Return the same reason for each item that has no result yet."""
    unsettled = [item for item in row.items if item.state in {ItemState.OPEN, ItemState.AWAITING}]
    return [ItemResult(one.id, ItemState.NOT_APPLIED, (why,)) for one in unsettled]


def tracking_id_of(answer: Answer) -> str:
    return str(answer["value"]["tracking_id"] if answer["kind"] == "ok" else answer["tracking_id"])


def _results_of(seen: Seen) -> list[Result]:
    """Return a result for each change, in their order, each held against the way it was asked for."""
    held, results = _held_in(seen), [_result_of(change, seen) for change in seen["look"]["changes"]]
    return _with_likely_reasons(results, seen, held) if held is not None else results


def _result_of(change: Change, seen: Seen) -> Result:
    apart = change["item_id"] in by_record(seen["look"]) | goes_last(seen["look"])
    answer = seen["replaced"] if apart else seen["answer"]
    settled = ok(NOTHING_ASKED) if answer is None or answer["kind"] == "busy" else answer
    (result,) = compare([change], settled, seen["after"])
    errors = refusals_in_words(result["errors"]) if apart else result["errors"]
    return {**result, "errors": [OBJECTIONS.get(str(one.get("description")), one) for one in errors]}


def _with_likely_reasons(results: list[Result], seen: Seen, held: dict[str, Any]) -> list[Result]:
    """Webex often refuses without a reason that people could act on; the prechecks may know one."""
    failed = [item for item, one in zip(_items(seen), results, strict=True) if one["state"] != "granted"]
    findings = check(failed, held, seen["catalog"], is_external=_is_external(seen, held))  # type: ignore[arg-type]  # JSON of ours
    return [
        with_likely_reason(result, [one for one in findings if one.license_id == change["license_id"]])
        for change, result in zip(seen["look"]["changes"], results, strict=True)
    ]


def _ways_out(results: list[Result], seen: Seen) -> list[Remedy]:
    """Return what may be asked for next, judged by how Webex stands after it said no."""
    bad = [(item, one) for item, one in zip(_items(seen), results, strict=True) if one["state"] in FAILED]
    if not bad or any(error.get("finding") in OBJECTIONS for _, one in bad for error in one["errors"]):
        return []
    codes = {str(error.get("code")) for _, one in bad for error in one["errors"]}
    failed, held = [item for item, _ in bad], _held_in(seen)
    return after_refusal(failed, codes, held, seen["catalog"], is_external=_is_external(seen, held))  # type: ignore[arg-type]  # JSON of ours


def _not_accepted(result: Result) -> Result:
    return {**result, "state": "not_applied", "errors": [NOT_ACCEPTED]}


def _item_results(results: list[Result]) -> list[ItemResult]:
    return [ItemResult(one["item_id"], ItemState(one["state"]), tuple(one["errors"])) for one in results]


def _held_in(seen: Seen) -> dict[str, Any] | None:
    """Return the person as read afterwards, None if Webex would not tell."""
    return seen["after"]["value"] if seen["after"]["kind"] == "ok" else None


def _items(seen: Seen) -> list[Item]:
    items: list[Any] = seen["look"]["order"]["items"]
    return items


def _is_external(seen: Seen, held: dict[str, Any] | None) -> bool:
    own = seen["look"]["order"]["org_id"]
    return held is not None and not same_org(held.get("org_id", own), own)
