"""Small phrases that several cards say, so that they say them alike. No whole sentence of a card lives here."""

from collections.abc import Sequence
from typing import Literal

from cards.kit import bare, plain

Operation = Literal["add", "remove"]

SIGNS = {"granted": "✔", "awaiting": "◉", "refused": "✖", "not_applied": "✖", "open": "○"}
"""How one license of a request stands, for those who cannot tell colors apart."""

NAME_LENGTH = 120
"""Names of people and licenses are shorter; a longer one is cut so that it cannot push the buttons away."""

REASON_LENGTH = 500
"""What somebody may give as a reason or a note, and what is shown of it."""

PRICE_LENGTH = 40
"""A number and a few words; they stand between the name and the units left."""

_WHO = {
    "requester": "the person who asked",
    "admin": "a Webex admin",
    "operator": "the operator of this bot",
    "nobody": "nobody",
}


def name_of(text: str, missing: str = "unnamed") -> str:
    """Return a name as text, and never nothing."""
    return plain(text, NAME_LENGTH) or missing


def price_of(text: str) -> str:
    """Return a price as text, or nothing."""
    return plain(bare(text, PRICE_LENGTH))


def person(name: str, email: str) -> str:
    """Return both ways to recognize a person, or the one that is known."""
    shown, address = plain(name, NAME_LENGTH), plain(email, NAME_LENGTH)
    if not shown or not address or shown == address:
        return shown or address
    return f"{shown} ({address})"


def joined(names: Sequence[str], most: int = 10) -> str:
    """Return names as a list in a sentence: "A, B and C"; those beyond `most` are counted."""
    shown = [name_of(name) for name in names[:most]]
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def one_or_many(count: int, one: str, many: str) -> str:
    """Return the form that fits the count, without the count."""
    return one if count == 1 else many


def actor(who_acts: str) -> str:
    """Say who has to act: one of our codes, or words of the caller."""
    return _WHO.get(who_acts) or plain(who_acts, NAME_LENGTH)
