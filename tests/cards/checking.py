"""What is asked of every card and every text, written without a look at how the cards are made."""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema_rs import Draft6Validator
from markdown_it import MarkdownIt

ELEMENTS = {"TextBlock", "RichTextBlock", "FactSet", "Container", "ColumnSet", "ActionSet", "Image", "ImageSet"}
INPUTS = {"Input.Text", "Input.Number", "Input.Date", "Input.Time", "Input.Toggle", "Input.ChoiceSet"}
ACTIONS = {"Action.Submit", "Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility"}
PARTS = {"AdaptiveCard", "Column", "TextRun"}
SUPPORTED = ELEMENTS | INPUTS | ACTIONS | PARTS
"""Everything Webex draws (Webex: Buttons and Cards)."""

JOINER = "\u2060"
CONNECTOR = "━━"
EMAIL = re.compile(r"[A-Za-z0-9][\w.+%'-]*@[A-Za-z0-9.-]+\.[A-Za-z]{2,24}")
LINKS = re.compile(r"[A-Za-z]:[^\s\u2060]|//|[wW]{3}\.\w|[^\s.]\.[A-Za-z]{2,}")
"""A scheme, a host without one, www, a bare domain: whatever any client makes a link of by itself."""


@cache
def _schema() -> Draft6Validator:
    text = files("adaptive_cards").joinpath("schemas/schema-1.3.json").read_text(encoding="utf-8")
    return Draft6Validator(json.loads(text))


def faults(card: dict[str, Any]) -> list[str]:
    """Everything Microsoft's 1.3 schema, or Webex, would refuse in a card."""
    found = [f"{error.instance_path}: {error.message[:200]}" for error in _schema().iter_errors(card)]
    found += [f"{node['type']} is not supported" for node in nodes(card) if node["type"] not in SUPPORTED]
    found += [f"a null in {node['type']}" for node in nodes(card) if None in node.values()]
    found += ["a text that does not wrap" for node in of_type(card, "TextBlock") if node.get("wrap") is not True]
    found += [f"version {node['version']}" for node in of_type(card, "AdaptiveCard") if node["version"] != "1.3"]
    if card.get("$schema") != "http://adaptivecards.io/schemas/adaptive-card.json":
        found.append("no $schema")
    if len(card.get("actions", [])) > 5:
        found.append("more than five buttons")
    if len(json.dumps(card)) >= 20_000:
        found.append(f"{len(json.dumps(card))} bytes")
    ids = [node["id"] for node in nodes(card) if "id" in node]
    return found if len(ids) == len(set(ids)) else [*found, f"an id twice: {ids}"]


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every typed object of a card, except what a button carries."""
    if isinstance(value, list):
        for entry in value:
            yield from nodes(entry)
    elif isinstance(value, dict):
        if "type" in value:
            yield value
        for key, entry in value.items():
            if key != "data":
                yield from nodes(entry)


def of_type(card: dict[str, Any], *types: str) -> list[dict[str, Any]]:
    return [node for node in nodes(card) if node["type"] in types]


def submits(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {node["title"]: node["data"] for node in of_type(card, "Action.Submit")}


def inputs(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {node["id"]: node for node in of_type(card, *INPUTS)}


def shown(card: dict[str, Any]) -> list[str]:
    """Every text a person reads on the card, except what stands inside an input, and without signs that only adorn.

    Where a line may break, or must not, is the card's own affair.
    """
    texts = ["".join(run["text"] for run in node["inlines"]) for node in of_type(card, "RichTextBlock")]
    texts += [node["text"] for node in of_type(card, "TextBlock")]
    facts = [fact for node in of_type(card, "FactSet") for fact in node["facts"]]
    texts += [text for fact in facts for text in (fact["title"], fact["value"])]
    return [text.replace("\u00a0", " ").replace("\u200b", "") for text in texts if text != CONNECTOR]


def structure(markdown: str) -> list[str]:
    """What a renderer makes of a text, without the words: the same for harmless and for hostile words, or one lives."""
    return [token.type for token in _tokens(markdown) if token.type != "inline" and token.content != " "]


def words(markdown: str) -> str:
    """What a reader sees outside of inline code."""
    return "".join("\n" if token.type in {"softbreak", "inline"} else token.content
                   for token in _tokens(markdown) if token.type != "code_inline")  # fmt: skip


def liveliness(text: str) -> list[str]:
    """Every part of a shown text that a client could turn into a mention or a link. An address to write to may stay."""
    return ["<@"] * text.count("<@") + LINKS.findall(EMAIL.sub("somebody", text))


def _tokens(markdown: str) -> Iterator[Any]:
    for token in MarkdownIt("commonmark").enable(["strikethrough", "table"]).parse(markdown):
        if token.type == "inline":
            token.content = ""
        yield token
        yield from token.children or ()
