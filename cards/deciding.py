"""The buttons that say yes and no to a request, wherever somebody may decide on it."""

from cards.kit import Sheet
from cards.words import REASON_LENGTH


def add_decision(sheet: Sheet, number: int, *, with_group: bool = False) -> None:
    """Add both buttons; `with_group` says that a resource group can be typed along with a yes."""
    twin = f"`approve {number}`, or `approve {number} because …`"
    if with_group:
        twin = f"{twin}, or `approve {number} in group <name> because …`"
    sheet.button("Approve", {"do": "approve", "request": number}, style="positive", twin=twin)
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
