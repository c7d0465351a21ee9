"""A Calling license is asked for step by step, and what cannot work is said before an approver is bothered."""

from typing import Any

import pytest

from bot.desk.states import State
from bot.store.models import Request
from tests.cards import checking
from tests.chat import Chat, Someone, buttons_of, content_of

pytestmark = pytest.mark.thorough

FREE_NUMBERS = "/telephony/config/people/primary/availableNumbers"
FREE, OTHER, MANAGERS, RESERVED = (f"+130355501{last}" for last in ("03", "04", "01", "09"))
ABROAD = "+493023125103"


def fields(someone: Someone) -> dict[str, dict[str, Any]]:
    """The inputs of the newest form, by their names."""
    return checking.inputs(content_of(someone.card_with("Continue")))


def offered(someone: Someone, name: str) -> list[str]:
    return [choice["title"] for choice in fields(someone)[name]["choices"]]


def with_places(chat: Chat, count: int) -> None:
    """Let Webex list so many locations, all of them made up."""
    items = [{"id": f"place-{number}", "name": f"Place {number}"} for number in range(1, count + 1)]
    chat.weather(method="GET", path="/locations", every=1, status=200, body={"items": items})


def test_the_location_comes_first_then_its_numbers_and_everybody_reads_what_was_chosen(chat: Chat) -> None:
    chat.employee.says("request calling professional because new desk")
    assert list(fields(chat.employee)) == ["location"]
    assert offered(chat.employee, "location") == ["Berlin", "Denver", "London"]

    first = chat.employee.card_with("Continue")["id"]
    chat.employee.presses("Continue", location=chat.location_id("Denver"))
    assert first not in {message["id"] for message in chat.employee.inbox()}
    assert offered(chat.employee, "number") == [f"+130355501{last:02}" for last in range(2, 9)]

    chat.employee.presses("Continue", number=FREE, extension="1109")
    chosen = f"at Denver, number {FREE}, extension 1109"
    assert chosen in chat.manager.last()
    chat.manager.presses("Approve")
    assert chosen in chat.employee.last()
    person = chat.admin.call("GET", f"people/{chat.employee.person_id}", params={"callingData": "true"})
    assert (person["phoneNumbers"][0]["value"], person["extension"]) == (FREE, "1109")


def test_a_line_that_says_everything_shows_no_form(chat: Chat) -> None:
    for line in (f"number {FREE}", f"at Denver number {FREE}", "at denvr ext 1109", "at Den ext 1109"):
        assert "is sent" in chat.employee.says(f"request calling professional {line}")
        assert "at Denver, " in chat.manager.last()
        chat.employee.presses("Cancel request")


def test_what_a_line_says_is_not_asked_again(chat: Chat) -> None:
    chat.employee.says("request calling professional ext 1109 because new desk")
    assert "Request #1 is sent" in chat.employee.presses("Continue", location=chat.location_id("Denver"))
    assert "extension 1109" in chat.manager.last()
    assert "new desk" in chat.manager.last()

    chat.employee.says("request attendant console and calling professional at Berlin")
    assert list(fields(chat.employee)) == ["number", "digits", "extension"]


def test_one_of_many_locations_is_found_by_a_part_of_its_name(chat: Chat) -> None:
    with_places(chat, 25)
    assert "5 more locations are not listed" in chat.employee.says("request calling professional")
    chat.employee.presses("Continue", place="E 2")
    assert offered(chat.employee, "location") == [f"Place {number}" for number in (2, 20, 21, 22, 23, 24, 25)]
    assert fields(chat.employee)["place"]["value"] == "E 2"
    assert "Location: Place 24" in chat.employee.presses("Continue", location="place-24", place="E 2")
    assert "Location: Place 9" in chat.employee.says("request calling professional at place 9")


def test_a_name_that_fits_several_locations_is_asked_back(chat: Chat) -> None:
    chat.employee.says("request calling professional at er ext 1109")
    assert offered(chat.employee, "location") == ["Berlin", "Denver"]
    assert chat.count(Request) == 0


def test_a_location_that_webex_does_not_know_is_asked_for_again(chat: Chat) -> None:
    chat.employee.says("request calling professional")
    assert "Please choose a location" in chat.employee.presses("Continue")
    assert "I know no location called “Atlantis”" in chat.employee.presses("Continue", location="Atlantis")
    assert fields(chat.employee)["place"]["value"] == "Atlantis"
    assert offered(chat.employee, "location") == ["Berlin", "Denver", "London"]


def test_where_no_location_is_set_up_nobody_is_shown_an_empty_form(chat: Chat) -> None:
    with_places(chat, 0)
    assert "No location is set up in Webex" in chat.employee.says("request calling professional")
    assert chat.count(Request) == 0


def test_a_number_is_found_by_some_of_its_digits(chat: Chat) -> None:
    chat.employee.says("request calling professional at Denver")
    chat.employee.presses("Continue", digits="0303 555 0103", extension="1109")
    assert (offered(chat.employee, "number"), fields(chat.employee)["number"]["value"]) == ([FREE], FREE)
    assert fields(chat.employee)["extension"]["value"] == "1109"
    assert "No number with 99 in it is free at Denver" in chat.employee.presses("Continue", digits="99")
    assert "is not a phone number" in chat.employee.presses("Continue", digits="the old one")
    assert "Please give a phone number or an extension" in chat.employee.presses("Continue")
    chat.employee.presses("Continue", digits=f"{FREE[1:5]} {FREE[5:]}")
    assert f"number {FREE}" in chat.manager.last()


def test_a_number_that_is_not_free_there_bothers_nobody_and_stays_on_the_card(chat: Chat) -> None:
    chat.employee.says("request calling professional at Denver")
    for number in (MANAGERS, RESERVED, ABROAD):
        assert f"{number} is not free at Denver" in chat.employee.presses("Continue", digits=number, extension="1109")
        shown = fields(chat.employee)
        assert (shown["digits"]["value"], shown["extension"]["value"]) == (number, "1109")
    assert chat.count(Request) == 0

    chat.employee.presses("Continue", number=FREE, digits=ABROAD, extension="1109")
    assert f"number {FREE}, extension 1109" in chat.manager.last()


def test_a_typed_number_that_is_not_free_leads_to_the_form(chat: Chat) -> None:
    answer = chat.employee.says(f"request calling professional number {MANAGERS}")
    assert f"{MANAGERS} is not free in this organization" in answer
    assert offered(chat.employee, "location") == ["Berlin", "Denver", "London"]


def test_an_extension_that_somebody_has_is_asked_for_again(chat: Chat) -> None:
    taken = "Extension 1101 is already in use at Denver"
    assert taken in chat.employee.says("request calling professional at Denver ext 1101")
    assert fields(chat.employee)["extension"]["value"] == "1101"
    assert taken in chat.employee.presses("Continue", number=FREE, extension="1101")
    assert chat.count(Request) == 0
    assert "Request #1 is sent" in chat.employee.says("request calling professional at Berlin ext 1101")


def test_where_no_number_is_free_an_extension_will_do(chat: Chat) -> None:
    chat.weather(method="GET", path=FREE_NUMBERS, every=1, status=200, body={"phoneNumbers": []})
    assert "No phone number is free there" in chat.employee.says("request calling professional at Denver")
    assert list(fields(chat.employee)) == ["extension"]
    assert "Request #1 is sent" in chat.employee.presses("Continue", extension="1109")


def test_where_webex_tells_no_numbers_people_type_theirs_and_webex_has_the_last_word(chat: Chat) -> None:
    chat.weather(method="GET", path=FREE_NUMBERS, every=1, status=403)
    chat.weather(method="GET", path="/telephony/config/numbers", every=1, status=403)
    chat.employee.says("request calling professional at Denver")
    assert list(fields(chat.employee)) == ["digits", "extension"]
    assert "with the country code" in chat.employee.presses("Continue", digits="0303 555 0103")
    chat.employee.presses("Continue", digits=MANAGERS)
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.REFUSED

    chat.employee.says("request calling professional at Denver")
    chat.employee.presses("Continue", digits=FREE)
    chat.manager.presses("Approve")
    assert chat.state_of(2) is State.GRANTED


def test_only_the_numbers_that_a_card_can_show_are_fetched(chat: Chat) -> None:
    chat.employee.says("request calling professional at Denver")
    queries = [call["query"] for call in chat.calls("GET", f"/v1{FREE_NUMBERS}")]
    assert len(queries) == 1
    assert "max=11" in queries[0]
    assert "licenseType=Webex+Calling+Professional" in queries[0]
    chat.employee.says("request messaging")
    assert len(chat.calls("GET", f"/v1{FREE_NUMBERS}")) == 1


def test_another_location_can_be_chosen_after_all(chat: Chat) -> None:
    chat.employee.says("request calling professional at Denver because new desk")
    assert buttons_of(chat.employee.card_with("Continue")) == ["Continue", "Other location"]
    chat.employee.presses("Other location")
    chat.employee.presses("Continue", location=chat.location_id("Berlin"))
    assert ABROAD in offered(chat.employee, "number")
    chat.employee.presses("Continue", number=ABROAD)
    assert f"at Berlin, number {ABROAD}" in chat.manager.last()
    assert "new desk" in chat.manager.last()
