"""Webex lets nobody read whom it has just changed: that is no result, so the bot waits, and ends with just that."""

from datetime import timedelta

import pytest

from bot.desk.states import State
from bot.webex import own_token
from bot.workflows import concluding, waiting
from tests.chat import Chat, Someone
from tests.durability.test_weather import PATCH, READ_PERSON, assert_granted_once, read_by, wait_out
from tests.running import ALLIED_ORG

READ_LICENSE = {"method": "GET", "path": "/v1/licenses/*"}
UNSEEN = "does not let me look"


@pytest.fixture(autouse=True)
def without_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot's own side meets the same weather, and its token would be left alone for a while."""
    monkeypatch.setattr(own_token, "REST", 0.0)


@pytest.fixture
def number(chat: Chat) -> int:
    """The employee's approved request, whose assignment is put off; the next try reads, patches and reads back."""
    chat.employee.says("request messaging because new desk")
    chat.weather(**PATCH, status=429, headers={"Retry-After": "120"})
    chat.manager.presses("Approve")
    assert chat.running.workflows("DELAYED")
    return chat.last_number()


@pytest.mark.parametrize("status", [401, pytest.param(403, marks=pytest.mark.thorough)])
def test_an_assignment_that_cannot_be_read_back_is_looked_at_again_and_not_called_refused(
    chat: Chat, number: int, status: int
) -> None:
    barred(chat, after=1, status=status)
    chat.running.run_delayed()
    assert "Messaging" in chat.employee.holds()
    assert chat.state_of(number) is State.APPROVED
    assert read_by(chat.employee, "Webex said no") == 0
    chat.running.control("DELETE", "weather")
    wait_out(chat)
    assert_granted_once(chat, number)
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 2


@pytest.mark.thorough
def test_who_cannot_be_read_for_hours_is_patched_once_and_everybody_hears_that_it_is_not_known(
    chat: Chat, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (concluding, waiting):
        monkeypatch.setattr(module, "WAITS", (5, 600, 3600))
    barred(chat, after=1)
    chat.running.run_delayed()
    chat.running.control("DELETE", "weather")
    barred(chat)
    for _ in waiting.WAITS:
        chat.running.run_delayed()
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 2
    assert chat.state_of(number) is State.FAILED
    for someone in (chat.employee, chat.manager, chat.admin):
        assert UNSEEN in someone.last()
        assert "(status 401)" in someone.last()
        assert read_by(someone, "Webex said no") == 0
    chat.running.control("DELETE", "weather")
    chat.admin.says(f"retry {number}")
    assert_granted_once(chat, number)


@pytest.mark.thorough
def test_a_refusal_of_the_change_itself_is_told_though_nobody_can_be_read(chat: Chat, number: int) -> None:
    chat.running.control("DELETE", "weather")
    chat.weather(**PATCH, status=400)
    barred(chat, after=1)
    chat.running.run_delayed()
    assert chat.state_of(number) is State.REFUSED
    assert read_by(chat.employee, "Webex said no") == 1


@pytest.fixture
def guest(chat: Chat) -> Someone:
    """Somebody of an allied organization who has not accepted yet what was assigned to them."""
    guest = chat.newcomer(displayName="Gita Rao", email="gita@allied.example", orgId=ALLIED_ORG)
    guest.says("request webex meeting center site1 because joint project")
    chat.director.presses("Approve")
    assert chat.state_of(1) is State.AWAITING
    return guest


def days_later(chat: Chat, days: int) -> None:
    chat.running.clock.ahead += timedelta(days=days, minutes=1)
    chat.running.sweep()


def barred(chat: Chat, *, after: int = 0, status: int = 401) -> None:
    """Webex refuses to show people, after so many of them, and who has a license."""
    chat.weather(**READ_PERSON, status=status, every=after + 1)
    chat.weather(**READ_LICENSE, status=status, every=1)


def test_nobody_is_said_not_to_have_accepted_before_that_was_looked_at(chat: Chat, guest: Someone) -> None:
    chat.running.control("POST", "accept", {"personId": guest.person_id})
    barred(chat)
    days_later(chat, 15)
    assert chat.state_of(1) is State.AWAITING
    assert read_by(guest, "did not accept") == 0
    chat.running.control("DELETE", "weather")
    days_later(chat, 1)
    assert chat.state_of(1) is State.GRANTED
    assert read_by(guest, "Request #1: done") == 1


@pytest.mark.thorough
def test_an_acceptance_that_can_never_be_looked_at_ends_with_just_that(chat: Chat, guest: Someone) -> None:
    barred(chat)
    days_later(chat, 22)
    assert chat.state_of(1) is State.FAILED
    assert read_by(guest, "did not accept") == 0
    for someone in (guest, chat.admin):
        assert UNSEEN in someone.last()
