"""The budget of calls in the bot's work: people hear that they wait and are answered; sweeps give way to them."""

import pytest

from bot.desk.states import State
from bot.store.budget import CallBook
from bot.workflows import sweeps
from bot.workflows.sweeps import FOLLOW_EVERY
from tests.chat import Chat
from tests.running import ALLIED_ORG


def test_who_comes_when_the_minute_is_used_up_is_answered_later(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.employee.says("help")
    used_up = CallBook(chat.running.engine, 10)
    with monkeypatch.context() as changed:
        while not used_up.take(background=False):
            pass
        changed.setattr(chat.running.worker.book, "take", used_up.take)
        chat.employee.says("request messaging because new desk")
        assert chat.last_number() == 0
    chat.running.run_delayed()
    assert f"Request #{chat.last_number()} is sent" in chat.employee.last()


@pytest.mark.thorough
def test_one_person_s_flood_of_costly_messages_does_not_hold_up_anybody_s_decision(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.employee.says("request messaging because new desk")
    small = CallBook(chat.running.engine, 120)
    monkeypatch.setattr(chat.running.worker.book, "take", small.take)
    for number in range(20):
        chat.colleague.says(f"request mesaging and caling {number} for employee@example.com", settle=False)
    chat.running.settle()
    assert "is approved" in chat.manager.says("approve 1")
    assert chat.state_of(1) is State.GRANTED
    assert chat.running.workflows("DELAYED"), "the rest of the flood waits for its turn"


@pytest.mark.thorough
def test_looking_after_what_is_awaited_is_work_that_nobody_waits_for(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def take(_actor: str, *, background: bool) -> int:
        asked.append(background)
        return 0

    guest = chat.newcomer(displayName="Gita Rao", email="gita@allied.example", orgId=ALLIED_ORG)
    guest.says("request webex meeting center site1 because joint project")
    chat.director.presses("Approve")
    assert chat.state_of(chat.last_number()) is State.AWAITING
    monkeypatch.setattr(chat.running.worker.book, "take", take)
    chat.running.clock.ahead += 2 * FOLLOW_EVERY
    chat.running.sweep()
    assert set(asked) == {True}


@pytest.mark.thorough
def test_a_look_at_what_is_awaited_for_which_nothing_is_left_is_made_later_the_same_day(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = chat.newcomer(displayName="Gita Rao", email="gita@allied.example", orgId=ALLIED_ORG)
    guest.says("request webex meeting center site1 because joint project")
    chat.director.presses("Approve")
    chat.running.control("POST", "accept", {"personId": guest.person_id})
    chat.running.clock.ahead += 2 * FOLLOW_EVERY
    with monkeypatch.context() as changed:
        changed.setattr(chat.running.worker.book, "take", lambda _actor, **_how: 60)
        chat.running.sweep()
        chat.running.run_delayed()
    assert chat.state_of(1) is State.AWAITING
    chat.running.run_delayed()
    assert chat.state_of(1) is State.GRANTED


@pytest.mark.thorough
def test_a_pass_begins_a_few_looks_at_what_is_awaited_and_the_next_pass_goes_on_behind_them(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "FOLLOWS_AT_ONCE", 1)
    for number, name in enumerate(("Gita", "Hari"), start=1):
        guest = chat.newcomer(displayName=f"{name} Rao", email=f"{name}@allied.example", orgId=ALLIED_ORG)
        guest.says("request webex meeting center site1 because joint project")
        chat.director.says(f"approve {number}")
        chat.running.control("POST", "accept", {"personId": guest.person_id})
    chat.running.clock.ahead += 2 * FOLLOW_EVERY
    with monkeypatch.context() as changed:
        changed.setattr(chat.running.worker.book, "take", lambda _actor, **_how: 60)
        chat.running.sweep()
    chat.running.sweep()
    assert [chat.state_of(number) for number in (1, 2)] == [State.AWAITING, State.GRANTED]
