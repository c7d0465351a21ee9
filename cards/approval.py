"""The card an approver decides on: who asks, for what, for whom, why, and what would change."""

from dataclasses import dataclass

from cards.kit import Post, Sheet, plain
from cards.words import Operation, joined, name_of, person, price_of

REASON_LENGTH = 500
MOST_GROUPS = 20
"""More would push the buttons out of the card on the wire; any other one can be typed."""


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
    organization: str = ""
    """Whose licenses these are, where the desk is not for one organization alone."""
    groups: tuple[tuple[str, str], ...] = ()
    """Resource groups that may serve a hybrid license, each a name and an id; empty where there is none to serve."""
    group: str = ""
    """The id of the one that is chosen until somebody chooses another."""


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
    offered = _groups(sheet, view)
    _buttons(sheet, number, with_group=offered)
    return sheet.post()


def _groups(sheet: Sheet, view: ApprovalView) -> bool:
    """Let a resource group be chosen; return whether there is any to choose."""
    chosen = [one for one in view.groups if one[1] == view.group]
    shown = [(name_of(name), key) for name, key in (*chosen, *(one for one in view.groups if one not in chosen))]
    if not shown:
        return False
    sheet.choice_input(
        "group",
        "Resource group",
        shown[:MOST_GROUPS],
        style="compact",
        value=view.group if chosen else None,
        placeholder="As Webex chooses",
    )
    if chosen:
        sheet.only_in_text(f"Resource group chosen so far: {shown[0][0]}")
    left_out = len(shown) - MOST_GROUPS
    more = [f"- and {left_out} more, which can be typed"] if left_out > 0 else []
    sheet.only_in_text("\n".join(["Resource groups:", "", *(f"- {name}" for name, _ in shown[:MOST_GROUPS]), *more]))
    return True


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
        ("Organization", plain(view.organization)),
    ]


def _buttons(sheet: Sheet, number: int, *, with_group: bool) -> None:
    approve = {"do": "approve", "request": number}
    twin = f"`approve {number}`, or `approve {number} because …`"
    if with_group:
        twin = f"{twin}, or `approve {number} in group <name> because …`"
    sheet.button("Approve", approve, style="positive", twin=twin)
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
