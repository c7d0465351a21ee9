"""What the bot can do: the four things people do most as buttons, then command by command."""

from collections.abc import Sequence
from dataclasses import dataclass

from cards.kit import Post, Sheet, plain, typed


@dataclass(frozen=True, slots=True)
class HelpLine:
    usage: str
    says: str


@dataclass(frozen=True, slots=True)
class HelpView:
    lines: tuple[HelpLine, ...]
    admin_lines: tuple[HelpLine, ...] = ()


def help_card(view: HelpView) -> Post:
    sheet = Sheet("What I can do")
    sheet.says("Ask me for a Webex license: press a button, or type a command.")
    with sheet.row():
        sheet.button("Request a license", {"do": "request"}, style="positive", twin="`request`")
        sheet.button("Waiting for me", {"do": "waiting"}, twin="`waiting`")
    with sheet.row():
        sheet.button("My requests", {"do": "my_requests"}, twin="`my requests`")
        sheet.button("My licenses", {"do": "my_licenses"}, twin="`my licenses`")
    sheet.heading("Commands")
    _commands(sheet, view.lines)
    if view.admin_lines:
        sheet.heading("For admins")
        _commands(sheet, view.admin_lines)
    return sheet.post()


def _commands(sheet: Sheet, lines: Sequence[HelpLine]) -> None:
    sheet.bullets(f"{typed(line.usage)} {plain(line.says)}".strip() for line in lines)
