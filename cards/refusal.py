"""The card for a request that came to nothing: what happened, what it means, what to do, and who has to do it."""

from dataclasses import dataclass
from typing import Literal

from cards.kit import Post, Sheet
from cards.receipt import ReceiptItem, add_items, add_note, add_tracking_id
from cards.ways_out import WayOut, add_ways_out
from cards.words import name_of

_SENTENCES = {
    "refused": ("Webex said no", "It was approved for {name}, but nothing was changed."),
    "stopped": ("not done", "It was approved for {name}, but something stood in the way, so I changed nothing."),
    "failed": ("not seen in Webex", "It was approved for {name}, but I did not see the change in Webex."),
}


@dataclass(frozen=True, slots=True)
class RefusalView:
    request_id: int
    beneficiary: str
    state: Literal["refused", "stopped", "failed"]
    """`refused` by Webex, `stopped` by the bot before Webex was asked."""
    items: tuple[ReceiptItem, ...]
    tracking_id: str
    for_admin: bool
    note: str = ""
    """What the approver wrote along with the yes."""
    ways_out: tuple[WayOut, ...] = ()


def refusal(view: RefusalView) -> Post:
    number = view.request_id
    headline, sentence = _SENTENCES[view.state]
    sheet = Sheet(f"Request #{number}: {headline}", tone="attention")
    sheet.says(sentence.replace("{name}", name_of(view.beneficiary, "somebody")))
    add_items(sheet, view.items)
    add_note(sheet, view.note)
    add_tracking_id(sheet, view.tracking_id, for_admin=view.for_admin)
    add_ways_out(sheet, view.ways_out, number)
    if view.for_admin:
        retry = {"do": "retry", "request": number}
        sheet.says("Once the cause is out of the way, try it again.", subtle=True)
        sheet.button("Retry", retry, twin=f"`retry {number}`")
    sheet.button("Status", {"do": "status", "request": number}, twin=f"`status {number}`")
    return sheet.post()
