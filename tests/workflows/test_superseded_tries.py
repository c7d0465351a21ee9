"""A try that is still in a call when an admin types `retry` belongs to the past: it begins nothing more."""

import time
from datetime import timedelta

import pytest

from bot.desk.states import State
from tests.chat import Chat
from tests.scenarios.test_inviting import ASK, inviting  # noqa: F401 a fixture of a test here

BOUND = 20.0


def begins_to_wait(chat: Chat) -> None:
    """Wait until the slow call of the first try has begun: then its weather is used up."""
    until = time.monotonic() + BOUND
    while chat.running.control("GET", "weather")["items"]:
        assert time.monotonic() < until, "nobody made the call"
        time.sleep(0.02)


def retry_meanwhile(chat: Chat) -> None:
    """Let the bot take the request for stuck, and an admin begin it anew."""
    chat.running.clock.ahead += timedelta(hours=1, minutes=1)
    chat.running.worker.sweeps.sweep(chat.running.clock().isoformat())
    chat.admin.says("retry 1")


@pytest.mark.thorough
def test_an_assignment_of_an_earlier_attempt_begins_no_later_try(chat: Chat) -> None:
    chat.employee.says("request messaging")
    chat.weather(method="PATCH", path="/v1/licenses/users", status=503, delay=3)
    chat.manager.presses("Approve", settle=False)
    begins_to_wait(chat)
    retry_meanwhile(chat)
    assert chat.state_of(1) is State.GRANTED
    assert chat.running.workflows("DELAYED") == []


@pytest.mark.thorough
def test_an_invitation_of_an_earlier_attempt_begins_no_later_try(inviting: Chat) -> None:  # noqa: F811
    inviting.employee.says(ASK)
    inviting.weather(method="POST", path="/v1/people", status=503, delay=3)
    inviting.admin.presses("Approve", settle=False)
    begins_to_wait(inviting)
    retry_meanwhile(inviting)
    assert inviting.state_of(1) is State.GRANTED
    assert inviting.running.workflows("DELAYED") == []
