"""The card an approver decides on: who asks, for what, for whom, why, and what would change."""

from dataclasses import dataclass

from cards.deciding import add_decision
from cards.kit import Post, Sheet, plain
from cards.words import NAME_LENGTH, REASON_LENGTH, Operation, joined, name_of, person, price_of

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


@dataclass(frozen=True, slots=True)
class _Room:
    """How much is shown of what a decision does not rest on."""

    descriptions: bool = True
    prices: bool = True
    groups: int = MOST_GROUPS
    longest_name: int = NAME_LENGTH


_ROOMS = (
    _Room(),
    _Room(descriptions=False),
    _Room(descriptions=False, groups=10),
    _Room(descriptions=False, groups=4),
    _Room(descriptions=False, groups=4, longest_name=40),
    _Room(descriptions=False, prices=False, groups=0, longest_name=24),
)


def approval(view: ApprovalView) -> Post:
    """Return the card. Nobody pushes reasons, people or warnings off it by asking for much: the rest gets less room."""
    posts = (_approval(view, room) for room in _ROOMS)
    return next((post for post in posts if post.is_whole), None) or _approval(view, _ROOMS[-1])


def _approval(view: ApprovalView, room: _Room) -> Post:
    number = view.request_id
    waiting = (
        f"Reminder: request #{number} still waits for you" if view.reminder else f"Request #{number} waits for you"
    )
    sheet = Sheet(waiting, tone="accent")
    sheet.says(_summary(view, room.longest_name))
    for item in view.items:
        sheet.item(_change(item, room.longest_name), _about(item, room))
    for warning in view.warnings:
        sheet.warns(plain(warning, 500))
    sheet.facts(_facts(view, room.longest_name))
    sheet.text_input(
        "note", "Note for the requester (optional)", placeholder="Sent with your approval", maxLength=REASON_LENGTH
    )
    offered = _groups(sheet, view, room.groups)
    add_decision(sheet, number, with_group=offered)
    return sheet.post()


def _about(item: ItemLine, room: _Room) -> list[str]:
    details = plain(item.details, 300 if room.descriptions else room.longest_name)
    facts = filter(None, (details, price_of(item.price) if room.prices else "", _units(item)))
    return [" · ".join(facts), plain(item.description) if room.descriptions else ""]


def _groups(sheet: Sheet, view: ApprovalView, most: int) -> bool:
    """Let a resource group be chosen; return whether there is any to choose."""
    chosen = [one for one in view.groups if one[1] == view.group]
    shown = [(name_of(name), key) for name, key in (*chosen, *(one for one in view.groups if one not in chosen))]
    if not shown:
        return False
    if most:
        value = view.group if chosen else None
        look = {"style": "compact", "value": value, "placeholder": "As Webex chooses"}
        sheet.choice_input("group", "Resource group", shown[:most], **look)
    if chosen:
        sheet.only_in_text(f"Resource group chosen so far: {shown[0][0]}")
    left_out = len(shown) - most
    more = [f"- and {left_out} more, which can be typed"] if left_out > 0 else []
    sheet.only_in_text("\n".join(["Resource groups:", "", *(f"- {name}" for name, _ in shown[:most]), *more]))
    return True


def _summary(view: ApprovalView, longest: int) -> str:
    asks = name_of(plain(view.requester, longest) or view.requester_email, "Somebody")
    verb = "asks to return" if all(item.operation == "remove" for item in view.items) else "asks for"
    what = "a license" if len(view.items) == 1 else f"{len(view.items)} licenses"
    beneficiary = plain(view.beneficiary, longest)
    if _same_person(view):
        return f"{asks} {verb} {what}."
    return f"{asks} {verb} {what} for {name_of(beneficiary or view.beneficiary_email, 'somebody')}."


def _same_person(view: ApprovalView) -> bool:
    if view.requester_email or view.beneficiary_email:
        return view.requester_email.casefold() == view.beneficiary_email.casefold()
    return view.requester == view.beneficiary


def _change(item: ItemLine, longest: int) -> str:
    return f"{'Remove' if item.operation == 'remove' else 'Add'} {name_of(plain(item.name, longest))}"


def _units(item: ItemLine) -> str:
    if item.units_left is None:
        return ""
    left = f"{item.units_left or 'none'} left"
    if item.units_after in {None, item.units_left}:
        return left
    return f"{left}, {item.units_after or 'none'} after this"


def _facts(view: ApprovalView, longest: int) -> list[tuple[str, str]]:
    requester = person(plain(view.requester, longest), view.requester_email)
    beneficiary = person(plain(view.beneficiary, longest), view.beneficiary_email)
    return [
        ("Why", plain(view.reason, REASON_LENGTH) or "no reason given"),
        ("Asked by", requester),
        ("For", "the same person" if _same_person(view) else beneficiary),
        ("Holds now", joined([plain(one, longest) for one in view.holds]) or "no licenses"),
        ("Asked on", plain(view.asked_at)),
        ("Organization", plain(view.organization)),
    ]
