"""What people type and who they are stays in the chat and the database: not in the log, not in the metrics."""

import io

import pytest
from prometheus_client import generate_latest

from bot import logs
from tests.chat import BOT_ID, Chat
from tests.test_logs import logging_as_it_was  # noqa: F401 a fixture of every test here

pytestmark = pytest.mark.thorough

MARK = "Xyzzy"
TYPED = (
    MARK,
    f"{MARK} good morning",
    f"request {MARK}",
    f"request messaging because {MARK}",
    f"request messaging for {MARK}@example.com",
    f"request messaging for {MARK}@example.com named {MARK}",
    f"request calling pro at {MARK}",
    f"request calling pro at Denver ext {MARK}",
    f"return {MARK}",
    f"status {MARK}",
    f"deny 1 because {MARK}",
)
BY_ADMINS = (
    f"who {MARK}",
    f"find {MARK}",
    f"find {MARK}@example.com",
    f"status {MARK}@example.com",
    f"resource groups {MARK}@example.com",
    f"move {MARK}@example.com to {MARK}",
    f"move employee@example.com to {MARK}",
)
TOKENS = ("sandbox-bot", "sandbox-admin")


def everybody_types(chat: Chat) -> None:
    """Each kind of text that a person can type, also where Webex is unwell or the bot itself fails."""
    chat.change(chat.colleague, displayName=MARK)
    for words in TYPED:
        chat.employee.says(words)
    for words in BY_ADMINS:
        chat.admin.says(words)
    chat.manager.presses("Deny", reason="")
    chat.weather(method="GET", path="/v1/people*", times=2, status=503)
    chat.admin.says(f"find {MARK}@example.com")
    chat.weather(method="GET", path="/v1/people*", times=1, status=403)
    chat.admin.says(f"find {MARK}@example.com")
    card = chat.manager.card_with("Approve")
    chat.manager.submits(card["id"], {"do": MARK, "request": MARK, MARK: MARK})
    chat.manager.submits(card["id"], {"do": "approve", "request": 1, "group": MARK, "note": MARK})
    chat.running.settle()
    chat.weather(method="PATCH", path="/v1/licenses/users", times=1, status=400)
    chat.manager.presses("Approve", note=MARK)
    chat.running.run_delayed()


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_nothing_that_is_typed_and_nobody_s_address_or_token_reaches_the_log_or_the_metrics(
    chat: Chat, log_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    logs.set_up("json" if log_format == "json" else "console", TOKENS, stream)
    everybody_types(chat)
    monkeypatch.setattr("bot.chat.admin.find", _breaks)
    assert "(ref" in chat.admin.says(f"who {MARK}"), "a failure of our own is told with a reference"
    written, measured = stream.getvalue(), generate_latest().decode()
    assert written.count("event_answered") > len(TYPED) + len(BY_ADMINS)
    assert "event_failed" in written
    assert "license_bot_webex_calls_total{" in measured
    for hidden in (MARK, MARK.lower(), "example.com", "Mona", *TOKENS, chat.running.settings.secrets[-1]):
        assert hidden not in written, hidden
        assert hidden not in measured, hidden
    assert chat.employee.person_id not in measured
    assert BOT_ID not in measured


def _breaks(_text: str, *_args: object) -> None:
    raise RuntimeError("broken where nobody expected it")
