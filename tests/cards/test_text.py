import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.text import bare, breakable, plain, typed, within_bytes
from tests.cards import checking
from tests.cards.samples import HOSTILE, SCRIPTS, any_text

PARAGRAPH = ["paragraph_open", "text", "paragraph_close"]
LOOKS_LIKE = str.maketrans({"∗": "*", "'": "`", "∼": "~", "‹": "<", "›": ">", "＿": "_", "\u2060": None})


def as_read(text: str) -> str:
    return text.translate(LOOKS_LIKE)


@given(any_text)
def test_human_text_is_one_run_of_text_to_a_renderer(text: str) -> None:
    safe = plain(text)

    assert checking.structure(safe) == (PARAGRAPH if safe else [])
    assert checking.words(safe).strip("\n") == safe
    assert checking.liveliness(safe) == []


@given(any_text)
def test_human_text_still_reads_as_it_was_typed(text: str) -> None:
    assert as_read(plain(text, 10_000)) == as_read(bare(text))


@given(any_text)
def test_making_text_plain_twice_changes_nothing_more(text: str) -> None:
    assert plain(plain(text, 10_000), 10_000) == plain(text, 10_000)


@given(st.text(), st.integers(min_value=1, max_value=60))
def test_a_shortened_text_keeps_to_its_limit_and_can_be_sent(text: str, limit: int) -> None:
    short = plain(text, limit)

    assert len(short) <= limit
    assert "\n" not in short
    short.encode()


@pytest.mark.parametrize("text", SCRIPTS)
def test_other_scripts_and_emoji_stay_whole(text: str) -> None:
    assert plain(text).replace("\u2060", "") == text


@pytest.mark.parametrize("text", HOSTILE)
def test_the_hostile_samples_are_hostile_no_more(text: str) -> None:
    assert checking.structure(f"Why: {plain(text)}") == PARAGRAPH
    assert checking.structure(plain(text)) == PARAGRAPH
    assert checking.liveliness(plain(text)) == []


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("{{DATE(x)}}", "{\u2060{DATE(x)}}"),
        ("www.2", "www.\u20602"),
        ("+ item", "\u2060+ item"),
        ("#42 please", "#42 please"),
        ("# heading", "\u2060# heading"),
        ("1) one", "\u20601) one"),
        ("3.5 units", "3.5 units"),
    ],
)
def test_what_could_start_something_is_parted_from_its_neighbor(text: str, safe: str) -> None:
    assert plain(text) == safe


def test_most_of_the_samples_would_live_if_nothing_were_done() -> None:
    lively = [text for text in HOSTILE if checking.structure(text) != PARAGRAPH or checking.liveliness(text)]
    assert len(lively) >= len(HOSTILE) - 3  # dates of cards, control characters and half characters are no markdown


@pytest.mark.parametrize(
    "text",
    ["ada.lovelace@example.com", "a_b@example.co.uk", "for o'hara+x@sub.example.org, please", "<ada@example.com>"],
)
def test_an_email_address_can_be_copied(text: str) -> None:
    assert plain(text).strip("‹›") == text.strip("<>")


@pytest.mark.parametrize(
    "text", ["mailto:ada@evil.example", "http://ada@evil.example", "ada@evil.example/x", "_a_@evil.example"]
)
def test_what_only_looks_like_an_address_is_broken_up(text: str) -> None:
    assert "\u2060" in plain(text)


@pytest.mark.parametrize(
    "text", ["R&D, 3.5 of 10 units", "+14085550100", "request_id NA_88b8b4ce-6338", "Meetings (1000)"]
)
def test_harmless_text_is_not_touched(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("ab cdefg", 4, "ab…"),
        ("abcd👩‍👩‍👧xyz", 7, "abcd…"),
        ("abc👍🏽xyz", 5, "abc…"),
        ("ab🇩🇪🇫🇷x", 4, "ab…"),
        ("ab🇩🇪🇫🇷x", 5, "ab🇩🇪…"),
        ("abe\u0301xyz", 4, "ab…"),
        ("ab:xyz", 4, "ab…"),
    ],
)
def test_text_is_cut_between_two_characters_as_people_see_them(text: str, limit: int, short: str) -> None:
    assert plain(text, limit) == short


def test_a_character_longer_than_the_limit_is_cut_all_the_same() -> None:
    assert len(plain("👩\u200d" * 50, 10)) <= 10


def test_a_tower_of_accents_is_taken_down() -> None:
    assert sum(unicodedata.combining(character) > 0 for character in plain("Z" + "\u0351" * 500, 1000)) == 8


def test_what_turns_the_reading_direction_around_is_removed() -> None:
    assert plain("a\u202eb\u2066c\u2069d\u202c") == "abcd"


@given(any_text)
def test_a_command_to_type_is_code_whatever_stands_in_it(text: str) -> None:
    command = typed(f"request {text}x")

    assert checking.structure(command) == ["paragraph_open", "code_inline", "paragraph_close"]
    assert "<@" not in command


def test_a_command_keeps_its_placeholders() -> None:
    assert typed("request <license>[ and <license>…]") == "`request <license>[ and <license>…]`"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a short one", ["a short one"]),
        ("W" * 40, ["W" * 16, "W" * 16, "W" * 8]),
        ("see " + "x" * 25, ["see " + "x" * 16, "x" * 9]),
        ("NA_88b8b4ce-6338-4a5b-b7a2-01234567890a", ["NA_88b8b4ce-6338-4a5b-b7a2-01234567890a"]),
        ("(ada.lovelace.of.london@example.com)", ["(ada.lovelace.of.london@example.com)"]),
        ("x" * 60 + "@example.com", ["x" * 16] * 3 + ["x" * 12 + "@exa", "mple.com"]),
        ("日" * 40, ["日" * 40]),
    ],
)
def test_a_line_may_end_inside_a_word_that_is_wider_than_a_phone(text: str, parts: list[str]) -> None:
    assert breakable(text).split("\u200b") == parts


@given(any_text)
def test_breaks_change_nothing_that_is_read(text: str) -> None:
    safe = plain(text)
    assert breakable(safe).replace("\u200b", "") == safe


def test_a_text_that_fits_is_left_alone() -> None:
    assert within_bytes("a\nb", 3) == "a\nb"


def test_a_long_text_ends_between_two_lines_and_says_what_is_missing() -> None:
    text = "\n".join(f"line {number}" for number in range(100))
    short = within_bytes(text, 120)

    assert len(short.encode()) <= 120
    head, note = short.split("\n\n")
    assert text.startswith(head + "\n")
    assert note == f"… and {100 - len(head.splitlines())} more lines"


def test_one_missing_line_is_one_line() -> None:
    assert within_bytes("a" * 20 + "\n" + "b" * 40, 45).endswith("… and 1 more line")


def test_a_single_line_that_is_too_long_is_cut_between_characters() -> None:
    assert within_bytes("日" * 100, 100) == "日" * 32 + "…"


@given(st.text(), st.integers(min_value=3, max_value=200))
def test_no_text_is_longer_than_its_limit_of_bytes(text: str, limit: int) -> None:
    assert len(within_bytes(text, limit).encode()) <= limit
