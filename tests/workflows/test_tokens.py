"""Admins hear in time of an access that ends or is not renewed, once each; a desk that nobody uses keeps its own."""

from datetime import timedelta
from typing import Any

import pytest

from bot.desk.states import State
from bot.sandbox.accounts import ADMINS_REFRESH_TOKEN
from tests.chat import Chat
from tests.live import end, first_of_service_app, live_token, renewing, trades

DAY = 86_400


def look(chat: Chat, at: timedelta) -> list[str]:
    """Have the bot look at its token at a time; return what the admin reads because of that."""
    chat.running.clock.ahead = at
    before = len(chat.admin.inbox())
    care = chat.running.worker.token_care
    care.look(care.time())
    chat.running.settle()
    return [message["text"] for message in chat.admin.inbox()[before:]]


def pair(**lives: int) -> dict[str, Any]:
    """Return the answer to a trade; the access token is one that opens the admin side."""
    return {"access_token": "sandbox-admin", **lives}


def test_a_request_is_granted_although_the_access_token_ends_in_between(chat: Chat) -> None:
    with renewing(chat, live_token(chat)) as token:
        chat.employee.says("request messaging")
        end(chat, token.current())
        chat.manager.presses("Approve")
        assert chat.state_of(1) is State.GRANTED
    assert trades(chat) == [200, 200]


@pytest.mark.thorough
def test_a_desk_that_nobody_uses_keeps_its_token_fresh(chat: Chat) -> None:
    with renewing(chat, live_token(chat)):
        for days in range(0, 120, 13):
            assert look(chat, timedelta(days=days, hours=days / 10)) == []
    assert trades(chat) == [200] * 10


def test_admins_are_warned_two_weeks_before_the_refresh_token_ends_and_thrice_more_once_each(chat: Chat) -> None:
    body = pair(expires_in=100 * DAY, refresh_token_expires_in=20 * DAY)
    chat.weather(method="POST", path="/v1/access_token", status=200, body=body)
    told: dict[float, list[str]] = {}
    with renewing(chat, live_token(chat)):
        ends = chat.running.clock() + timedelta(days=20)
        for days in (0, 5.9, 6.1, 6.2, 9, 13.1, 13.2, 17.1, 18.1, 19.1, 19.2, 20.1):
            told[days] = look(chat, timedelta(days=days))
    assert [days for days, words in told.items() if words] == [6.1, 13.1, 17.1, 19.1]
    assert all(len(words) < 2 for words in told.values())
    assert f"{ends:%Y-%m-%d}" in told[6.1][0]
    assert "in 14 days" in told[6.1][0]
    assert "within a day" in told[19.1][0]
    assert "WEBEX_ADMIN_REFRESH_TOKEN" in told[6.1][0]


@pytest.mark.thorough
def test_who_starts_late_is_warned_once_and_not_for_each_date_that_has_passed(chat: Chat) -> None:
    body = pair(expires_in=100 * DAY, refresh_token_expires_in=5 * DAY)
    chat.weather(method="POST", path="/v1/access_token", status=200, body=body)
    with renewing(chat, live_token(chat)):
        (words,) = look(chat, timedelta(0))
        assert "in 5 days" in words
        assert look(chat, timedelta(hours=1)) == []


def test_a_refused_renewal_is_told_once_a_day_until_it_works_again(chat: Chat) -> None:
    with renewing(chat, live_token(chat)):
        assert look(chat, timedelta(0)) == []
        chat.running.control("DELETE", f"tokens/{ADMINS_REFRESH_TOKEN}")
        (words,) = look(chat, timedelta(days=13, hours=1))
        assert "does not renew" in words
        assert "status 400" in words
        assert "lasts until" in words
        assert look(chat, timedelta(days=13, hours=2)) == []
        (words,) = look(chat, timedelta(days=14, hours=1))
        assert "assign nothing now" in words
        body = pair(expires_in=3600)
        chat.weather(method="POST", path="/v1/access_token", status=200, body=body)
        assert look(chat, timedelta(days=14, hours=2)) == []
        (words,) = look(chat, timedelta(days=14, hours=4))
        assert "status 400" in words, "it worked in between, so this is news"


def test_the_refusal_of_a_refresh_token_that_was_replaced_is_no_news(chat: Chat) -> None:
    """A worker that is restarted with the old environment tries what is dead; the others renew, and are not meant."""
    live_token(chat).current()
    chat.running.control("DELETE", f"tokens/{ADMINS_REFRESH_TOKEN}")
    renewed = live_token(chat, first_of_service_app(chat))
    renewed.current()
    behind = live_token(chat)
    behind.current()
    assert trades(chat) == [200, 200, 400]
    with renewing(chat, renewed):
        assert look(chat, timedelta(hours=1)) == []
    with renewing(chat, behind):
        (words,) = look(chat, timedelta(hours=2))
        assert "does not renew" in words
    with renewing(chat, renewed):
        assert look(chat, timedelta(hours=3)) == []
    with renewing(chat, behind):
        assert look(chat, timedelta(hours=4)) == []


@pytest.mark.thorough
def test_nobody_is_told_of_a_token_that_the_operator_renews(chat: Chat) -> None:
    body = pair(expires_in=100 * DAY, refresh_token_expires_in=DAY)
    chat.weather(method="POST", path="/v1/access_token", status=200, body=body)
    live_token(chat).current()
    assert look(chat, timedelta(hours=1)) == []


@pytest.mark.thorough
def test_an_approval_while_nothing_can_be_renewed_changes_nothing_and_says_who_has_to_act(chat: Chat) -> None:
    with renewing(chat, live_token(chat)) as token:
        chat.employee.says("request messaging")
        end(chat, token.current())
        chat.running.control("DELETE", f"tokens/{ADMINS_REFRESH_TOKEN}")
        assert "operator of this bot has to look at its admin token" in chat.manager.presses("Approve")
        assert chat.state_of(1) is State.PENDING
    assert trades(chat) == [200, 400]
