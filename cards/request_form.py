"""The form a request starts with: which licenses, for whom, why. As many choices as a card can carry."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cards.choices import that_fit
from cards.kit import CARD_BYTES, Post, Sheet, bare, card_bytes, plain
from cards.words import REASON_LENGTH, name_of, one_or_many, price_of

_LONG_LIST = 12
"""More choices fill a phone. Several can be ticked in an expanded list only: Webex draws a compact one the same."""

_FIELD_BYTES = 260
"""What a field takes besides its label and choices."""
_LINE_BYTES = 150
"""What a line of small print takes besides its text."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One license of the catalog. `units_left` is None where Webex counts none; the rest is "" where none is told."""

    value: str
    title: str
    units_left: int | None
    group: str = ""
    price: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class RequestFormView:
    """`chosen` holds values of choices; `problem` is what was wrong with the form that was sent before."""

    choices: tuple[Choice, ...]
    chosen: tuple[str, ...] = ()
    beneficiary: str = ""
    reason: str = ""
    problem: str = ""


def request_form(view: RequestFormView) -> Post:
    """Return the form, with as many of the descriptions as there is room for."""
    form = _form(view, ())
    explained = _explained(view.choices, CARD_BYTES - card_bytes(form.card))
    return _form(view, explained) if explained else form


def _form(view: RequestFormView, explained: Collection[str]) -> Post:
    sheet = Sheet("Request a license")
    if view.problem:
        sheet.says(plain(view.problem), tone="attention")
    sheet.says("Choose what you need. The right person decides, and I tell you how it went.")
    if len(view.choices) > _LONG_LIST:
        sheet.says("Faster than this list: `request <license> because …`", subtle=True, only_in_card=True)
    _licenses(sheet, view, explained)
    sheet.text_input(
        "for", "For whom? (optional)", placeholder="E-mail address; leave empty for yourself",
        value=bare(view.beneficiary, 254) or None, style="Email", maxLength=254,
    )  # fmt: skip
    sheet.text_input(
        "reason", "Why do you need it?", placeholder="One sentence helps to decide faster",
        value=bare(view.reason, REASON_LENGTH) or None, isMultiline=True, maxLength=REASON_LENGTH,
    )  # fmt: skip
    _told_in_text(sheet, view)
    sheet.button(
        "Send request",
        {"do": "submit"},
        style="positive",
        twin="`request <license> because …`, or `request <license> for <email> because …` for somebody else",
    )
    return sheet.post()


def _licenses(sheet: Sheet, view: RequestFormView, explained: Collection[str]) -> None:
    groups = _groups(view.choices)
    shown = _that_fit(view, groups)
    for at, (group, choices) in enumerate(groups.items(), start=1):
        fitting = [choice for choice in choices if choice.value in shown]
        if fitting:
            label = _label(group, groups, "Which license?")
            _one_group(sheet, fitting, view.chosen, _Field(at, label, is_only=len(groups) == 1))
        for choice in fitting:
            if choice.value in explained:
                sheet.says(_explanation(choice), subtle=True, only_in_card=True)
    missing = len(view.choices) - len(shown)
    if missing:
        noun = one_or_many(missing, "license does", "licenses do")
        sheet.says(f"{missing} more {noun} not fit here. To ask for one, type `request <license>`.", only_in_card=True)
    if not view.choices:
        sheet.says("There is no license to choose from right now. Please tell a license admin.", tone="attention")


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of choices: the groups are told apart by fields, because a field knows no headings."""

    at: int
    label: str
    is_only: bool

    @property
    def name(self) -> str:
        return "licenses" if self.at == 1 else f"licenses_{self.at}"


def _one_group(sheet: Sheet, choices: Sequence[Choice], chosen: Collection[str], field: _Field) -> None:
    ticked = ",".join(choice.value for choice in choices if choice.value in chosen)
    required = {"isRequired": True, "errorMessage": "Please choose at least one license."} if field.is_only else {}
    sheet.choice_input(
        field.name,
        field.label,
        [(_title(choice), choice.value) for choice in choices],
        isMultiSelect=True,
        style="expanded",
        value=ticked or None,
        **required,
    )


def _groups(choices: Sequence[Choice]) -> dict[str, list[Choice]]:
    groups: dict[str, list[Choice]] = {}
    for choice in choices:
        groups.setdefault(choice.group, []).append(choice)
    return groups


def _label(group: str, groups: Collection[str], of_the_first: str) -> str:
    """Return the name of a group; what is in none is asked for first, or is what is left."""
    return name_of(group, "Other licenses" if next(iter(groups)) else of_the_first)


def _that_fit(view: RequestFormView, groups: Collection[str]) -> frozenset[str]:
    choices = [(_title(choice), choice.value) for choice in view.choices]
    fields = [name_of(group, "") + " " * _FIELD_BYTES for group in groups]
    texts = (view.problem[:300], view.beneficiary[:254], view.reason[:REASON_LENGTH], *fields)
    return frozenset(value for _, value in that_fit(choices, view.chosen, texts))


def _explained(choices: Sequence[Choice], room: int) -> frozenset[str]:
    """Return the choices whose small print finds room."""
    fitting = set()
    for choice in choices:
        line = _explanation(choice)
        room -= card_bytes({"text": line}) + _LINE_BYTES if line else 0
        if line and room > 0:
            fitting.add(choice.value)
    return frozenset(fitting)


def _explanation(choice: Choice) -> str:
    return f"{name_of(choice.title)}: {plain(choice.description)}" if plain(choice.description) else ""


def _told_in_text(sheet: Sheet, view: RequestFormView) -> None:
    facts = [
        ("Chosen", ", ".join(name_of(choice.title) for choice in view.choices if choice.value in view.chosen)),
        ("For", plain(view.beneficiary)),
        ("Why", plain(view.reason, REASON_LENGTH)),
    ]
    known = [f"- {name}: {value}" for name, value in facts if value]
    if known:
        sheet.only_in_text("\n".join(["So far:", "", *known]))
    groups = _groups(view.choices)
    for group, choices in groups.items():
        label = _label(group, groups, "Licenses")
        sheet.only_in_text("\n".join([f"{label}:", "", *(f"- {_title(choice)}" for choice in choices)]))
    explained = [f"- {_explanation(choice)}" for choice in view.choices if _explanation(choice)]
    if explained:
        sheet.only_in_text("\n".join(["What they are:", "", *explained]))


def _title(choice: Choice) -> str:
    return " · ".join(filter(None, (name_of(choice.title), price_of(choice.price), _units(choice))))


def _units(choice: Choice) -> str:
    return "" if choice.units_left is None else f"{choice.units_left if choice.units_left > 0 else 'none'} left"
