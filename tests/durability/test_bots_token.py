"""The bot's own token is regenerated: what comes until the worker has the new one is answered then, nobody is denied.

The sandbox takes the token for ended, and later for good again, as a worker with the new token would find it.
"""

from collections.abc import Callable
from typing import Any

import pytest
import structlog

from bot.desk.states import State
from bot.errors import CannotStart
from bot.webex import own_token
from bot.workflows import inbox, speaking, waiting
from tests.chat import Chat
from tests.durability.test_weather import read_by, wait_out

OURS = ("/v1/messages", "/v1/people", "/v1/attachment/actions", "/v1/memberships", "/v1/rooms")


@pytest.fixture
def lost(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the bot's token be refused from here on; without a rest between refusals, which is tested by itself."""
    monkeypatch.setattr(own_token, "REST", 0.0)
    return lambda: set_token(chat, 0)


def set_token(chat: Chat, lives: int | None) -> None:
    chat.running.control("PATCH", "tokens/sandbox-bot", {"expiresIn": lives})


def found_again(chat: Chat) -> None:
    set_token(chat, None)
    wait_out(chat)


def test_what_is_said_pressed_and_sent_while_the_token_is_refused_is_answered_once_it_is_not(
    chat: Chat, lost: Callable[[], None]
) -> None:
    chat.employee.says("request messaging because new desk")
    number = chat.last_number()
    lost()
    assert chat.manager.presses("Approve") == ""
    assert chat.colleague.says("my requests") == ""
    chat.running.run_delayed()
    assert chat.state_of(number) is State.PENDING
    found_again(chat)
    assert chat.state_of(number) is State.GRANTED
    assert read_by(chat.employee, f"Request #{number}: done") == 1
    assert read_by(chat.manager, f"Request #{number}: approved") == 1
    assert read_by(chat.colleague, "You have no requests") == 1
    assert not any(read_by(one, "busy") for one in (chat.employee, chat.manager, chat.colleague))


@pytest.mark.thorough
def test_a_request_whose_card_could_not_be_sent_for_the_token_waits_and_nobody_is_denied(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_token, "REST", 0.0)
    monkeypatch.setattr(speaking, "MOST_TRIES", 1)
    chat.employee.says("request")
    lost_for_posting(chat)
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"))
    number = chat.last_number()
    for _ in range(3):  # longer than a busy Webex would be waited for
        chat.running.run_delayed()
    assert chat.state_of(number) is State.PENDING
    chat.running.control("DELETE", "weather")
    wait_out(chat)
    assert read_by(chat.employee, f"Request #{number} is sent") == 1
    assert read_by(chat.manager, f"Request #{number} waits for you") == 1
    chat.manager.presses("Approve")
    assert chat.state_of(number) is State.GRANTED


@pytest.mark.thorough
def test_tries_that_the_token_stood_in_the_way_of_do_not_count_against_a_busy_webex(
    chat: Chat, lost: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "WAITS", (5,))
    chat.employee.says("help")
    lost()
    chat.employee.says("my requests")
    for _ in range(3):
        chat.running.run_delayed()
    set_token(chat, None)
    chat.weather(method="GET", path="/v1/messages/*", status=503, times=3)
    found_again(chat)
    assert read_by(chat.employee, "You have no requests") == 1


@pytest.mark.thorough
def test_waiting_for_the_token_ends_with_honest_words_and_still_denies_nobody(
    chat: Chat, lost: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "FOR_THE_TOKEN", (60, 60))
    chat.employee.says("request")
    lost_for_posting(chat)
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"))
    number = chat.last_number()
    with structlog.testing.capture_logs() as logged:
        wait_out(chat)
    assert {line["status"] for line in logged if line["event"] == "message_not_sent"} == {401}
    assert chat.state_of(number) is State.PENDING
    chat.running.control("DELETE", "weather")
    chat.colleague.says("help")
    lost()
    chat.colleague.says("my requests")
    chat.running.run_delayed()
    chat.running.run_delayed()
    found_again(chat)
    assert read_by(chat.colleague, "did not answer me for a long time") == 1


def test_a_day_is_waited_for_the_token_and_an_answer_comes_within_ten_minutes_of_it() -> None:
    assert 23 * 3600 < sum(waiting.FOR_THE_TOKEN) < 25 * 3600
    assert max(waiting.FOR_THE_TOKEN) <= 600


@pytest.mark.thorough
def test_a_refused_token_is_told_once_in_the_log_and_left_alone_for_a_while(chat: Chat) -> None:
    chat.employee.says("help")
    before = refusals(chat)
    set_token(chat, 0)
    with structlog.testing.capture_logs() as logged:
        for _ in range(3):
            chat.employee.says("my requests")
            chat.colleague.says("my requests")
    set_token(chat, None)
    assert len(refusals(chat)) == len(before) + 1
    told: list[Any] = [line for line in logged if line["log_level"] == "error"]
    assert [line["event"] for line in told] == ["bot_token_not_accepted"]
    assert chat.running.worker.roster.ourselves(chat.running.clock())  # accepted: the rest is over at once
    wait_out(chat)
    assert read_by(chat.employee, "You have no requests") == 3


def test_a_start_with_a_token_that_is_refused_still_says_so(chat: Chat, lost: Callable[[], None]) -> None:
    lost()
    with pytest.raises(CannotStart, match="does not accept WEBEX_TEAMS_ACCESS_TOKEN"):
        chat.running.worker.roster.ourselves(chat.running.clock())


def refusals(chat: Chat) -> list[Any]:
    made = chat.running.control("GET", "snapshot")["calls"]
    return [call for call in made if call["path"].startswith(OURS) and call["status"] == 401]


def lost_for_posting(chat: Chat) -> None:
    """As if it were refused from when the request stands, and before anything of it is sent."""
    chat.weather(method="POST", path="/v1/messages", status=401, every=1)
