"""A move whose workflow ended badly, or never began, is seen to by the sweep; and nothing that hangs stops a rescue."""

from datetime import timedelta

import pytest
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk import moving
from bot.desk.moving import Wanted
from bot.desk.states import MoveState
from bot.operating.check import problems
from bot.store.models import Move
from tests.chat import Chat
from tests.durability.test_weather import read_by
from tests.scenarios.serving import AWARE, FREE, moves, served_by
from tests.workflows.test_left_behind import LATER, WORDS, left, refused, sweep_later
from tests.workflows.test_upkeep import Past, past

__all__ = ["past"]

MOVE = "move employee@example.com to Europe"


@pytest.mark.thorough
def test_a_move_whose_workflow_ended_badly_is_settled_by_the_sweep_and_can_be_ordered_again(chat: Chat) -> None:
    chat.give(chat.employee, *FREE, AWARE)
    with refused(chat, "moves", unless="= 'open'"), structlog.testing.capture_logs():
        chat.admin.says(MOVE)
    assert moves(chat) == [MoveState.OPEN]
    url, now = chat.running.settings.database_url, chat.running.clock()
    assert any("resource group" in one and "#" in one for one in problems(url, now + timedelta(hours=2)))
    sweep_later(chat)
    sweep_later(chat)
    assert moves(chat) == [MoveState.FAILED]
    assert read_by(chat.admin, "Something went wrong on our side") == 1
    assert problems(url, now + timedelta(hours=2)) == []
    assert "already" in chat.admin.says(MOVE)  # the first one reached Webex before the database failed
    assert served_by(chat, chat.employee) == "Europe"


def test_a_move_that_never_began_is_begun_by_the_sweep(chat: Chat) -> None:
    chat.give(chat.employee, *FREE, AWARE)
    chat.admin.says("move employee@example.com to Europe")
    with Session(chat.running.engine) as session, session.begin():
        earlier = session.scalars(select(Move)).one()
        wanted = Wanted(
            org=earlier.org_id,
            person_id=earlier.person_id,
            license_id=earlier.license_id,
            license_title=earlier.license_title,
            group_id=None,
            group_name="Americas",
            asked_by=earlier.asked_by,
        )
        moving.order(session, wanted, chat.running.clock())
    sweep_later(chat)
    assert (moves(chat), served_by(chat, chat.employee)) == ([MoveState.MOVED, MoveState.MOVED], "Americas")


def test_work_that_hangs_for_half_an_hour_does_not_stop_what_was_left_behind(chat: Chat, past: Past) -> None:
    chat.employee.says("help")
    outgoing_id = left(chat, is_begun=False)
    chat.running.clock.ahead += LATER
    for minutes, is_taken_up in ((20, False), (31, True)):
        past.leaves(f"at work for {minutes}", "PENDING", timedelta(minutes=minutes))
        chat.running.worker.sweeps.sweep(chat.running.clock().isoformat())
        assert any(one.startswith(f"send:{outgoing_id}:") for one in past.ids()) is is_taken_up
        past.clear()
    chat.running.settle()
    assert read_by(chat.employee, WORDS) == 1
