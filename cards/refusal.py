"""The card for a request that came to nothing: what happened, what it means, what to do, and who has to do it."""

from dataclasses import dataclass
from typing import Literal

from cards.kit import Post, Sheet
from cards.receipt import ReceiptItem, add_items, add_tracking_id
from cards.ways_out import WayOut, add_ways_out
from cards.words import name_of

_SENTENCES = {
    "refused": ("Webex said no", "It was approved for {name}, but nothing was changed."),
    "failed": ("no answer from Webex", "It was approved for {name}, but Webex gave no usable answer in time."),
}


@dataclass(frozen=True, slots=True)
class RefusalView:
    request_id: int
    beneficiary: str
    state: Literal["refused", "failed"]
    items: tuple[ReceiptItem, ...]
    tracking_id: str
    for_admin: bool
    ways_out: tuple[WayOut, ...] = ()


def refusal(view: RefusalView) -> Post:
    number = view.request_id
    headline, sentence = _SENTENCES[view.state]
    sheet = Sheet(f"Request #{number}: {headline}", tone="attention")
    sheet.says(sentence.replace("{name}", name_of(view.beneficiary, "somebody")))
    add_items(sheet, view.items)
    add_tracking_id(sheet, view.tracking_id, for_admin=view.for_admin)
    add_ways_out(sheet, view.ways_out, number)
    if view.for_admin:
        retry = {"do": "retry", "request": number}
        sheet.says("Once the cause is out of the way, try it again.", subtle=True)
        sheet.button("Retry", retry, twin=f"`retry {number}`")
    sheet.button("Status", {"do": "status", "request": number}, twin=f"`status {number}`")
    return sheet.post()
