"""The receipt of a request that was applied: what was seen in Webex, license by license."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cards.kit import Detail, Post, Sheet, Tone, plain
from cards.ways_out import WayOut, add_ways_out
from cards.words import REASON_LENGTH, SIGNS, Operation, actor, name_of

Outcome = Literal["granted", "awaiting", "refused", "not_applied", "open"]
State = Literal["granted", "partial", "awaiting"]

_OUTCOMES: dict[Outcome, tuple[Tone, str, str]] = {
    "granted": ("good", "assigned and checked", "returned and checked"),
    "awaiting": ("accent", "assigned, not accepted yet", "not accepted yet"),
    "refused": ("attention", "refused", "refused"),
    "not_applied": ("attention", "not seen in Webex", "not seen to be returned"),
    "open": ("default", "not done yet", "not done yet"),
}

_HEADLINES: dict[State, tuple[Tone, str, str]] = {
    "granted": ("good", "done", ""),
    "partial": ("attention", "partly done", ""),
    "awaiting": (
        "accent",
        "waits to be accepted",
        "Webex waits until the person accepts. They should look for Webex's invitation; I tell you how it ends.",
    ),
}
"""A sentence only where the licenses below do not say it all."""


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
    note: str = ""
    """What the approver wrote along with the yes."""
    ways_out: tuple[WayOut, ...] = ()


def receipt(view: ReceiptView) -> Post:
    number = view.request_id
    tone, headline, sentence = _HEADLINES[view.state]
    sheet = Sheet(f"Request #{number}: {headline}", tone=tone)
    if sentence:
        sheet.says(sentence)
    add_items(sheet, view.items)
    decided_by = plain(view.decided_by)
    about = (f"For {name_of(view.beneficiary)}", f"decided by {decided_by}" if decided_by else "", plain(view.at))
    sheet.says(" · ".join(filter(None, about)), subtle=True)
    add_note(sheet, view.note)
    if view.for_admin or any(item.outcome in {"refused", "not_applied"} for item in view.items):
        add_tracking_id(sheet, view.tracking_id, for_admin=view.for_admin)
    add_ways_out(sheet, view.ways_out, number)
    if view.for_admin and view.state == "partial":
        sheet.button("Retry what failed", {"do": "retry", "request": number}, twin=f"`retry {number}`")
    sheet.button("Status", {"do": "status", "request": number}, twin=f"`status {number}`")
    return sheet.post()


def add_items(sheet: Sheet, items: Sequence[ReceiptItem]) -> None:
    """Say how each license ended, and, where Webex refused, what that means, what to do and who has to."""
    for item in items:
        tone, added, removed = _OUTCOMES[item.outcome]
        ended = removed if item.operation == "remove" else added
        details: list[Detail] = [
            plain(item.details),
            plain(item.meaning, 500),
            ("What to do", plain(item.remedy, 500)),
            ("Who has to act", actor(item.who_acts)),
            ("Error code", plain(item.error_code)),
        ]
        sheet.item(f"{SIGNS[item.outcome]} {name_of(item.name)}: {ended}", details, tone)


def add_note(sheet: Sheet, note: str) -> None:
    """Say what the approver wrote along with the yes."""
    sheet.facts([("Approver's note", plain(note, REASON_LENGTH))])


def add_tracking_id(sheet: Sheet, tracking_id: str, *, for_admin: bool) -> None:
    """Name Webex's own number of its answer, and to people who cannot use it whom to give it to."""
    known = plain(tracking_id)
    if known:
        use = "" if for_admin else " (an admin can look it up in Webex)"
        sheet.says(f"Tracking ID: {known}{use}", subtle=True)
