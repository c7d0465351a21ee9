"""The second form of a Calling license: its location, and the extension or number it gets."""

from dataclasses import dataclass

from cards.choices import that_fit
from cards.kit import Post, Sheet, bare, plain, typed
from cards.words import joined, name_of, one_or_many

_MOST_NAMES = 3
_NAME_IN_COMMAND = 60
"""A longer name would have to be cut, and a cut name is not one to type."""


@dataclass(frozen=True, slots=True)
class Location:
    value: str
    name: str


@dataclass(frozen=True, slots=True)
class CallingDetailsView:
    """`licenses` are names; `location` is the value of one of `locations`; `number` is E.164, such as +14085550100."""

    licenses: tuple[str, ...]
    locations: tuple[Location, ...]
    beneficiary: str
    location: str = ""
    number: str = ""
    extension: str = ""
    problem: str = ""


def calling_details(view: CallingDetailsView) -> Post:
    sheet = Sheet("Details for calling")
    if view.problem:
        sheet.says(plain(view.problem), tone="attention")
    needs = one_or_many(len(view.licenses), "needs", "need")
    sheet.says(f"{joined(view.licenses, _MOST_NAMES) or 'This license'} {needs} an extension or a phone number.")
    sheet.facts([("For", plain(view.beneficiary))])
    _inputs(sheet, view)
    _told_in_text(sheet, view)
    sheet.button("Continue", {"do": "calling_details"}, style="positive", twin=_twin(view))
    return sheet.post()


def _inputs(sheet: Sheet, view: CallingDetailsView) -> None:
    choices = [(name_of(location.name), location.value) for location in view.locations]
    names = joined(view.licenses, _MOST_NAMES)
    shown = that_fit(choices, {view.location}, (names, view.beneficiary[:300], view.problem[:300]))
    if shown:
        sheet.choice_input(
            "location",
            "Location",
            shown,
            style="compact",
            value=view.location if view.location in dict(shown).values() else None,
            placeholder="Choose a location",
        )
    missing = len(view.locations) - len(shown)
    if missing:
        noun = one_or_many(missing, "location does", "locations do")
        sheet.says(f"{missing} more {noun} not fit here. To use one, type its name.", only_in_card=True)
    sheet.text_input(
        "extension", "Extension", placeholder="Such as 1234", value=bare(view.extension, 10) or None, maxLength=10
    )
    sheet.text_input(
        "number", "Or a phone number", placeholder="Such as +14085550100", value=bare(view.number, 16) or None,
        style="Tel", maxLength=16,
    )  # fmt: skip


def _told_in_text(sheet: Sheet, view: CallingDetailsView) -> None:
    names = [location.name for location in view.locations if location.value == view.location]
    facts = [
        ("Location", joined(names)),
        ("Extension", plain(view.extension)),
        ("Phone number", plain(view.number)),
    ]
    known = [f"- {name}: {value}" for name, value in facts if value]
    if known:
        sheet.only_in_text("\n".join(["So far:", "", *known]))
    if view.locations:
        names = [name_of(location.name) for location in view.locations]
        sheet.only_in_text("\n".join(["Locations:", "", *(f"- {name}" for name in names)]))


def _twin(view: CallingDetailsView) -> str:
    names = [bare(name) for name in view.licenses]
    can_be_typed = 0 < len(names) <= _MOST_NAMES and all(0 < len(name) <= _NAME_IN_COMMAND for name in names)
    asked = f"request {' and '.join(names) if can_be_typed else '<license>'}"
    if "@" in view.beneficiary:
        asked += f" for {bare(view.beneficiary, 80)}"
    return f"{typed(f'{asked} at <location> ext <n>', 400)}, or `number <+e164>` in place of `ext <n>`"
