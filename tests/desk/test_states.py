"""Every pair of state and verb has an answer: a new state, or a refusal in words."""

from itertools import combinations_with_replacement, product

import pytest

from bot.chat.sentences import SENTENCES
from bot.desk.states import (
    OPEN_STATES,
    RESULTS,
    RETRIABLE_STATES,
    TRANSITIONS,
    ItemState,
    State,
    Verb,
    advance,
    overall,
)
from bot.errors import Conflict

ENDED = {State.DENIED, State.CANCELED, State.EXPIRED, State.GRANTED}


@pytest.mark.parametrize(("state", "verb"), list(product(State, Verb)))
def test_every_state_and_verb_has_an_answer(state: State, verb: Verb) -> None:
    allowed = TRANSITIONS.get((state, verb))
    if allowed is None:
        with pytest.raises(Conflict) as caught:
            advance(state, verb)
        assert caught.value.code in SENTENCES
    elif len(allowed) == 1:
        assert {advance(state, verb)} == allowed
    else:
        assert {advance(state, verb, found) for found in allowed} == allowed


def test_only_what_is_pending_can_be_decided() -> None:
    decisions = {Verb.APPROVE, Verb.CONFIRM, Verb.DENY, Verb.CANCEL, Verb.EXPIRE}
    assert {state for state, verb in TRANSITIONS if verb in decisions} == {State.PENDING}


def test_what_is_asked_for_can_be_corrected_only_while_nobody_has_decided() -> None:
    assert [(state, after) for (state, verb), after in TRANSITIONS.items() if verb is Verb.CORRECT] == [
        (State.PENDING, frozenset({State.PENDING}))
    ]


def test_what_was_granted_or_ended_before_it_was_applied_never_moves_again() -> None:
    assert ENDED.isdisjoint({state for state, _ in TRANSITIONS})


def test_every_state_can_be_reached_and_every_open_one_can_be_left() -> None:
    assert set().union(*TRANSITIONS.values()) | {State.PENDING} == set(State)
    assert {state for state, _ in TRANSITIONS} >= OPEN_STATES


def test_every_state_ends_in_one_that_is_not_open() -> None:
    ways = {state: set().union(*(after for (one, _), after in TRANSITIONS.items() if one is state)) for state in State}
    for state in OPEN_STATES:
        assert ways[state] - OPEN_STATES or any(ways[one] - OPEN_STATES for one in ways[state])


def test_what_failed_can_be_tried_again_and_what_people_ended_cannot() -> None:
    assert {State.PARTIAL, State.REFUSED, State.FAILED} == RETRIABLE_STATES


@pytest.mark.parametrize("found", sorted(set(State) - RESULTS))
def test_settling_finds_results_only(found: State) -> None:
    with pytest.raises(ValueError, match="cannot lead"):
        advance(State.APPROVED, Verb.SETTLE, found)


def test_settling_has_to_say_what_was_found() -> None:
    with pytest.raises(ValueError, match="cannot lead"):
        advance(State.APPROVED, Verb.SETTLE)


def test_submitting_changes_no_state_because_it_makes_the_request_and_moving_because_it_leaves_it_alone() -> None:
    assert {Verb.SUBMIT, Verb.MOVE}.isdisjoint({verb for _, verb in TRANSITIONS})


@pytest.mark.parametrize(
    ("items", "state"),
    [
        ([ItemState.GRANTED], State.GRANTED),
        ([ItemState.GRANTED, ItemState.GRANTED], State.GRANTED),
        ([ItemState.GRANTED, ItemState.REFUSED], State.PARTIAL),
        ([ItemState.GRANTED, ItemState.NOT_APPLIED], State.PARTIAL),
        ([ItemState.GRANTED, ItemState.AWAITING], State.AWAITING),
        ([ItemState.AWAITING, ItemState.REFUSED], State.AWAITING),
        ([ItemState.REFUSED], State.REFUSED),
        ([ItemState.REFUSED, ItemState.NOT_APPLIED], State.REFUSED),
        ([ItemState.NOT_APPLIED], State.FAILED),
        ([ItemState.OPEN], State.FAILED),
    ],
)
def test_items_add_up_to_a_state(items: list[ItemState], state: State) -> None:
    assert overall(items) is state
    assert overall(items[::-1]) is state


def test_whatever_the_items_are_the_sum_is_a_result() -> None:
    for count in (1, 2, 3):
        for items in combinations_with_replacement(ItemState, count):
            assert overall(list(items)) in RESULTS
