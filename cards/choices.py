"""Long lists of choices: which of them one card can carry."""

from collections.abc import Collection, Sequence

from cards.kit import CARD_BYTES, card_bytes

_FRAME = 3_000
"""What a form takes besides its choices and the texts that are counted: labels, hints and buttons."""

Title = str
Value = str


def that_fit(
    choices: Sequence[tuple[Title, Value]], chosen: Collection[Value], other_texts: Sequence[str]
) -> list[tuple[Title, Value]]:
    """Return what is chosen already, then the others in their order, until the card is full; in their order again."""
    room = CARD_BYTES - _FRAME - card_bytes({"texts": list(other_texts)})
    fitting: set[Value] = set()
    for title, value in sorted(choices, key=lambda choice: choice[1] not in chosen):
        named_again = len(value) + 1 if value in chosen else 0
        room -= card_bytes({"title": title, "value": value}) + len(", ") + named_again
        if room < 0:
            break
        fitting.add(value)
    return [(title, value) for title, value in choices if value in fitting]
