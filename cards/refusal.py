"""The card for a request that came to nothing: what happened, what it means, what to do, and who has to do it."""

from dataclasses import dataclass
from typing import Literal

from cards.kit import Post, Sheet, plain
from cards.receipt import ReceiptItem, add_items

_SENTENCES = {
    "refused": ("Webex said no", "It was approved, but Webex refused it. Nothing was changed."),
    "failed": ("no answer from Webex", "It was approved, but Webex gave no usable answer in time."),
}


@dataclass(frozen=True, slots=True)
class RefusalView:
    request_id: int
    beneficiary: str
    state: Literal["refused", "failed"]
    items: tuple[ReceiptItem, ...]
    tracking_id: str
    for_admin: bool


def refusal(view: RefusalView) -> Post:
    number = view.request_id
    headline, sentence = _SENTENCES[view.state]
    sheet = Sheet(f"Request #{number}: {headline}", tone="attention")
    sheet.says(sentence)
    add_items(sheet, view.items)
    sheet.facts([("For", plain(view.beneficiary)), ("Tracking ID", plain(view.tracking_id))])
    if view.for_admin:
        retry = {"do": "retry", "request": number}
        sheet.says("Once the cause is out of the way, try it again.", subtle=True)
        sheet.button("Retry", retry, style="positive", twin=f"`retry {number}`")
    elif view.tracking_id:
        sheet.says("An admin can find this answer in Webex by its tracking ID.", subtle=True)
    sheet.button("Status", {"do": "status", "request": number}, twin=f"`status {number}`")
    return sheet.post()
