"""However long and whatever is typed or sent: it is read once through, or one press would stop a worker for seconds."""

import logging
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

import pytest
from structlog.processors import JSONRenderer

from bot.chat import door, parse  # noqa: F401 the door registers all commands
from bot.chat.buttons import BUTTONS
from bot.chat.registry import registry
from bot.errors import BotError
from bot.logs import DiscreetFormatter

LONG = 20_000
CPU_SECONDS = 0.4
"""No reader needs a twentieth of it for one of these texts, and one that goes back and forth over it twice as much."""
PARTS = (".", "@", "-", " ", "a.", "<", "*", ",", "\n", ":", "at ", "instead of ", "a'")
BEFORE = ("", "a@", "1 ", "x instead of y", "://")
AFTER = ("", "@\n\n")
TEXTS = [before + part * (LONG // len(part)) + after for part in PARTS for before in BEFORE for after in AFTER]


def logged(text: str) -> str:
    """Return the line that the log shows of it."""
    return DiscreetFormatter([], JSONRenderer(), ()).format(logging.makeLogRecord({"msg": text}))


READERS: dict[str, Callable[[str], Any]] = {command.phrase: command.read for command in registry.commands.values()}
CHECKS: dict[str, Callable[[str], Any]] = {
    check.__name__: check
    for check in (
        *(parse.check_email, parse.check_name, parse.check_phone_number, parse.check_extension, parse.tidy_reason),
        *(parse.names_in, parse.site_in),
    )
}


class TooLong(BaseException):
    """No `except` of the bot's may swallow it."""


@contextmanager
def no_more_than(seconds: float) -> Iterator[None]:
    """Stop what uses more of the processor than that; a busy machine does not count, and patterns are stopped too."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class Everywhere(dict[str, Any]):
    """The same text in each input that a reader may ask for; a request it may be about has a number."""

    def get(self, name: str, default: Any = None) -> Any:
        return 1 if name == "request" else super().get("licenses", default)


@pytest.mark.parametrize("name", [*READERS, *CHECKS])
def test_no_reader_of_words_goes_over_them_again_and_again(name: str) -> None:
    read = (READERS | CHECKS)[name]
    for text in TEXTS:
        with no_more_than(CPU_SECONDS), suppress(BotError):
            read(text)


@pytest.mark.thorough
def test_the_log_does_not_go_over_its_lines_again_and_again() -> None:
    for text in TEXTS:
        with no_more_than(CPU_SECONDS):
            logged(text)


@pytest.mark.parametrize("do", BUTTONS)
def test_no_reader_of_a_card_goes_over_its_inputs_again_and_again(do: str) -> None:
    for text in TEXTS:
        with no_more_than(CPU_SECONDS), suppress(BotError):
            BUTTONS[do].read(Everywhere(licenses=text), {})


def test_what_goes_over_a_text_again_and_again_is_stopped() -> None:
    with pytest.raises(TooLong), no_more_than(CPU_SECONDS / 10):
        re.fullmatch("a*a*b", "a" * LONG)
