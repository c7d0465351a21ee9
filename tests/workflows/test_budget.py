"""The budget of calls in the bot's work: people hear that they wait and are answered; sweeps give way to them."""

import pytest

from bot.desk.service import FOLLOW_EVERY
from bot.desk.states import State
from bot.sandbox.seed import ORG
from bot.store.budget import CallBook
from tests.chat import Chat
from tests.running import ALLIED_ORG


def test_who_comes_when_the_minute_is_used_up_is_answered_later(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.employee.says("help")
    used_up = CallBook(chat.running.engine, 10)
    with monkeypatch.context() as changed:
        while not used_up.take(ORG, background=False):
            pass
        changed.setattr(chat.running.worker.book, "take", used_up.take)
        chat.employee.says("request messaging because new desk")
        assert chat.last_number() == 0
    chat.running.run_delayed()
    assert f"Request #{chat.last_number()} is sent" in chat.employee.last()


def test_looking_after_what_is_awaited_is_work_that_nobody_waits_for(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def take(_org_id: str, *, background: bool) -> int:
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
