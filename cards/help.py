"""What the bot can do, command by command, and the four things people do most as buttons."""

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
    sheet.says("Ask me for a Webex license. Press a button, or type one of these.")
    _commands(sheet, view.lines)
    if view.admin_lines:
        sheet.heading("For admins")
        _commands(sheet, view.admin_lines)
    sheet.button("Request a license", {"do": "request"}, style="positive", twin="`request`")
    sheet.button("My requests", {"do": "my_requests"}, twin="`my requests`")
    sheet.button("My licenses", {"do": "my_licenses"}, twin="`my licenses`")
    sheet.button("Waiting for me", {"do": "waiting"}, twin="`waiting`")
    return sheet.post()


def _commands(sheet: Sheet, lines: Sequence[HelpLine]) -> None:
    sheet.bullets(f"{typed(line.usage)} {plain(line.says)}".strip() for line in lines)
