"""Each oddity of adaptivecardbuilder 0.0.9, once as it is and once as kit.py leaves it."""

import json
from typing import Any

import pytest
from adaptivecardbuilder import AdaptiveCard, Fact, FactSet, TextBlock

from cards.kit import Sheet, card_bytes, render
from tests.cards import checking


def raw(card: AdaptiveCard) -> dict[str, Any]:
    """What the builder makes of a card if it is left alone."""
    with pytest.raises(StopIteration) as done:
        card.to_dict().send(None)
    made: dict[str, Any] = done.value.value
    return made


def full_sheet() -> Sheet:
    sheet = Sheet("Title")
    sheet.facts([("Name", "value")])
    sheet.choice_input("pick", "Pick", [("one", "1")], value=None)
    sheet.says("after the choices")
    with sheet.unfolding("More"):
        sheet.text_input("why", "Why")
        sheet.button("Inside", {"do": "x"}, twin="`x`")
    sheet.button("Outside", {"do": "y"}, twin="`y`")
    return sheet


def test_the_version_of_the_constructor_is_ignored_by_the_builder_and_not_by_us() -> None:
    assert raw(AdaptiveCard(version="1.3"))["version"] == "1.2"
    assert render(AdaptiveCard())["version"] == "1.3"


def test_a_nested_card_has_the_version_of_the_outer_one() -> None:
    card = full_sheet().post().card
    assert [node["version"] for node in checking.of_type(card, "AdaptiveCard")] == ["1.3", "1.3"]


def test_the_schema_is_named_as_the_schema_wants_it() -> None:
    assert "schema" in raw(AdaptiveCard())
    card = full_sheet().post().card
    assert card["$schema"] == "http://adaptivecards.io/schemas/adaptive-card.json"
    assert all("schema" not in node for node in checking.nodes(card))


def test_a_fact_has_no_type() -> None:
    card = AdaptiveCard()
    card.add([FactSet(), Fact("a", "b")])
    assert raw(card)["body"][0]["facts"][0]["type"] == "FactSet"
    assert full_sheet().post().card["body"][1]["facts"] == [{"title": "Name", "value": "value"}]


def test_what_is_none_is_left_out() -> None:
    card = AdaptiveCard()
    card.add(TextBlock("a", color=None))
    assert render(card)["body"] == [{"type": "TextBlock", "text": "a"}]
    assert "value" not in checking.inputs(full_sheet().post().card)["pick"]


def test_a_card_without_buttons_has_no_list_of_buttons() -> None:
    assert raw(AdaptiveCard())["actions"] == []
    assert "actions" not in Sheet("Title").post().card


def test_nothing_is_swallowed_by_the_fact_set_or_the_choices_before_it() -> None:
    card = AdaptiveCard()
    card.add([FactSet(), TextBlock("swallowed")])
    assert len(raw(card)["body"]) == 1

    body = full_sheet().post().card["body"]
    assert [node["type"] for node in body] == ["TextBlock", "FactSet", "Input.ChoiceSet", "RichTextBlock"]


def test_a_button_after_an_unfolding_one_stands_outside_of_it() -> None:
    actions = full_sheet().post().card["actions"]
    assert [action["title"] for action in actions] == ["More", "Outside"]
    assert [action["title"] for action in actions[0]["card"]["actions"]] == ["Inside"]


def test_text_with_the_signs_that_move_the_builder_stays_text() -> None:
    sheet = Sheet("a < b ^ c")
    sheet.facts([("Name", "< ^"), ("Other", "stays a fact")])
    sheet.says("^ < ^")
    body = sheet.post().card["body"]
    assert [fact["value"] for fact in body[1]["facts"]] == ["< ^", "stays a fact"]
    assert body[2]["inlines"][0]["text"] == "^ < ^"


def test_what_a_button_carries_is_not_touched() -> None:
    sheet = Sheet("Title")
    sheet.button("Go", {"do": "x", "schema": 1, "facts": [{"type": "kept"}], "none": None}, twin="`x`")
    assert checking.submits(sheet.post().card)["Go"] == {
        "do": "x", "schema": 1, "facts": [{"type": "kept"}], "none": None,
    }  # fmt: skip


def test_a_card_is_rendered_inside_a_running_loop_as_well() -> None:
    async def inside() -> dict[str, Any]:
        return full_sheet().post().card

    with pytest.raises(StopIteration) as done:
        inside().send(None)
    assert checking.faults(done.value.value) == []


def test_a_builder_that_begins_to_wait_is_found_out() -> None:
    class Waiting(AdaptiveCard):  # type: ignore[misc]  # the builder has no types
        async def to_dict(self, **_: Any) -> dict[str, Any]:
            made: dict[str, Any] = await _Forever()
            return made

    with pytest.raises(RuntimeError, match="waited"):
        render(Waiting())


class _Forever:
    def __await__(self) -> Any:
        yield


def test_a_card_that_grew_too_large_loses_lines_and_keeps_inputs_and_buttons() -> None:
    sheet = Sheet("Title")
    sheet.text_input("first", "First")
    for number in range(400):
        sheet.says(f"{number} " + "x" * 100)
    sheet.text_input("last", "Last")
    sheet.button("Go", {"do": "x"}, twin="`x`")
    post = sheet.post()

    assert card_bytes(post.card) == len(json.dumps(post.card)) < 20_000
    assert list(checking.inputs(post.card)) == ["first", "last"]
    assert list(checking.submits(post.card)) == ["Go"]
    assert post.card["body"][-2]["text"] == "… and more than a card can show."
    assert post.markdown.endswith("- Go: `x`")


def test_a_command_in_a_sentence_is_set_apart_on_the_card_too() -> None:
    sheet = Sheet("Title")
    sheet.says("Type `help` now.")
    runs = sheet.post().card["body"][1]["inlines"]
    assert [(run["text"], run.get("fontType")) for run in runs] == [
        ("Type ", None), ("help", "Monospace"), (" now.", None),
    ]  # fmt: skip


def test_a_wide_word_can_wrap_on_the_card_and_be_copied_from_the_text() -> None:
    sheet = Sheet("Title")
    sheet.says("x" * 40)
    sheet.facts([("Why not", "y" * 40)])
    post = sheet.post()

    _, sentence, facts = post.card["body"]
    assert sentence["inlines"][0]["text"].count("\u200b") == facts["facts"][0]["value"].count("\u200b") == 2
    assert facts["facts"][0]["title"] == "Why\u00a0not"
    assert post.markdown.endswith(f"{'x' * 40}\n\n- Why not: {'y' * 40}")


def test_a_row_of_buttons_stands_where_it_was_added_and_outlives_the_lines() -> None:
    sheet = Sheet("Title")
    for number in range(400):
        sheet.says(f"{number} " + "x" * 100)
    with sheet.row():
        sheet.button("One", {"do": "x"}, twin="`x`")
        sheet.button("Two", {"do": "y"}, twin="`y`")
    sheet.button("Last", {"do": "z"}, twin="`z`")
    card = sheet.post().card

    assert [action["title"] for action in card["body"][-1]["actions"]] == ["One", "Two"]
    assert [action["title"] for action in card["actions"]] == ["Last"]


def test_a_label_stands_out_and_reads_as_one_line() -> None:
    sheet = Sheet("Title")
    sheet.item("one", ["plain", ("Label", "text"), ("Empty", "")])
    post = sheet.post()

    runs = [[(run["text"], run.get("weight")) for run in line["inlines"]] for line in post.card["body"][1]["items"]]
    assert runs == [[("one", "Bolder")], [("plain", None)], [("Label: ", "Bolder"), ("text", None)]]
    assert post.markdown.endswith("- **one**\n  - plain\n  - Label: text")


def test_things_that_follow_each_other_are_one_list() -> None:
    sheet = Sheet("Title")
    sheet.item("one", ["detail", ""])
    sheet.item("two", [])
    assert sheet.post().markdown == "**Title**\n\n- **one**\n  - detail\n- **two**"
