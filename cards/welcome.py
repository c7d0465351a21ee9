"""The first words of the bot in a space."""

from dataclasses import dataclass

from cards.kit import Post, Sheet
from cards.words import name_of


@dataclass(frozen=True, slots=True)
class WelcomeView:
    """`name` is whom to greet: a person, or the title of a group space. Empty greets everybody."""

    name: str
    is_group: bool


def welcome(view: WelcomeView) -> Post:
    sheet = Sheet(f"Hello {name_of(view.name, 'everybody' if view.is_group else 'there')}!")
    sheet.says("Ask me for a Webex license: the right person decides, and I tell you how it went.")
    if view.is_group:
        sheet.says("Mention me in this space, or write to me directly. What concerns only you stays between us.")
    else:
        sheet.says("Press a button to begin, or type what you need.")
    sheet.button("Request a license", {"do": "request"}, style="positive", twin="`request`")
    sheet.button("Help", {"do": "help"}, twin="`help`")
    return sheet.post()
