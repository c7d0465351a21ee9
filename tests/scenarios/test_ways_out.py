"""What cannot work comes with ways out, each one press or one line away, and each judged again when it is taken."""

from typing import Any

import pytest

from bot.chat.buttons import RETURNS, WISHES
from bot.desk.states import State
from bot.store.models import Request
from tests.chat import BOT_ID, Chat, buttons_of, data_of

FREE = ("Basic Messaging", "Basic Meetings")
STANDARD, PROFESSIONAL = "Webex Calling - Standard", "Webex Calling - Professional"
CONSOLE = "Webex Calling - Attendant Console"


def typed_twin(text: str, title: str) -> str:
    """Return what the text of a card says to type instead of the button."""
    line = next(one for one in text.splitlines() if one.strip().startswith((f"- {title}:", f"{title}:")))
    return line.partition(": ")[2].strip("`")


@pytest.mark.thorough
def test_with_two_taps_standard_becomes_professional_with_the_console(chat: Chat) -> None:
    answer = chat.colleague.says("request attendant console because front desk")
    assert "does not go together with Calling Standard" in answer
    assert chat.count(Request) == 0

    chat.colleague.presses("Swap Calling Standard for Calling Professional")
    assert f"- Instead of: {STANDARD}\n" in chat.colleague.last()
    card = chat.director.card_with("Approve")
    assert "front desk" in str(card["attachments"])
    chat.director.presses("Approve")

    held = chat.colleague.holds()
    assert {PROFESSIONAL, CONSOLE} <= held
    assert STANDARD not in held
    assert chat.state_of(1) is State.GRANTED
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 1
    assert "extension 2102" in chat.colleague.last(), "the number was kept"


def test_a_way_out_can_be_typed_as_its_card_says(chat: Chat) -> None:
    chat.colleague.says("request attendant console because front desk")
    text = chat.colleague.card_with("Choose something else")["text"]
    line = typed_twin(text, "Swap Calling Standard for Calling Professional")
    assert line == (
        "request Webex Calling - Professional and Webex Calling - Attendant Console "
        "instead of Webex Calling - Standard because front desk"
    )
    assert "Request #1 is sent" in chat.colleague.says(line)


@pytest.mark.thorough
def test_what_is_missing_joins_the_request(chat: Chat) -> None:
    chat.employee.says("request attendant console at Denver ext 1109 because front desk")
    chat.employee.presses("Also request Calling Professional")
    chat.manager.presses("Approve")
    assert {PROFESSIONAL, CONSOLE} <= chat.employee.holds()
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 1


def test_what_cannot_be_had_is_left_out(chat: Chat) -> None:
    chat.give(chat.employee, *FREE, "Screen Share")
    chat.employee.says("request messaging and screen share")
    chat.employee.presses("Request only Messaging")
    assert "Request #1 is sent" in chat.employee.last()
    assert "Screen Share" not in chat.manager.last().split("Holds now")[0]


def test_a_step_down_starts_with_giving_back(chat: Chat) -> None:
    chat.give(chat.employee, *FREE, PROFESSIONAL)
    chat.change(chat.employee, extension="1109")
    chat.employee.says("request calling standard")
    chat.employee.presses("First return Calling Professional")
    assert "Return this license?" in chat.employee.last()
    chat.employee.presses("Return it")
    assert PROFESSIONAL not in chat.employee.holds()


def test_choosing_something_else_opens_the_form(chat: Chat) -> None:
    chat.employee.says("request messenger because chat")
    chat.employee.presses("Choose something else")
    form = chat.employee.card_with("Send request")
    assert "chat" in str(form["attachments"])


def test_nobody_is_offered_what_would_tell_what_a_colleague_holds(chat: Chat) -> None:
    chat.employee.says("request attendant console for colleague@example.com at Denver ext 1109")
    card = chat.employee.card_with("Choose something else")
    assert buttons_of(card) == ["Choose something else"]
    assert "Standard" not in card["text"]


def test_facts_that_changed_since_are_seen_when_a_way_out_is_taken(chat: Chat) -> None:
    chat.colleague.says("request attendant console")
    chat.give(chat.colleague, *FREE)
    chat.colleague.presses("Swap Calling Standard for Calling Professional")
    assert "is not held" in chat.colleague.last()
    assert chat.count(Request) == 0


@pytest.mark.thorough
def test_a_way_out_that_the_card_never_offered_is_refused(chat: Chat) -> None:
    chat.employee.says("request messenger")
    card = chat.employee.card_with("Choose something else")
    forged = [one for one in (*WISHES, *RETURNS) if one != "choose"]
    for do in forged:
        chat.employee.submits(card["id"], {"do": do, "license_ids": "x", "beneficiary_id": BOT_ID})
    chat.running.settle()
    answers = [one["text"] for one in chat.employee.inbox() if "did not fit together" in one["text"]]
    assert len(answers) == len(forged)
    assert chat.count(Request) == 0


@pytest.mark.thorough
def test_a_way_out_pressed_by_somebody_else_changes_nothing(chat: Chat) -> None:
    chat.colleague.says("request attendant console")
    card = chat.colleague.card_with("Choose something else")
    inputs: dict[str, Any] = data_of(card, "Swap Calling Standard for Calling Professional")
    before = chat.standing()
    chat.employee.says("help")
    own = chat.employee.card_with("My requests")
    chat.employee.submits(own["id"], inputs)
    chat.running.settle()
    assert "did not fit together" in chat.employee.last()
    assert chat.standing() == before


def test_a_way_out_taken_twice_makes_one_request(chat: Chat) -> None:
    chat.colleague.says("request attendant console")
    card = chat.colleague.card_with("Choose something else")
    title = "Swap Calling Standard for Calling Professional"
    for _ in range(2):
        chat.colleague.submits(card["id"], data_of(card, title))
    chat.running.settle()
    assert chat.count(Request) == 1


@pytest.mark.thorough
def test_what_webex_refused_comes_with_the_way_out_that_fits_now(chat: Chat) -> None:
    chat.give(chat.employee, *FREE, PROFESSIONAL)
    chat.change(chat.employee, extension="1109", locationId=chat.location_id("Denver"))
    chat.employee.says("request attendant console because front desk")
    chat.give(chat.employee, *FREE)
    chat.manager.presses("Approve")
    assert "400408" in chat.employee.last()

    chat.employee.presses("Also request Calling Professional")
    assert "front desk" in chat.manager.card_with("Approve")["text"]
    chat.manager.presses("Approve")
    assert chat.state_of(2) is State.GRANTED
    assert {PROFESSIONAL, CONSOLE} <= chat.employee.holds()


@pytest.mark.thorough
def test_an_admin_retries_what_failed_of_several_and_nothing_else(chat: Chat) -> None:
    chat.employee.says("request messaging and screen share")
    chat.resize("Screen Share", 0)
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.PARTIAL
    assert "Choose something else" in buttons_of(chat.employee.card_with("Status"))
    chat.resize("Screen Share", 50)
    chat.admin.presses("Retry what failed")
    assert chat.state_of(1) is State.GRANTED
    assert [one["status"] for one in chat.calls("PATCH", "/v1/licenses/users")] == [206, 200]
    assert {"Messaging", "Screen Share"} <= chat.employee.holds()


@pytest.mark.thorough
def test_what_webex_left_out_without_a_reason_can_be_asked_for_again(chat: Chat) -> None:
    chat.weather(method="PATCH", path="/licenses/users", unapplied=True)
    chat.employee.says("request messaging because new team")
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.FAILED
    chat.employee.presses("Ask again for what failed")
    chat.manager.presses("Approve")
    assert chat.state_of(2) is State.GRANTED


def test_a_result_offers_nothing_that_tells_who_asked_what_somebody_else_holds(chat: Chat) -> None:
    chat.give(chat.colleague, *FREE, PROFESSIONAL)
    chat.change(chat.colleague, extension="1109", locationId=chat.location_id("Denver"))
    chat.employee.says("request attendant console for colleague@example.com at Denver ext 1109")
    chat.give(chat.colleague, *FREE, STANDARD)
    chat.director.presses("Approve")
    assert buttons_of(chat.employee.card_with("Status")) == ["Choose something else", "Status"]
    assert "Swap Calling Standard for Calling Professional" in buttons_of(chat.colleague.card_with("Status"))


@pytest.mark.thorough
def test_a_form_older_than_the_catalog_is_answered_with_the_list_as_it_is_now(chat: Chat) -> None:
    chat.employee.says("request")
    vanished = chat.license_id("Messaging")[:-4] + "AAAA"
    assert "no longer lists" in chat.employee.presses("Send request", licenses=vanished)
    chat.employee.presses("Choose something else")
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"))
    assert chat.count(Request) == 1


@pytest.mark.thorough
def test_a_wish_made_twice_leads_to_the_first_and_to_what_is_left(chat: Chat) -> None:
    chat.employee.says("request messaging")
    assert "Request #1 is already about Messaging" in chat.employee.says("request messaging and screen share")
    card = chat.employee.card_with("Show request #1")
    assert buttons_of(card) == ["Request only Screen Share", "Show request #1"]
    assert "Request #1: pending" in chat.employee.presses("Show request #1")
    assert "Request #2 is sent" in chat.employee.presses("Request only Screen Share")


def test_nobody_learns_from_a_button_which_of_two_a_colleague_holds(chat: Chat) -> None:
    chat.give(chat.colleague, *FREE, "Messaging")
    chat.employee.says("request messaging and screen share for colleague@example.com")
    assert buttons_of(chat.employee.card_with("Choose something else")) == ["Choose something else"]


@pytest.mark.thorough
def test_a_result_stays_to_be_read_when_its_way_out_is_taken(chat: Chat) -> None:
    chat.weather(method="PATCH", path="/licenses/users", unapplied=True)
    chat.employee.says("request messaging")
    chat.manager.presses("Approve")
    result = chat.employee.card_with("Ask again for what failed")
    chat.employee.presses("Ask again for what failed")
    assert result["id"] in {one["id"] for one in chat.employee.inbox()}
    assert "Request #2 is already about" in chat.employee.presses("Ask again for what failed", on=result)
