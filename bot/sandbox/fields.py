"""A body or query that is checked field by field: what is missing or of the wrong kind is refused by its name."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from bot.sandbox.faults import bad


class Fields:
    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise bad(f"{name} must be a string")
        return value or None

    def needed(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise bad(f"{name} is required")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name, default)
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        if not isinstance(value, bool):
            raise bad(f"{name} must be true or false")
        return value

    def number(self, name: str, default: int) -> int:
        """Read a whole number from 0."""
        value = self.values.get(name, default)
        if isinstance(value, str) and value.isascii() and value.isdecimal():
            value = int(value[:9])
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise bad(f"{name} must be a whole number")
        return value

    def page_size(self, default: int, most: int, name: str = "max") -> int:
        size = min(self.number(name, default), most)
        if not size:
            raise bad(f"{name} must be at least 1")
        return size

    def strings(self, name: str) -> list[str]:
        """Read a list of strings, each once."""
        value = self.values.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise bad(f"{name} must be a list of strings")
        return list(dict.fromkeys(value))

    def objects(self, name: str) -> list[dict[str, Any]]:
        value = self.values.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise bad(f"{name} must be a list of objects")
        return value


def parsed(raw: bytes) -> dict[str, Any]:
    """Read a JSON object; broken JSON, lone surrogates, NaN, deep nesting and huge numbers are a plain 400."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise bad("The request body is not valid JSON") from None
    if not isinstance(value, dict):
        raise bad("The request body must be a JSON object")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
