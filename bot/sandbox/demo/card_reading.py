"""Reading cards as a client does: their buttons with the data, their inputs, and each card as lines of text."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from bot.sandbox.demo.failed import DemoFailed

MOST_CHOICES = 6
"""A form lists the whole catalog; a transcript shows its beginning."""

Node = dict[str, Any]


def content_of(message: dict[str, Any]) -> Node | None:
    attachments = message.get("attachments") or []
    return dict(attachments[0]["content"]) if attachments else None


def nodes(node: Any) -> Iterator[Node]:
    """Yield every object of a card, also those that unfold."""
    if isinstance(node, list):
        for one in node:
            yield from nodes(one)
    elif isinstance(node, dict):
        yield node
        for value in node.values():
            yield from nodes(value)


def data_of(message: dict[str, Any], title: str) -> Node:
    """Return what pressing this button sends; DemoFailed if there is no such button."""
    for node in nodes(content_of(message)):
        if node.get("type") == "Action.Submit" and node.get("title") == title:
            return dict(node.get("data", {}))
    raise DemoFailed(f"A card has no button {title!r}.")


def label_of(message: dict[str, Any], name: str) -> str:
    return str(_input(message, name)["label"])


def title_of_choice(message: dict[str, Any], name: str, value: str) -> str:
    """Return what a person sees of `value`: the title of a choice, or the text itself."""
    choices = {one["value"]: one["title"] for one in _input(message, name).get("choices", [])}
    return " + ".join(choices.get(one, one) for one in value.split(",")) if choices else value


def choice_titled(message: dict[str, Any], name: str, beginning: str) -> str:
    """Return the value of the choice whose title begins like this; DemoFailed if there is none."""
    for choice in _input(message, name)["choices"]:
        if choice["title"].startswith(beginning):
            return str(choice["value"])
    raise DemoFailed(f"A card offers nothing that begins with {beginning!r}.")


def _input(message: dict[str, Any], name: str) -> Node:
    for node in nodes(content_of(message)):
        if str(node.get("type", "")).startswith("Input.") and node.get("id") == name:
            return node
    raise DemoFailed(f"A card has no input {name!r}.")


def lines_of(card: Node) -> tuple[str, list[str], str]:
    """Return the title of a card, its body line by line, and its buttons in one line."""
    body = card.get("body", [])
    title = body[0].get("text", "") if body and body[0].get("type") == "TextBlock" else ""
    lines = [line for element in body[1 if title else 0 :] for line in _lines(element)]
    buttons = "  ".join(f"[ {action['title']} ]" for action in card.get("actions", []))
    return title, lines, buttons


def _lines(element: Node) -> list[str]:
    kind = str(element.get("type"))
    if kind in _READERS:
        return _READERS[kind](element)
    if kind.startswith("Input."):
        return [f"{element.get('label', '')}  [{element.get('value') or '_' * 20}]"]
    return []


def _rich_text(element: Node) -> list[str]:
    return ["".join(run if isinstance(run, str) else run["text"] for run in element["inlines"])]


def _facts(element: Node) -> list[str]:
    width = max(len(fact["title"]) for fact in element["facts"]) + 2
    return [f"{fact['title']:<{width}}{plain(fact['value'])}" for fact in element["facts"]]


def _container(element: Node) -> list[str]:
    first, *rest = [line for item in element["items"] for line in _lines(item)] or [""]
    return [first, *(f"  {line}" for line in rest)]


def _columns(element: Node) -> list[str]:
    columns = (column.get("items", []) for column in element["columns"])
    return ["   ".join(" ".join(line for item in items for line in _lines(item)) for items in columns)]


def _choices(element: Node) -> list[str]:
    titles = [choice["title"] for choice in element["choices"]]
    sign = "[ ]" if element.get("isMultiSelect") else "( )"
    more = [f"  … {len(titles) - MOST_CHOICES} more"] if len(titles) > MOST_CHOICES else []
    return [element.get("label", ""), *(f"  {sign} {title}" for title in titles[:MOST_CHOICES]), *more]


def plain(markdown: str) -> str:
    """Undo the escapes that keep what people wrote from coming alive as markdown."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


_READERS: dict[str, Callable[[Node], list[str]]] = {
    "TextBlock": lambda element: [str(element["text"])],
    "RichTextBlock": _rich_text,
    "FactSet": _facts,
    "Container": _container,
    "ColumnSet": _columns,
    "Input.ChoiceSet": _choices,
}
