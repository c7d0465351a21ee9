"""The forms of a Calling license, in steps: few locations or many, free numbers or none, and what was given is kept."""

from dataclasses import replace

from cards.calling_details import (
    NO_NUMBER,
    Location,
    LocationView,
    NumberView,
    Wish,
    calling_location,
    calling_number,
)
from cards.kit import Post
from tests.cards import checking

WISH = Wish(("Webex Calling - Professional",), "Grace Hopper", "grace@example.com")
PLACES = LocationView(WISH, (Location("loc-1", "Berlin"), Location("loc-2", "San José")))
NUMBERS = NumberView(WISH, "San José", ("+14085550101", "+14085550102"))
CORRECTION = replace(NUMBERS, wish=replace(WISH, request_id=42), current="+14085550109", extension="1234")


def said(post: Post) -> str:
    return " ".join(checking.shown(post.card))


def choices(post: Post, name: str) -> dict[str, str]:
    return {choice["title"]: choice["value"] for choice in checking.inputs(post.card)[name]["choices"]}


def test_few_locations_are_a_choice_and_nothing_else() -> None:
    fields = checking.inputs(calling_location(PLACES).card)
    assert list(fields) == ["location"]
    assert fields["location"]["style"] == "compact"


def test_many_locations_come_with_a_search_field_and_the_count_of_those_not_listed() -> None:
    post = calling_location(replace(PLACES, left_out=1, has_search=True, part="Br"))
    assert checking.inputs(post.card)["place"]["value"] == "Br"
    assert "1 more location is not listed here" in said(post)
    assert "30 more locations are not listed" in said(calling_location(replace(PLACES, left_out=30)))


def test_locations_with_the_longest_ids_fit_and_those_that_do_not_are_counted() -> None:
    locations = tuple(Location(f"{number:04}" + "x" * 2_000, f"Site {number}") for number in range(20))
    post = calling_location(replace(PLACES, locations=locations))
    assert checking.faults(post.card) == []
    assert f"{20 - len(choices(post, 'location'))} more locations are not listed here" in said(post)
    assert "place" in checking.inputs(post.card), "the others can be looked for"


def test_the_typed_form_names_the_license_the_person_and_what_goes() -> None:
    told = calling_location(PLACES).markdown
    assert "`request Webex Calling - Professional for grace@example.com at <location> ext <n>`" in told
    swap = replace(PLACES, wish=replace(WISH, email="", instead_of=("Webex Calling - Standard",)))
    assert "Professional instead of Webex Calling - Standard at <location>" in calling_location(swap).markdown


def test_a_name_too_long_to_type_is_left_to_the_person() -> None:
    long = Wish(("x" * 200,), "Grace")
    assert "`request <license> at <location> ext <n>`" in calling_location(replace(PLACES, wish=long)).markdown
    told = calling_number(replace(NUMBERS, wish=long, location="y" * 200)).markdown
    assert "`request <license> at <location> ext <n>`" in told


def test_a_free_number_can_be_chosen_another_typed_and_an_extension_given() -> None:
    post = calling_number(NUMBERS)
    assert list(checking.inputs(post.card)) == ["number", "digits", "extension"]
    assert choices(post, "number") == {"+14085550101": "+14085550101", "+14085550102": "+14085550102"}
    assert "value" not in checking.inputs(post.card)["number"]
    assert "at San José ext <n>`" in post.markdown


def test_more_free_numbers_than_are_shown_can_be_looked_for() -> None:
    assert "More numbers are free" not in said(calling_number(NUMBERS))
    assert "More numbers are free" in said(calling_number(replace(NUMBERS, has_more=True)))


def test_the_only_number_with_the_digits_is_chosen_for_the_person() -> None:
    post = calling_number(replace(NUMBERS, numbers=("+14085550102",), part="0102"))
    field = checking.inputs(post.card)["number"]
    assert (field["label"], field["value"]) == ("Phone numbers with 0102", "+14085550102")


def test_where_no_number_is_free_an_extension_is_asked_for() -> None:
    post = calling_number(replace(NUMBERS, numbers=()))
    assert "No phone number is free there" in said(post)
    assert list(checking.inputs(post.card)) == ["extension"]


def test_where_webex_does_not_tell_what_is_free_a_number_is_typed() -> None:
    post = calling_number(replace(NUMBERS, numbers=(), is_told=False))
    assert list(checking.inputs(post.card)) == ["digits", "extension"]
    assert "No phone number is free" not in said(post)


def test_what_was_given_is_kept_beside_what_was_wrong_with_it() -> None:
    post = calling_number(replace(NUMBERS, typed="+14085550199", extension="12", problem="It is not free."))
    fields = checking.inputs(post.card)
    assert (fields["digits"]["value"], fields["extension"]["value"]) == ("+14085550199", "12")
    assert "It is not free." in said(post)


def test_a_correction_begins_with_what_the_request_says_and_can_give_the_number_back() -> None:
    post = calling_number(CORRECTION)
    assert checking.inputs(post.card)["number"]["value"] == "+14085550109"
    assert list(choices(post, "number").values()) == ["+14085550109", "+14085550101", "+14085550102", NO_NUMBER]
    assert checking.inputs(post.card)["extension"]["value"] == "1234"
    assert checking.submits(post.card) == {
        "Continue": {"do": "correct", "request": 42},
        "Other location": {"do": "correct_location", "request": 42},
    }
    assert "`details 42 at San José ext <n>`" in post.markdown


def test_a_correction_that_was_sent_once_chooses_nothing_by_itself() -> None:
    post = calling_number(replace(CORRECTION, is_first=False))
    assert "value" not in checking.inputs(post.card)["number"]


def test_the_number_that_is_there_is_not_listed_twice() -> None:
    post = calling_number(replace(CORRECTION, current="+14085550101"))
    assert list(choices(post, "number").values()) == ["+14085550101", "+14085550102", NO_NUMBER]
