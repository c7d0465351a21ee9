"""What an approver writes along with a yes: read by who asked and who gets it, with whatever became of the request."""

from typing import Any

import pytest

from bot.desk.states import State
from tests.chat import IT_SPACE, Chat

TOLD = "Approver's note: welcome aboard"


def test_the_note_reaches_who_asked_and_who_gets_it_and_nobody_else(chat: Chat) -> None:
    chat.employee.says("request messaging for colleague@example.com")
    chat.director.presses("Approve", note="welcome aboard")
    for someone in (chat.employee, chat.colleague):
        assert "Request #1: done" in someone.last()
        assert TOLD in someone.last()
    assert "Request #1: done" in chat.director.last()
    assert "welcome" not in chat.director.last(), "who wrote it has it on the verdict"
    verdict = next(one["text"] for one in chat.director.inbox() if "Request #1: approved" in one["text"])
    assert "Note: welcome aboard" in verdict


def test_status_keeps_the_note_apart_from_the_bots_own_words(chat: Chat) -> None:
    chat.employee.says("request messaging")
    chat.manager.says("approve 1 because welcome aboard")
    told = chat.employee.says("status 1").splitlines()
    assert "Everything that was asked for was seen in Webex." in told
    assert [line for line in told if "welcome" in line] == [f"- {TOLD}"]


@pytest.mark.thorough
def test_status_keeps_the_reason_of_a_no_apart_as_well(chat: Chat) -> None:
    chat.employee.says("request messaging")
    chat.manager.says("deny 1 because not this year")
    told = chat.employee.says("status 1").splitlines()
    assert "It was denied." in told
    assert [line for line in told if "this year" in line] == ["- Reason: not this year"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("weather", "state"),
    [({"status": 400}, State.REFUSED), ({"unapplied": True}, State.FAILED)],
    ids=["refused", "failed"],
)
def test_the_note_is_read_also_where_nothing_came_of_the_yes(chat: Chat, weather: dict[str, Any], state: State) -> None:
    chat.weather(method="PATCH", path="/v1/licenses/users", times=1, **weather)
    chat.employee.says("request messaging")
    chat.manager.presses("Approve", note="welcome aboard")
    assert chat.state_of(1) is state
    assert TOLD in chat.employee.last()
    assert "welcome" not in chat.admin.last(), "the admins have to mend something else"


@pytest.mark.thorough
def test_a_note_written_in_the_space_of_approvers_is_read_one_to_one(chat: Chat) -> None:
    with chat.running.desks(approver_spaces=(chat.employee.space(IT_SPACE),)):
        chat.change(chat.employee, managerId=None)
        chat.employee.says("request messaging")
        card = [one for one in chat.manager.reads_in(IT_SPACE) if one.get("attachments")][-1]
        chat.manager.submits(card["id"], {"do": "approve", "request": 1, "note": "welcome aboard"})
        chat.running.settle()
    assert TOLD in chat.employee.last()


@pytest.mark.thorough
def test_the_note_of_an_admin_who_lets_somebody_be_invited_is_read_too(chat: Chat) -> None:
    with chat.running.desks(allow_invite=True):
        chat.employee.says("request messaging for nora.new@example.com named Nora New")
        chat.admin.presses("Approve", note="welcome aboard")
    assert chat.state_of(1) is State.GRANTED
    assert TOLD in chat.employee.last()
