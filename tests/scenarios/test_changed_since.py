"""What somebody said, and what has changed since: a number given anew, other details, a space that they left."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bot.desk.states import State
from bot.store.models import Delivery, Request
from tests.chat import IT_SPACE, Chat, Someone
from tests.durability.test_deliveries import Lost, deliver
from tests.scenarios.misusing import HIDDEN, asked

OTHER = "+13035550104"
BEFORE = "You wrote that before request #1 was made, so it cannot mean this one. Nothing was changed."
DETAILS = "The phone details of request #1 were changed after you wrote that, so nothing was decided."


def make_younger(chat: Chat) -> None:
    """Let request #1 be made an hour from now, as if its number had been given anew after a backup was restored."""
    with Session(chat.running.engine) as session, session.begin():
        session.execute(update(Request).values(created_at=chat.running.clock() + timedelta(hours=1)))


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("manager", "approve 1"),
        ("manager", "deny 1 because no"),
        ("employee", "cancel 1"),
        ("employee", "details 1 ext 1110"),
        ("admin", "cancel 1"),
        ("admin", "retry 1"),
    ],
)
def test_what_was_typed_about_an_earlier_request_of_that_number_is_refused(chat: Chat, name: str, words: str) -> None:
    chat.employee.says("request calling professional at Denver ext 1109 because new desk")
    make_younger(chat)
    before = chat.standing()
    someone: Someone = getattr(chat, name)
    assert BEFORE in someone.says(words)
    assert chat.standing() == before


@pytest.mark.thorough
def test_words_that_the_catch_up_brings_after_a_backup_was_restored_decide_on_no_request_of_now(chat: Chat) -> None:
    asked(chat)
    Lost(chat)
    chat.manager.says("approve 1", settle=False)
    make_younger(chat)
    chat.running.control("DELETE", "weather")
    chat.running.clock.ahead += timedelta(minutes=3)
    chat.running.catch_up()
    assert chat.manager.last().startswith(BEFORE)
    assert chat.state_of(1) is State.PENDING
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.GRANTED


def test_a_return_that_was_confirmed_before_it_was_asked_for_stays_unconfirmed(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Messaging")
    chat.employee.says("return messaging")
    make_younger(chat)
    assert chat.employee.says("confirm 1").startswith(BEFORE)
    assert chat.state_of(1) is State.PENDING


@pytest.mark.thorough
@pytest.mark.parametrize("words", ["approve 1", "deny 1 because that number is taken"])
def test_a_late_yes_or_no_does_not_answer_details_that_its_writer_never_saw(chat: Chat, words: str) -> None:
    chat.employee.says("request calling professional at Denver ext 1109 because new desk")
    lost = Lost(chat)
    chat.manager.says(words, settle=False)
    late = lost.of("messages")
    chat.employee.says(f"details 1 at Denver number {OTHER}")
    before = chat.standing()
    deliver(chat, late, 1)
    assert chat.manager.last().startswith(DETAILS)
    assert chat.standing() == before
    chat.manager.says("approve 1")
    assert chat.state_of(1) is State.GRANTED


def replayed_after_everything_was_forgotten(chat: Chat, body: bytes) -> None:
    chat.running.clock.ahead += timedelta(weeks=13)
    table = "workflow_status" if chat.running.settings.is_sqlite else "dbos.workflow_status"
    with Session(chat.running.engine) as session, session.begin():
        session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 our own names
        session.execute(delete(Delivery))
    deliver(chat, body, 1)


def refused_request(chat: Chat) -> None:
    """Let request #1 be refused by Webex, since the license it needs is gone by then."""
    chat.employee.says("request messaging because new desk")
    chat.give(chat.employee)
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.REFUSED


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "button"), [("admin", "Retry"), ("employee", "Also request Basic Messaging")])
def test_a_press_that_is_replayed_after_months_changes_nothing(chat: Chat, name: str, button: str) -> None:
    refused_request(chat)
    someone: Someone = getattr(chat, name)
    if name == "admin":
        someone.says("status 1")
    lost = Lost(chat)
    someone.presses(button, settle=False)
    body = lost.of("attachmentActions")
    deliver(chat, body, 1)
    chat.running.settle()
    if chat.count(Request) > 1:
        chat.employee.says("cancel 2")
    before = chat.standing()
    replayed_after_everything_was_forgotten(chat, body)
    assert chat.standing() == before


def in_the_space(chat: Chat) -> None:
    """Let the space of approvers be asked about request #1."""
    chat.manager.mentions("help")
    chat.employee.says("request messaging for colleague@example.com because new desk")


def leave(chat: Chat, someone: Someone, space: str) -> None:
    seats = chat.admin.call("GET", "memberships", params={"roomId": chat.admin.space(space)})["items"]
    seat = next(one["id"] for one in seats if one["personId"] == someone.person_id)
    chat.admin.call("DELETE", f"memberships/{seat}")


@pytest.mark.thorough
@pytest.mark.parametrize("words", ["approve 1", "deny 1 because no", "status 1", "waiting"])
def test_who_was_put_out_of_the_space_of_approvers_decides_no_more_from_there(chat: Chat, words: str) -> None:
    with chat.running.desks(approver_spaces=(chat.employee.space(IT_SPACE),)):
        in_the_space(chat)
        before = chat.standing()
        lost = Lost(chat)
        chat.manager.call(
            "POST",
            "messages",
            json={
                "roomId": chat.manager.space(IT_SPACE),
                "markdown": f"<@personId:{chat.bot.person_id}|License Desk> {words}",
            },
        )
        late = lost.of("messages")
        leave(chat, chat.manager, IT_SPACE)
        deliver(chat, late, 1)
        assert chat.manager.last().startswith("Nothing waits for you." if words == "waiting" else HIDDEN)
        assert chat.standing() == before


@pytest.mark.thorough
def test_a_press_of_who_was_put_out_of_the_space_counts_as_little(chat: Chat) -> None:
    with chat.running.desks(approver_spaces=(chat.employee.space(IT_SPACE),)):
        in_the_space(chat)
        before = chat.standing()
        card = [one for one in chat.manager.reads_in(IT_SPACE) if one.get("attachments")][-1]
        lost = Lost(chat)
        chat.manager.submits(card["id"], {"do": "approve", "request": 1})
        late = lost.of("attachmentActions")
        leave(chat, chat.manager, IT_SPACE)
        deliver(chat, late, 1)
        assert chat.manager.last().startswith(HIDDEN)
        assert chat.standing() == before


@pytest.mark.thorough
def test_a_space_that_the_operator_took_off_the_approvers_decides_no_more(chat: Chat) -> None:
    with chat.running.desks(approver_spaces=(chat.employee.space(IT_SPACE),)):
        in_the_space(chat)
    before = chat.standing()
    card = [one for one in chat.manager.reads_in(IT_SPACE) if one.get("attachments")][-1]
    chat.manager.mentions("approve 1")
    assert chat.manager.last().startswith(HIDDEN)
    chat.manager.submits(card["id"], {"do": "approve", "request": 1})
    chat.running.settle()
    assert chat.manager.last().startswith(HIDDEN)
    assert chat.standing() == before
