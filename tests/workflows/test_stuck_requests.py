"""A request whose assignment nothing will finish: the admins hear how to begin anew, and what was handled is over."""

from datetime import timedelta

import pytest
from dbos import DBOS
from sqlalchemy.orm import Session

from bot.operating.check import problems
from bot.operating.queues import queue_stats
from bot.store.models import Request
from bot.store.upkeep import Mark
from tests.chat import Chat, buttons_of
from tests.durability.test_weather import PATCH, assert_granted_once, read_by
from tests.workflows.test_engine import pretend
from tests.workflows.test_upkeep import Past, about_stuck_work, look, past

__all__ = ["past"]


@pytest.fixture
def waiting(chat: Chat) -> str:
    """An approved request of the employee's whose assignment waits for Webex: the workflow's id."""
    chat.employee.says("request messaging because new desk")
    chat.weather(**PATCH, status=429, headers={"Retry-After": "3000"})
    chat.manager.presses("Approve")
    workflow_id = f"assign:{chat.last_number()}:1:1"
    assert workflow_id in chat.running.workflows("DELAYED")
    return workflow_id


def stuck(chat: Chat) -> int:
    return queue_stats(chat.running.worker.engine.for_looking).stuck


def test_an_assignment_that_goes_on_by_itself_cannot_be_begun_anew(chat: Chat, waiting: str) -> None:
    number = chat.last_number()
    assert "already approved by" in chat.admin.says(f"retry {number}")
    chat.admin.says(f"status {number}")
    assert "Retry" not in buttons_of(chat.admin.cards()[-1])
    assert chat.running.workflows("DELAYED") == [waiting]


@pytest.mark.thorough
def test_a_request_that_the_admins_heard_is_stuck_can_be_retried_and_its_old_attempt_does_nothing_more(
    chat: Chat, waiting: str
) -> None:
    number = chat.last_number()
    DBOS.cancel_workflow(waiting)
    chat.running.clock.ahead += timedelta(minutes=61)
    chat.running.sweep()
    assert f"retry {number}" in chat.admin.last()
    chat.admin.says(f"status {number}")
    assert "Retry" in buttons_of(chat.admin.cards()[-1])
    assert "again" in chat.admin.says(f"retry {number}")
    assert_granted_once(chat, number)
    patches = len(chat.calls("PATCH", "/v1/licenses/users"))
    DBOS.resume_workflow(waiting)
    chat.running.settle()
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == patches
    assert_granted_once(chat, number)
    assert "already" in chat.admin.says(f"retry {number}")


@pytest.mark.thorough
def test_a_second_retry_finds_the_first_one_at_work(chat: Chat, waiting: str) -> None:
    number = chat.last_number()
    DBOS.cancel_workflow(waiting)
    chat.running.clock.ahead += timedelta(minutes=61)
    chat.running.sweep()
    chat.weather(**PATCH, status=429, headers={"Retry-After": "3000"})
    chat.admin.says(f"retry {number}")
    assert "already approved by" in chat.admin.says(f"retry {number}")
    chat.running.run_delayed()
    assert_granted_once(chat, number)


def test_an_assignment_that_ended_badly_can_be_begun_anew_as_soon_as_the_admins_know(chat: Chat, waiting: str) -> None:
    number = chat.last_number()
    with Session(chat.running.engine) as session:
        trace = session.get_one(Request, number).trace
    pretend(chat, waiting, status="ERROR")
    assert [line["trace"] for line in look(chat)] == [trace]
    assert read_by(chat.admin, f"retry {number}") == 1
    assert stuck(chat) == 1
    chat.admin.says(f"retry {number}")
    assert_granted_once(chat, number)
    assert stuck(chat) == 0
    assert problems(chat.running.settings.database_url) == []


def test_what_the_admins_have_known_for_a_day_is_no_alarm_and_the_next_case_is(chat: Chat, past: Past) -> None:
    past.leaves("first", "ERROR", timedelta(0))
    past.leaves("hangs", "PENDING", timedelta(minutes=11))
    look(chat)
    assert stuck(chat) == 2
    with Session(chat.running.engine) as session, session.begin():
        for mark in session.query(Mark).filter(Mark.name.startswith("stuck:")):
            mark.at -= timedelta(hours=25)
    assert stuck(chat) == 1, "what hangs is no thing of the past"
    past.leaves("second", "ERROR", timedelta(0))
    assert stuck(chat) == 2
    (line,) = look(chat)
    assert line["workflow_id"] == "second"
    assert len(about_stuck_work(chat)) == 2
    (told,) = problems(chat.running.settings.database_url)
    assert "second" in told
    assert "first" not in told
