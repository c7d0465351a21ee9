"""Buttons that lead on from a "no", each with the command that does the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from cards.kit import Sheet, plain, typed

LONGEST_TITLE = 60
"""Two lines on a phone."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """A button: what it does (an id of ours), its title, and the command that does the same."""

    do: str
    title: str
    command: str


def add_ways_out(sheet: Sheet, ways_out: Sequence[WayOut], request_id: int | None = None) -> None:
    """Add a button for each; on the card of a request they carry its number."""
    for at, way in enumerate(ways_out):
        data = {"do": way.do} if request_id is None else {"do": way.do, "request": request_id}
        style = "positive" if at == 0 and way.do != "choose" else None
        sheet.button(plain(way.title, LONGEST_TITLE), data, twin=typed(way.command), style=style)  # type: ignore[arg-type]
