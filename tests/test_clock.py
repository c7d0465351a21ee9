"""Beside a sandbox the bot goes by the sandbox's clock, and sees at once when somebody moves it."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from bot import clock as clocks
from bot.clock import SandboxClock
from bot.sandbox.server import RunningSandbox
from tests.running import TOO_LONG

A_DAY = timedelta(days=1)
NEARLY = timedelta(minutes=1)


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox() as sandbox:
        yield sandbox


def advance(sandbox: RunningSandbox, by: timedelta) -> None:
    told = requests.post(f"{sandbox.url}/control/clock", json={"advance": by.total_seconds()}, timeout=TOO_LONG)
    assert told.ok


def test_a_clock_that_was_moved_before_the_bot_started_is_right_from_the_start(sandbox: RunningSandbox) -> None:
    advance(sandbox, A_DAY)
    clock = SandboxClock(f"{sandbox.url}/v1")
    clock.stop()
    assert abs(clock() - clocks.machine() - A_DAY) < NEARLY


def test_whoever_waits_for_a_time_is_told_when_the_clock_jumps(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "LOOK_EVERY", 0.01)
    clock, jumped = SandboxClock(f"{sandbox.url}/v1"), threading.Event()
    clock.when_it_jumps(jumped.set)
    advance(sandbox, A_DAY)
    assert jumped.wait(TOO_LONG)
    clock.stop()
    assert abs(clock() - clocks.machine() - A_DAY) < NEARLY


def test_a_sandbox_that_is_gone_leaves_the_clock_as_it_was_seen() -> None:
    with RunningSandbox() as sandbox:
        advance(sandbox, A_DAY)
        clock = SandboxClock(f"{sandbox.url}/v1")
        clock.stop()
    gone = SandboxClock(f"{sandbox.url}/v1")
    gone.stop()
    assert abs(clock() - clocks.machine() - A_DAY) < NEARLY
    assert abs(gone() - clocks.machine()) < NEARLY
