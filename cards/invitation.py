"""The card for a wish for somebody who is not in Webex yet: with a name, an admin can let them be invited."""

from dataclasses import dataclass

from cards.kit import Post, Sheet, plain, typed

LONGEST_COPIED = 120


@dataclass(frozen=True, slots=True)
class InvitationView:
    """`wanted` is what was asked for, as it was typed."""

    email: str
    wanted: str
    longest_name: int


def invitation(view: InvitationView) -> Post:
    sheet = Sheet("Nobody in Webex has this address", tone="attention")
    sheet.says(f"I found nobody in Webex with the e-mail {plain(view.email)}. Please check the spelling.")
    sheet.says("If it is right, a license admin can let the person be invited, and the license follows by itself.")
    sheet.text_input(
        "named",
        "First and last name",
        isRequired=True,
        errorMessage="Please give the name.",
        maxLength=view.longest_name,
    )
    wanted, email = _short(view.wanted, "<license>"), _short(view.email, "<email>")
    twin = typed(f"request {wanted} for {email} named <first and last name>")
    sheet.button("Ask to invite them", {"do": "invite"}, twin=twin, style="positive")
    return sheet.post()


def _short(text: str, otherwise: str) -> str:
    """Return what fits into a line to copy; what does not is named instead."""
    return text if len(text) <= LONGEST_COPIED else otherwise
