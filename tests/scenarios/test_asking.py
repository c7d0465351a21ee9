"""Asking: in a line, by the form, with Calling details, for a colleague; and what bothers nobody."""

from bot.desk.states import State
from bot.store.models import Request
from tests.chat import Chat


def test_the_form_shows_the_catalog_and_its_request_goes_to_the_manager(chat: Chat) -> None:
    chat.employee.says("request")
    form = chat.employee.card_with("Send request")
    assert "Messaging" in str(form["attachments"])
    assert "38 left" in str(form["attachments"])
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"), reason="new team")
    assert "Request #1 is sent" in chat.employee.last()
    assert "new team" in chat.manager.last()


def test_a_form_that_was_sent_gives_way_to_its_request_and_cannot_be_sent_twice(chat: Chat) -> None:
    chat.employee.says("request")
    form = chat.employee.card_with("Send request")
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"))
    assert form["id"] not in {message["id"] for message in chat.employee.inbox()}
    assert chat.count(Request) == 1


def test_an_empty_form_is_answered_and_stays_open(chat: Chat) -> None:
    chat.employee.says("request")
    assert "Which license?" in chat.employee.presses("Send request")
    assert chat.count(Request) == 0
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"))
    assert chat.count(Request) == 1


def test_several_licenses_make_one_request_and_one_patch(chat: Chat) -> None:
    chat.employee.says("request messaging and calling pro at Denver ext 1109 because new desk")
    chat.manager.presses("Approve")
    assert {"Messaging", "Webex Calling - Professional"} <= chat.employee.holds()
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 1


def test_a_calling_license_without_details_is_asked_for_them_step_by_step(chat: Chat) -> None:
    asked = chat.employee.says("request calling professional because new desk")
    assert "Details for calling" in asked
    assert chat.count(Request) == 0
    chat.employee.presses("Continue", location=chat.location_id("Denver"))
    chat.employee.presses("Continue", extension="1109")
    assert "extension 1109" in chat.manager.last()
    chat.manager.presses("Approve")
    assert "Webex Calling - Professional" in chat.employee.holds()


def test_an_unfitting_calling_detail_is_explained_and_asked_for_again(chat: Chat) -> None:
    chat.employee.says("request calling professional at Denver")
    assert "is not an extension" in chat.employee.presses("Continue", extension="abc")
    assert chat.count(Request) == 0
    assert "Request #1 is sent" in chat.employee.presses("Continue", extension="1109")


def test_a_license_for_a_colleague_is_decided_by_the_approvers_and_the_colleague_is_told(chat: Chat) -> None:
    chat.employee.says("request messaging for colleague@example.com because she asked me to")
    assert "asked for Messaging for you" in chat.colleague.last()
    chat.director.presses("Approve")
    assert "Messaging" in chat.colleague.holds()
    assert "Request #1: done" in chat.colleague.last()
    assert "Request #1: done" in chat.employee.last()


def test_what_is_held_already_bothers_nobody(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Messaging")
    answer = chat.employee.says("request messaging")
    assert "already" in answer
    assert "Nobody was asked" in answer
    assert chat.count(Request) == 0


def test_a_missing_prerequisite_is_said_with_the_way_out(chat: Chat) -> None:
    answer = chat.employee.says("request attendant console at Denver ext 1109")
    assert "needs Calling Professional" in answer
    assert "together with the one it needs" in answer
    assert chat.count(Request) == 0


def test_what_a_colleague_holds_is_not_told_to_who_asks_for_them(chat: Chat) -> None:
    answer = chat.employee.says("request calling professional for colleague@example.com at Denver ext 1109")
    assert "only they may know" in answer
    assert "Standard" not in answer
    assert "Calling Standard" in chat.admin.says(
        "request calling professional for colleague@example.com at Denver ext 1109"
    )


def test_the_same_wish_twice_is_told_the_number_of_the_first(chat: Chat) -> None:
    chat.employee.says("request messaging")
    assert "Request #1 is already about Messaging" in chat.employee.says("request messaging")
    assert chat.count(Request) == 1


def test_two_near_names_are_asked_back(chat: Chat) -> None:
    assert "could be" in chat.employee.says("request webex meeting center")
    assert "Did you mean" in chat.employee.says("request screenshare")


def test_an_unknown_colleague_is_said_to_be_unknown(chat: Chat) -> None:
    assert "found nobody" in chat.employee.says("request messaging for nobody@example.com")


def test_a_colleague_who_left_gets_nothing(chat: Chat) -> None:
    assert "no active Webex account" in chat.employee.says("request messaging for lars.holm@example.com")


def test_without_anybody_who_may_decide_the_request_ends_at_once_and_admins_know(chat: Chat) -> None:
    answer = chat.director.says("request calling professional at Denver ext 1109 because I want one")
    assert "Nobody may decide" in answer
    assert chat.state_of(1) is State.DENIED
    assert "ended without a decision" in chat.admin.last()


def test_a_license_is_given_back_after_a_confirmation(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Messaging")
    assert "Return this license?" in chat.employee.says("return messaging because I moved")
    assert "Messaging" in chat.employee.holds()
    chat.employee.presses("Return it")
    assert chat.state_of(1) is State.GRANTED
    assert "Messaging" not in chat.employee.holds()
    assert "returned and checked" in chat.employee.last()


def test_a_return_can_be_thought_over(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Messaging")
    chat.employee.says("return messaging")
    chat.employee.presses("Keep it")
    assert chat.state_of(1) is State.CANCELED
    assert "Messaging" in chat.employee.holds()


def test_nobody_gives_back_what_somebody_else_holds(chat: Chat) -> None:
    assert "your own" in chat.employee.says("return messaging for manager@example.com")
    assert "not held" in chat.employee.says("return messaging").lower() or chat.count(Request) == 0


def test_a_request_is_canceled_by_its_card_and_the_manager_sees_it(chat: Chat) -> None:
    chat.employee.says("request messaging")
    assert "is canceled" in chat.employee.presses("Cancel request")
    assert chat.state_of(1) is State.CANCELED
    assert "Request #1: canceled" in chat.manager.last()
