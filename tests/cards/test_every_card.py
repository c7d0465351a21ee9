"""What holds for all cards alike."""

import pytest
from hypothesis import given, settings

from tests.cards import checking
from tests.cards.samples import CARDS, HOSTILE, SCRIPTS, TWINS, as_it_is, in_turn, some_texts

every_card = pytest.mark.parametrize("name", CARDS)


@every_card
@pytest.mark.parametrize("text", ["", " \n\t", *HOSTILE, *SCRIPTS], ids=repr)
def test_a_card_is_valid_whatever_people_typed(name: str, text: str) -> None:
    assert checking.faults(CARDS[name](lambda _: text).card) == []


@every_card
@pytest.mark.parametrize(
    "text", ["W" * 10_000, "word " * 5_000, "😀" * 10_000, "日" * 10_000, "a\u0301" * 10_000], ids=ascii
)
def test_an_endless_text_breaks_no_limit(name: str, text: str) -> None:
    post = CARDS[name](lambda _: text)

    assert checking.faults(post.card) == []
    assert len(post.markdown.encode()) <= 7439
    assert all(twin in post.markdown for twin in TWINS[name])


@every_card
def test_the_text_names_what_to_type_for_every_button(name: str) -> None:
    post = CARDS[name](as_it_is)

    assert all(twin in post.markdown for twin in TWINS[name])
    assert all(f"\n- {title}: " in post.markdown for title in checking.submits(post.card))


@every_card
def test_the_text_says_all_that_the_card_says(name: str) -> None:
    post = CARDS[name](as_it_is)
    told = post.markdown.replace("`", "")

    assert [text for text in checking.shown(post.card) if text.removeprefix("• ") not in told] == []
    for field in checking.inputs(post.card).values():
        assert [choice["title"] for choice in field.get("choices", []) if choice["title"] not in told] == []
        assert field.get("value", "") in told or field["type"] == "Input.ChoiceSet"


@every_card
def test_a_card_says_the_same_twice(name: str) -> None:
    assert CARDS[name](as_it_is) == CARDS[name](as_it_is)


@every_card
def test_a_button_carries_what_to_do_and_which_request_and_nothing_else(name: str) -> None:
    for data in checking.submits(CARDS[name](as_it_is).card).values():
        assert data.keys() <= {"do", "request"}
        assert "do" in data


@every_card
@settings(max_examples=15)
@given(texts=some_texts)
def test_nothing_that_people_typed_comes_alive_in_the_text(name: str, texts: list[str]) -> None:
    harmless, hostile = CARDS[name](lambda _: "word").markdown, CARDS[name](in_turn(texts)).markdown

    assert checking.structure(hostile) == checking.structure(harmless)
    assert checking.liveliness(checking.words(hostile)) == []
    assert "<@" not in hostile
    hostile.encode()


@every_card
@settings(max_examples=15)
@given(texts=some_texts)
def test_nothing_that_people_typed_comes_alive_on_the_card(name: str, texts: list[str]) -> None:
    for shown in checking.shown(CARDS[name](in_turn(texts)).card):
        assert "<@" not in shown
        if not shown.startswith("• "):  # a line of help, with a command of ours such as `request <license>`
            assert checking.words(shown).strip() == shown
            assert checking.liveliness(shown) == []


@pytest.mark.parametrize("name", ["approval", "request_form", "status"])  # these three use all there is
def test_the_schema_check_would_see_one_wrong_key_anywhere(name: str) -> None:
    card = CARDS[name](as_it_is).card
    for node in list(checking.nodes(card))[::3]:  # every third is enough to see that no corner is left unchecked
        node["typo"] = True
        assert checking.faults(card), node
        del node["typo"]
    assert checking.faults(card) == []
