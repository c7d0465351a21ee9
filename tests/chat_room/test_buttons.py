"""What cards send back is forged until proven plain: any JSON at all becomes arguments, or one refusal."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.buttons import BUTTONS, LONGEST_INPUT, button_of, request_number
from bot.errors import BadInput, BotError
from tests.cards.samples import CARDS, as_it_is
from tests.chat import submit_actions

VERBS = sorted(BUTTONS)
plain_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(
    (
        *("do", "request", "note", "reason", "for", "licenses", "personId"),
        *("location", "place", "number", "digits", "extension", "group"),
    )
)
forged = st.dictionaries(fields | st.text(max_size=5), plain_json, max_size=6)


@pytest.mark.parametrize(
    ("number", "meant"), [(1, 1), ("1", 1), ("0042", 42), (2**40, 2**40), ("999999999999", 999_999_999_999), (0, 0)]
)
def test_a_number_may_come_as_text(number: Any, meant: int) -> None:
    assert request_number({"request": number}) == meant


@pytest.mark.parametrize(
    "number",
    [
        *(None, True, False, 1.0, 1.5, [1], {"request": 1}, [], {}),
        *("", " 1", "1 ", "-1", "+1", "1.0", "1e3", "0x1", "1_000", "one", "\x001", "\u0661", "\u00b2", "1" * 13),
    ],
)
def test_what_is_no_number_is_forged(number: Any) -> None:
    with pytest.raises(BadInput, match="card_forged"):
        request_number({"request": number})


def test_a_number_that_is_missing_is_forged() -> None:
    with pytest.raises(BadInput, match="card_forged"):
        request_number({})


@pytest.mark.parametrize("do", [None, "", "nuke", "Approve", " approve", 1, True, ["approve"], {"do": "approve"}])
def test_a_verb_that_no_card_sends_is_forged(do: Any) -> None:
    with pytest.raises(BadInput, match="card_forged"):
        button_of({"do": do, "request": 1})


def test_more_than_any_card_could_send_is_forged() -> None:
    with pytest.raises(BadInput, match="card_forged"):
        button_of({"do": "approve", "request": 1, "note": "x" * LONGEST_INPUT})


@pytest.mark.parametrize(
    ("do", "field"),
    [
        ("approve", "note"),
        ("approve", "group"),
        ("deny", "reason"),
        ("submit", "licenses"),
        ("submit", "for"),
        ("submit", "reason"),
        ("calling_details", "location"),
        ("calling_details", "extension"),
        ("calling_details", "number"),
        ("correct", "place"),
        ("correct", "digits"),
    ],
)
@pytest.mark.parametrize("value", [1, True, ["x"], {"x": "y"}, 1.5])
def test_an_input_that_is_no_text_is_forged(do: str, field: str, value: Any) -> None:
    inputs = {"do": do, "request": 1, "licenses": "x", field: value}
    with pytest.raises(BadInput, match="card_forged"):
        button_of(inputs).read(inputs, {})


def test_an_input_that_was_left_empty_is_no_trouble() -> None:
    assert button_of({"do": "approve"}).read({"request": 1}, {}) == {"number": 1, "reason": "", "group": ""}
    assert button_of({"do": "submit"}).read({"licenses": "a,b ,"}, {}) == {
        "wanted": "",
        "license_ids": ["a", "b"],
        "site_urls": [],
        "email": "",
        "reason": "",
    }


def test_a_chosen_resource_group_comes_with_the_approval() -> None:
    args = button_of({"do": "approve"}).read({"request": 1, "note": "go on", "group": " g1 "}, {})
    assert args == {"number": 1, "reason": "go on", "group": "g1"}


def test_what_the_ledger_keeps_wins_over_what_the_card_says() -> None:
    kept = {"license_ids": ["a"], "beneficiary_id": "b", "reason": "c"}
    claims = {"license_ids": "x", "beneficiary_id": "y", "reason": "z", "wanted": "w", "email": "e", "location": "Here"}
    args = BUTTONS["calling_details"].read(claims, kept)
    assert args == {**kept, "location": "Here", "phone_number": "", "extension": ""}


@given(forged, st.sampled_from(VERBS))
def test_no_input_makes_a_button_raise_anything_but_an_expected_error(inputs: dict[str, Any], do: str) -> None:
    for given_inputs in (inputs, {**inputs, "do": do}):
        try:
            button = button_of(given_inputs)
            button.read(given_inputs, {})
        except BotError:
            continue
        assert button is BUTTONS[given_inputs["do"]]


def test_every_button_on_a_card_is_known_and_carries_no_more_than_its_verb_and_number() -> None:
    pressed = [action["data"] for make in CARDS.values() for action in submit_actions(make(as_it_is).card)]
    assert {data["do"] for data in pressed} <= BUTTONS.keys()
    assert all(data.keys() <= {"do", "request"} for data in pressed)
