"""What became of one try to move somebody into a resource group. Pure: from what Webex answered to `moving.py`."""

from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict, cast

from bot.desk.groups import DEFAULT_GROUP, MembershipFacts, is_default
from bot.desk.moving import News, Result
from bot.desk.states import MoveState
from bot.licensing.moves import Doing, Why, why_not, why_refused
from bot.webex.http import Answer, Busy, Refused
from bot.webex.reading import same_id

ACTIVATED = "activated"
UNTIL_IT_IS_MISSING = 3
"""Tries after which there is no membership to wait for, if the person does not hold the license either."""


class Look(TypedDict):
    """The groups that are meant, which should be one, and the membership. What was not asked for is None."""

    group_ids: list[str]
    groups: Answer | None
    membership: Answer | None
    is_held: NotRequired[bool]
    """Whether somebody without a membership holds the license, as far as Webex tells: then one will come."""
    first_seen_in: NotRequired[str | None]
    """The group in which an earlier try saw them."""


class Seen(TypedDict):
    """One try: how it stood, what Webex answered to the move (None: not asked), and how it stands."""

    look: Look
    answer: Answer | None
    after: Answer | None


@dataclass(frozen=True, slots=True)
class Later:
    """Webex is not ready: `found` is what the move ends with if this goes on too long."""

    news: News
    found: str
    seconds: int = 0
    tracking_id: str = ""


def judge(seen: Seen, tries: int) -> Result | Later:
    """Tell what became of a try. Moved is only who was seen in the group; there, no other answer matters."""
    look, answer, after = seen["look"], seen["answer"], seen["after"]
    if is_there(after, look):
        return Result(MoveState.MOVED)
    if is_elsewhere(look):
        return _not(MoveState.FAILED, "chosen_elsewhere")
    if answer is not None and answer["kind"] == "refused" and _status(after) == "pending":
        return Later("pending", "still_pending")  # it became so while it was being moved
    asked: tuple[tuple[Doing, Answer | None], ...] = (
        ("groups", look["groups"]),
        ("membership", look["membership"]),
        ("move", answer),
        ("membership", after),
    )
    for doing, heard in asked:
        if heard is not None and heard["kind"] != "ok":
            return _refused_or_busy(doing, heard)
    if len(look["group_ids"]) != 1:
        return _not(MoveState.REFUSED, "several_groups" if look["group_ids"] else "unknown_group")
    return _not_there(after, tries, is_held=look.get("is_held", False))


def _not_there(after: Answer | None, tries: int, *, is_held: bool) -> Result | Later:
    """Tell why somebody is not in the group though Webex refused nothing."""
    status = _status(after)
    if status is None and (is_held or tries < UNTIL_IT_IS_MISSING):
        return Later("pending", "no_membership")
    if status is None:
        return _not(MoveState.REFUSED, "no_membership")
    if status == "error":
        return _not(MoveState.REFUSED, "in_error")
    return _not(MoveState.FAILED, "unseen") if status == ACTIVATED else Later("pending", "still_pending")


def _refused_or_busy(doing: Doing, heard: Refused | Busy) -> Result | Later:
    if heard["kind"] == "busy":
        return Later("busy", "too_busy", heard["seconds"], heard["tracking_id"])
    why = why_refused(doing, heard["status"], heard["errors"], heard["message"])
    return _because(MoveState.REFUSED, why, heard["tracking_id"])


def _not(state: MoveState, found: str) -> Result:
    return _because(state, why_not(found))


def _because(state: MoveState, why: Why, tracking_id: str = "") -> Result:
    return Result(state, cast(dict[str, Any], why), tracking_id)


def ids_named(name: str, groups: Answer | None) -> list[str]:
    """Return the groups of this name; that there is a default group, Webex need not list."""
    if is_default(name):
        return [DEFAULT_GROUP]
    listed = groups["value"] if groups is not None and groups["kind"] == "ok" else []
    return [one["group_id"] for one in listed if one["name"].casefold() == name.casefold()]


def membership_in(answer: Answer | None) -> MembershipFacts | None:
    return cast(MembershipFacts | None, answer["value"]) if answer is not None and answer["kind"] == "ok" else None


def _status(answer: Answer | None) -> str | None:
    membership = membership_in(answer)
    return membership["status"] if membership else None


def is_elsewhere(look: Look) -> bool:
    """Whether somebody else has moved the person since the first try: out of a group that is not ours to leave."""
    membership, before = membership_in(look["membership"]), look.get("first_seen_in")
    return membership is not None and bool(before) and not same_id(membership["group_id"], str(before))


def is_there(answer: Answer | None, look: Look) -> bool:
    membership = membership_in(answer)
    return membership is not None and same_id(membership["group_id"], look["group_ids"][0])
