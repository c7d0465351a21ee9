"""People whom an admin looked for: who they are, what they hold, and whether they can use it; a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from cards.kit import Detail, Post, Sheet, bare, plain, typed
from cards.words import one_or_many, person

_LONGEST_SOUGHT = 254
"""As long as an e-mail address can be; the command beside the button has to stay whole."""
_LONGEST_TITLE = 60
_TITLES_LENGTH = 160
"""Two or three lines of titles on a phone; what goes beyond is counted, or ten people would not fit on one card."""


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One person. `unlisted` counts licenses that have no title; `standing` is said only of who cannot just sign in."""

    name: str
    email: str
    holds: tuple[str, ...] = ()
    unlisted: int = 0
    manager: str = ""
    standing: str = ""
    calling: str = ""


@dataclass(frozen=True, slots=True)
class PeopleFoundView:
    """One page of a search; `is_last_possible` where there may be more, but nobody looks any further."""

    sought: str
    page: int
    people: tuple[FoundLine, ...]
    has_more: bool = False
    is_last_possible: bool = False


def people_found(view: PeopleFoundView) -> Post:
    page = f", page {view.page}" if view.has_more or view.page > 1 else ""
    sheet = Sheet(f"People found by “{plain(view.sought, 60)}”{page}")
    for one in view.people:
        sheet.item(person(one.name, one.email) or "unnamed", _details(one))
    if not view.people:
        sheet.says("This page has nobody of your organization.")
    if view.is_last_possible:
        sheet.says("I look no further than this page. More letters of a name find fewer people.", subtle=True)
    if view.people:
        sheet.says("`status <email>` shows more about somebody.", subtle=True)
    if view.has_more:
        command = f"find {bare(view.sought, _LONGEST_SOUGHT)} page {view.page + 1}"
        sheet.button("Next page", {"do": "find_more"}, twin=typed(command, 3 * _LONGEST_SOUGHT))
    return sheet.post()


def _details(one: FoundLine) -> list[Detail]:
    return [
        plain(one.standing),
        ("Holds", _held(one)),
        ("Calling", plain(one.calling, 60)),
        ("Manager", plain(one.manager, 60)),
    ]


def _held(one: FoundLine) -> str:
    """Name what fits; of the rest only how many they are."""
    shown = _that_fit([plain(title, _LONGEST_TITLE) or "unnamed" for title in one.holds])
    left_out = len(one.holds) - len(shown)
    parts = [*shown, f"{left_out} more"] if left_out else shown
    if one.unlisted:
        noun = "more" if parts else one_or_many(one.unlisted, "license", "licenses")
        parts = [*parts, f"{one.unlisted} {noun} that the catalog does not list"]
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts) or "no licenses"


def _that_fit(titles: Sequence[str]) -> list[str]:
    room, shown = _TITLES_LENGTH, []
    for title in titles:
        room -= len(title) + len(", ")
        if room < 0:
            break
        shown.append(title)
    return shown
