"""The forms of a Calling license: first its location, then the number or the extension that it gets there."""

from dataclasses import dataclass

from cards.choices import that_fit
from cards.kit import Post, Sheet, bare, plain, typed
from cards.words import joined, name_of, one_or_many

NO_NUMBER = "none"
"""What is chosen to give a number back: a client cannot undo a choice."""

_MOST_NAMES = 3
_NAME_IN_COMMAND = 60
"""A longer name would have to be cut, and a cut name is not one to type."""
_PART = 60


@dataclass(frozen=True, slots=True)
class Location:
    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What the details are for. `email` is empty for oneself; `request_id` is of a request that is being corrected."""

    licenses: tuple[str, ...]
    beneficiary: str
    email: str = ""
    instead_of: tuple[str, ...] = ()
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class LocationView:
    """`part` is what was typed into the search field; `left_out` counts the locations that are not shown."""

    wish: Wish
    locations: tuple[Location, ...]
    left_out: int = 0
    has_search: bool = False
    part: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class NumberView:
    """`numbers` are free ones in E.164, those with `part` in them if there is one; `typed` was no choice of these.

    `is_told` is False where Webex does not tell which numbers are free. `current` is the number of a request that is
    being corrected; it is chosen when the form `is_first` shown.
    """

    wish: Wish
    location: str
    numbers: tuple[str, ...]
    is_told: bool = True
    has_more: bool = False
    part: str = ""
    current: str = ""
    is_first: bool = True
    typed: str = ""
    extension: str = ""
    problem: str = ""


def calling_location(view: LocationView) -> Post:
    sheet = _begun(view.wish, view.problem)
    sheet.says(f"{_licenses(view.wish)} a location first. I then show you which phone numbers are free there.")
    sheet.facts([("For", plain(view.wish.beneficiary))])
    shown = _location_choices(view)
    if shown:
        sheet.choice_input("location", "Location", shown, style="compact", placeholder="Choose a location")
        sheet.only_in_text("\n".join(["Locations:", "", *(f"- {title}" for title, _ in shown)]))
    left_out = view.left_out + len(view.locations) - len(shown)
    if left_out:
        noun = one_or_many(left_out, "location is", "locations are")
        sheet.says(f"{left_out} more {noun} not listed here. Type a part of the name to find one.", subtle=True)
    if view.has_search or left_out:
        _kept(sheet, "Looked for", view.part)
        sheet.text_input(
            "place", "Or a part of its name", placeholder="Such as Den",
            value=bare(view.part, _PART) or None, maxLength=_PART,
        )  # fmt: skip
    _continue(sheet, view.wish, "<location>")
    return sheet.post()


def _location_choices(view: LocationView) -> list[tuple[str, str]]:
    choices = [(name_of(location.name), location.value) for location in view.locations]
    names = joined(view.wish.licenses, _MOST_NAMES)
    return that_fit(choices, (), (names, view.wish.beneficiary[:300], view.problem[:300], view.part[:_PART]))


def calling_number(view: NumberView) -> Post:
    sheet = _begun(view.wish, view.problem)
    sheet.says(f"{_licenses(view.wish)} a phone number, an extension, or both.")
    sheet.facts([("For", plain(view.wish.beneficiary)), ("Location", name_of(view.location))])
    if view.is_told and not (view.numbers or view.current or view.part):
        sheet.says("No phone number is free there, so please give an extension.", tone="attention")
    else:
        _number_inputs(sheet, view)
    _kept(sheet, "Extension", view.extension)
    sheet.text_input(
        "extension", "Extension", placeholder="Such as 1234", value=bare(view.extension, _PART) or None, maxLength=_PART
    )
    place = bare(view.location)
    _continue(sheet, view.wish, place if 0 < len(place) <= _NAME_IN_COMMAND else "<location>")
    other = {"do": "calling_location" if view.wish.request_id is None else "correct_location"}
    sheet.button("Other location", _carrying(other, view.wish), twin=_command(view.wish, "<location>"))
    return sheet.post()


def _number_inputs(sheet: Sheet, view: NumberView) -> None:
    choices = _number_choices(view)
    if choices:
        label = plain(f"Phone numbers with {view.part}", _PART) if view.part else "Phone number"
        sheet.choice_input(
            "number", label, choices, style="compact", value=_chosen_number(view), placeholder="Choose a free number"
        )
        sheet.only_in_text("\n".join([f"{label}:", "", *(f"- {title}" for title, _ in choices)]))
    if view.has_more:
        sheet.says("More numbers are free. Type some digits to find one.", subtle=True)
    _kept(sheet, "Phone number", view.typed)
    label, hint = ("Or another number, or some of its digits", "Such as +14085550100, or 0100")
    if not view.is_told:
        label, hint = ("Phone number", "Such as +14085550100")
    sheet.text_input("digits", label, placeholder=hint, value=bare(view.typed, _PART) or None, maxLength=_PART)


def _chosen_number(view: NumberView) -> str | None:
    """Return the only number that was found, or what a correction begins with."""
    found = view.numbers[0] if view.part and len(view.numbers) == 1 else ""
    return bare(found or (view.current if view.is_first else ""), _PART) or None


def _number_choices(view: NumberView) -> list[tuple[str, str]]:
    current = bare(view.current, _PART)
    numbers = [bare(one, _PART) for one in view.numbers]
    free = [(name_of(one), one) for one in numbers if one != current]
    if not current:
        return free
    return [(f"{name_of(current)} (as it is now)", current), *free, ("No phone number", NO_NUMBER)]


def add_correction(sheet: Sheet, number: int) -> None:
    """Add the button that leads back here while a request waits."""
    twin = f"`details {number} at <location> ext <n>`, or `number <+e164>` in place of `ext <n>`"
    sheet.button("Change the phone details", {"do": "change_details", "request": number}, twin=twin)


def _begun(wish: Wish, problem: str) -> Sheet:
    is_new = wish.request_id is None
    sheet = Sheet("Details for calling" if is_new else f"Phone details of request #{wish.request_id}")
    if problem:
        sheet.says(plain(problem), tone="attention")
    return sheet


def _licenses(wish: Wish) -> str:
    needs = one_or_many(len(wish.licenses), "needs", "need")
    return f"{joined(wish.licenses, _MOST_NAMES) or 'This license'} {needs}"


def _kept(sheet: Sheet, name: str, value: str) -> None:
    """Tell the text twin what the card shows inside an input."""
    if bare(value):
        sheet.only_in_text(f"{name} so far: {plain(value, _PART)}")


def _continue(sheet: Sheet, wish: Wish, place: str) -> None:
    do = {"do": "calling_details" if wish.request_id is None else "correct"}
    twin = f"{_command(wish, place, 'ext <n>')}, or `number <+e164>` in place of `ext <n>`"
    sheet.button("Continue", _carrying(do, wish), style="positive", twin=twin)


def _carrying(data: dict[str, str], wish: Wish) -> dict[str, str | int]:
    return {**data} if wish.request_id is None else {**data, "request": wish.request_id}


def _command(wish: Wish, place: str, more: str = "") -> str:
    return typed(f"{_asked(wish)} at {place} {more}".strip(), 400)


def _asked(wish: Wish) -> str:
    if wish.request_id is not None:
        return f"details {wish.request_id}"
    asked = f"request {_named(wish.licenses)}"
    if wish.instead_of:
        asked += f" instead of {_named(wish.instead_of)}"
    return f"{asked} for {bare(wish.email, 80)}" if wish.email else asked


def _named(licenses: tuple[str, ...]) -> str:
    names = [bare(name) for name in licenses]
    can_be_typed = 0 < len(names) <= _MOST_NAMES and all(0 < len(name) <= _NAME_IN_COMMAND for name in names)
    return " and ".join(names) if can_be_typed else "<license>"
