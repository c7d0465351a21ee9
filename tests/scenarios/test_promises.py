"""The promises of the product, under random commands and presses of random people, in random weather.

Every run tells the same few stories; `PROMISES=200 pytest tests/scenarios/test_promises.py` tells that many new ones.
"""

import os
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests.chat import Chat
from tests.scenarios.promises import PROMISES, Desk

STORIES = int(os.environ.get("PROMISES", "1"))
STEPS = 14

Step = Callable[[Desk, Random], None]

LIFE: tuple[Step, ...] = (
    *(Desk.somebody_asks, Desk.somebody_gives_back, Desk.somebody_decides_on_a_card, Desk.somebody_decides_on_a_card),
    *(Desk.somebody_says_yes_on_a_card, Desk.somebody_presses_anything, Desk.somebody_presses_twice),
    *(Desk.somebody_types_a_verb, Desk.somebody_types_a_verb, Desk.somebody_looks_around, Desk.somebody_forges),
    *(Desk.webex_is_unwell_when_it_matters, Desk.webhooks_come_twice, Desk.an_answer_meets_bad_weather),
    *(Desk.the_external_person_accepts, Desk.time_goes_on),
)
stories = st.lists(st.tuples(st.sampled_from(LIFE), st.integers(0, 2**32)), min_size=STEPS, max_size=STEPS)


# The bot's own threads draw random numbers for their waits while a story is made up; that is no fault of the strategy.
@pytest.mark.filterwarnings("ignore:Do not use the .random. module:hypothesis.errors.HypothesisDeprecationWarning")
@settings(
    max_examples=STORIES,
    derandomize="PROMISES" not in os.environ,
    phases=(Phase.generate, Phase.shrink) if "PROMISES" in os.environ else (Phase.generate,),
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(story=stories)
def test_the_promises_hold_whatever_people_do(chat: Chat, story: list[tuple[Step, int]]) -> None:
    desk = Desk(chat)
    for step, seed in story:
        note(f"{step.__name__}, {seed}")
        step(desk, Random(seed))  # noqa: S311 a story, no secret
        desk.looks()
        for promise in PROMISES:
            promise(desk)
    desk.everything_ends()


def test_the_same_question_twice_is_answered_twice_although_webex_stumbles(chat: Chat) -> None:
    chat.employee.says("help")
    card = chat.employee.card_with("Help")
    chat.employee.presses("Help", on=card)
    before = len(chat.employee.inbox())
    chat.weather(method="POST", path="/v1/messages", times=1, status=503)
    chat.employee.presses("Help", on=card)
    chat.running.run_delayed()
    assert len(chat.employee.inbox()) == before + 1
