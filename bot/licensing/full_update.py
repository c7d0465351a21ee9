"""What keeps a person's record from being replaced for the sake of one license, in words. A table and its look-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bot.licensing.failures import Fix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.licensing.outcome import OwnReason


class Reason(NamedTuple):
    """`sentence` may name the fields of the record as `{fields}`."""

    sentence: str
    remedy: str
    fix: Fix


IN_CONTROL_HUB = "Change the license in Control Hub instead."

REASONS = {
    "changed_meanwhile": Reason(
        "Somebody else changed this person's record at the same moment ({fields}), so I wrote nothing.",
        "Look at the person in Control Hub, then retry.",
        Fix.ADMIN,
    ),
    "roles_changed": Reason(
        "The person's administrator roles changed at the same moment ({fields}), so I wrote nothing.",
        "Look at the person's roles in Control Hub, then retry.",
        Fix.ADMIN,
    ),
    "partial_read": Reason(
        "Webex could not read the person's whole record, and what is missing would be lost, so I wrote nothing.",
        "Try again later: an admin can retry.",
        Fix.ADMIN,
    ),
    "incomplete": Reason(
        "The person's record lacks what Webex demands when it is written back ({fields}), so I wrote nothing.",
        IN_CONTROL_HUB,
        Fix.ADMIN,
    ),
    "unknown_fields": Reason(
        "The person's record holds something that I do not know how to write back ({fields}), so I wrote nothing.",
        f"{IN_CONTROL_HUB} A newer version of the bot may know it.",
        Fix.OPERATOR,
    ),
    "other_organization": Reason(
        "The person belongs to another organization, whose records I do not write.",
        "Ask the person's own administrators.",
        Fix.ADMIN,
    ),
    "full_update_off": Reason(
        "Full updates of people's records are switched off, so I wrote nothing.",
        "Set ALLOW_FULL_UPDATE, or change the license in Control Hub.",
        Fix.OPERATOR,
    ),
}
"""By the word with which the gateway's own refusal begins."""


def refusals_in_words(errors: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Put the gateway's own refusals into words; what Webex itself said stays as it is."""
    return [_finding(error) or dict(error) for error in errors]


def is_own_refusal(errors: Sequence[Mapping[str, Any]]) -> bool:
    """Whether nothing was written, because we did not want to."""
    return any(_finding(error) for error in errors)


def _finding(error: Mapping[str, Any]) -> OwnReason | None:
    word, _, fields = str(error.get("description") or "").partition(": ")
    reason = REASONS.get(word)
    if reason is None or error.get("code"):
        return None
    return {
        "finding": word,
        "sentence": reason.sentence.format(fields=fields),
        "remedy": reason.remedy,
        "fix": reason.fix,
    }
