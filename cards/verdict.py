"""What replaces an approver's card once its request is decided: who decided what, when and why. Nothing to press."""

from dataclasses import dataclass
from typing import Literal

from cards.kit import Post, Sheet, Tone, plain
from cards.words import REASON_LENGTH, joined, one_or_many

Verdict = Literal["approved", "denied", "canceled", "expired", "confirmed"]

_SENTENCES: dict[Verdict, tuple[Tone, str, str]] = {
    "approved": ("good", "{by} said yes.", "The approver said yes."),
    "denied": ("attention", "{by} said no.", "The approver said no."),
    "canceled": ("default", "{by} canceled it.", "It was canceled."),
    "expired": ("default", "Nobody decided in time.", "Nobody decided in time."),
    "confirmed": ("good", "{by} confirmed it.", "It was confirmed."),
}


@dataclass(frozen=True, slots=True)
class VerdictView:
    """`by` is empty where nobody decided, and `reason` where none was given."""

    request_id: int
    licenses: tuple[str, ...]
    beneficiary: str
    verdict: Verdict
    by: str
    at: str
    reason: str
    instead_of: tuple[str, ...] = ()
    is_return: bool = False
    """Nobody decides on a return: it is confirmed."""


def verdict(view: VerdictView) -> Post:
    tone, told, told_of_nobody = _SENTENCES[view.verdict]
    by = plain(view.by)
    sheet = Sheet(f"Request #{view.request_id}: {view.verdict}", tone=tone)
    if view.is_return and view.verdict == "expired":
        told_of_nobody = "It was not confirmed in time."
    sheet.says(told.replace("{by}", by) if by else told_of_nobody)
    sheet.facts(
        [
            (one_or_many(len(view.licenses), "License", "Licenses"), joined(view.licenses)),
            ("Instead of", joined(view.instead_of)),
            ("For", plain(view.beneficiary)),
            ("Note" if view.verdict == "approved" else "Reason", plain(view.reason, REASON_LENGTH)),
            ("When", plain(view.at)),
        ]
    )
    return sheet.post()
