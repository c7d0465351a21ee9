import pytest

from cards.request_form import Choice, RequestFormView, request_form
from tests.cards import checking


def catalog(size: int, title: str = "Webex license") -> tuple[Choice, ...]:
    return tuple(Choice(f"{number:03}" + "x" * 127, f"{title} {number}", number) for number in range(size))


def test_choices_say_how_many_units_are_left() -> None:
    choices = (Choice("a", "Calling", 5), Choice("b", "Meetings", 0), Choice("c", "Messaging", None))
    field = checking.inputs(request_form(RequestFormView(choices)).card)["licenses"]

    titles = [choice["title"] for choice in field["choices"]]
    assert titles == ["Calling (5 left)", "Meetings (none left)", "Messaging"]
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


@pytest.mark.parametrize(("size", "hinted"), [(12, False), (13, True)])
def test_a_list_longer_than_a_phone_names_the_faster_way(size: int, *, hinted: bool) -> None:
    told = " ".join(checking.shown(request_form(RequestFormView(catalog(size))).card))
    assert ("Faster than the list: type request <license>" in told) is hinted


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
