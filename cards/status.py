"""Where a request stands: how far it came, what it is about, what happened so far, and what can be done now."""

from dataclasses import dataclass

from cards.calling_details import add_correction
from cards.deciding import add_decision
from cards.kit import Detail, Post, Sheet, Tone, plain
from cards.words import REASON_LENGTH, SIGNS, Operation, actor, joined, name_of, one_or_many

_DONE: tuple[str, Tone] = ("●", "good")
_NOW: tuple[str, Tone] = ("◉", "accent")
_PARTLY: tuple[str, Tone] = ("◐", "attention")
_STOPPED: tuple[str, Tone] = ("✖", "attention")
_AHEAD: tuple[str, Tone] = ("○", "default")

_WORDS = ("request", "decision", "change", "check")
"""Names, not deeds: a step that is still ahead must not read as if it were done."""

_PROGRESS = {
    "pending": (_DONE, _NOW, _AHEAD, _AHEAD),
    "approved": (_DONE, _DONE, _NOW, _AHEAD),
    "awaiting": (_DONE, _DONE, _DONE, _NOW),
    "granted": (_DONE, _DONE, _DONE, _DONE),
    "partial": (_DONE, _DONE, _PARTLY, _DONE),
    "refused": (_DONE, _DONE, _STOPPED, _AHEAD),
    "failed": (_DONE, _DONE, _STOPPED, _AHEAD),
    "denied": (_DONE, _STOPPED, _AHEAD, _AHEAD),
    "canceled": (_DONE, _STOPPED, _AHEAD, _AHEAD),
    "expired": (_DONE, _STOPPED, _AHEAD, _AHEAD),
}
_TONES: dict[str, Tone] = {
    "pending": "accent",
    "approved": "accent",
    "awaiting": "accent",
    "granted": "good",
    "partial": "attention",
    "refused": "attention",
    "failed": "attention",
    "denied": "attention",
}
_ITEM_TONES: dict[str, Tone] = {
    "granted": "good",
    "awaiting": "accent",
    "refused": "attention",
    "not_applied": "attention",
}

_MOST_ITEMS = 12
_MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class StatusItem:
    """One license and how it stands; why, what to do and who has to, where it was not granted."""

    name: str
    operation: Operation
    state: str
    details: str = ""
    meaning: str = ""
    remedy: str = ""
    who_acts: str = ""
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class StatusStep:
    at: str
    what: str


@dataclass(frozen=True, slots=True)
class StatusView:
    """`headline` is a sentence of ours; an unknown `state` is shown by its name, without the way in steps.

    `note` is what the approver wrote along with a yes, and `why_denied` what stood against it.
    """

    request_id: int
    state: str
    headline: str
    requester: str
    beneficiary: str
    reason: str
    items: tuple[StatusItem, ...]
    steps: tuple[StatusStep, ...]
    waiting_for: tuple[str, ...] = ()
    note: str = ""
    why_denied: str = ""
    can_confirm: bool = False
    can_cancel: bool = False
    can_correct: bool = False
    can_retry: bool = False
    can_decide: bool = False
    organization: str = ""
    """Whose licenses these are, where the desk is not for one organization alone."""


def status(view: StatusView) -> Post:
    sheet = Sheet(f"Request #{view.request_id}: {name_of(view.state)}", tone=_TONES.get(view.state, "default"))
    if view.headline:
        sheet.says(plain(view.headline))
    if view.state in _PROGRESS:
        way = zip(_WORDS, _PROGRESS[view.state], strict=True)
        sheet.progress((sign, word, tone) for word, (sign, tone) in way)
    _items(sheet, view.items)
    sheet.facts(
        [
            ("Waits for", joined(view.waiting_for)),
            ("Asked by", plain(view.requester)),
            ("For", plain(view.beneficiary)),
            ("Why", plain(view.reason, REASON_LENGTH)),
            ("Approver's note", plain(view.note, REASON_LENGTH)),
            ("Reason", plain(view.why_denied, REASON_LENGTH)),
            ("Organization", plain(view.organization)),
        ]
    )
    _steps(sheet, view.steps)
    _buttons(sheet, view)
    return sheet.post()


def _items(sheet: Sheet, items: tuple[StatusItem, ...]) -> None:
    for item in items[:_MOST_ITEMS]:
        verb = "Remove" if item.operation == "remove" else "Add"
        name = f"{SIGNS.get(item.state, '')} {verb} {name_of(item.name)}".strip()
        state = plain(item.state.replace("_", " "))
        sheet.item(f"{name}: {state}" if state else name, _about(item), _ITEM_TONES.get(item.state, "default"))
    if len(items) > _MOST_ITEMS:
        sheet.says(f"… and {len(items) - _MOST_ITEMS} more.", subtle=True)


def _about(item: StatusItem) -> list[Detail]:
    return [
        plain(item.details),
        plain(item.meaning, 500),
        ("What to do", plain(item.remedy, 500)),
        ("Who has to act", actor(item.who_acts)),
        ("Error code", plain(item.error_code)),
    ]


def _steps(sheet: Sheet, steps: tuple[StatusStep, ...]) -> None:
    """Show the first step and the latest ones: where it began and how it stands matter most."""
    if not steps:
        return
    left_out = len(steps) - _MOST_STEPS
    lines = [_line(step) for step in steps]
    if left_out > 0:
        lines = [lines[0], f"… {left_out} more …", *lines[left_out + 1 :]]
    sheet.heading("What happened")
    sheet.bullets(lines, small=True)


def _line(step: StatusStep) -> str:
    at, what = plain(step.at), plain(step.what)
    return f"{at}: {what}" if at and what else at or what


def _buttons(sheet: Sheet, view: StatusView) -> None:
    number = view.request_id
    if view.can_decide:
        add_decision(sheet, number)
    if view.can_confirm:
        confirm = {"do": "confirm", "request": number}
        title = one_or_many(len(view.items), "Return it", "Return them")
        sheet.button(title, confirm, style="destructive", twin=f"`confirm {number}`")
    if view.can_retry:
        sheet.button("Retry", {"do": "retry", "request": number}, style="positive", twin=f"`retry {number}`")
    if view.can_correct:
        add_correction(sheet, number)
    if view.can_cancel:
        sheet.button("Cancel request", {"do": "cancel", "request": number}, twin=f"`cancel {number}`")
