"""The main job as people live it: ask, decide, see."""

from bot.desk.states import State
from tests.chat import Chat


def test_a_license_is_asked_for_approved_assigned_and_seen(chat: Chat) -> None:
    asked = chat.employee.says("request messaging because I work with partners")
    assert "Request #1 is sent" in asked
    assert "Mona Weiss" in asked
    assert "Request #1 waits for you" in chat.manager.last()
    assert "Messaging" not in chat.employee.holds()
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.GRANTED
    assert "Messaging" in chat.employee.holds()
    assert "Request #1: done" in chat.employee.last()
    assert "Request #1: done" in chat.manager.last()
    assert "granted" in chat.employee.says("status 1")
