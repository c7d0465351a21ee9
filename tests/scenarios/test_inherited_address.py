"""A way out is offered for somebody, and pressed after their address has passed to somebody else."""

import pytest

from bot.desk.states import State
from bot.store.models import Request
from tests.chat import Chat, Someone

pytestmark = pytest.mark.thorough


def heir_of_the_colleagues_address(chat: Chat) -> Someone:
    """Rename the colleague; somebody else, who could be given the same, has the former address now."""
    chat.change(chat.colleague, email="carla.new@example.com")
    free = [chat.license_id(name) for name in ("Basic Messaging", "Basic Meetings")]
    return chat.newcomer(
        displayName="Carl Heir", email="colleague@example.com", managerId=chat.director.person_id, licenses=free
    )


def test_a_way_out_is_for_whom_it_was_meant_and_not_for_who_has_their_address_now(chat: Chat) -> None:
    chat.give(chat.colleague, "Basic Messaging", "Basic Meetings")
    chat.weather(method="PATCH", path="/licenses/users", unapplied=True)
    chat.employee.says("request messaging for colleague@example.com because new team")
    chat.director.presses("Approve")
    assert chat.state_of(1) is State.FAILED
    heir = heir_of_the_colleagues_address(chat)
    chat.employee.presses("Choose something else")
    assert "carla.new@example.com" in str(chat.employee.card_with("Send request")["attachments"])
    chat.employee.presses("Ask again for what failed")
    chat.director.presses("Approve")
    assert chat.state_of(2) is State.GRANTED
    assert "Messaging" in chat.colleague.holds()
    assert "Messaging" not in heir.holds()


def test_a_way_out_for_somebody_who_is_gone_leads_to_nobody_else(chat: Chat) -> None:
    chat.give(chat.colleague, "Basic Messaging", "Basic Meetings")
    chat.weather(method="PATCH", path="/licenses/users", unapplied=True)
    chat.employee.says("request messaging for colleague@example.com because new team")
    chat.director.presses("Approve")
    chat.weather(method="GET", path=f"/people/{chat.colleague.person_id}", status=404, times=9)
    heir_of_the_colleagues_address(chat)
    assert "I found nobody in Webex with the e-mail" in chat.employee.presses("Ask again for what failed")
    assert chat.count(Request) == 1
