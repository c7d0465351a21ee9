"""The form a request starts with: which licenses, for whom, why. As many choices as a card can carry."""

from dataclasses import dataclass

from cards.choices import that_fit
from cards.kit import Post, Sheet, bare, plain
from cards.words import name_of, one_or_many

REASON_LENGTH = 500

_LONG_LIST = 12
"""More choices fill a phone. Several can be ticked in an expanded list only: Webex draws a compact one the same."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One license of the catalog. `units_left` is None where Webex counts none."""

    value: str
    title: str
    units_left: int | None


@dataclass(frozen=True, slots=True)
class RequestFormView:
    """`chosen` holds values of choices; `problem` is what was wrong with the form that was sent before."""

    choices: tuple[Choice, ...]
    chosen: tuple[str, ...] = ()
    beneficiary: str = ""
    reason: str = ""
    problem: str = ""


def request_form(view: RequestFormView) -> Post:
    sheet = Sheet("Request a license")
    if view.problem:
        sheet.says(plain(view.problem), tone="attention")
    sheet.says("Choose what you need. The right person decides, and I tell you how it went.")
    if len(view.choices) > _LONG_LIST:
        sheet.says("Faster than the list: type `request <license> because …`.", subtle=True, only_in_card=True)
    _licenses(sheet, view)
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


def _licenses(sheet: Sheet, view: RequestFormView) -> None:
    choices = [(_title(choice), choice.value) for choice in view.choices]
    shown = that_fit(choices, view.chosen, (view.problem[:300], view.beneficiary[:254], view.reason[:REASON_LENGTH]))
    missing = len(view.choices) - len(shown)
    if shown:
        chosen = ",".join(value for _, value in shown if value in view.chosen)
        sheet.choice_input(
            "licenses",
            "Which license?",
            shown,
            isMultiSelect=True,
            style="expanded",
            value=chosen or None,
            isRequired=True,
            errorMessage="Please choose at least one license.",
        )
    if missing:
        noun = one_or_many(missing, "license does", "licenses do")
        sheet.says(f"{missing} more {noun} not fit here. To ask for one, type `request <license>`.", only_in_card=True)
    if not view.choices:
        sheet.says("There is no license to choose from right now. Please try again later.", tone="attention")


def _told_in_text(sheet: Sheet, view: RequestFormView) -> None:
    facts = [
        ("Chosen", ", ".join(name_of(choice.title) for choice in view.choices if choice.value in view.chosen)),
        ("For", plain(view.beneficiary)),
        ("Why", plain(view.reason, REASON_LENGTH)),
    ]
    known = [f"- {name}: {value}" for name, value in facts if value]
    if known:
        sheet.only_in_text("\n".join(["So far:", "", *known]))
    if view.choices:
        sheet.only_in_text("\n".join(["Licenses:", "", *(f"- {_title(choice)}" for choice in view.choices)]))


def _title(choice: Choice) -> str:
    name = name_of(choice.title)
    if choice.units_left is None:
        return name
    return f"{name} ({choice.units_left if choice.units_left > 0 else 'none'} left)"
