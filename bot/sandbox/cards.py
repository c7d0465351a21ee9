"""What a card must be to get through: Adaptive Cards up to 1.3, and nothing that Webex does not know."""

import json
from collections.abc import Callable
from typing import Any

from bot.sandbox.card_shapes import ACTIONS, ELEMENTS, INPUTS, SHAPES, Shape

CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
MAX_BYTES = 80 * 1024
MAX_ACTIONS = 5
MAX_DEPTH = 40
VERSIONS = ("1.0", "1.1", "1.2", "1.3")


FAMILIES = {
    "Element": ELEMENTS | INPUTS,
    "Action": ACTIONS,
    "SelectAction": ACTIONS - {"Action.ShowCard"},
}


def problems(content: Any) -> list[str]:
    """List everything wrong with a card, in the words of Webex's validator; nothing when it is good."""
    if not isinstance(content, dict):
        return ["#: expected type: JSONObject"]
    if len(json.dumps(content, ensure_ascii=False).encode()) > MAX_BYTES:
        return ["#: the card is larger than 80 KB"]
    check = _Check()
    if content.get("type") != "AdaptiveCard":
        check.found.append("#/type: must be AdaptiveCard")
    if content.get("version") not in VERSIONS:
        check.found.append("#/version: must be 1.3 or lower")
    check.item(content, SHAPES["AdaptiveCard"], "#")
    actions = content.get("actions")
    if isinstance(actions, list) and len(actions) > MAX_ACTIONS:
        check.found.append(f"#/actions: expected maximum item count: {MAX_ACTIONS}, found: {len(actions)}")
    return check.found


class _Check:
    """One walk through a card. `at` is where we are, as in the validator's own words: #/body/0/text."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def item(self, item: dict[str, Any], shape: Shape, at: str) -> None:
        """Check one object: required keys, no others, each value of its kind; then what is inside it."""
        if at.count("/") > MAX_DEPTH:
            self.found.append(f"{at}: nested too deeply")
            return
        self.found += [f"{at}: required key [{key}] not found" for key in shape.required if key not in item]
        for key, value in item.items():
            kind = shape.keys.get(key)
            if kind is None:
                self.found.append(f"{at}: extraneous key [{key}] is not permitted")
            else:
                self.value(value, kind, f"{at}/{key}")

    def value(self, value: Any, kind: str, at: str) -> None:
        """Check a value whose kind is a plain one, a choice of words, or objects; with [] a list of those."""
        if kind.endswith("[]"):
            if isinstance(value, list):
                for index, part in enumerate(value):
                    self.value(part, kind[:-2], f"{at}/{index}")
            else:
                self.found.append(f"{at}: expected type: JSONArray")
        elif kind in PLAIN:
            if not PLAIN[kind](value):
                self.found.append(f"{at}: expected type: {kind}")
        elif "|" in kind:
            if not isinstance(value, str) or value.lower() not in kind.lower().split("|"):
                self.found.append(f"{at}: not a valid enum value")
        else:
            self.object(value, kind, at)

    def object(self, value: Any, kind: str, at: str) -> None:
        """Check an object of a family or of one type; "https or X" and "text or X" may be a string instead."""
        allowed, _, name = kind.rpartition(" or ")
        if allowed and isinstance(value, str):
            if not PLAIN[allowed](value):
                self.found.append(f"{at}: expected type: {allowed}")
            return
        if not isinstance(value, dict):
            self.found.append(f"{at}: expected type: JSONObject")
            return
        given = value.get("type", "" if name in FAMILIES else name)
        if not isinstance(given, str) or given not in FAMILIES.get(name, {name}):
            self.found.append(f"{at}/type: not supported")
            return
        self.item(value, SHAPES[given], at)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_https(value: Any) -> bool:
    return isinstance(value, str) and value.lower().startswith(("https://", "data:image/"))


PLAIN: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "https": _is_https,
    "flag": lambda value: isinstance(value, bool),
    "number": _is_number,
    "any": lambda value: value is not None,
    "object": lambda value: isinstance(value, dict),
    "data": lambda value: isinstance(value, str | dict),
    "size": lambda value: isinstance(value, str) or _is_number(value),
}
