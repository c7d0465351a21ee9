"""Writes `docs/refusals.md`: every refusal of Webex, what people read, and the tests that see them read it.

Run as `python -m tests.code_table`. It is made from the stories that the tests play, so it cannot say anything else.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bot.licensing.failures import explain
from tests.durability import test_weather
from tests.scenarios import test_calling, test_every_code, test_every_status, test_ways_out
from tests.scenarios.code_stories import STORIES, ByWeather, Foreseen, Story

PAGE = Path(__file__).parent.parent / "docs" / "refusals.md"
LABELS = {(206, 0): "206", (400, 0): "400 without a code", (0, 0): "no answer", (-1, 0): "418"}
"""How rows are called that have neither a code nor just a status of their own; 418 stands for all unknown ones."""

AFTER = test_every_code.test_webex_says_no_after_the_approval
WAYS_OUT = test_every_code.test_the_way_out_of_every_refusal_leads_on
OBJECTIONS = test_every_code.test_the_way_out_of_every_objection_leads_on
BEFORE = test_every_code.test_the_bot_says_no_before_anybody_is_asked
ENDED = test_every_status.test_an_answer_ends_the_attempt_in_words
DOWN = test_every_status.test_an_outage_is_waited_out
LATER = test_weather.test_an_assignment_that_webex_did_not_take_is_made_later
TOLD_ONCE = test_weather.test_a_long_wait_is_told_once_and_ends_by_itself
GAVE_UP = test_weather.test_webex_down_for_hours_ends_the_request_with_word_to_everybody

Test = Callable[..., None]

ON_A_CARD: dict[str, Test] = {
    "400": test_calling.test_a_location_that_webex_does_not_know_is_asked_for_again,
    "400000": test_ways_out.test_a_form_older_than_the_catalog_is_answered_with_the_list_as_it_is_now,
}
"""A typed line is refused in a sentence that says how to go on; on a card the same words come with a button."""

WAITED_OUT: dict[int, tuple[Test, str]] = {
    0: (LATER, "reset"),
    423: (LATER, "423"),
    429: (LATER, "429"),
    500: (LATER, "500 in HTML"),
    503: (LATER, "503"),
    **{status: (DOWN, str(status)) for status in test_every_status.WAITED_OUT},
}
"""What the bot waits out by itself, and where that is played."""

OPENING = """\
# What Webex refuses, and what people read

Made by `python -m tests.code_table` from the stories that the tests play; a test holds this page to them.

Every story runs over the sandbox: somebody asks while nothing stands against it, then the facts change, then the
approver presses Approve.
In bold stands the button that helps; `make check` presses each of them and sees what comes of it.
Where no change of facts brings Webex's refusal about, the sandbox's weather gives it in Webex's words.

## The codes of the assign call, the two texts without a code, and partial success

Each test plays all rows that it is named for, each row as a subtest with the name in its first column:

- what people read after the approval: `{after}`
- the button there, pressed: `{ways_out}`
- what is foreseen, read before anybody is asked: `{before}`
- the button there, pressed: `{objections}`
- where no button stands there, the form that says the same with one: {on_a_card}

"""
STATUSES = """
## Other answers that end the attempt

The sandbox's weather gives each of them to the assignment.
Once the cause is gone, an admin may `retry` the request.
One test sees them all, each as a subtest with its status as the name: `{ended}`

"""
WAITS = """
## Answers that the bot waits out

The request stays approved, nobody has to act, and the assignment is made when Webex takes it.

- If the wait is worth a word, the requester reads once: “{wait}”
  (`{told_once}`)
- When Webex stays like that for hours, everybody reads that the bot has stopped trying, and an admin may retry
  (`{gave_up}`)

"""


def reference(test: Test, played: str = "") -> str:
    """Return how pytest calls the test, or the part of it that is meant."""
    path = test.__module__.replace(".", "/")
    return f"{path}.py::{test.__name__}" + (f"[{played}]" if played else "")


def page() -> str:
    said = {
        "after": reference(AFTER),
        "ways_out": reference(WAYS_OUT),
        "before": reference(BEFORE),
        "objections": reference(OBJECTIONS),
        "on_a_card": ", ".join(f"{code} `{reference(test)}`" for code, test in ON_A_CARD.items()),
        "ended": reference(ENDED),
        "wait": test_every_status.A_WAIT,
        "told_once": reference(TOLD_ONCE),
        "gave_up": reference(GAVE_UP),
    }
    opening, statuses, waits = (text.format_map(said) for text in (OPENING, STATUSES, WAITS))
    return "".join((opening, *_codes(), statuses, *_statuses(), waits, *_waits()))


def _codes() -> Iterator[str]:
    yield from _head("Webex answers", "People read", "Who acts", "In the sandbox", "Foreseen")
    for code, story in STORIES.items():
        words = f"{story.means}<br>{story.to_do}<br>{_button(story.way_out)}"
        yield _row(code, words, story.who_acts, _how(story), _before(story))


def _how(story: Story) -> str:
    asked = f"`{story.asks.format(extension=1109)}`"
    if isinstance(story.webex, ByWeather):
        return f"{asked}, then weather, because {story.webex.why}"
    given = [name for name in story.webex.holds if name not in story.holds]
    lost = [name for name in story.holds if name not in story.webex.holds]
    changes = [f"{what} {', '.join(names)}" for what, names in (("is given", given), ("loses", lost)) if names]
    return f"{asked}, then {' and '.join(changes)}"


def _before(story: Story) -> str:
    if isinstance(story.before, Foreseen):
        return "<br>".join(filter(None, (story.before.reads, _button(story.before.way_out))))
    return f"no: {story.before.why}"


def _button(title: str) -> str:
    return f"**[ {title} ]**" if title else ""


def _statuses() -> Iterator[str]:
    yield from _head("Webex answers", "People read", "Who acts")
    for status, final in test_every_status.REFUSED.items():
        label = LABELS.get((status, 0), str(status))
        yield _row(label, f"{final.means}<br>{final.to_do}", final.who_acts)


def _waits() -> Iterator[str]:
    yield from _head("Webex answers", "It means", "Seen by")
    for status, seen in sorted(WAITED_OUT.items()):
        yield _row(LABELS.get((status, 0), str(status)), explain(status, [])[0].meaning, f"`{reference(*seen)}`")


def _head(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield _row(*["---"] * len(titles))


def _row(*cells: Any) -> str:
    return f"| {' | '.join(map(str, cells))} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
