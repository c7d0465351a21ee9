"""Answers that are lists: text only, no card, so that they stay short and can be copied."""

from collections.abc import Sequence
from dataclasses import dataclass

from cards.kit import MESSAGE_BYTES, plain, within_bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: what it is about in bold, then what there is to say about it."""

    lead: str
    cells: tuple[str, ...] = ()


def bullet_list(title: str, lines: Sequence[Row | str], footer: str = "", limit: int = 20, total: int = 0) -> str:
    """Return a list as markdown, with at most `limit` lines and the number of those left out.

    A `total` says how many there are where only the first were handed in.

    Title and lines may hold human text and are defused here. The footer is ours: a `command` in it stays one.
    """
    shown = [f"- {_line(line)}" for line in lines[:limit]]
    left_out = max(total, len(lines)) - len(shown)
    tail = [f"… and {left_out} more"] if left_out else []
    if footer:
        tail.append(footer)
    end = "\n\n".join(["", *tail])
    head = "\n".join([f"**{plain(title)}**", "", *shown]).rstrip()
    return within_bytes(head, MESSAGE_BYTES - len(end.encode())) + end


def bar(used: int, total: int, width: int = 10) -> str:
    """Return a share of units as a bar: neither empty while one is used, nor full while one is left.

    A negative total means that units are not counted.
    """
    if total < 0:
        return f"{used} in use"
    full = round(width * used / total) if total else 0
    if 0 < used < total:
        full = min(max(full, 1), width - 1)
    full = min(max(full, 0), width)
    return f"{'▰' * full}{'▱' * (width - full)} {used}/{total}"


def _line(line: Row | str) -> str:
    if isinstance(line, str):
        return plain(line) or "(empty)"
    return " · ".join([f"**{plain(line.lead) or '(empty)'}**", *(plain(cell) for cell in line.cells if cell)])
