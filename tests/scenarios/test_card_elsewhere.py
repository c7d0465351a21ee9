"""A press that says it comes from another space or person than its card went to: no client and no sandbox sends one.

The door answers it none the less, so it is asked here itself, with the ledger's row of a card that a person really has.
"""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.chat.door import Answered, Desk, Gathered, answer
from bot.chat.events import Pressed
from bot.chat.sentences import SENTENCES
from bot.desk.policy import House, Rules
from bot.desk.states import State
from bot.store import queries
from tests.chat import IT_SPACE, Chat, Message, Someone


def pressed(chat: Chat, someone: Someone, card: Message, space_id: str) -> tuple[Answered, State]:
    """Let the door answer a press on this card; return that, and how request 1 would stand after it."""
    said = _said(chat, someone, card, space_id)
    gathered = _gathered(chat, someone)
    org = gathered["actor"]["org_id"] if gathered["actor"] else ""
    rules = Rules(home_org=org, allowed_orgs=(org,), approver_spaces=())
    with Session(chat.running.engine) as session:
        desk, now = Desk(House((rules,)), timedelta(days=1)), chat.running.clock()
        answered = answer(session, "attachmentActions:created:forged", said, gathered, desk, now)
        return answered, State(queries.request(session, 1).state)  # and nothing of it is kept


def _said(chat: Chat, someone: Someone, card: Message, space_id: str) -> Pressed:
    with Session(chat.running.engine) as session:
        row = queries.card(session, card["id"])
        assert row is not None
        return {
            "kind": "pressed",
            "message_id": card["id"],
            "space_id": space_id,
            "person_id": someone.person_id,
            "inputs": {"do": "approve", "request": 1},
            "card": {
                "outgoing_id": row.id,
                "purpose": row.purpose,
                "request_id": row.request_id,
                "is_group": False,
                "context": row.context,
            },
        }


def _gathered(chat: Chat, someone: Someone) -> Gathered:
    known = chat.running.control("GET", "snapshot")["people"][someone.person_id]
    return {
        "actor": {
            "person_id": someone.person_id,
            "email": someone.email,
            "name": known["displayName"],
            "org_id": known["orgId"],
            "kind": "person",
            "active": True,
        },
        "facts": {"member_of": []},
        "trouble": None,
    }


@pytest.fixture
def card(chat: Chat) -> Message:
    """The manager's card about a request of the employee."""
    chat.employee.says("request messaging because new desk")
    return chat.manager.card_with("Approve")


def refusals(answered: Answered) -> list[tuple[str, str | None]]:
    return [(draft.markdown, draft.to_person_id) for draft in answered.drafts]


def test_a_press_from_another_space_than_the_card_is_in_changes_nothing(chat: Chat, card: Message) -> None:
    elsewhere = chat.employee.space(IT_SPACE)
    answered, state = pressed(chat, chat.manager, card, elsewhere)
    assert refusals(answered) == [(SENTENCES["card_elsewhere"], chat.manager.person_id)]
    assert (answered.follow_ups, state) == ((), State.PENDING)


def test_a_press_by_somebody_else_than_the_card_went_to_changes_nothing(chat: Chat, card: Message) -> None:
    answered, state = pressed(chat, chat.colleague, card, card["roomId"])
    assert refusals(answered) == [(SENTENCES["card_not_yours"], chat.colleague.person_id)]
    assert (answered.follow_ups, state) == ((), State.PENDING)


def test_the_same_press_in_its_space_by_whom_it_went_to_decides(chat: Chat, card: Message) -> None:
    answered, state = pressed(chat, chat.manager, card, card["roomId"])
    assert state is State.APPROVED
    assert answered.follow_ups
