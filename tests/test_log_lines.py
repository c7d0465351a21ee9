"""Nobody forges a log line, colors a terminal or turns a line around, whatever they type; no secret shows itself."""

import io
import json
import logging
import re
from typing import Literal, NoReturn

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot import logs
from bot.settings import Settings
from bot.webex.admin import AdminGateway
from bot.webex.http import PATIENT
from bot.webex.line import Bearer, FixedToken, Wire
from bot.webex.messages import ChatGateway
from bot.webex.sdk import SdkLine
from tests.test_logs import logging_as_it_was  # noqa: F401 a fixture of every test here

TOKEN = "a-token-that-nobody-may-see"
URL = "http://127.0.0.1/v1"
FORGED = "2026-01-01T00:00:00Z [info     ] request_approved"
PIECES = (
    "\n",
    "\r\n",
    "\x0b",
    "\x85",
    "\u2028",
    "\x1b[31m",
    "\x9b2J",
    "\x00",
    "\x08",
    "\u202e",
    '"}',
    FORGED,
    "\ud800",
)
HOSTILE = st.text() | st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=9).map("".join)


def written(log_format: Literal["json", "console"], said: str) -> str:
    """Return what is logged where a text is a field, the event, a library's message, and the words of an exception."""
    stream = io.StringIO()
    logs.set_up(log_format, stream=stream)
    log = structlog.get_logger("ours")
    log.info("said", said=said, deep={said: [said]})
    log.info(said)
    logging.getLogger("theirs").warning("%s", said)
    try:
        fail(said)
    except ValueError:
        log.exception("failed")
    return stream.getvalue()


def fail(said: str) -> NoReturn:
    raise ValueError(said)


def is_one_line_each(output: str) -> bool:
    return all(character.isprintable() or character == "\n" for character in output)


@given(HOSTILE)
def test_whatever_is_typed_makes_no_json_line_but_its_own(said: str) -> None:
    output = written("json", said)
    assert is_one_line_each(output)
    lines = [json.loads(line) for line in output.splitlines()]
    assert [line["logger"] for line in lines] == ["ours", "ours", "theirs", "ours"]
    assert lines[0]["event"] == "said"


@given(HOSTILE)
def test_whatever_is_typed_makes_no_line_for_the_console_but_its_own(said: str) -> None:
    output = written("console", said)
    assert is_one_line_each(output)
    records = [line for line in output.splitlines() if not line.startswith("    ")]
    assert len(records) == 4
    assert all(re.match(r"20\d\d-\d\d-\d\dT\S+Z \[", line) for line in records)


def test_other_scripts_stay_readable_in_a_line() -> None:
    assert "Лицензия 🙂 ライセンス" in written("json", "Лицензия 🙂 ライセンス")


def test_no_setting_that_is_a_secret_shows_itself() -> None:
    hidden = {name: SecretStr(f"{TOKEN}-{name}") for name, field in Settings.model_fields.items() if _is_secret(field)}
    settings = Settings.model_construct(role="worker", database_url=f"postgresql://bot:{TOKEN}@db/desk", **hidden)  # type: ignore[arg-type]
    assert len(hidden) >= 6
    assert TOKEN not in repr(settings)
    assert TOKEN not in str(settings)
    assert {one for one in settings.secrets if TOKEN in one} == {one.get_secret_value() for one in hidden.values()}


def _is_secret(field: object) -> bool:
    return getattr(field, "annotation", None) is SecretStr


@pytest.mark.parametrize("kind", [Bearer, FixedToken])
def test_no_holder_of_a_token_shows_it(kind: type) -> None:
    assert TOKEN not in f"{kind(TOKEN)!r} {kind(TOKEN)}"


@pytest.mark.parametrize("kind", [Wire, AdminGateway, ChatGateway, SdkLine])
def test_no_line_to_webex_shows_its_token(kind: type) -> None:
    line = kind(TOKEN, URL, PATIENT)
    assert TOKEN not in f"{line!r} {line}"
