"""Whom an admin looks for, read from what was typed, and what is not worth asking Webex for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.people import LAST_PAGE, read_find, whom_sought
from bot.errors import BadInput
from bot.webex.people import MOST_PAGES


@pytest.mark.parametrize(
    ("rest", "sought", "page"),
    [
        ("ada", "ada", 1),
        ("  Ada   Lovelace ", "Ada Lovelace", 1),
        ("ada page 2", "ada", 2),
        ("ada PAGE  12", "ada", 12),
        ("ada@example.com page 3", "ada@example.com", 3),
        ("jimmy page", "jimmy page", 1),
        ("jimmy page page 2", "jimmy page", 2),
        ("ada page two", "ada page two", 1),
        ("ada page 2 please", "ada page 2 please", 1),
        ("ada homepage 2", "ada homepage 2", 1),
        ("ada page 0", "ada", 0),
        ("page 2", "", 2),
        ("", "", 1),
    ],
)
def test_a_page_is_what_the_last_two_words_say(rest: str, sought: str, page: int) -> None:
    assert read_find(rest) == {"sought": sought, "page": page}


@given(st.text() | st.lists(st.sampled_from(("page", "2", "@", "ada", "\n")) | st.text(max_size=3)).map(" ".join))
def test_whatever_is_typed_is_read(text: str) -> None:
    args = read_find(text)
    assert args["page"] >= 0
    assert args["sought"] == args["sought"].strip()


@pytest.mark.parametrize("rest", ["an", "ada page 20", "Ada.Lovelace@Example.com", "林", "ø"])
def test_what_makes_sense_is_looked_for(rest: str) -> None:
    args = read_find(rest)
    assert whom_sought(args) == (args["sought"].lower() if "@" in rest else args["sought"])


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        ("", "search_needed"),
        ("page 2", "search_needed"),
        ("a", "search_too_short"),
        ("a page 2", "search_too_short"),
        ("a" * 255, "too_long"),
        ("ada page 0", "page_out_of_range"),
        ("ada page 21", "page_out_of_range"),
        (f"ada page {'9' * 1900}", "page_out_of_range"),
        ("ada@", "email_not_whole"),
        ("@example.com", "email_not_whole"),
        ("Ada ada@example.com", "email_not_whole"),
    ],
)
def test_what_makes_no_sense_is_said_before_webex_is_asked(rest: str, code: str) -> None:
    args: dict[str, Any] = read_find(rest)
    with pytest.raises(BadInput, match=code) as caught:
        whom_sought(args)
    assert all(len(fact) <= 100 for fact in caught.value.facts.values())


def test_no_page_is_offered_that_the_gateway_would_not_look_at() -> None:
    assert LAST_PAGE == MOST_PAGES
