"""What reaches a log line, and what never does."""

import io
import json
import logging
from collections.abc import Iterator
from typing import NoReturn

import pytest
import structlog

from bot import logs

SECRET = 'a "quoted" secret of the operator'


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    names = [None, *logs.NOISY]
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in names]
    handlers, dbos_handlers = logging.getLogger().handlers, logging.getLogger("dbos").handlers
    yield
    for logger, level in before:
        logger.setLevel(level)
    logging.getLogger().handlers, logging.getLogger("dbos").handlers = handlers, dbos_handlers
    structlog.reset_defaults()


@pytest.fixture(params=["json", "console"])
def stream(request: pytest.FixtureRequest) -> io.StringIO:
    stream = io.StringIO()
    logs.set_up(request.param, secrets=[SECRET, ""], stream=stream)
    return stream


def test_json_lines_are_one_object_each_whoever_logs() -> None:
    stream = io.StringIO()
    logs.set_up("json", stream=stream)
    structlog.get_logger("ours").info("asked", request=42, space="é\nnew line")
    logging.getLogger("theirs").warning("%s is slow", "webex")
    ours, theirs = map(json.loads, stream.getvalue().splitlines())
    assert (ours["logger"], ours["level"], ours["event"], ours["request"]) == ("ours", "info", "asked", 42)
    assert (theirs["logger"], theirs["level"], theirs["event"]) == ("theirs", "warning", "webex is slow")
    assert ours["timestamp"].endswith("Z")


def test_a_second_set_up_replaces_the_first() -> None:
    first, second = io.StringIO(), io.StringIO()
    log = structlog.get_logger("ours")
    logs.set_up("json", stream=first)
    log.info("one")
    logs.set_up("console", stream=second)
    log.info("two")
    assert "two" not in first.getvalue()
    assert "two" in second.getvalue()
    assert len(second.getvalue().splitlines()) == 1


@pytest.mark.parametrize("name", logs.NOISY)
def test_libraries_are_heard_from_warnings_on(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("chatter")
    logging.getLogger(f"{name}.part").info("chatter")
    logging.getLogger(name).warning("trouble")
    assert stream.getvalue().count("trouble") == 1
    assert "chatter" not in stream.getvalue()


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"got {SECRET}", "quoted"),
        ("Authorization: Bearer NTVk.x_-+/=", "NTVk"),
        ("cannot reach postgresql://bot:pa%20ss@db/name", "pa%20ss"),
        ("colleague+desk@sub.example.com left", "colleague"),
        ("o'brien@example.com left", "o'"),
        ("{'email': 'colleague@example.com'}", "colleague"),
        ("GET /people?email=colleague%40example.com HTTP/1.1", "colleague"),
        ("GET /people?email=o%27brien%40example.com&max=1", "brien"),
    ],
)
def test_secrets_and_addresses_are_taken_out_of_texts(stream: io.StringIO, text: str, hidden: str) -> None:
    structlog.get_logger().info(text)
    structlog.get_logger().info("said", text=text, deep={"list": [text]})
    logging.getLogger("theirs").info("%s", text)
    try:
        _fail(text)
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("theirs").exception("failed")
    assert hidden not in stream.getvalue()
    assert stream.getvalue().count(logs.REMOVED) >= 6
    assert "Traceback" in stream.getvalue()


def test_a_secret_that_came_while_it_ran_is_taken_out_as_well(stream: io.StringIO) -> None:
    logs.hide("came-later", 'with "quotes"', "", "got")
    structlog.get_logger().info("got came-later", deep=['with "quotes"'])
    logging.getLogger("theirs").warning("got %s", "came-later")
    assert "came-later" not in stream.getvalue()
    assert "quotes" not in stream.getvalue()
    assert stream.getvalue().count(logs.REMOVED) == 3
    assert stream.getvalue().count("got") == 2, "what is no secret by its length spoils no line"


def test_fields_named_like_secrets_lose_their_values(stream: io.StringIO) -> None:
    structlog.get_logger().info(
        "request",
        access_token="one-1",
        headers={"Authorization": "two-2"},
        hooks=[{"secret": "three-3"}],
        kept="four-4",
    )
    line = stream.getvalue()
    assert not any(value in line for value in ("one-1", "two-2", "three-3"))
    assert "four-4" in line


def test_locals_are_not_shown_with_a_traceback(stream: io.StringIO) -> None:
    try:
        _fail("broken", typed="reason private"[::-1])
    except ValueError:
        structlog.get_logger().exception("failed")
    assert "ValueError: broken" in stream.getvalue()
    assert "reason private"[::-1] not in stream.getvalue()


def _fail(text: str, *, typed: str = "") -> NoReturn:
    assert isinstance(typed, str)  # a local that a talkative traceback would print
    raise ValueError(text)
