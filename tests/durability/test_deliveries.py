"""Deliveries that come twice, two hundred times, late, out of order or never: nothing is done twice, one wins."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.states import State
from bot.settings import DEMO_WEBHOOK_SECRET
from bot.store.models import Decision, Delivery, OutgoingMessage, Request
from bot.webex.signature import seal
from tests.chat import BOT_ID, Chat, Someone

AT_ONCE = 16


class Lost:
    """What Webex would have delivered while it delivers nothing; the test delivers it, as often as it likes."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        chat.running.settle()
        self._before = len(self._all())
        chat.weather(webhooks="drop", every=1)

    def of(self, resource: str) -> bytes:
        """End the bad weather; return the body of the one delivery about this resource that was lost."""
        self._chat.running.control("DELETE", "weather")
        lost = [one["body"] for one in self._all()[self._before :] if one["body"]["resource"] == resource]
        assert len(lost) == 1
        return json.dumps(lost[0]).encode()

    def _all(self) -> list[dict[str, Any]]:
        return list(self._chat.running.control("GET", "snapshot")["deliveries"])


def deliver(chat: Chat, body: bytes, times: int) -> None:
    """Deliver it so many times in parallel, correctly sealed, over real HTTP; each must be accepted."""
    url = f"{chat.running.settings.public_url}/webhooks/webex"
    headers = {"X-Spark-Signature": seal(body, DEMO_WEBHOOK_SECRET), "Content-Type": "application/json"}
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = threads.map(lambda _: requests.post(url, data=body, headers=headers, timeout=30), range(times))
        assert {answer.status_code for answer in answers} == {requests.codes.no_content}
    chat.running.settle()


def from_the_bot(someone: Someone) -> list[str]:
    return [message["text"] for message in someone.inbox() if message["personId"] == BOT_ID]


@pytest.mark.thorough
def test_two_hundred_deliveries_of_one_message_make_one_request_and_one_reply(chat: Chat) -> None:
    chat.employee.says("help")  # the welcome and its like are over
    before = len(from_the_bot(chat.employee))
    lost = Lost(chat)
    chat.employee.says("request messaging because new desk", settle=False)
    deliver(chat, lost.of("messages"), 200)
    with Session(chat.running.engine) as session:
        stored = [key for key in session.scalars(select(Delivery.key)) if key.startswith("messages:")]
    assert len(stored) == 2  # the help and this one
    assert chat.count(Request) == 1
    assert len(from_the_bot(chat.employee)) == before + 1
    assert len(from_the_bot(chat.manager)) == 1


@pytest.mark.thorough
def test_fifty_deliveries_of_one_press_make_one_decision_and_one_assignment(chat: Chat) -> None:
    chat.employee.says("request messaging because new desk")
    number = chat.last_number()
    lost = Lost(chat)
    chat.manager.presses("Approve", settle=False)
    deliver(chat, lost.of("attachmentActions"), 50)
    assert chat.state_of(number) is State.GRANTED
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 1
    for someone in (chat.employee, chat.manager):
        assert sum(f"Request #{number}: done" in text for text in from_the_bot(someone)) == 1
    assert sum("approved" in text for text in from_the_bot(chat.manager)) == 1
    assert not any("already" in text for text in from_the_bot(chat.manager))


@pytest.fixture
def two_approvers(chat: Chat) -> tuple[Someone, Someone]:
    """The director and the admin were both asked about a request for the colleague, who has no manager."""
    chat.running.resolve(approvers=("director@example.com", "admin@example.com"))
    chat.employee.says("request messaging for colleague@example.com because she asked me to")
    return chat.director, chat.admin


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize("second", ["Approve", "Deny"])
def test_of_two_approvers_at_the_same_moment_one_wins_and_the_other_reads_the_verdict(
    chat: Chat, two_approvers: tuple[Someone, Someone], second: str, turn: int
) -> None:
    """On SQLite, which has one writer, this shows the order of words only; the race itself needs PostgreSQL."""
    number = chat.last_number()
    press(chat, list(zip(two_approvers, ("Approve", second), strict=True))[:: 1 if turn % 2 else -1])
    with Session(chat.running.engine) as session:
        verdicts = session.scalars(
            select(Decision).where(Decision.request_id == number, Decision.verdict.is_not(None))
        ).all()
    assert len(verdicts) == 1
    approved = verdicts[0].verdict == "approved"
    winner, loser = two_approvers[:: 1 if verdicts[0].decided_by == two_approvers[0].person_id else -1]
    assert chat.state_of(number) is (State.GRANTED if approved else State.DENIED)
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == int(approved)
    word = "approved" if approved else "denied"
    assert any(f"Request #{number} was already {word}" in text for text in from_the_bot(loser))
    assert not any("was already" in text for text in from_the_bot(winner))
    for someone in two_approvers:  # both cards are gone, and both read the one verdict
        assert sum(f"Request #{number}: {word}" in text for text in from_the_bot(someone)) == 1
        assert not any("Approve" in str(card["attachments"]) for card in someone.cards())


def press(chat: Chat, presses: list[tuple[Someone, str]]) -> None:
    cards = {someone.name: someone.card_with(title)["id"] for someone, title in presses}
    with ThreadPoolExecutor(len(presses)) as threads:
        done = [
            threads.submit(
                one.submits,
                cards[one.name],
                {"do": title.lower(), "request": chat.last_number(), "reason": "not this year"},
            )
            for one, title in presses
        ]
        for each in done:
            each.result()
    chat.running.settle()


def test_a_conversation_in_which_everything_is_delivered_twice_goes_as_any_other(chat: Chat) -> None:
    chat.weather(webhooks="double", every=1)
    chat.employee.says("request messaging because new desk")
    number = chat.last_number()
    chat.manager.presses("Approve")
    assert chat.count(Request) == 1
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 1
    assert sum(f"Request #{number} is sent" in text for text in from_the_bot(chat.employee)) == 1
    assert sum(f"Request #{number}: done" in text for text in from_the_bot(chat.employee)) == 1
    assert not any("already" in text for text in from_the_bot(chat.employee) + from_the_bot(chat.manager))


def test_messages_that_arrive_in_the_wrong_order_are_each_answered_once(chat: Chat) -> None:
    chat.employee.says("help")
    chat.weather(webhooks="reorder", seconds=30)
    chat.employee.says("request messaging because new desk", settle=False)
    answer = chat.employee.says("my licenses")
    number = chat.last_number()
    assert chat.count(Request) == 1
    assert answer.count(f"Request #{number} is sent") == 1
    assert answer.count("Basic Messaging") == 1


def test_a_press_that_arrives_after_the_request_was_canceled_reads_so_and_changes_nothing(chat: Chat) -> None:
    chat.employee.says("request messaging because new desk")
    number = chat.last_number()
    lost = Lost(chat)
    chat.manager.presses("Approve", settle=False)
    body = lost.of("attachmentActions")
    chat.employee.says(f"cancel {number}")
    deliver(chat, body, 1)
    assert chat.state_of(number) is State.CANCELED
    assert chat.calls("PATCH", "/v1/licenses/users") == []
    assert f"Request #{number} was already canceled" in chat.manager.last()


def test_a_message_whose_delivery_was_lost_can_be_sent_again_and_counts_once(chat: Chat) -> None:
    chat.employee.says("help")
    lost = Lost(chat)
    chat.employee.says("request messaging because new desk")
    assert chat.count(Request) == 0
    late = lost.of("messages")
    assert "is sent" in chat.employee.says("request messaging because new desk")
    deliver(chat, late, 1)  # the first one turns up after all
    assert chat.count(Request) == 1
    assert "is already about Messaging" in chat.employee.last()


def test_nothing_is_left_unsent_or_sent_twice_after_all_of_it(chat: Chat) -> None:
    for effect in ("double", "reorder", "delay"):
        chat.weather(webhooks=effect, seconds=0.05, every=2)
    for text in ("help", "my requests", "my licenses", "status 7", "request messaging"):
        chat.employee.says(text, settle=False)
    chat.running.settle()
    with Session(chat.running.engine) as session:
        rows = session.scalars(select(OutgoingMessage)).all()
    assert {row.state for row in rows} == {"sent"}
    assert len({row.message_id for row in rows}) == len(rows)
    assert sum(row.purpose in {"reply", "help", "request_sent"} or row.key.startswith("reply:") for row in rows) >= 5
