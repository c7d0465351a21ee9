"""Typed text → the arguments of a command. Pure: nothing is looked up, a name stays a name until a handler judges."""

import re
from collections.abc import Callable
from typing import Any

from bot.errors import BadInput
from cards.words import REASON_LENGTH

Args = dict[str, Any]
Reader = Callable[[str], Args]

LONGEST_TEXT = 2000
LONGEST_EMAIL = 254
LONGEST_REASON = REASON_LENGTH
LONGEST_NAME = 100
MOST_ITEMS = 10

_BECAUSE = re.compile(r"\bbecause\b:?\s*", re.IGNORECASE)
_FOR = re.compile(r"(?:^|\s)for\s+(\S+)", re.IGNORECASE)
_NUMBER = re.compile(r"(?:^|\s)(?:phone\s+)?number\s+([+\d][\d\s().-]*)", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:^|\s)ext(?:ension)?\.?\s+(\S+)", re.IGNORECASE)
_LOCATION = re.compile(r"(?:^|\s)at\s+(.+)$", re.IGNORECASE)
_DETAILS = {"phone_number": _NUMBER, "extension": _EXTENSION, "location": _LOCATION}
"""The location comes last: its name goes on to the end."""
_INSTEAD = re.compile(
    r"(?:^|\s)instead\s+of\s+(.+?)(?=\s+(?:at|for|ext|extension|number|phone number)\b|$)", re.IGNORECASE
)
_NAMED = re.compile(
    r"(?:^|\s)named\s+(.+?)(?=\s+(?:instead\s+of|at|for|ext|extension|number|phone number)\b|$)", re.IGNORECASE
)
_ATTENDEE = re.compile(r"attendee\s+(?:account\s+)?(?:on|of)\s+(\S+)", re.IGNORECASE)
_IN_GROUP = re.compile(
    r"in\s+(?:the\s+)?(?:(?P<default>default\s+)(?:resource\s+)?group|(?:resource\s+)?group\b(?P<name>.*))",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r",|\+|\band\b", re.IGNORECASE)
_REQUEST_NUMBER = re.compile(r"#?\s*(\d{1,12})(?:\s+because\b.*)?$", re.IGNORECASE | re.DOTALL)
_IS_EMAIL = re.compile(r"[^\s@<>,;|]+@[^\s@<>,;|][^\s@<>,;|.]*\.[^\s@<>,;|]+")
"""It can find the dot after the name of a domain in one place only, so that it never tries one after the other."""
_IS_PHONE = re.compile(r"\+?[1-9]\d{5,14}", re.ASCII)
"""No country code begins with a zero: what does is a number as it is dialed within a country."""
_IS_EXTENSION = re.compile(r"\d{2,10}", re.ASCII)


def read_nothing(_rest: str) -> Args:
    return {}


def read_text(rest: str) -> Args:
    return {"text": rest.strip()}


def read_number(rest: str) -> Args:
    """`42` or `#42`; anything else is left for the handler to ask about."""
    found = _REQUEST_NUMBER.match(rest.strip())
    return {"number": int(found[1]) if found else None}


def read_number_and_reason(rest: str) -> Args:
    """`42 because …`, also `42 …`: whatever follows the number is the reason."""
    found = re.match(r"#?\s*(\d{1,12})\b[\s:,-]*(.*)$", rest.strip(), re.DOTALL)
    if not found:
        return {"number": None, "reason": ""}
    return {"number": int(found[1]), "reason": tidy_reason(_BECAUSE.sub("", found[2], count=1))}


def read_approval(rest: str) -> Args:
    """`42 [in group <name>] [because …]`; without the word "group", whatever follows the number is the reason."""
    found = re.match(r"#?\s*(\d{1,12})\b[\s:,-]*(.*)$", rest.strip(), re.DOTALL)
    said, because = split_reason(found[2]) if found else ("", "")
    group = _IN_GROUP.fullmatch(" ".join(said.split()))
    if found is None or group is None:
        return {**read_number_and_reason(rest), "group": ""}
    name = "default" if group["default"] else group["name"].strip(" :,\"'“”„")
    if not name:
        raise BadInput("group_needed", {"word": f"approve {found[1]}"})
    return {"number": int(found[1]), "reason": because, "group": name}


def read_count(rest: str) -> Args:
    """How many rows of history: 10 unless told, 50 at most."""
    found = re.fullmatch(r"\s*(\d{1,4})\s*", rest, re.ASCII)
    return {"count": min(max(int(found[1]), 1), 50) if found else 10}


def read_request(rest: str) -> Args:
    """Read a wish: `request`'s usage names its parts, which may come in any order before the reason."""
    said, reason = split_reason(" ".join(rest.split()))
    args, wanted = _taken_out({"named": _NAMED, "instead": _INSTEAD, "email": _FOR, **_DETAILS}, said)
    args["email"] = check_email(args["email"]) if args["email"] else ""
    args["named"] = check_typed_name(args["named"])
    return {**args, "reason": reason, "wanted": " ".join(wanted.split())}


def read_details(rest: str) -> Args:
    """Read `42 [at <location>] [ext <n>|number <+e164>]`; what else is said means nothing."""
    found = re.match(r"#?\s*(\d{1,12})(?!\d|\.\d)(.*)$", _BECAUSE.split(rest, maxsplit=1)[0].strip(), re.DOTALL)
    args, _ = _taken_out(_DETAILS, found[2] if found else "")
    return {**args, "number": int(found[1]) if found else None}


def _taken_out(patterns: dict[str, re.Pattern[str]], text: str) -> tuple[Args, str]:
    """Return what each pattern finds, in their order, and the text without it."""
    args: Args = {}
    for name, pattern in patterns.items():
        found = pattern.search(text)
        args[name] = found[1].strip() if found else ""
        if found:
            text = text[: found.start()] + " " + text[found.end() :]
    return args, text


def split_reason(text: str) -> tuple[str, str]:
    parts = _BECAUSE.split(text, maxsplit=1)
    return parts[0], tidy_reason(parts[1]) if len(parts) > 1 else ""


def tidy_reason(text: str) -> str:
    """Return the reason on one line, or raise BadInput if it is a novel."""
    reason = " ".join(text.split())
    if len(reason) > LONGEST_REASON:
        raise BadInput("reason_too_long", {"limit": str(LONGEST_REASON)})
    return reason


def names_in(wanted: str) -> list[str]:
    """Split `a and b, c` into names; the handler first tries the whole, which may itself contain an "and"."""
    return [name for name in map(str.strip, _SEPARATOR.split(wanted)) if name]


def site_in(name: str) -> str | None:
    """Return the meeting site of `attendee on <site>`, None for whatever is the name of a license."""
    found = _ATTENDEE.fullmatch(name.strip())
    return found[1].rstrip("/").removeprefix("https://").lower() if found else None


def check_email(text: str) -> str:
    text = text.rstrip(".,;:!?")  # of the sentence around it; no address ends so
    if len(text) > LONGEST_EMAIL or not _IS_EMAIL.fullmatch(text):
        raise BadInput("bad_email", {"email": text[:100]})
    return text.lower()


def check_name(text: str) -> str:
    """Return a person's name on one line, "" for none."""
    name = " ".join(text.split())
    if len(name) > LONGEST_NAME:
        raise BadInput("name_too_long", {"limit": str(LONGEST_NAME)})
    return name


def check_typed_name(text: str) -> str:
    """Return the name that a line gives, or raise BadInput if something else has slipped into it."""
    name = check_name(text)
    if _SEPARATOR.search(name):
        raise BadInput("newcomer_name_unclear", {"name": name})
    return name


def check_phone_number(text: str) -> str | None:
    """Return the number in E.164 with its `+`, None for an empty one."""
    digits = re.sub(r"[\s().-]", "", text)
    if not digits:
        return None
    if not _IS_PHONE.fullmatch(digits):
        raise BadInput("bad_phone_number", {"number": text[:60]})
    return digits if digits.startswith("+") else f"+{digits}"


def check_extension(text: str) -> str | None:
    if not text:
        return None
    if not _IS_EXTENSION.fullmatch(text):
        raise BadInput("bad_extension", {"extension": text[:60]})
    return text
