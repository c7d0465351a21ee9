"""Somebody floods the bot: it stays polite, says so once a minute, asks Webex nothing, and serves everybody else."""

from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from bot.desk import correcting, submitting
from bot.desk.states import State
from bot.settings import Settings
from bot.store.models import Delivery
from tests.chat import BOT_ID, IT_SPACE, Chat, Someone

LIMIT = 3
TOO_FAST = f"You are faster than I am: I answer {LIMIT} messages and presses a minute."
MINUTE = timedelta(minutes=1)


@pytest.fixture
def flooded(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """Answer three a minute, of which one has just begun; the employee has asked and the manager met the bot before."""
    for text in ("request messaging because new desk", "request share because new desk"):
        chat.employee.says(text)
    chat.manager.says("help")
    monkeypatch.setattr(chat.running.worker.inbox, "messages_per_minute", LIMIT)
    chat.running.clock.ahead += MINUTE - timedelta(seconds=chat.running.clock().second)
    return chat


def flood(someone: Someone, chat: Chat, text: str, times: int) -> list[str]:
    """Type the same so often at once; return what the bot answered 1:1."""
    before = {message["id"] for message in someone.inbox()}
    for _ in range(times):
        someone.says(text, settle=False)
    chat.running.settle()
    new = [message for message in someone.inbox() if message["id"] not in before]
    return [message["text"] for message in new if message["personId"] == BOT_ID]


def read_from_webex(chat: Chat) -> int:
    """How many messages and presses the bot has read: a delivery tells it an id and nothing else."""
    made = chat.calls("GET", "/v1/messages/") + chat.calls("GET", "/v1/attachment/actions/")
    return len(made)


def dropped() -> float:
    return REGISTRY.get_sample_value("license_bot_too_fast_total") or 0


@pytest.mark.thorough
def test_a_flood_is_answered_as_often_as_allowed_then_once_in_words_then_not_at_all(flooded: Chat) -> None:
    before, stood, read, drops = flooded.count(Delivery), flooded.standing(), read_from_webex(flooded), dropped()
    said = flood(flooded.employee, flooded, "my requests", 9)
    assert [one.startswith(TOO_FAST) for one in said].count(True) == 1
    assert len(said) == LIMIT + 1
    assert flooded.count(Delivery) == before + 9, "each of them is kept"
    assert read_from_webex(flooded) == read + LIMIT
    assert dropped() == drops + 6
    assert flooded.standing() == stood


@pytest.mark.thorough
def test_what_came_too_fast_does_nothing_and_a_minute_later_all_is_well(flooded: Chat) -> None:
    flood(flooded.employee, flooded, "help", LIMIT)
    assert flooded.employee.says("cancel 1").startswith(TOO_FAST)
    assert flooded.employee.says("cancel 1") == ""
    assert flooded.state_of(1) is State.PENDING
    flooded.running.clock.ahead += MINUTE
    assert "Request #1 is canceled" in flooded.employee.says("cancel 1")


@pytest.mark.thorough
def test_who_goes_on_is_answered_and_told_in_every_minute(flooded: Chat) -> None:
    for _ in range(2):
        said = flood(flooded.employee, flooded, "my requests", LIMIT + 2)
        assert sorted(one.startswith(TOO_FAST) for one in said) == [False] * LIMIT + [True]
        flooded.running.clock.ahead += MINUTE


@pytest.mark.thorough
def test_somebody_else_s_flood_is_nobody_s_trouble(flooded: Chat) -> None:
    for _ in range(9):
        flooded.colleague.says("help", settle=False)
    assert "#2 · Screen Share" in flooded.manager.says("waiting")


@pytest.mark.thorough
def test_in_a_group_space_the_words_about_a_flood_come_one_to_one(flooded: Chat) -> None:
    flood(flooded.employee, flooded, "help", LIMIT)
    assert flooded.employee.mentions("help") == ""
    assert flooded.employee.last().startswith(TOO_FAST)
    assert not [one for one in flooded.employee.reads_in(IT_SPACE) if TOO_FAST in one["text"]]


@pytest.mark.thorough
def test_a_decision_on_its_card_is_taken_although_other_presses_are_not(flooded: Chat) -> None:
    cards = {
        number: card for card in flooded.manager.cards() for number in (1, 2) if f"#{number} waits" in card["text"]
    }
    menu = flooded.manager.card_with("Waiting for me")
    flood(flooded.manager, flooded, "help", LIMIT + 1)
    assert flooded.manager.presses("Waiting for me", on=menu) == ""
    flooded.manager.submits(menu["id"], {"do": "approve", "request": 2})
    flooded.manager.presses("Approve", on=cards[1])
    assert (flooded.state_of(1), flooded.state_of(2)) == (State.GRANTED, State.PENDING)
    flooded.manager.presses("Deny", on=cards[2], reason="not now")
    assert flooded.state_of(2) is State.DENIED


@pytest.mark.thorough
def test_a_flood_of_decisions_ends_as_well_after_its_sender_was_told(flooded: Chat) -> None:
    card = flooded.manager.card_with("Approve")
    flood(flooded.manager, flooded, "help", LIMIT + 1)
    before, stood = read_from_webex(flooded), flooded.standing()
    for _ in range(20):
        flooded.manager.submits(card["id"], {"do": "deny", "request": 2, "reason": ""})
    flooded.running.settle()
    assert read_from_webex(flooded) == before + 5 * LIMIT - (LIMIT + 1) - 1
    assert sum(one["text"].startswith(TOO_FAST) for one in flooded.manager.inbox()) == 1
    assert flooded.standing() == stood


@pytest.mark.thorough
def test_no_approver_is_sent_one_request_after_another_without_end(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submitting, "MOST_OPEN", 2)
    chat.employee.says("request messaging")
    chat.employee.says("request screen share")
    asked = chat.standing()
    said = chat.employee.says("request hybrid call aware")
    assert said.startswith("2 of your requests still wait for a decision, and I take no more at once.")
    assert "my requests" in said
    assert chat.standing() == asked
    assert "Request #3 is sent" in chat.colleague.says("request hybrid call aware"), "others ask as before"
    chat.employee.says("cancel 2")
    assert "Request #4 is sent" in chat.employee.says("request hybrid call aware")


@pytest.mark.thorough
def test_no_approver_is_sent_one_correction_after_another_without_end(chat: Chat) -> None:
    chat.employee.says("request calling professional at Denver ext 1109")
    for extension in range(1110, 1110 + correcting.MOST_CORRECTIONS):
        assert f"extension {extension}" in chat.employee.says(f"details 1 ext {extension}")
    stood, read = chat.standing(), len(chat.manager.inbox())
    said = chat.employee.says("details 1 ext 1120")
    assert said.startswith("The phone details of request #1 were changed 5 times already")
    assert "cancel 1" in said
    form = chat.employee.presses("Change the phone details", on=chat.employee.card_with("Cancel request"))
    assert form.startswith("The phone details of request #1 were changed 5 times already")
    assert (chat.standing(), len(chat.manager.inbox())) == (stood, read)
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.GRANTED


def test_the_limits_of_what_approvers_are_sent_leave_room_for_honest_work() -> None:
    assert (submitting.MOST_OPEN, correcting.MOST_CORRECTIONS) == (20, 5)


@pytest.mark.thorough
def test_the_worker_goes_by_what_the_operator_set(chat: Chat) -> None:
    assert chat.running.worker.inbox.messages_per_minute == chat.running.settings.messages_per_minute
    assert Settings.model_fields["messages_per_minute"].default == 20
