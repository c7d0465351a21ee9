"""The card for a wish that cannot work: what stands against it, and the ways out, each one press or one line away."""

from dataclasses import dataclass

from cards.kit import Post, Sheet, plain
from cards.ways_out import WayOut, add_ways_out


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """`reasons` are a sentence and what to do about it each; `said` is a finished sentence of ours instead."""

    reasons: tuple[tuple[str, str], ...]
    ways_out: tuple[WayOut, ...]
    title: str = "That would not work"
    said: str = ""


def objection(view: ObjectionView) -> Post:
    sheet = Sheet(view.title, tone="attention")
    if view.said:
        sheet.says(view.said.replace("**", ""))  # a card knows no bold inside a line
    for sentence, remedy in view.reasons:
        sheet.says(f"{plain(sentence, 500)} {plain(remedy)}".strip())
    sheet.says("Nobody was asked, and nothing was changed.", subtle=True)
    add_ways_out(sheet, view.ways_out)
    return sheet.post()
