"""The one rule for text that people typed: shown as text, in Webex markdown as well as in a card.

Escaping is not documented by Webex and differs between its clients, so nothing here relies on a backslash:
a character that could start something is replaced by its look-alike or parted from its neighbor by an invisible one.
"""

import re
import unicodedata

MESSAGE_BYTES = 7439
"""What one message may carry, in bytes of UTF-8 (Webex: Create a Message)."""

JOINER = "\u2060"
"""WORD JOINER: no width, no line break, no white space and no punctuation to a markdown parser."""

_BREAK = "\u200b"
"""ZERO WIDTH SPACE: a place where a line may end."""

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_KEPT_FORMATS = frozenset("\u200c\u200d\u200e\u200f\u061c\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")
"""Format characters that scripts and emoji need. The rest is invisible, or turns the reading direction around."""

_MOST_MARKS = 8
"""Accents on one letter. No script needs more; a tower of them covers the lines above."""

_LOOKALIKES = {"*": "\u2217", "`": "'", "~": "\u223c", "<": "\u2039", ">": "\u203a", "_": "\uff3f"}

_EMAIL = r"""
    (?<![\w.+%/:@\uff3f-]) [A-Za-z0-9]+ (?:[._+%'-][A-Za-z0-9]+)*   # an underscore only inside a word, where it is text
    @ [A-Za-z0-9]+ (?:(?:-+|\.)[A-Za-z0-9]+)* \.[A-Za-z]{2,24}
    (?![\w@/:?\#\uff3f-] | \.[\w\uff3f])
"""
_LINKS = r"""
      (?<=[A-Za-z]) : (?!\s)      # https:… mailto:… webexteams:…, at the end too: the next words may touch it
    | / (?=/)
    | \. (?=[^\W\d_])           # bare domains, which clients link as well
    | (?<=[wW]{3}) \. (?!\s)
"""
_MARKDOWN = r"""
      [*`~<>]                     # emphasis, code, strike-through, html, mentions
    | (?<![^\W_]) _ | _ (?![^\W_])
    | [\\\]]                      # escapes; links, images and their definitions
    | & (?=\#?\w{1,32};)          # entities
    | \{ (?=\{)                   # {{DATE(…)}}, which cards work out
"""
_HAZARDS = re.compile(rf"(?P<email>{_EMAIL}) | {_MARKDOWN} | {_LINKS}", re.VERBOSE)
_HAZARDS_IN_CODE = re.compile(rf"(?P<email>{_EMAIL}) | ` | < (?=@) | {_LINKS}", re.VERBOSE)
_WIDE_WORD = re.compile(r"[^\s-]{25,}")
_WITHIN_WORD = re.compile(r"(.{16})(?<=[!-~])(?=[!-~])")  # between two signs of ASCII; other scripts wrap by themselves
_ADDRESS = re.compile(_EMAIL, re.VERBOSE)
_LONGEST_ADDRESS = 60
_BLOCK_START = re.compile(r"[=-]|#(?!\d)|\+(?!\d)|\d{1,9}[.)](?!\d)")


def plain(text: str, limit: int = 300) -> str:
    """Make human text safe to stand anywhere in markdown or in a card: one line of at most `limit` characters.

    An e-mail address stays whole, because people copy it into their next command; the most a client can make
    of it is an offer to write to that person. Applied twice, it changes nothing more.
    """
    safe = _HAZARDS.sub(_defuse, bare(text))
    return _shorten(JOINER + safe if _BLOCK_START.match(safe) else safe, limit)


def typed(command: str, limit: int = 300) -> str:
    """Return a command to type as inline code; what people typed inside it cannot end the code or mention anybody."""
    return f"`{_shorten(_HAZARDS_IN_CODE.sub(_defuse, bare(command)), limit)}`"


def bare(text: str, limit: int | None = None) -> str:
    """One line without control, direction-override and other invisible characters; not defused, so for inputs only."""
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if character.isspace():
            kept.append(" ")
        elif category == "Cs":
            kept.append("\ufffd")  # half a character: it could not be sent at all
        elif marks <= _MOST_MARKS and (category not in {"Cc", "Cf"} or _is_needed(character)):
            kept.append(character)
    line = " ".join("".join(kept).split())
    return line if limit is None else _shorten(line, limit)


def breakable(text: str) -> str:
    """Let a line end inside a word that is wider than a phone. For cards only: what cannot wrap is cut off there.

    An e-mail address stays whole here too, unless it is longer than people's are.
    """
    return _WIDE_WORD.sub(_with_breaks, text)


def within_bytes(markdown: str, limit: int = MESSAGE_BYTES) -> str:
    """Shorten a finished text to `limit` bytes, between two lines, and say how many lines are missing."""
    if _size(markdown) <= limit:
        return markdown
    lines = markdown.split("\n")
    kept, used = 0, 0
    while used + _size(lines[kept]) <= limit:
        used += _size(lines[kept]) + 1
        kept += 1
    for end in range(kept, 0, -1):
        missing = sum(1 for line in lines[end:] if line.strip())
        shorter = "\n".join(lines[:end]).rstrip() + f"\n\n… and {missing} more line{'s' if missing > 1 else ''}"
        if _size(shorter) <= limit:
            return shorter
    return lines[0].encode(errors="replace")[: max(limit - len("…".encode()), 0)].decode(errors="ignore") + "…"


def _with_breaks(match: re.Match[str]) -> str:
    word = match.group()
    is_address = len(word) <= _LONGEST_ADDRESS and _ADDRESS.search(word)
    return word if is_address else _WITHIN_WORD.sub(rf"\1{_BREAK}", word)


def _defuse(match: re.Match[str]) -> str:
    found = match.group()
    return found if match["email"] else _LOOKALIKES.get(found, found + JOINER)


def _is_needed(character: str) -> bool:
    return character in _KEPT_FORMATS or "\U000e0020" <= character <= "\U000e007f"  # tags spell the flags of regions


def _shorten(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    end = max(limit - 1, 0)
    while end > 0 and not _is_boundary(text, end):
        end -= 1
    return text[: end or max(limit - 1, 0)].rstrip(f" {_ZWJ}") + "…"


def _is_boundary(text: str, at: int) -> bool:
    """Whether a reader sees a new character begin there: not between a letter and its accent, or inside an emoji.

    What starts a link is not parted from the joiner that defuses it, either.
    """
    before, after = text[at - 1], text[at]
    if before == _ZWJ or after in {_ZWJ, _ZWNJ, JOINER} or unicodedata.category(after).startswith("M"):
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f" or "\u1160" <= after <= "\u11ff":
        return False
    if not _is_flag_half(after):
        return True
    halves = 0
    while halves < at and _is_flag_half(text[at - 1 - halves]):
        halves += 1
    return halves % 2 == 0


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _size(text: str) -> int:
    return len(text.encode(errors="replace"))
