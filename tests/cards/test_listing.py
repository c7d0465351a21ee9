import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.listing import Row, bar, bullet_list
from tests.cards import checking
from tests.cards.samples import some_texts


def test_a_list_has_a_title_lines_and_a_footer() -> None:
    rows: list[Row | str] = [Row("#42", ("Ada", "", "Messaging")), "just a line"]
    assert bullet_list("Pending", rows, "Type `status 42`.") == (
        "**Pending**\n\n- **#42** · Ada · Messaging\n- just a line\n\nType `status 42`."
    )


def test_lines_beyond_the_limit_are_counted() -> None:
    told = bullet_list("History", [f"line {number}" for number in range(25)])
    assert "line 19\n\n… and 5 more" in told
    assert "line 20" not in told


def test_an_endless_list_keeps_its_footer_and_its_limit() -> None:
    told = bullet_list("History", ["日" * 300] * 500, "Type `help`.", limit=500)
    assert len(told.encode()) <= 7439
    assert told.endswith("Type `help`.")


def test_a_list_of_nothing_is_a_title() -> None:
    assert bullet_list("Pending", [], "Nothing waits.") == "**Pending**\n\nNothing waits."


@given(some_texts)
def test_nothing_that_people_typed_comes_alive_in_a_list(texts: list[str]) -> None:
    def told(texts: list[str]) -> str:
        return bullet_list(texts[0], [*texts, Row(texts[-1], tuple(texts))])

    assert checking.structure(told(texts)) == checking.structure(told(["word"] * len(texts)))
    assert checking.liveliness(checking.words(told(texts))) == []


@pytest.mark.parametrize(
    ("used", "total", "drawn"),
    [
        (40, 100, "▰▰▰▰▱▱▱▱▱▱ 40/100"),
        (0, 100, "▱▱▱▱▱▱▱▱▱▱ 0/100"),
        (1, 1000, "▰▱▱▱▱▱▱▱▱▱ 1/1000"),
        (999, 1000, "▰▰▰▰▰▰▰▰▰▱ 999/1000"),
        (100, 100, "▰▰▰▰▰▰▰▰▰▰ 100/100"),
        (120, 100, "▰▰▰▰▰▰▰▰▰▰ 120/100"),
        (0, 0, "▱▱▱▱▱▱▱▱▱▱ 0/0"),
        (7, -1, "7 in use"),
    ],
)
def test_a_bar_shows_a_share(used: int, total: int, drawn: str) -> None:
    assert bar(used, total) == drawn


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(2, 20))
def test_a_bar_is_always_as_wide_as_it_should_be(used: int, total: int, width: int) -> None:
    drawn = bar(used, total, width).split()[0]
    assert len(drawn) == width
    if 0 < used < total:
        assert 0 < drawn.count("▰") < width
