from dataclasses import replace

from cards.calling_details import CallingDetailsView, Location, calling_details
from tests.cards import checking

VIEW = CallingDetailsView(
    licenses=("Webex Calling - Professional",),
    locations=(Location("loc-1", "Berlin"), Location("loc-2", "San José")),
    beneficiary="grace@example.com",
    location="loc-2",
    number="+14085550100",
    extension="1234",
)


def test_the_form_remembers_what_was_chosen() -> None:
    fields = checking.inputs(calling_details(VIEW).card)
    assert {name: field["value"] for name, field in fields.items()} == {
        "location": "loc-2", "extension": "1234", "number": "+14085550100",
    }  # fmt: skip
    assert fields["location"]["style"] == "compact"


def test_the_typed_form_can_be_sent_as_it_stands() -> None:
    told = calling_details(VIEW).markdown
    assert "`request Webex Calling - Professional for grace@example.com at <location> ext <n>`" in told


def test_a_name_too_long_to_type_is_left_to_the_person() -> None:
    told = calling_details(replace(VIEW, licenses=("x" * 200,), beneficiary="Grace")).markdown
    assert "`request <license> at <location> ext <n>`" in told


def test_a_location_that_is_gone_is_not_chosen() -> None:
    assert "value" not in checking.inputs(calling_details(replace(VIEW, location="gone")).card)["location"]


def test_two_thousand_locations_fit_and_say_what_is_missing() -> None:
    locations = tuple(Location(f"{number:04}" + "x" * 76, f"Site {number}") for number in range(2000))
    post = calling_details(replace(VIEW, locations=locations, location=locations[1500].value))

    field = checking.inputs(post.card)["location"]
    assert checking.faults(post.card) == []
    assert field["value"] == locations[1500].value
    assert f"{2000 - len(field['choices'])} more locations do not fit here" in " ".join(checking.shown(post.card))
    assert len(post.markdown.encode()) <= 7439
