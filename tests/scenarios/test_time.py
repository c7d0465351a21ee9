"""What time does: reminders, expiry, what is stuck. The bot's clock is moved by hand."""

from datetime import timedelta

import pytest

from bot.desk.states import State
from tests.chat import Chat


@pytest.mark.thorough
def test_an_approver_is_reminded_once_and_only_one_card_is_live(chat: Chat) -> None:
    chat.employee.says("request messaging")
    first = chat.manager.card_with("Approve")
    chat.running.clock.ahead += timedelta(hours=25)
    chat.running.sweep()
    chat.running.sweep()
    cards = [card for card in chat.manager.cards() if "Approve" in str(card["attachments"])]
    assert len(cards) == 1
    assert cards[0]["id"] != first["id"]
    assert "Reminder: request #1" in chat.manager.last()
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.GRANTED


def test_a_request_nobody_decides_expires_and_everybody_is_told(chat: Chat) -> None:
    chat.employee.says("request messaging for colleague@example.com")
    chat.running.clock.ahead += timedelta(days=14, minutes=1)
    chat.running.sweep()
    assert chat.state_of(1) is State.EXPIRED
    for someone in (chat.employee, chat.colleague, chat.director):
        assert "Request #1: expired" in someone.last()
    assert "expired before anybody decided" in chat.director.says("approve 1")


def test_a_return_that_is_never_confirmed_expires(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Messaging")
    chat.employee.says("return messaging")
    chat.running.clock.ahead += timedelta(days=14, minutes=1)
    chat.running.sweep()
    assert chat.state_of(1) is State.EXPIRED
    assert "Messaging" in chat.employee.holds()


@pytest.mark.thorough
def test_admins_hear_once_of_a_request_that_stays_approved(chat: Chat) -> None:
    chat.weather(method="PATCH", path="/v1/licenses/users", times=50, status=503, headers={"Retry-After": "3000"})
    chat.employee.says("request messaging")
    chat.manager.presses("Approve")
    chat.running.clock.ahead += timedelta(hours=1, minutes=1)
    chat.running.sweep()
    told = len(chat.admin.inbox())
    assert "still not applied" in chat.admin.last()
    chat.running.sweep()
    assert len(chat.admin.inbox()) == told


def test_a_sweep_with_nothing_to_do_says_nothing(chat: Chat) -> None:
    chat.employee.says("request messaging")
    before = len(chat.manager.inbox())
    chat.running.sweep()
    assert len(chat.manager.inbox()) == before
