"""Bad weather in Webex: the bot waits, looks, goes on by itself, and says only what is true; nothing is done twice."""

from typing import Any

import pytest

from bot.desk.states import State
from bot.workflows import concluding, inbox, speaking, waiting
from tests.chat import BOT_ID, Chat, Someone

PATCH = {"method": "PATCH", "path": "/v1/licenses/users"}
READ_PERSON = {"method": "GET", "path": "/v1/people/*"}
POST_MESSAGE = {"method": "POST", "path": "/v1/messages"}
OTHER_LOSSES: list[dict[str, Any]] = [{"status": 503}, {"reset": True}, {"status": 429}]
TWO_MINUTES = {"Retry-After": "120"}


@pytest.fixture
def number(chat: Chat) -> int:
    """The employee's request for Messaging, which the manager has on a card."""
    chat.employee.says("request messaging because new desk")
    return chat.last_number()


def read_by(someone: Someone, words: str) -> int:
    """In how many messages of the bot this person reads these words."""
    return sum(words in message["text"] for message in someone.inbox() if message["personId"] == BOT_ID)


def wait_out(chat: Chat) -> None:
    """Let all that waits for a better time happen."""
    while chat.running.workflows("DELAYED", "ENQUEUED", "PENDING"):
        chat.running.run_delayed()


def assert_granted_once(chat: Chat, number: int) -> None:
    assert chat.state_of(number) is State.GRANTED
    snapshot = chat.running.control("GET", "snapshot")
    assert snapshot["people"][chat.employee.person_id]["licenses"].count(chat.license_id("Messaging")) == 1
    for someone in (chat.employee, chat.manager):
        assert read_by(someone, f"Request #{number}: done") == 1


@pytest.mark.thorough
@pytest.mark.parametrize(
    "weather",
    [
        {"status": 503},
        {"status": 500, "body": "<html>oops</html>"},
        {"status": 429, "headers": TWO_MINUTES},
        {"status": 429},
        {"status": 429, "headers": {"Retry-After": "rand(30),add(30)"}},
        {"status": 429, "headers": {"Retry-After": "-1"}},
        {"status": 423},
        {"reset": True},
    ],
    ids=["503", "500 in HTML", "429 that names a wait", "429", "429 garbled", "429 negative", "423", "reset"],
)
def test_an_assignment_that_webex_did_not_take_is_made_later(chat: Chat, number: int, weather: dict[str, Any]) -> None:
    chat.weather(**PATCH, **weather)
    chat.manager.presses("Approve")
    assert chat.state_of(number) is State.APPROVED
    assert "Messaging" not in chat.employee.holds()
    assert read_by(chat.employee, f"Request #{number}: done") == 0
    chat.running.run_delayed()
    assert_granted_once(chat, number)


def test_a_short_wait_is_waited_out_without_a_word(chat: Chat, number: int) -> None:
    chat.weather(**PATCH, status=429, headers={"Retry-After": "0"})
    chat.manager.presses("Approve")
    assert_granted_once(chat, number)
    assert read_by(chat.employee, "Webex is busy") == 0


@pytest.mark.thorough
def test_a_long_wait_is_told_once_and_ends_by_itself(chat: Chat, number: int) -> None:
    chat.weather(**PATCH, status=429, headers=TWO_MINUTES, times=3)
    chat.manager.presses("Approve")
    for _ in range(3):
        assert read_by(chat.employee, "Webex is busy, so I go on by myself in about 2 minutes") == 1
        chat.running.run_delayed()
    assert_granted_once(chat, number)


def test_an_assignment_whose_answer_was_lost_is_seen_and_not_made_twice(chat: Chat, number: int) -> None:
    chat.weather(**PATCH, lost=True)
    chat.manager.presses("Approve")
    assert_granted_once(chat, number)
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 1


def test_an_assignment_whose_answer_and_read_back_were_lost_is_seen_later(chat: Chat, number: int) -> None:
    chat.weather(**PATCH, lost=True)
    chat.manager.presses("Approve", settle=False)
    chat.weather(**READ_PERSON, status=503, times=2)
    chat.running.settle()
    chat.running.control("DELETE", "weather")
    wait_out(chat)
    assert_granted_once(chat, number)
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 1


@pytest.mark.thorough
def test_a_person_who_cannot_be_read_before_the_assignment_is_not_patched_blindly(chat: Chat, number: int) -> None:
    chat.weather(**PATCH, status=503)
    chat.manager.presses("Approve")
    chat.weather(**READ_PERSON, status=503, every=1)
    chat.running.run_delayed()
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 1
    chat.running.control("DELETE", "weather")
    chat.running.run_delayed()
    assert_granted_once(chat, number)


def test_a_yes_without_effect_is_not_called_granted_and_can_be_tried_again(chat: Chat, number: int) -> None:
    chat.weather(**PATCH, unapplied=True)
    chat.manager.presses("Approve")
    assert chat.state_of(number) is State.FAILED
    assert read_by(chat.employee, "not there when I") == 1
    assert f"retry {number}" in chat.admin.last()
    chat.admin.says(f"retry {number}")
    assert_granted_once(chat, number)


def test_a_206_that_carries_errors_shows_them_and_grants_the_rest(chat: Chat) -> None:
    chat.weather(**PATCH, errors_in_206=True)
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Webex Calling - Professional")
    chat.employee.says("request attendant console and messaging at Denver ext 1109")
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings")
    chat.manager.presses("Approve")
    assert chat.state_of(chat.last_number()) is State.PARTIAL
    assert "400408" in chat.employee.last()
    assert "Messaging: assigned and checked" in chat.employee.last()


@pytest.fixture
def short_of_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few tries until the bot gives up: nobody wants to wait for the usual dozen."""
    for module in (concluding, waiting):
        monkeypatch.setattr(module, "WAITS", (5, 600, 3600))
    monkeypatch.setattr(inbox, "WAITS", (5, 600, 3600))
    monkeypatch.setattr(speaking, "MOST_TRIES", 2)


@pytest.mark.thorough
@pytest.mark.usefixtures("short_of_patience")
def test_webex_down_for_hours_ends_the_request_with_word_to_everybody(chat: Chat, number: int) -> None:
    chat.weather(**PATCH, status=503, every=1)
    chat.manager.presses("Approve")
    for _ in waiting.WAITS:
        assert chat.state_of(number) is State.APPROVED
        chat.running.run_delayed()
    assert chat.state_of(number) is State.FAILED
    assert chat.running.workflows("DELAYED") == []
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == len(waiting.WAITS) + 1
    for someone in (chat.employee, chat.manager, chat.admin):
        assert "Webex stayed too busy for hours" in someone.last()
        assert "Tracking ID: NA_" in someone.last()
    chat.running.control("DELETE", "weather")
    assert "again" in chat.admin.says(f"retry {number}")
    assert_granted_once(chat, number)


@pytest.mark.thorough
def test_a_person_hears_when_webex_is_too_busy_to_look_things_up_and_is_then_answered(chat: Chat) -> None:
    chat.employee.says("help")
    chat.weather(**READ_PERSON, status=429, headers=TWO_MINUTES)
    assert "Webex is busy at the moment" in chat.employee.says("request messaging because new desk")
    chat.running.run_delayed()
    assert f"Request #{chat.last_number()} is sent" in chat.employee.last()
    assert read_by(chat.employee, "Webex is busy at the moment") == 1


@pytest.mark.thorough
@pytest.mark.usefixtures("short_of_patience")
def test_a_person_hears_in_the_end_when_webex_never_answers(chat: Chat) -> None:
    chat.employee.says("help")
    chat.weather(**READ_PERSON, status=503, every=1)
    chat.employee.says("request messaging because new desk")
    for _ in inbox.WAITS:
        chat.running.run_delayed()
    assert "Webex did not answer me for a long time" in chat.employee.last()
    assert chat.running.workflows("DELAYED") == []
    assert chat.last_number() == 0


@pytest.mark.parametrize("times", [1, *(pytest.param(more, marks=pytest.mark.thorough) for more in (2, 3))])
@pytest.mark.parametrize(
    "weather",
    [{"lost": True}, *(pytest.param(one, marks=pytest.mark.thorough) for one in OTHER_LOSSES)],
    ids=str,
)
def test_a_message_whose_answer_was_lost_stands_once(chat: Chat, weather: dict[str, Any], times: int) -> None:
    chat.employee.says("request")
    chat.weather(**POST_MESSAGE, **weather, times=times)
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"))
    wait_out(chat)
    number = chat.last_number()
    assert read_by(chat.employee, f"Request #{number} is sent") == 1
    assert read_by(chat.manager, f"Request #{number} waits for you") == 1
    chat.manager.presses("Approve")  # the card that was found again is the one that counts
    assert_granted_once(chat, number)


@pytest.mark.thorough
def test_if_every_answer_to_a_message_is_lost_all_of_them_still_stand_once(chat: Chat) -> None:
    chat.employee.says("request")
    chat.weather(**POST_MESSAGE, lost=True, every=1)
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"))
    wait_out(chat)
    chat.manager.presses("Approve")
    wait_out(chat)
    number = chat.last_number()
    assert read_by(chat.employee, f"Request #{number} is sent") == 1
    assert read_by(chat.manager, f"Request #{number}: approved") == 1
    assert_granted_once(chat, number)


@pytest.mark.thorough
def test_a_card_pressed_before_its_sending_was_noted_gives_way_to_one_that_counts(chat: Chat) -> None:
    chat.employee.says("request")
    chat.weather(**POST_MESSAGE, lost=True, every=1)
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"))
    chat.manager.presses("Approve")
    wait_out(chat)
    assert read_by(chat.manager, "sent you a fresh one") == 1
    assert sum("Approve" in str(card["attachments"]) for card in chat.manager.cards()) == 1
    chat.manager.presses("Approve")
    wait_out(chat)
    assert_granted_once(chat, chat.last_number())
    assert not any("Approve" in str(card["attachments"]) for card in chat.manager.cards())


@pytest.mark.thorough
def test_the_same_question_twice_gets_two_answers_though_webex_is_busy_for_the_second(chat: Chat) -> None:
    chat.employee.says("help")
    before = read_by(chat.employee, "request")
    chat.weather(**POST_MESSAGE, status=503, every=2)  # the person's own message comes first
    chat.employee.says("help")
    chat.running.control("DELETE", "weather")
    wait_out(chat)
    assert read_by(chat.employee, "request") == before + 1


@pytest.mark.thorough
@pytest.mark.usefixtures("short_of_patience")
def test_an_approver_who_cannot_be_reached_does_not_hold_a_request_for_ever(chat: Chat) -> None:
    chat.employee.says("request")
    card = chat.employee.card_with("Send request")
    chat.weather(**POST_MESSAGE, status=503, every=1)
    chat.employee.presses("Send request", on=card, licenses=chat.license_id("Messaging"))
    number = chat.last_number()
    while chat.state_of(number) is State.PENDING and chat.running.workflows("DELAYED"):
        chat.running.run_delayed()
    assert chat.state_of(number) is State.DENIED
    chat.running.control("DELETE", "weather")
    wait_out(chat)
    assert read_by(chat.employee, "None of the people who may decide could be reached") == 1
    assert read_by(chat.admin, f"Request #{number}") == 1
