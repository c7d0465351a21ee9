"""The question before a license is returned: a last look at what goes and what goes with it."""

from dataclasses import dataclass

from cards.kit import Post, Sheet, plain
from cards.words import REASON_LENGTH, joined, one_or_many


@dataclass(frozen=True, slots=True)
class ConfirmReturnView:
    request_id: int
    licenses: tuple[str, ...]
    reason: str
    warnings: tuple[str, ...]


def confirm_return(view: ConfirmReturnView) -> Post:
    number = view.request_id
    count = len(view.licenses)
    sheet = Sheet(one_or_many(count, "Return this license?", "Return these licenses?"))
    sheet.says(f"You will lose {joined(view.licenses) or 'it'} as soon as you confirm.")
    sheet.facts([("Request", f"#{number}"), ("Why", plain(view.reason, REASON_LENGTH))])
    for warning in view.warnings:
        sheet.warns(plain(warning))
    back, keep = one_or_many(count, "Return it", "Return them"), one_or_many(count, "Keep it", "Keep them")
    sheet.button(back, {"do": "confirm", "request": number}, style="destructive", twin=f"`confirm {number}`")
    sheet.button(keep, {"do": "cancel", "request": number}, twin=f"`cancel {number}`")
    return sheet.post()
