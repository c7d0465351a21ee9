"""What a requester sees once a request is recorded: its number, who was asked, and how to follow or cancel it."""

from dataclasses import dataclass

from cards.calling_details import add_correction
from cards.kit import Post, Sheet, plain
from cards.words import REASON_LENGTH, joined, one_or_many


@dataclass(frozen=True, slots=True)
class RequestSentView:
    """`asked` are the names of the approvers; `expires_on` is a day in words."""

    request_id: int
    licenses: tuple[str, ...]
    beneficiary: str
    reason: str
    asked: tuple[str, ...]
    expires_on: str
    can_correct: bool = False
    instead_of: tuple[str, ...] = ()
    organization: str = ""
    """Whose licenses these are, where the desk is not for one organization alone."""


def request_sent(view: RequestSentView) -> Post:
    number = view.request_id
    sheet = Sheet(f"Request #{number} is sent", tone="good")
    asked = joined(view.asked)
    sheet.says(
        f"I asked {asked} to decide, and I will tell you what they say."
        if asked
        else "I will tell you what was decided."
    )
    sheet.facts(
        [
            (one_or_many(len(view.licenses), "License", "Licenses"), joined(view.licenses)),
            ("Instead of", joined(view.instead_of)),
            ("For", plain(view.beneficiary)),
            ("Why", plain(view.reason, REASON_LENGTH)),
            ("Organization", plain(view.organization)),
        ]
    )
    if view.expires_on:
        sheet.says(f"Without a decision it expires on {plain(view.expires_on)}.", subtle=True)
    sheet.button("Status", {"do": "status", "request": number}, twin=f"`status {number}`")
    if view.can_correct:
        add_correction(sheet, number)
    sheet.button("Cancel request", {"do": "cancel", "request": number}, twin=f"`cancel {number}`")
    return sheet.post()
