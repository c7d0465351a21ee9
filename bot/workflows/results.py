"""One try of an assignment → what became of each item, why, and what may be asked for next. Pure."""

from typing import Any, NotRequired, TypedDict

from bot.desk.facts import LicenseFacts
from bot.desk.orgs import same_org
from bot.licensing.full_update import in_words
from bot.licensing.outcome import Change, Result, compare, is_awaited, is_barred, is_effective, with_likely_reason
from bot.licensing.prechecks import Item, check
from bot.licensing.remedies import Remedy, after_refusal
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


NOTHING_ASKED: dict[str, Any] = {
    "licenses": [],
    "sites": [],
    "pending_licenses": [],
    "pending_sites": [],
    "errors": [],
    "tracking_id": "",
}

FAILED = frozenset({"refused", "not_applied"})


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


def results_of(seen: Seen) -> list[Result]:
    """Return a result for each change, in their order, each held against the way it was asked for."""
    held, results = _held_in(seen), [_result_of(change, seen) for change in seen["look"]["changes"]]
    return _with_likely_reasons(results, seen, held) if held is not None else results


def by_record(look: Look) -> frozenset[int]:
    """Return the ids of the items that replace the whole record; a step of an older version names none."""
    return frozenset(look.get("by_record", ()))


def ways_out(results: list[Result], seen: Seen) -> list[Remedy]:
    """Return what may be asked for next, judged by how Webex stands after it said no."""
    bad = [(item, one) for item, one in zip(_items(seen), results, strict=True) if one["state"] in FAILED]
    if not bad:
        return []
    codes = {str(error.get("code")) for _, one in bad for error in one["errors"]}
    failed, held = [item for item, _ in bad], _held_in(seen)
    return after_refusal(failed, codes, held, seen["catalog"], is_external=_is_external(seen, held))  # type: ignore[arg-type]  # JSON of ours


def _held_in(seen: Seen) -> dict[str, Any] | None:
    """Return the person as read afterwards, None if Webex would not tell."""
    return seen["after"]["value"] if seen["after"]["kind"] == "ok" else None


def _result_of(change: Change, seen: Seen) -> Result:
    apart = change["item_id"] in by_record(seen["look"])
    answer = seen["replaced"] if apart else seen["answer"]
    settled = ok(NOTHING_ASKED) if answer is None or answer["kind"] == "busy" else answer
    (result,) = compare([change], settled, seen["after"])
    return {**result, "errors": in_words(result["errors"])} if apart else result


def _with_likely_reasons(results: list[Result], seen: Seen, held: dict[str, Any]) -> list[Result]:
    """Webex often refuses without a reason that people could act on; the prechecks may know one."""
    failed = [item for item, one in zip(_items(seen), results, strict=True) if one["state"] != "granted"]
    findings = check(failed, held, seen["catalog"], is_external=_is_external(seen, held))  # type: ignore[arg-type]  # JSON of ours
    return [
        with_likely_reason(result, [one for one in findings if one.license_id == change["license_id"]])
        for change, result in zip(seen["look"]["changes"], results, strict=True)
    ]


def _items(seen: Seen) -> list[Item]:
    items: list[Any] = seen["look"]["order"]["items"]
    return items


def _is_external(seen: Seen, held: dict[str, Any] | None) -> bool:
    own = seen["look"]["order"]["org_id"]
    return held is not None and not same_org(held.get("org_id", own), own)
