from dataclasses import replace

import pytest

from cards.request_form import Choice, RequestFormView, request_form
from tests.cards import checking


def catalog(size: int, title: str = "Webex license") -> tuple[Choice, ...]:
    return tuple(Choice(f"{number:03}" + "x" * 127, f"{title} {number}", number) for number in range(size))


def test_choices_say_how_many_units_are_left() -> None:
    choices = (Choice("a", "Calling", 5), Choice("b", "Meetings", 0), Choice("c", "Messaging", None))
    field = checking.inputs(request_form(RequestFormView(choices)).card)["licenses"]

    titles = [choice["title"] for choice in field["choices"]]
    assert titles == ["Calling · 5 left", "Meetings · none left", "Messaging"]
    assert field["isMultiSelect"] is True


def test_a_catalog_of_sixty_fits_as_a_whole() -> None:
    post = request_form(RequestFormView(catalog(60)))

    assert checking.faults(post.card) == []
    assert len(checking.inputs(post.card)["licenses"]["choices"]) == 60


@pytest.mark.parametrize("title", ["Webex license", "日本語のライセンス" * 10], ids=["short", "long"])
def test_a_catalog_that_is_too_large_says_how_to_ask_for_the_rest(title: str) -> None:
    view = RequestFormView(catalog(300, title), beneficiary="😀" * 300, reason="😀" * 600, problem="😀" * 600)
    post = request_form(view)

    shown = len(checking.inputs(post.card)["licenses"]["choices"])
    assert checking.faults(post.card) == []
    assert 0 < shown < 300
    assert f"{300 - shown} more licenses do not fit here. To ask for one, type request <license>." in checking.shown(
        post.card
    )


GROUPED = (
    Choice("a", "Desk phone", 5, "Phones", "17 € a month", "With voicemail."),
    Choice("b", "Messaging", None, "Chat", "", "Chat with files."),
    Choice("c", "Webinars", 0, "Chat"),
    Choice("d", "Screen Share", None),
)


def test_groups_are_fields_of_their_own_with_prices_and_small_print_below() -> None:
    post = request_form(RequestFormView(GROUPED, ("b",)))
    fields = [field for name, field in checking.inputs(post.card).items() if name.startswith("licenses")]
    assert [field["label"] for field in fields] == ["Phones", "Chat", "Other licenses"]
    assert [field.get("value") for field in fields] == [None, "b", None]
    assert fields[0]["choices"] == [{"title": "Desk phone · 17 € a month · 5 left", "value": "a"}]
    body = [one.get("id") or one.get("inlines", [{}])[0].get("text") for one in post.card["body"]]
    assert body[body.index("licenses") : body.index("licenses_3")] == [
        "licenses", "Desk phone: With voicemail.", "licenses_2", "Messaging: Chat with files.",
    ]  # fmt: skip
    assert "Phones:\n\n- Desk phone · 17 € a month · 5 left\n\nChat:" in post.markdown


def test_what_is_in_no_group_is_asked_for_first_if_it_comes_first() -> None:
    fields = checking.inputs(request_form(RequestFormView(GROUPED[::-1])).card)
    assert fields["licenses"]["label"] == "Which license?"
    assert fields["licenses_2"]["label"] == "Chat"


def test_choices_go_before_their_descriptions_where_a_card_is_full() -> None:
    many = tuple(replace(one, group=f"Group {at % 12}", description="日本" * 40) for at, one in enumerate(catalog(60)))
    card = request_form(RequestFormView(many)).card
    assert checking.faults(card) == []
    shown = [choice for name, one in checking.inputs(card).items() if "choices" in one for choice in one["choices"]]
    assert len(shown) == 60
    assert 0 < sum("日本" in text for text in checking.shown(card)) < 60


@pytest.mark.parametrize(("size", "hinted"), [(12, False), (13, True)])
def test_a_list_longer_than_a_phone_names_the_faster_way(size: int, *, hinted: bool) -> None:
    told = " ".join(checking.shown(request_form(RequestFormView(catalog(size))).card))
    assert ("Faster than this list: request <license> because …" in told) is hinted


def test_what_was_chosen_before_is_shown_first_of_all() -> None:
    choices = catalog(300)
    chosen = (choices[250].value, choices[3].value, "gone by now")
    field = checking.inputs(request_form(RequestFormView(choices, chosen)).card)["licenses"]

    assert field["value"].split(",") == [choices[3].value, choices[250].value]
    values = [choice["value"] for choice in field["choices"]]
    assert choices[250].value in values
    assert values == sorted(values)


def test_the_form_remembers_what_was_typed_as_it_was_typed() -> None:
    view = RequestFormView(catalog(1), beneficiary="a_b@example.com", reason="*now* https://example.com", problem="No.")
    post = request_form(view)

    fields = checking.inputs(post.card)
    assert (fields["for"]["value"], fields["reason"]["value"]) == ("a_b@example.com", "*now* https://example.com")
    assert fields["reason"]["maxLength"] == 500
    assert checking.submits(post.card) == {"Send request": {"do": "submit"}}


def test_an_empty_catalog_is_no_empty_form() -> None:
    post = request_form(RequestFormView(()))

    assert "licenses" not in checking.inputs(post.card)
    assert "no license to choose from" in post.markdown
