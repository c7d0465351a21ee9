"""Everything the cards share: the post, the sheet that writes a card and its text twin at once, and render().

The only file that knows the builder (adaptivecardbuilder 0.0.9) and its oddities. No card's words live here.
"""

import json
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from adaptivecardbuilder import (
    ActionSet,
    ActionShowCard,
    ActionSubmit,
    AdaptiveCard,
    Column,
    ColumnSet,
    Container,
    Fact,
    FactSet,
    InputChoice,
    InputChoiceSet,
    InputText,
    RichTextBlock,
    TextBlock,
    TextRun,
)

from cards.text import MESSAGE_BYTES, bare, breakable, plain, typed, within_bytes

__all__ = [
    "CARD_BYTES",
    "MESSAGE_BYTES",
    "Post",
    "Sheet",
    "bare",
    "card_bytes",
    "plain",
    "render",
    "typed",
    "within_bytes",
]

SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.3"
"""The newest that Webex shows (Webex: Buttons and Cards)."""

CARD_BYTES = 20_000
"""Webex names no limit that all its pages agree on; below this, every account of it is met."""

Tone = Literal["default", "good", "attention", "accent"]
"""Color with a meaning: good is done, attention wants care or went wrong, accent is where things stand.

"warning" is left out: Webex draws it red and attention orange, other renderers the other way around. So a sign or a
word tells a caution from a failure, and no color does.
"""

Style = Literal["default", "positive", "destructive"]

Detail = str | tuple[str, str]
"""A line, or a label and a line."""

_SMALL_PRINT: dict[str, Any] = {"size": "Small", "isSubtle": True}
_NO_BREAK = "\u00a0"
_LINE = "━━"
"""Between two steps. A phone has room for no more, and what wraps is no line."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message: a card, and markdown that says the same for clients that cannot show cards."""

    markdown: str
    card: dict[str, Any]
    is_whole: bool = True
    """Whether it says all that it was given; what did not fit is left out at the end."""


class Sheet:
    """A card and its text twin, written in one go so that they cannot disagree.

    Texts are finished: what people typed has passed plain(). A `part in backticks` is a command to type.
    """

    def __init__(self, title: str, tone: Tone = "default") -> None:
        self._card = AdaptiveCard()
        self._card.add(TextBlock(text=title, size="Medium", weight="Bolder", color=tone, wrap=True))
        self._blocks = [f"**{title}**"]
        self._twins: list[str] = []

    def says(self, text: str, *, tone: Tone = "default", subtle: bool = False, only_in_card: bool = False) -> None:
        """Add a sentence of ours: `subtle` is small print, and `only_in_card` is about the card itself."""
        self._runs(text, color=_color(tone), **(_SMALL_PRINT if subtle else {}))
        if not only_in_card:
            self._blocks.append(text)

    def warns(self, text: str) -> None:
        """Add what a person should weigh before pressing anything."""
        if text:
            self.says(f"⚠ {text}", tone="attention")

    def heading(self, text: str) -> None:
        """Name what follows."""
        self._card.add(TextBlock(text=text, weight="Bolder", spacing="Medium", wrap=True))
        self._blocks.append(f"**{text}**")

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add what is known, as name and value; a value that is not known is left out."""
        known = [(name, value) for name, value in pairs if value]
        if not known:
            return
        with self._inside(FactSet()):
            for name, value in known:
                self._card.add(Fact(name.replace(" ", _NO_BREAK), breakable(value)))
        self._blocks.append("\n".join(f"- {name}: {value}" for name, value in known))

    def item(self, name: str, details: Iterable[Detail], tone: Tone = "default") -> None:
        """Add one thing of several in a box of its own, with what there is to say about it below its name."""
        pairs = [("", detail) if isinstance(detail, str) else detail for detail in details]
        known = [(f"{label}: " if label else "", text) for label, text in pairs if text]
        goes_on = self._blocks[-1].startswith("- **")
        with self._inside(Container(style="emphasis", spacing="Small" if goes_on else None)):
            self._runs(name, weight="Bolder", color=_color(tone))
            for label, text in known:
                self._runs(text, label=label, spacing="None")
        told = "\n".join([f"- **{name}**", *(f"  - {label}{text}" for label, text in known)])
        if goes_on:
            told = f"{self._blocks.pop()}\n{told}"  # one list, not a list for each
        self._blocks.append(told)

    def bullets(self, lines: Iterable[str], *, small: bool = False) -> None:
        """Add short lines of equal weight; `small` is for what is there to look up and seldom read."""
        known = [line for line in lines if line]
        for line in known:
            self._runs(f"• {line}", spacing="Small", **(_SMALL_PRINT if small else {}))
        if known:
            self._blocks.append("\n".join(f"- {line}" for line in known))

    def progress(self, steps: Iterable[tuple[str, str, Tone]]) -> None:
        """Show a way in steps, each a sign, a word and a tone, on one line that has the color of where it leads."""
        shown = list(steps)
        with self._inside(ColumnSet(spacing="Medium")):
            for at, (sign, word, tone) in enumerate(shown):
                if at:
                    self._column("auto", tone, (_LINE, "Medium"))
                self._column("stretch", tone, (sign, "Medium"), (word, "Small"))
        self._blocks.append(" → ".join(f"{sign} {word}" for sign, word, _ in shown))

    def text_input(self, name: str, label: str, **look: Any) -> None:
        """Ask for text. Its twin is what the button's typed form says, so nothing is added to the text."""
        self._card.add(InputText(ID=name, label=label, **look))

    def choice_input(self, name: str, label: str, choices: Iterable[tuple[str, str]], **look: Any) -> None:
        """Ask for one or several of `choices`, each a title and a value. The caller tells the text twin about them."""
        with self._inside(InputChoiceSet(ID=name, label=label, wrap=True, **look)):
            for title, value in choices:
                self._card.add(InputChoice(title, value))

    def only_in_text(self, block: str) -> None:
        """Say in the text twin what the card shows inside an input."""
        self._blocks.append(block)

    def button(self, title: str, data: Mapping[str, Any], *, twin: str, style: Style | None = None) -> None:
        """Add a button, and to the text what to type instead (finished markdown, with the command in backticks)."""
        self._card.add(ActionSubmit(title=title, style=style, data=dict(data)))
        self._twins.append(f"- {title}: {twin}")

    @contextmanager
    def row(self) -> Iterator[None]:
        """Put the buttons of the block here, side by side. Two fit on a phone; titles in a longer row may be cut."""
        with self._inside(ActionSet()):
            yield

    @contextmanager
    def unfolding(self, title: str, style: Style | None = None) -> Iterator[None]:
        """Add a button that opens what is added inside the block, and nothing else."""
        with self._inside(ActionShowCard(title=title, style=style)):
            yield

    def post(self) -> Post:
        """Finish both. A card that grew too large loses its last lines, never an input or a button."""
        twins = "\n".join(["Instead of a button you can type:", "", *self._twins]) if self._twins else ""
        whole, card = "\n\n".join(self._blocks), render(self._card)
        told = within_bytes(whole, MESSAGE_BYTES - len(twins.encode()) - len("\n\n"))
        is_whole = told == whole and card_bytes(card) < CARD_BYTES
        return Post(markdown=f"{told}\n\n{twins}".strip(), card=_fitting(card), is_whole=is_whole)

    def _runs(self, text: str, *, label: str = "", spacing: str | None = None, **look: Any) -> None:
        """Rich text instead of a TextBlock: it knows no markdown, so nothing in it can come alive."""
        with self._inside(RichTextBlock(spacing=spacing)):
            if label:
                self._card.add(TextRun(label, weight="Bolder", **look))
            for at, part in enumerate(text.split("`")):
                if part and at % 2:
                    self._card.add(TextRun(part, **{**look, "fontType": "Monospace", "weight": "Bolder"}))
                elif part:
                    self._card.add(TextRun(breakable(part), **look))

    def _column(self, width: str, tone: Tone, *texts: tuple[str, str]) -> None:
        """Add short texts, each with its size, one below the other."""
        weight = "Bolder" if tone in {"accent", "attention"} else None
        look = {"color": _color(tone), "weight": weight, "isSubtle": tone == "default" or None}
        with self._inside(Column(width=width, spacing="None")):
            for text, size in texts:
                shown = TextBlock(text=text, size=size, wrap=True, spacing="None", horizontalAlignment="Center", **look)
                self._card.add(shown)

    @contextmanager
    def _inside(self, parent: Any) -> Iterator[None]:
        """Add to `parent` for a while. The builder stays inside whatever can hold something until told otherwise."""
        level = self._card.save_level()
        self._card.add(parent)
        yield
        self._card.load_level(level)


def render(card: AdaptiveCard) -> dict[str, Any]:
    """Serialize once, as the last act: the builder's cursor does not survive it."""
    tidy: dict[str, Any] = _tidy(_finish(card.to_dict()))
    return {"$schema": SCHEMA, **tidy}


def _color(tone: Tone) -> str | None:
    return None if tone == "default" else tone


def card_bytes(card: Mapping[str, Any]) -> int:
    """Return the size on the wire, where every character beyond ASCII takes six bytes or twelve."""
    return len(json.dumps(card))


def _finish(serialize: Coroutine[Any, Any, Any]) -> Any:
    """Run the builder's coroutine without an event loop: it waits only for its translator, which is never used."""
    try:
        serialize.send(None)
    except StopIteration as done:
        return done.value
    serialize.close()
    raise RuntimeError("adaptivecardbuilder waited for something while it serialized a card")


def _tidy(value: Any) -> Any:
    """Undo what the 1.3 schema, and so Webex, refuses in the builder's output."""
    if isinstance(value, list):
        return [_tidy(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    kept = {key: entry if key == "data" else _tidy(entry) for key, entry in value.items() if entry is not None}
    if kept.get("type") == "AdaptiveCard":
        kept.pop("schema", None)  # the builder's name for $schema, which only the outer card needs
        kept["version"] = VERSION  # the builder ignores its constructor's version, and a nested card says 1.2 anyway
        if not kept.get("actions"):
            kept.pop("actions", None)
    for fact in kept.get("facts", ()):
        fact.pop("type", None)  # the builder calls each fact a FactSet
    return kept


def _fitting(card: dict[str, Any]) -> dict[str, Any]:
    body: list[dict[str, Any]] = card["body"]
    if card_bytes(card) < CARD_BYTES:
        return card
    note = {"type": "TextBlock", "text": "… and more than a card can show.", "isSubtle": True, "wrap": True}
    last = len(body)
    while last > 1 and card_bytes({**card, "body": [*body, note]}) >= CARD_BYTES:
        last -= 1
        if not body[last]["type"].startswith(("Input.", "ActionSet")):
            del body[last]
    body.insert(last, note)
    return card
