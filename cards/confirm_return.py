"""The question before a license is given back: a last look at what goes and what goes with it."""

from dataclasses import dataclass

from cards.kit import Post, Sheet, plain
from cards.words import joined, one_or_many


@dataclass(frozen=True, slots=True)
class ConfirmReturnView:
    request_id: int
    licenses: tuple[str, ...]
    reason: str
    warnings: tuple[str, ...]


def confirm_return(view: ConfirmReturnView) -> Post:
    number = view.request_id
    count = len(view.licenses)
    sheet = Sheet(one_or_many(count, "Give this license back?", "Give these licenses back?"))
    sheet.says(f"You will lose {joined(view.licenses) or 'it'} as soon as you confirm.")
    sheet.facts([("Request", f"#{number}"), ("Why", plain(view.reason, 500))])
    for warning in view.warnings:
        sheet.warns(plain(warning))
    give, keep = one_or_many(count, "Give it back", "Give them back"), one_or_many(count, "Keep it", "Keep them")
    sheet.button(give, {"do": "confirm", "request": number}, style="destructive", twin=f"`confirm {number}`")
    sheet.button(keep, {"do": "cancel", "request": number}, twin=f"`cancel {number}`")
    return sheet.post()
