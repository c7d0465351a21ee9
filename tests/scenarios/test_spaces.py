"""Group spaces: what may be said there, what goes 1:1, and spaces of approvers."""

import pytest

from bot.desk.states import State
from bot.store.models import Delivery, Request
from tests.chat import IT_SPACE, Chat

ONE_TO_ONE = "I answered you in our 1:1 space."


def test_help_is_answered_where_it_was_asked_in_the_thread(chat: Chat) -> None:
    said = chat.employee.mentions("help")
    assert "What I can do" in said
    question, answer = chat.employee.reads_in(IT_SPACE)[-2:]
    assert answer["parentId"] == question["id"]


def test_a_request_is_recorded_and_its_details_stay_between_the_two(chat: Chat) -> None:
    said = chat.employee.mentions("request messaging because private matters")
    assert "Request #1 is recorded" in said
    assert "private matters" not in said
    assert "private matters" in chat.employee.last()


def test_what_somebody_holds_is_never_said_in_a_group(chat: Chat) -> None:
    assert chat.employee.mentions("my licenses") == ONE_TO_ONE
    assert "Basic Messaging" in chat.employee.last()
    assert chat.admin.mentions("status manager@example.com") == ONE_TO_ONE
    assert "Webex Calling - Professional" in chat.admin.last()


def test_a_form_asked_for_in_a_group_comes_one_to_one(chat: Chat) -> None:
    assert "sent you the form" in chat.employee.mentions("request")
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"))
    assert chat.count(Request) == 1


def test_a_typo_is_answered_in_the_thread(chat: Chat) -> None:
    assert "Did you mean `help`" in chat.employee.mentions("helo") or "Did you mean help" in chat.employee.mentions(
        "helo"
    )


def test_the_bot_greets_a_space_that_it_is_added_to(chat: Chat) -> None:
    space = chat.manager.call("POST", "rooms", json={"title": "Sales"})
    chat.manager.call("POST", "memberships", json={"roomId": space["id"], "personEmail": "license-desk@webex.bot"})
    chat.running.settle()
    assert "Hello" in chat.manager.reads_in("Sales")[-1]["text"]


def test_the_bot_greets_who_writes_for_the_first_time_and_then_answers(chat: Chat) -> None:
    hello, answer = chat.employee.says("request messaging").split("\n---\n")
    assert hello.startswith("Hello Emil Berg!")
    assert "Request #1" in answer
    assert "Hello" not in chat.employee.says("help")


def test_a_greeting_is_answered_with_one(chat: Chat) -> None:
    assert chat.employee.says("Hi!").count("Hello Emil Berg!") == 1
    assert chat.employee.says("good morning").startswith("Hello Emil Berg!")


def test_a_greeting_does_not_stand_in_the_way_of_what_follows_it(chat: Chat) -> None:
    assert "Request #1" in chat.employee.says("Hello, request messaging because new desk")


def test_whoever_was_asked_to_decide_is_not_greeted_like_a_stranger(chat: Chat) -> None:
    chat.employee.says("request messaging")
    assert "Hello" not in chat.manager.says("waiting")


def test_the_new_space_of_a_first_message_is_not_greeted_on_its_own(chat: Chat) -> None:
    for webhook in chat.bot.call("GET", "webhooks")["items"]:
        if webhook["resource"] == "messages":
            chat.bot.call("DELETE", f"webhooks/{webhook['id']}")
    assert chat.employee.says("help") == ""
    assert chat.count(Delivery) == 1


@pytest.mark.thorough
def test_a_manager_approves_by_mention(chat: Chat) -> None:
    chat.employee.says("request messaging")
    assert chat.manager.mentions("approve 1") == ONE_TO_ONE
    assert chat.state_of(1) is State.GRANTED
