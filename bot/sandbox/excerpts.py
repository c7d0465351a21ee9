"""Bodies of calls, short enough to show and without anything secret."""

import json
from typing import Any
from urllib.parse import parse_qsl

SECRETS = {"secret", "token", "access_token", "refresh_token", "client_secret", "clientsecret", "code", "authorization",
           "password"}  # fmt: skip
HIDDEN = "(hidden)"
LONGEST_TEXT = 600
MOST_ITEMS = 30
MOST_CHARACTERS = 12_000


def excerpt(raw: bytes, content_type: str) -> Any:
    """Return JSON and forms as values, text as text, anything else as a sentence about it; None for nothing."""
    kind = content_type.partition(";")[0].strip().lower()
    if not raw:
        return None
    if kind == "application/x-www-form-urlencoded":
        return without_secrets(dict(parse_qsl(raw.decode("utf-8", "replace"))))
    if kind == "application/json":
        return _json(raw)
    if kind.startswith("text/"):
        return _cut(raw.decode("utf-8", "replace"), MOST_CHARACTERS)
    return f"({len(raw)} bytes of {kind or 'something'})"


def _json(raw: bytes) -> Any:
    try:
        value = without_secrets(json.loads(raw))
        text = json.dumps(value)
    except (ValueError, RecursionError):
        return f"({len(raw)} bytes that are no JSON)"
    return value if len(text) <= MOST_CHARACTERS else _cut(text, MOST_CHARACTERS)


def without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: HIDDEN if key.lower() in SECRETS and isinstance(inner, str) else without_secrets(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        shown = [without_secrets(inner) for inner in value[:MOST_ITEMS]]
        return [*shown, f"… and {len(value) - MOST_ITEMS} more"] if len(value) > MOST_ITEMS else shown
    return _cut(value, LONGEST_TEXT) if isinstance(value, str) else value


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
