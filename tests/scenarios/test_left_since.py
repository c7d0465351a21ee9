"""Who left, or moved away, between a request and its approval is given nothing, and everybody concerned is told why."""

from datetime import timedelta

import pytest

from bot.desk.states import State
from tests.chat import Chat, Someone
from tests.scenarios.test_organizations import Twins, twins  # noqa: F401 a fixture of a test here

PATCH = "/v1/licenses/users"


def leave(chat: Chat, someone: Someone) -> None:
    chat.change(someone, loginEnabled=False)


@pytest.mark.thorough
def test_who_left_since_the_request_is_given_nothing_and_everybody_reads_why(chat: Chat) -> None:
    chat.employee.says("request messaging for colleague@example.com")
    leave(chat, chat.colleague)
    chat.director.presses("Approve")
    assert chat.state_of(1) is State.REFUSED
    assert chat.calls("PATCH", PATCH) == []
    for someone in (chat.employee, chat.director, chat.admin):
        assert someone.last().startswith("Request #1: not done")
        assert "account is no longer active" in someone.last()
        assert "Webex said no" not in someone.last()
    assert "Something stood in the way, so nothing was changed." in chat.employee.says("status 1")
    assert "retry 1" in chat.admin.last()
    chat.change(chat.colleague, loginEnabled=True)
    chat.admin.says("retry 1")
    assert chat.state_of(1) is State.GRANTED


@pytest.mark.thorough
def test_a_swap_for_somebody_who_left_takes_nothing_away(chat: Chat) -> None:
    chat.give(chat.colleague, "Basic Messaging", "Basic Meetings", "Messaging")
    chat.employee.says("request hybrid call aware instead of messaging for colleague@example.com")
    before = chat.colleague.holds()
    leave(chat, chat.colleague)
    chat.director.presses("Approve")
    assert chat.state_of(1) is State.REFUSED
    assert chat.colleague.holds() == before


@pytest.mark.thorough
def test_what_somebody_who_left_holds_can_still_be_taken_away(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Messaging")
    chat.weather(method="PATCH", path=PATCH, status=429, headers={"Retry-After": "3000"})
    chat.employee.says("return messaging")
    chat.employee.presses("Return it")
    leave(chat, chat.employee)
    chat.running.run_delayed()
    assert chat.state_of(1) is State.GRANTED
    assert "Messaging" not in chat.employee.holds()


def test_the_card_warns_before_a_yes_that_would_change_nothing(chat: Chat) -> None:
    chat.employee.says("request messaging for colleague@example.com")
    leave(chat, chat.colleague)
    chat.running.clock.ahead += timedelta(hours=25)
    chat.running.sweep()
    assert "This person's account is no longer active. That would not work now." in chat.director.last()


@pytest.mark.thorough
def test_who_belongs_to_another_organization_by_now_is_given_nothing(twins: Twins) -> None:  # noqa: F811
    chat = twins.chat
    chat.employee.says("request webex meeting center site1")
    chat.change(chat.employee, orgId=twins.org_id)
    before = chat.employee.holds()
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.REFUSED
    assert chat.employee.holds() == before
    assert chat.calls("PATCH", PATCH) == []
    assert "no longer belongs to this organization" in chat.manager.last()


@pytest.mark.thorough
def test_whom_webex_no_longer_shows_is_given_nothing_where_licenses_are_for_our_own_people_only(chat: Chat) -> None:
    with chat.running.desks(allow_external=False):
        chat.employee.says("request messaging for colleague@example.com")
        chat.admin.call("DELETE", f"people/{chat.colleague.person_id}")
        chat.director.presses("Approve")
    assert chat.state_of(1) is State.REFUSED
    assert chat.calls("PATCH", PATCH) == []
    assert "no longer belongs to this organization" in chat.director.last()
