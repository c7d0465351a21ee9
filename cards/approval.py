"""The card an approver decides on: who asks, for what, for whom, why, and what would change."""

from dataclasses import dataclass

from cards.kit import Post, Sheet, plain
from cards.words import Operation, joined, name_of, person, price_of

REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One license of a request. Units are None where Webex counts none; price and description as the operator told."""

    name: str
    operation: Operation
    details: str = ""
    units_left: int | None = None
    units_after: int | None = None
    price: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalView:
    request_id: int
    requester: str
    requester_email: str
    beneficiary: str
    beneficiary_email: str
    items: tuple[ItemLine, ...]
    reason: str
    holds: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    asked_at: str = ""
    reminder: bool = False


def approval(view: ApprovalView) -> Post:
    number = view.request_id
    waiting = (
        f"Reminder: request #{number} still waits for you" if view.reminder else f"Request #{number} waits for you"
    )
    sheet = Sheet(waiting, tone="accent")
    sheet.says(_summary(view))
    for item in view.items:
        facts = filter(None, (plain(item.details), price_of(item.price), _units(item)))
        sheet.item(_change(item), [" · ".join(facts), plain(item.description)])
    for warning in view.warnings:
        sheet.warns(plain(warning))
    sheet.facts(_facts(view))
    sheet.text_input(
        "note", "Note for the requester (optional)", placeholder="Sent with your approval", maxLength=REASON_LENGTH
    )
    _buttons(sheet, number)
    return sheet.post()


def _summary(view: ApprovalView) -> str:
    asks = name_of(view.requester or view.requester_email, "Somebody")
    verb = "asks to give back" if all(item.operation == "remove" for item in view.items) else "asks for"
    what = "a license" if len(view.items) == 1 else f"{len(view.items)} licenses"
    if _same_person(view):
        return f"{asks} {verb} {what}."
    return f"{asks} {verb} {what} for {name_of(view.beneficiary or view.beneficiary_email, 'somebody')}."


def _same_person(view: ApprovalView) -> bool:
    if view.requester_email or view.beneficiary_email:
        return view.requester_email.casefold() == view.beneficiary_email.casefold()
    return view.requester == view.beneficiary


def _change(item: ItemLine) -> str:
    return f"{'Remove' if item.operation == 'remove' else 'Add'} {name_of(item.name)}"


def _units(item: ItemLine) -> str:
    if item.units_left is None:
        return ""
    left = f"{item.units_left or 'none'} left"
    if item.units_after in {None, item.units_left}:
        return left
    return f"{left}, {item.units_after or 'none'} after this"


def _facts(view: ApprovalView) -> list[tuple[str, str]]:
    beneficiary = "the same person" if _same_person(view) else person(view.beneficiary, view.beneficiary_email)
    return [
        ("Why", plain(view.reason, REASON_LENGTH) or "no reason given"),
        ("Asked by", person(view.requester, view.requester_email)),
        ("For", beneficiary),
        ("Holds now", joined(view.holds) or "no licenses"),
        ("Asked on", plain(view.asked_at)),
    ]


def _buttons(sheet: Sheet, number: int) -> None:
    approve = {"do": "approve", "request": number}
    sheet.button("Approve", approve, style="positive", twin=f"`approve {number}`, or `approve {number} because …`")
    with sheet.unfolding("Deny …", style="destructive"):
        sheet.text_input(
            "reason",
            "Why not? The requester will read this.",
            isRequired=True,
            errorMessage="Please give a reason.",
            isMultiline=True,
            maxLength=REASON_LENGTH,
        )
        sheet.button("Deny", {"do": "deny", "request": number}, style="destructive", twin=f"`deny {number} because …`")
