"""What an operator reads about the admin side's token: its kind and its dates, never a value."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.cli import main
from bot.errors import CannotStart
from bot.operating import token_tool
from bot.sandbox.accounts import ADMINS_REFRESH_TOKEN, INTEGRATION
from bot.settings import Settings
from bot.store.session import make_sessions
from tests.chat import Chat
from tests.live import KEY, OTHER_KEY, live_token


def settings_of(chat: Chat, key: str = KEY) -> Settings:
    """Return what an operator has set for a token that renews itself."""
    live = {
        "webex_admin_access_token": SecretStr(""),
        "webex_admin_client_id": INTEGRATION.client_id,
        "webex_admin_client_secret": SecretStr(INTEGRATION.client_secret),
        "webex_admin_refresh_token": SecretStr(ADMINS_REFRESH_TOKEN),
        "token_key": SecretStr(key),
    }
    return Settings(**(chat.running.settings.model_dump() | live))


def shown(chat: Chat, settings: Settings | None = None) -> str:
    return "\n".join(token_tool.show(settings or settings_of(chat), make_sessions(chat.running.engine)))


def test_a_new_key_is_another_one_each_time_and_of_use() -> None:
    keys = {CliRunner().invoke(main, ["tokens", "key"]).stdout.strip() for _ in range(2)}
    assert len(keys) == 2
    assert all(Fernet(key) for key in keys)


def test_a_token_that_renews_itself_is_shown_with_its_dates_and_no_value(chat: Chat) -> None:
    assert token_tool.NOTHING_YET in shown(chat)
    access = live_token(chat).current()
    said = shown(chat)
    ends = chat.running.clock() + timedelta(days=14)
    assert f"{ends:%Y-%m-%d}" in said
    assert f"{ends + timedelta(days=76):%Y-%m-%d}" in said
    assert not any(one in said for one in (access, ADMINS_REFRESH_TOKEN, INTEGRATION.client_secret, KEY))


@pytest.mark.thorough
def test_a_renewal_that_webex_refuses_is_shown(chat: Chat) -> None:
    token = live_token(chat)
    token.current()
    chat.running.control("DELETE", f"tokens/{ADMINS_REFRESH_TOKEN}")
    chat.running.clock.ahead = timedelta(days=13, hours=1)
    token.current()
    assert "refuses to renew it (status 400" in shown(chat)


@pytest.mark.thorough
def test_a_token_of_the_operator_is_shown_with_its_end_as_webex_tells_it(chat: Chat) -> None:
    value = live_token(chat).current()
    said = shown(chat, chat.running.settings.model_copy(update={"webex_admin_access_token": SecretStr(value)}))
    assert f"ends on {chat.running.clock() + timedelta(days=14):%Y-%m-%d}" in said
    said = shown(chat, chat.running.settings.model_copy(update={"webex_admin_access_token": SecretStr("nobody-s")}))
    assert "does not tell when it ends (status 401)" in said


def test_a_key_that_does_not_fit_is_said_and_what_is_stored_can_be_forgotten(chat: Chat) -> None:
    live_token(chat).current()
    with pytest.raises(CannotStart, match="tokens forget"):
        shown(chat, settings_of(chat, OTHER_KEY))
    sessions = make_sessions(chat.running.engine)
    assert token_tool.forget(sessions) == token_tool.FORGOTTEN
    assert token_tool.forget(sessions) == token_tool.NOTHING_STORED
    assert token_tool.NOTHING_YET in shown(chat, settings_of(chat, OTHER_KEY))
