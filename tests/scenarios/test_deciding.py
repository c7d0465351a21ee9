"""Deciding: by card and by text, with notes and reasons; and what Webex makes of it."""

from datetime import timedelta

import pytest

from bot.desk.states import State
from tests.chat import Chat
from tests.running import ALLIED_ORG


def test_the_card_gives_way_to_the_verdict(chat: Chat) -> None:
    chat.employee.says("request messaging")
    card = chat.manager.card_with("Approve")
    chat.manager.presses("Approve", note="welcome")
    inbox = chat.manager.inbox()
    assert card["id"] not in {message["id"] for message in inbox}
    assert any("Request #1: approved" in message["text"] and "welcome" in message["text"] for message in inbox)


def test_a_caution_on_the_card_says_what_can_be_done_about_it(chat: Chat) -> None:
    chat.resize("Messaging", 3)
    chat.employee.says("request messaging")
    assert "⚠ This is the last unit of Messaging. An admin may want to order more." in chat.manager.last()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("license_", "held", "warning"),
    [
        ("screen share", "Screen Share", "Screen Share is held already. There is nothing to do."),
        ("calling pro at Denver ext 1109", "Webex Calling - Standard", "at the same time. That would not work now."),
    ],
)
def test_the_card_says_what_would_not_work_any_more(chat: Chat, license_: str, held: str, warning: str) -> None:
    chat.employee.says(f"request {license_}")
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", held)
    chat.running.clock.ahead += timedelta(hours=25)
    chat.running.sweep()
    assert warning in next(line for line in chat.manager.last().splitlines() if line.startswith("⚠"))


def test_a_denial_needs_a_reason_which_the_requester_reads(chat: Chat) -> None:
    chat.employee.says("request messaging")
    assert "Please say why" in chat.manager.presses("Deny")
    assert chat.state_of(1) is State.PENDING
    chat.manager.presses("Deny", reason="we have none left this year")
    assert chat.state_of(1) is State.DENIED
    assert "we have none left this year" in chat.employee.last()


def test_everything_can_be_typed(chat: Chat) -> None:
    chat.employee.says("request messaging")
    assert "Please say why" in chat.manager.says("deny 1")
    assert "is denied" in chat.manager.says("deny #1 because not now")
    chat.employee.says("request messaging")
    assert "is approved" in chat.manager.says("approve 2 because now")
    assert chat.state_of(2) is State.GRANTED


def test_a_second_tap_is_told_the_verdict(chat: Chat) -> None:
    chat.employee.says("request messaging")
    card = chat.manager.card_with("Approve")
    chat.manager.presses("Approve")
    assert "already approved by Mona Weiss and granted" in chat.manager.says("approve 1")
    assert card["id"] not in {message["id"] for message in chat.manager.inbox()}


def test_what_webex_refuses_is_translated_with_code_and_tracking_id(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Webex Calling - Professional")
    chat.employee.says("request attendant console at Denver ext 1109 because reception")
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings")
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.REFUSED
    for someone in (chat.employee, chat.manager):
        assert "Webex said no" in someone.last()
        assert "Error code: 400408" in someone.last()
        assert "license-bot_" in someone.last()


def test_a_206_tells_item_by_item_what_was_granted(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Webex Calling - Professional")
    chat.employee.says("request attendant console and messaging at Denver ext 1109")
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings")
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.PARTIAL
    assert "Messaging: assigned and checked" in chat.employee.last()
    assert "Attendant Console: not seen in Webex" in chat.employee.last()
    assert "Most likely: Attendant Console needs Calling Professional" in chat.employee.last()
    assert chat.employee.holds() == {"Basic Messaging", "Basic Meetings", "Messaging"}


@pytest.mark.thorough
def test_an_admin_retries_what_was_not_granted(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Webex Calling - Professional")
    chat.employee.says("request attendant console at Denver ext 1109")
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings")
    chat.manager.presses("Approve")
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Webex Calling - Professional")
    assert "again" in chat.admin.says("retry 1")
    assert chat.state_of(1) is State.GRANTED


def test_a_yes_that_changed_nothing_is_not_called_granted(chat: Chat) -> None:
    chat.weather(method="PATCH", path="/v1/licenses/users", times=1, unapplied=True)
    chat.employee.says("request messaging")
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.FAILED
    assert "not there when I" in chat.employee.last()
    assert "retry 1" in chat.admin.last()


@pytest.mark.thorough
def test_when_webex_is_busy_the_bot_goes_on_by_itself(chat: Chat) -> None:
    chat.weather(method="PATCH", path="/v1/licenses/users", times=1, status=429, headers={"Retry-After": "90"})
    chat.employee.says("request messaging")
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.APPROVED
    assert "go on by myself in about 2 minutes" in chat.employee.last()
    chat.running.run_delayed()
    assert chat.state_of(1) is State.GRANTED


def test_a_lost_answer_ends_in_the_truth(chat: Chat) -> None:
    chat.weather(method="PATCH", path="/v1/licenses/users", times=1, lost=True)
    chat.employee.says("request messaging")
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.GRANTED
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 1


def test_an_external_person_is_awaited_and_then_granted(chat: Chat) -> None:
    guest = chat.newcomer(displayName="Gita Rao", email="gita@allied.example", orgId=ALLIED_ORG)
    guest.says("request webex meeting center site1 because joint project")
    chat.director.presses("Approve")
    assert chat.state_of(1) is State.AWAITING
    assert "waits until the person accepts" in guest.last()
    chat.running.control("POST", "accept", {"personId": guest.person_id})
    chat.running.clock.ahead += timedelta(days=1, minutes=1)
    chat.running.sweep()
    assert chat.state_of(1) is State.GRANTED
    assert "Request #1: done" in guest.last()


@pytest.mark.thorough
def test_an_invitation_that_is_never_accepted_ends_too(chat: Chat) -> None:
    guest = chat.newcomer(displayName="Gita Rao", email="gita@allied.example", orgId=ALLIED_ORG)
    guest.says("request webex meeting center site1")
    chat.director.presses("Approve")
    chat.running.clock.ahead += timedelta(days=15)
    chat.running.sweep()
    assert chat.state_of(1) is State.FAILED
    assert "did not accept" in guest.last()
