"""A swap in which a license goes by replacing the whole record stands or falls together: nobody ends with neither."""

from typing import Any

import pytest

from bot.desk.states import State
from tests.chat import Chat
from tests.scenarios.test_full_update import by_record, touch  # noqa: F401 a fixture of every test here

FREE = ("Basic Messaging", "Basic Meetings")
CALLING = "Webex Calling - Professional"
PATCH = "/v1/licenses/users"
PUT = "/v1/people"


def asked(chat: Chat, holds: str, line: str) -> Any:
    """Let the employee ask for a swap; return the manager's card."""
    chat.give(chat.employee, *FREE, holds)
    chat.employee.says(line)
    return chat.manager.card_with("Approve")


@pytest.mark.thorough
def test_a_refused_replacement_leaves_the_license_that_was_to_go(by_record: Chat) -> None:  # noqa: F811
    card = asked(by_record, "Messaging", "request messenger instead of messaging")
    touch(by_record, 2, department="Legal")
    by_record.manager.presses("Approve", on=card)
    assert by_record.state_of(1) is State.REFUSED
    assert by_record.employee.holds() == {*FREE, "Messaging"}
    assert "department" in by_record.employee.last()
    by_record.admin.says("retry 1")
    assert by_record.state_of(1) is State.GRANTED
    assert by_record.employee.holds() == {*FREE, "Messenger"}
    assert by_record.calls("PATCH", PATCH) == []


@pytest.mark.thorough
def test_calling_goes_only_once_the_replacement_was_made(by_record: Chat) -> None:  # noqa: F811
    card = asked(by_record, CALLING, "request messenger instead of calling professional")
    touch(by_record, 2, department="Legal")
    by_record.manager.presses("Approve", on=card)
    assert by_record.employee.holds() == {*FREE, CALLING}
    by_record.admin.says("retry 1")
    assert by_record.state_of(1) is State.GRANTED
    assert by_record.employee.holds() == {*FREE, "Messenger"}


@pytest.mark.thorough
def test_what_goes_by_the_record_stays_if_webex_refuses_what_comes_instead(by_record: Chat) -> None:  # noqa: F811
    card = asked(by_record, "Messenger", "request calling professional instead of messenger at Denver ext 1177")
    by_record.weather(method="PATCH", path=PATCH, status=400)
    by_record.manager.presses("Approve", on=card)
    assert by_record.state_of(1) is State.REFUSED
    assert "Messenger" in by_record.employee.holds()
    assert by_record.calls("PUT", PUT) == []
