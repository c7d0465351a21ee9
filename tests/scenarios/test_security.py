"""The threats of SECURITY.md that no other file plays: guests, late words of leavers, roundabout yeses, replays."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from bot.desk.states import State
from bot.sandbox.ids import webex_id
from bot.store.models import Delivery
from bot.workflows import hearing, upkeep
from tests.chat import BOT_ID, IT_SPACE, Chat, Someone
from tests.durability.test_deliveries import Lost, deliver
from tests.scenarios.misusing import HIDDEN, OTHER_ORG, UNKNOWN_CARD, answers, asked, lost_card

GUESTS = webex_id("ORGANIZATION", "9d6c2b60-7b6e-4a58-8a4e-2f5a4f0b9c11")
"""The organization of a guest issuer's people: nobody's desk."""
INACTIVE = "Your account is not active, so I change nothing for you. Please ask a Webex admin."
OWN = "Request #1 is your own, so somebody else has to decide on it."
FOR_YOU = "Request #1 is for you, so somebody else has to decide on it."


def said_to(chat: Chat, someone: Someone) -> list[str]:
    """What the bot wrote into the person's 1:1 space, told by Webex: who has left can read nothing."""
    snapshot = chat.running.control("GET", "snapshot")
    space = next(one["roomId"] for one in reversed(snapshot["messages"]) if one["personId"] == someone.person_id)
    return [one["text"] for one in snapshot["messages"] if one["personId"] == BOT_ID and one["roomId"] == space]


@pytest.mark.thorough
def test_a_guest_is_served_nowhere_and_is_nobody_s_approver(chat: Chat) -> None:
    guest = chat.newcomer(displayName="Gil Gast", email="gil@guests.example", orgId=GUESTS)
    chat.change(chat.employee, managerId=guest.person_id)
    before = asked(chat)
    assert "Request #1 waits for you" in chat.director.last(), "the guest is the manager and may not be asked"
    for words in ("help", "request messaging", "approve 1", "status 1", "cancel 1", "pending"):
        assert guest.says(words).startswith(OTHER_ORG), words
    forged = [{"do": "approve", "request": 1}, {"do": "cancel", "request": 1}]
    assert all(one.startswith(OTHER_ORG) for one in answers(guest, chat, lost_card(chat, guest), *forged))
    standing = chat.standing()
    assert standing["holdings"] == before["holdings"]
    assert (standing["requests"], standing["decisions"]) == (before["requests"], before["decisions"])


@pytest.mark.thorough
def test_what_somebody_wrote_before_they_were_deactivated_changes_nothing_after(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Messaging", "Screen Share")
    chat.employee.says("return messaging")
    chat.employee.says("request calling professional at Denver ext 1109")
    late = ("request messaging for colleague@example.com", "return screen share", "confirm 1", "details 2 ext 1110")
    leave_before_it_is_handled(chat, chat.employee, late)


@pytest.mark.thorough
def test_what_an_admin_wrote_before_they_were_deactivated_changes_nothing_after(chat: Chat) -> None:
    chat.weather(method="PATCH", path="/v1/licenses/users", status=400)
    asked(chat, chat.director)
    chat.running.resolve(admins=("director@example.com",))  # the admin of the seed is whose token the bot has
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.REFUSED
    leave_before_it_is_handled(chat, chat.director, ("retry 1", "move raj.patel@example.com to Europe"))


def leave_before_it_is_handled(chat: Chat, someone: Someone, words: tuple[str, ...]) -> None:
    """Let somebody write while Webex is busy, and be deactivated before the bot gets to it."""
    before, read = chat.standing(), len(said_to(chat, someone))
    path = f"/v1/people/{someone.person_id}"
    chat.weather(method="GET", path=path, times=len(words), status=429, headers={"Retry-After": "3000"})
    for one in words:
        someone.says(one, settle=False)
    chat.running.settle()
    chat.change(someone, loginEnabled=False)
    chat.running.run_delayed()
    told = said_to(chat, someone)[read:]
    assert [one for one in told if "busy" not in one] == [INACTIVE] * len(words)
    assert chat.standing() == before


def a_manager_asks_for_their_report(chat: Chat) -> Someone:
    chat.manager.says("request messaging for employee@example.com")
    return chat.manager


def somebody_is_their_own_manager(chat: Chat) -> Someone:
    chat.change(chat.employee, managerId=chat.employee.person_id)
    chat.employee.says("request messaging")
    return chat.employee


def somebody_becomes_the_manager_of_whom_they_asked_for(chat: Chat) -> Someone:
    chat.employee.says("request messaging for colleague@example.com")
    chat.change(chat.colleague, managerId=chat.employee.person_id)
    return chat.employee


@pytest.mark.thorough
@pytest.mark.parametrize(
    "way",
    [
        a_manager_asks_for_their_report,
        somebody_is_their_own_manager,
        somebody_becomes_the_manager_of_whom_they_asked_for,
    ],
    ids=lambda way: way.__name__.replace("_", " "),
)
def test_nobody_approves_what_they_asked_for_by_whatever_way(chat: Chat, way: Callable[[Chat], Someone]) -> None:
    someone = way(chat)
    before = chat.standing()
    for verb in ("approve 1", "deny 1 because no", "approve 1 because it is for somebody else"):
        assert someone.says(verb).startswith(OWN)
    assert someone.mentions("approve 1") == "I answered you in our 1:1 space."
    card = chat.director.card_with("Approve")
    assert "Request #1" in card["text"]
    lost = lost_card(chat, someone)
    assert answers(someone, chat, lost, {"do": "approve", "request": 1})[0].startswith(UNKNOWN_CARD)
    assert chat.standing() == before
    chat.director.presses("Approve")
    assert chat.state_of(1) is State.GRANTED


@pytest.mark.thorough
def test_two_who_ask_for_each_other_decide_on_neither(chat: Chat) -> None:
    chat.employee.says("request screen share for manager@example.com")
    chat.manager.says("request messaging for employee@example.com")
    before = chat.standing()
    for someone in (chat.employee, chat.manager):
        for number in (1, 2):
            assert "somebody else has to decide on it" in someone.says(f"approve {number}")
    assert chat.standing() == before


@pytest.mark.thorough
def test_the_only_approver_cannot_ask_so_that_they_decide_themselves(chat: Chat) -> None:
    said = chat.director.says("request messaging for colleague@example.com")
    assert "Request #1 is denied" in said
    assert chat.state_of(1) is State.DENIED
    before = chat.standing()
    assert chat.director.says("approve 1").startswith(OWN)
    assert "was already denied" in chat.admin.says("retry 1")
    assert chat.standing() == before


@pytest.mark.thorough
def test_a_space_of_approvers_is_no_way_to_decide_for_oneself(chat: Chat) -> None:
    with chat.running.desks(approver_spaces=(chat.employee.space(IT_SPACE),)):
        chat.employee.says("request messaging for colleague@example.com")
        card = [one for one in chat.employee.reads_in(IT_SPACE) if one.get("attachments")][-1]
        before = chat.standing()
        for someone, refusal in ((chat.employee, OWN), (chat.colleague, FOR_YOU)):
            someone.mentions("approve 1")
            assert someone.last().startswith(refusal)
            assert answers(someone, chat, card, {"do": "approve", "request": 1})[0].startswith(refusal)
        assert chat.standing() == before
        chat.manager.submits(card["id"], {"do": "approve", "request": 1})
        chat.running.settle()
        assert chat.state_of(1) is State.GRANTED


@pytest.mark.thorough
def test_an_address_that_passed_to_somebody_else_carries_nothing_with_it(chat: Chat) -> None:
    chat.give(chat.colleague, "Basic Messaging", "Basic Meetings")
    chat.employee.says("request messaging for colleague@example.com")
    heirs = []
    for someone in (chat.employee, chat.colleague, chat.director):
        chat.change(someone, email=f"former.{someone.email}")
        heirs.append(chat.newcomer(displayName=f"New {someone.name}", email=someone.email))
        heirs[-1].says("help")
    chat.running.resolve()
    before = chat.standing()
    for heir in heirs:
        for verb in ("status 1", "approve 1", "deny 1 because no", "cancel 1", "confirm 1"):
            assert heir.says(verb).startswith(HIDDEN), (heir.name, verb)
    assert chat.standing() == before
    chat.director.presses("Approve")
    assert "Messaging" in chat.colleague.holds()
    assert "Messaging" not in heirs[1].holds()


@pytest.mark.thorough
def test_a_name_or_an_address_of_another_organization_makes_nobody_an_approver_or_admin(chat: Chat) -> None:
    before = asked(chat)
    twin = chat.newcomer(displayName="Mona Weiss", email="mona.weiss@example.com")
    chat.change(chat.admin, email="ada@example.com")
    heir = chat.newcomer(displayName="Ada Novak", email="admin@example.com", orgId=GUESTS)
    for someone in (twin, heir):
        someone.says("help")
    chat.running.resolve()
    assert twin.says("approve 1").startswith(HIDDEN)
    assert heir.says("pending").startswith(OTHER_ORG)
    standing = chat.standing()
    assert (standing["requests"], standing["decisions"]) == (before["requests"], before["decisions"])


def engine_forgets(chat: Chat) -> None:
    """Let the engine's own memory of finished workflows be cleared, as its retention does."""
    table = "workflow_status" if chat.running.settings.is_sqlite else "dbos.workflow_status"
    with chat.running.engine.begin() as connection:
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 our own names


@pytest.mark.thorough
def test_a_delivery_that_is_replayed_weeks_later_does_nothing_again(chat: Chat) -> None:
    chat.employee.says("help")
    lost = Lost(chat)
    chat.employee.says("request messaging because new desk", settle=False)
    typed = lost.of("messages")
    deliver(chat, typed, 1)
    lost = Lost(chat)
    chat.manager.presses("Approve", settle=False)
    pressed = lost.of("attachmentActions")
    deliver(chat, pressed, 1)
    before, read = chat.standing(), _messages(chat)
    assert chat.state_of(1) is State.GRANTED

    assert hearing.TOO_OLD < upkeep.KEEP_DELIVERIES
    chat.running.clock.ahead += timedelta(weeks=6)
    engine_forgets(chat)
    for body in (typed, pressed):
        deliver(chat, body, 3)
    assert (chat.standing(), _messages(chat)) == (before, read)

    chat.running.clock.ahead += timedelta(weeks=7)  # by then not even the deliveries are kept
    engine_forgets(chat)
    with Session(chat.running.engine) as session, session.begin():
        session.execute(delete(Delivery))
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings")
    for body in (typed, pressed):
        deliver(chat, body, 1)
    after: dict[str, Any] = {**chat.standing(), "holdings": before["holdings"]}
    assert after == before


def _messages(chat: Chat) -> int:
    return len(chat.running.control("GET", "snapshot")["messages"])
