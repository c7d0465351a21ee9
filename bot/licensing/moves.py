"""Why somebody could not be moved into a resource group: what it means, what to do and who has to do it. Pure.

What Webex refuses is keyed by status; what the bot finds out by itself, by a word of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict

from bot.licensing.catalog import kind_of_license
from bot.licensing.failures import Failure, Fix, explain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.licensing.catalog import License

Doing = Literal["groups", "membership", "move"]
"""What Webex was asked for when it refused: each needs a scope of its own."""


class Why(TypedDict):
    """One reason; `said` is Webex's own text, to be shown as text only, and `code` its errorCode or its status."""

    sentence: str
    remedy: str
    fix: Fix
    code: str
    said: str


FOUND = {
    "no_membership": (
        "Webex shows no membership of this person in any resource group for this license.",
        "Check in Control Hub that the person still holds the license.",
        Fix.ADMIN,
    ),
    "in_error": (
        "Webex could not set up this hybrid service for the person: the membership is in error.",
        "Look at the person's hybrid service in Control Hub and mend it.",
        Fix.ADMIN,
    ),
    "unknown_group": (
        "Webex lists no resource group of this name.",
        "Choose one that `resource groups` lists, or make it in Control Hub.",
        Fix.ADMIN,
    ),
    "several_groups": (
        "More than one resource group has this name, and nothing tells which is meant.",
        "Rename one of them in Control Hub.",
        Fix.ADMIN,
    ),
    "chosen_elsewhere": (
        "Somebody has put this person into another resource group meanwhile, and I left them there.",
        "Decide which group is right; if it is the one named here, order the move again.",
        Fix.ADMIN,
    ),
    "still_pending": (
        "A day later Webex was still setting up this hybrid service for the person, so I stopped waiting.",
        "Look at the person's hybrid service in Control Hub.",
        Fix.ADMIN,
    ),
    "too_busy": (
        "Webex stayed too busy for a day, so I stopped trying.",
        "Look at Webex's status page.",
        Fix.ADMIN,
    ),
    "unseen": (
        "Webex said yes, but when I looked the person was not in that group.",
        "Look at the person's hybrid service in Control Hub.",
        Fix.ADMIN,
    ),
    "surprise": (
        "Something went wrong on our side.",
        "Look the reference up in the bot's log.",
        Fix.OPERATOR,
    ),
}

REFUSED = (
    Failure(400, 0, "Webex did not accept the move.", "Look at the person and the group in Control Hub.", Fix.ADMIN),
    Failure(
        401,
        0,
        "Webex does not accept the bot's access token.",
        "Set a new admin token, or authorize the app again; then restart the worker.",
        Fix.OPERATOR,
    ),
    Failure(
        403,
        0,
        "The bot's access token may not {doing}.",
        "Give the token's owner the admin role and the token the scope `{scope}`.",
        Fix.OPERATOR,
    ),
    Failure(
        404,
        0,
        "Webex no longer knows this membership or this resource group.",
        "See with `resource groups <email>` what there is now.",
        Fix.ADMIN,
    ),
    Failure(
        409,
        0,
        "Something else was changing the same person at the same time.",
        "See with `resource groups <email>` where the person is now.",
        Fix.ADMIN,
    ),
)
"""What only a move needs; every other status means what it means for an assignment."""

NEEDS: dict[Doing, tuple[str, str]] = {
    "groups": ("read the resource groups", "spark-admin:resource_groups_read"),
    "membership": ("read who is in which resource group", "spark-admin:resource_group_memberships_read"),
    "move": ("move people between resource groups", "spark-admin:resource_group_memberships_write"),
}

_BY_STATUS = {row.status: row for row in REFUSED}


def is_hybrid(license_: License) -> bool:
    """Whether a resource group serves this license, whatever the operator calls it."""
    return kind_of_license(license_).startswith("hybrid_") or "hybrid" in license_["name"].casefold().split()


def why_not(found: str, code: str = "") -> Why:
    """Return what the bot found out by itself."""
    sentence, remedy, fix = FOUND[found]
    return {"sentence": sentence, "remedy": remedy, "fix": fix, "code": code, "said": ""}


def why_refused(doing: Doing, status: int, errors: Sequence[Mapping[str, Any]], message: str) -> Why:
    """Return what Webex's refusal means while it was asked to do this."""
    told = explain(status, errors, message)[0]
    row = _BY_STATUS.get(status, Failure(status, 0, told.meaning, SUPPORT, Fix.OPERATOR))
    action, scope = NEEDS[doing]
    return {
        "sentence": row.meaning.format(doing=action),
        "remedy": row.remedy.format(scope=scope),
        "fix": row.fix,
        "code": told.code,
        "said": told.description,
    }


SUPPORT = "Look up the tracking ID in Control Hub or with Cisco's support."
