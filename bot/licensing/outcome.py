"""What became of an assignment: what was asked, what Webex answered, what it holds now, item by item. Pure.

A yes from Webex proves nothing: a 206 leaves items out, and a 200 has been seen that changed nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from bot.licensing.failures import Fix, is_explained
from bot.licensing.prechecks import Finding


class Change(TypedDict):
    """One item of a request, as far as its effect can be seen."""

    item_id: int
    license_id: str | None
    site_url: str | None
    operation: str


class OwnReason(TypedDict):
    """Why something was not granted, in words of ours; it stands beside Webex's refusals in the errors of an item."""

    finding: str
    sentence: str
    remedy: str
    fix: Fix


class Result(TypedDict):
    """`state` is granted, awaiting, refused or not_applied; `errors` say why it is not granted."""

    item_id: int
    state: str
    errors: list[Mapping[str, Any]]


WITHOUT_CODE = frozenset({"left_out", "not_there"})

LEFT_OUT: OwnReason = {
    "finding": "left_out",
    "sentence": "Webex answered, but left this out without saying why.",
    "remedy": "Compare the person's licenses in Control Hub, then retry.",
    "fix": Fix.ADMIN,
}
NOT_THERE: OwnReason = {
    "finding": "not_there",
    "sentence": "Webex said yes, but the change was not there when I looked.",
    "remedy": "Wait a few minutes, compare the person's licenses in Control Hub, then retry.",
    "fix": Fix.ADMIN,
}
WHO_ACTS = {"no_units_left": Fix.ADMIN, "messenger_unsupported": Fix.ADMIN, "screen_share_implicit": Fix.NOBODY}
"""Findings that the requester cannot mend by asking for something else."""
PARTIAL = 206
BARRED = frozenset({401, 403})


def is_barred(answer: Mapping[str, Any]) -> bool:
    """Whether our access was refused, which tells nothing of what was to be read: it may be there or not."""
    return answer["kind"] == "refused" and answer["status"] in BARRED


def is_effective(change: Change, held: Mapping[str, Any]) -> bool:
    """Whether Webex holds what was asked for; `held` is the person as Webex describes them. A host is no attendee."""
    if change["license_id"] is not None:
        there = change["license_id"] in held["licenses"]
    else:
        wanted = (change["site_url"] or "").lower()
        there = any(one["site_url"].lower() == wanted and one["account_type"] == "attendee" for one in held["sites"])
    return there if change["operation"] == "add" else not there


def is_awaited(change: Change, answer: Mapping[str, Any]) -> bool:
    """Whether Webex waits for an external person to accept it ("Webex: Assign Licenses to Users")."""
    if answer["kind"] != "ok" or change["operation"] != "add":
        return False
    pending = answer["value"]
    sites = {site["site_url"].lower() for site in pending["pending_sites"]}
    return change["license_id"] in pending["pending_licenses"] or (change["site_url"] or "").lower() in sites


def compare(changes: Sequence[Change], answer: Mapping[str, Any], after: Mapping[str, Any]) -> list[Result]:
    """Return a result for each change; `answer` is of the PATCH, `after` of reading the person, neither busy."""
    return [_result(change, answer, after) for change in changes]


def _result(change: Change, answer: Mapping[str, Any], after: Mapping[str, Any]) -> Result:
    if after["kind"] == "ok" and is_effective(change, after["value"]):
        return {"item_id": change["item_id"], "state": "granted", "errors": []}
    if is_awaited(change, answer):
        return {"item_id": change["item_id"], "state": "awaiting", "errors": []}
    errors = _errors(answer) or (_errors(after) if after["kind"] == "refused" else [])
    if errors:
        return {"item_id": change["item_id"], "state": "refused", "errors": errors}
    silent = LEFT_OUT if answer.get("status") == PARTIAL else NOT_THERE
    return {"item_id": change["item_id"], "state": "not_applied", "errors": [silent]}


def with_likely_reason(result: Result, findings: Sequence[Finding]) -> Result:
    """Return the result with what most likely stood in the way, where Webex itself gave no reason that we know."""
    silent = [error for error in result["errors"] if _is_silent(error)]
    blockers = [finding for finding in findings if finding.blocks]
    if not blockers or result["errors"] != silent or result["state"] not in {"refused", "not_applied"}:
        return result
    first = blockers[0]
    likely: OwnReason = {
        "finding": first.code,
        "sentence": f"Webex gave no reason. Most likely: {first.sentence}",
        "remedy": first.remedy,
        "fix": WHO_ACTS.get(first.code, Fix.REQUESTER),
    }
    said = [error for error in silent if "finding" not in error]
    return {**result, "errors": [likely, *said]}


def _is_silent(error: Mapping[str, Any]) -> bool:
    if "finding" in error:
        return error["finding"] in WITHOUT_CODE
    return error["code"] is None and not is_explained(error)


def _errors(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return every complaint of Webex; it does not say which item each is about, so each failed item gets them all."""
    entries = answer["value"]["errors"] if answer["kind"] == "ok" else answer.get("errors", [])
    errors: list[Mapping[str, Any]] = [
        {"status": answer["status"], "code": entry["code"], "description": entry["description"]} for entry in entries
    ]
    if answer["kind"] == "refused" and not errors:
        return [{"status": answer["status"], "code": None, "description": answer["message"]}]
    return errors
