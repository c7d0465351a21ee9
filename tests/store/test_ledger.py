"""The ledger: a message is there once, whatever happened between writing it down, posting it and noting that."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.sandbox.seed import tokens
from bot.store import ledger
from bot.store.ledger import Draft
from bot.store.models import OutgoingMessage
from bot.webex.messages import ChatGateway
from bot.workflows.follow_ups import FollowUps
from bot.workflows.waiting import Turn
from tests.chat import BOT_ID, Chat
from tests.running import TOO_LONG

WORDS = "This sentence was never said before."
CARD: dict[str, Any] = {
    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
    "type": "AdaptiveCard",
    "version": "1.3",
    "body": [{"type": "TextBlock", "text": WORDS}],
}
EMPLOYEE = next(row["personId"] for row in tokens() if row["token"] == "sandbox-employee")


@dataclass(frozen=True)
class Message:
    """One message to the employee, in the ledger of a bot that runs."""

    chat: Chat
    outgoing_id: int

    def begin_attempt(self) -> ledger.Attempt | None:
        with Session(self.chat.running.engine) as session, session.begin():
            return ledger.begin_attempt(session, self.outgoing_id, self.chat.running.clock())

    def post(self) -> str:
        """Post it behind the ledger's back, as a worker that dies before it can note so."""
        sent = ChatGateway("sandbox-bot", self.chat.running.settings.webex_api_url).send(
            {"to_person_id": EMPLOYEE, "space_id": None, "parent_id": None, "markdown": WORDS, "card": CARD}
        )
        assert sent["kind"] == "ok"
        return str(sent["value"]["message_id"])

    def close(self) -> None:
        with Session(self.chat.running.engine) as session, session.begin():
            ledger.close([session.get_one(OutgoingMessage, self.outgoing_id)], self.chat.running.clock())

    def send(self, tries: int = 0) -> None:
        """Have the worker send it, and wait for that."""
        follow_ups = FollowUps(self.chat.running.worker.engine.queues)
        with Session(self.chat.running.engine) as session, session.begin():
            follow_ups.send_later(session, self.outgoing_id, Turn(tries), delay=0)
        self.chat.running.settle()

    def row(self) -> OutgoingMessage:
        with Session(self.chat.running.engine) as session:
            return session.get_one(OutgoingMessage, self.outgoing_id)

    def seen(self) -> list[str]:
        """The ids of all messages with these words that the employee sees."""
        return [
            one["id"]
            for one in self.chat.employee.inbox()
            if one["personId"] == BOT_ID and WORDS in one["text"] + str(one.get("markdown"))
        ]


def write(chat: Chat, key: str = "test:1", **more: Any) -> int:
    draft = Draft(key, "reply", WORDS, to_person_id=EMPLOYEE, **{"card": CARD, **more})
    with Session(chat.running.engine) as session, session.begin():
        return ledger.write(session, [draft], chat.running.clock())[0]


@pytest.fixture
def message(chat: Chat) -> Message:
    return Message(chat, write(chat))


def test_a_message_is_sent_and_noted(message: Message) -> None:
    message.send()
    assert message.row().state == "sent"
    assert message.seen() == [message.row().message_id]


def test_a_message_whose_key_is_known_is_not_written_again(message: Message) -> None:
    assert write(message.chat) == message.outgoing_id
    assert write(message.chat, key="test:2") != message.outgoing_id


def test_a_message_that_was_sent_is_not_sent_again(message: Message) -> None:
    message.send()
    message.send(tries=1)
    assert len(message.seen()) == 1
    assert message.begin_attempt() is None


def test_a_message_whose_attempt_was_cut_off_after_posting_is_found_and_not_doubled(message: Message) -> None:
    message.begin_attempt()
    posted = message.post()
    message.send()
    assert message.seen() == [posted]
    assert (message.row().state, message.row().message_id) == ("sent", posted)


def test_a_message_whose_attempt_was_cut_off_before_posting_is_sent(message: Message) -> None:
    message.begin_attempt()
    message.send()
    assert message.seen() == [message.row().message_id]


def test_a_cut_off_attempt_is_looked_for_from_its_first_beginning(message: Message) -> None:
    first = message.begin_attempt()
    message.chat.running.clock.ahead += timedelta(hours=1)
    second = message.begin_attempt()
    third = message.begin_attempt()
    assert first is not None
    assert first["since"] is None
    assert second is not None
    assert second["since"] is not None
    assert second == third


def test_an_old_message_with_the_same_words_is_not_taken_for_the_new_one(message: Message) -> None:
    old = message.post()
    message.chat.running.clock.ahead += timedelta(hours=1)
    message.begin_attempt()
    message.send()
    assert len(message.seen()) == 2
    assert message.row().message_id != old


def test_a_message_that_another_row_has_is_not_taken_for_this_one(message: Message) -> None:
    """Two rows with the same words, moments apart: as when somebody asks the same thing twice."""
    message.send()
    other = Message(message.chat, write(message.chat, key="test:2"))
    other.begin_attempt()
    other.send()
    assert len(message.seen()) == 2
    assert other.row().message_id != message.row().message_id


def test_a_card_that_was_closed_before_it_was_sent_is_not_sent(message: Message) -> None:
    message.close()
    message.send()
    assert message.seen() == []
    assert message.row().state == "failed"


def test_a_card_that_was_closed_while_it_was_sent_is_taken_away_again(message: Message) -> None:
    message.begin_attempt()
    message.close()
    message.send()
    assert message.seen() == []


def test_a_card_that_was_posted_and_closed_before_anybody_noted_it_is_taken_away_again(message: Message) -> None:
    message.begin_attempt()
    message.post()
    message.close()
    message.send()
    assert message.seen() == []


def test_a_message_takes_away_the_card_that_it_replaces(message: Message) -> None:
    message.send()
    after = Message(message.chat, write(message.chat, key="test:2", replaces_id=message.outgoing_id))
    after.send()
    assert message.seen() == [after.row().message_id]


def test_a_message_that_webex_refuses_is_given_up_and_not_tried_for_ever(message: Message) -> None:
    message.chat.weather(method="POST", path="/v1/messages", status=403, every=1)
    message.send()
    assert message.row().state == "failed"
    assert message.chat.running.workflows("DELAYED") == []


def test_two_messages_of_the_same_words_that_are_looked_for_at_once_never_take_the_same_one(chat: Chat) -> None:
    """What the second one must not see as free is what the first one has taken and not committed yet."""
    engine = chat.running.engine
    with Session(engine) as session, session.begin():
        drafts = [Draft(f"twin:{one}", "reply", WORDS, CARD, to_person_id=EMPLOYEE) for one in range(2)]
        first, second = ledger.write(session, drafts, chat.running.clock())
    for one in (first, second):
        with Session(engine) as session, session.begin():
            ledger.begin_attempt(session, one, chat.running.clock())
    begun = threading.Event()

    def claim_second() -> bool:
        with Session(engine) as session, session.begin():
            begun.set()
            return ledger.claim(session, second, "the-one-message")

    with ThreadPoolExecutor(1) as threads:
        with Session(engine) as session:
            assert ledger.claim(session, first, "the-one-message")
            session.flush()
            if chat.running.settings.is_sqlite:  # its one writer has to end first
                session.commit()
            later = threads.submit(claim_second)
            begun.wait(TOO_LONG)
            wait([later], timeout=0.3)
            session.commit()
        assert later.result(TOO_LONG) is False
