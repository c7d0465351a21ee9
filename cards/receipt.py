"""The receipt of a request that was applied: what was seen in Webex, license by license."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cards.kit import Post, Sheet, Tone, plain
from cards.words import Operation, actor, name_of

Outcome = Literal["granted", "awaiting", "refused", "not_applied", "open"]
State = Literal["granted", "partial", "awaiting"]

_OUTCOMES: dict[Outcome, tuple[Tone, str, str]] = {
    "granted": ("good", "assigned and checked", "returned and checked"),
    "awaiting": ("warning", "assigned, waits until the person accepts", "waits until the person accepts"),
    "refused": ("attention", "refused by Webex", "refused by Webex"),
    "not_applied": ("attention", "not there when I checked", "still there when I checked"),
    "open": ("default", "not done yet", "not done yet"),
}

_SIGNS: dict[Outcome, str] = {"granted": "✔", "awaiting": "⏳", "refused": "✖", "not_applied": "✖", "open": "○"}

_HEADLINES: dict[State, tuple[Tone, str, str]] = {
    "granted": ("good", "done", "All of it was seen in Webex."),
    "partial": ("warning", "partly done", "Some of it was seen in Webex, and some was not."),
    "awaiting": ("warning", "waits for a person", "Webex waits until a person outside the organization accepts."),
}


@dataclass(frozen=True, slots=True)
class ReceiptItem:
    """One license and how it ended. `who_acts` is one of our codes (requester, admin, …) or words."""

    name: str
    operation: Operation
    outcome: Outcome
    details: str = ""
    meaning: str = ""
    remedy: str = ""
    who_acts: str = ""
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptView:
    request_id: int
    beneficiary: str
    state: State
    items: tuple[ReceiptItem, ...]
    tracking_id: str = ""
    for_admin: bool = False
    decided_by: str = ""
    at: str = ""


def receipt(view: ReceiptView) -> Post:
    number = view.request_id
    tone, headline, sentence = _HEADLINES[view.state]
    sheet = Sheet(f"Request #{number}: {headline}", tone=tone)
    sheet.says(sentence)
    add_items(sheet, view.items)
    went_wrong = any(item.outcome in {"refused", "not_applied"} for item in view.items)
    sheet.facts(
        [
            ("For", plain(view.beneficiary)),
            ("Decided by", plain(view.decided_by)),
            ("When", plain(view.at)),
            ("Tracking ID", plain(view.tracking_id) if went_wrong or view.for_admin else ""),
        ]
    )
    if view.for_admin and view.state == "partial":
        sheet.button("Retry", {"do": "retry", "request": number}, twin=f"`retry {number}`")
    sheet.button("Status", {"do": "status", "request": number}, twin=f"`status {number}`")
    return sheet.post()


def add_items(sheet: Sheet, items: Sequence[ReceiptItem]) -> None:
    """Say how each license ended, and, where Webex refused, what that means, what to do and who has to."""
    for item in items:
        tone, added, removed = _OUTCOMES[item.outcome]
        ended = removed if item.operation == "remove" else added
        details = [
            plain(item.details),
            _labeled("What it means", plain(item.meaning, 500)),
            _labeled("What to do", plain(item.remedy, 500)),
            _labeled("Who has to act", actor(item.who_acts)),
            _labeled("Error code", plain(item.error_code)),
        ]
        sheet.item(f"{_SIGNS[item.outcome]} {name_of(item.name)}: {ended}", details, tone)


def _labeled(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""
