"""`make demo`: the real bot on this machine, a scripted conversation with it over HTTP, and a company to go on with.

Speaks HTTP and starts processes only; of the bot itself it imports nothing.
"""

import signal
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType, TracebackType
from typing import Self

from bot.sandbox.demo.by_hand import how_to_go_on, show
from bot.sandbox.demo.failed import DemoFailed
from bot.sandbox.demo.people import Stage
from bot.sandbox.demo.processes import POLL, Processes
from bot.sandbox.demo.scenes import cast_of, play_all
from bot.sandbox.demo.transcript import Transcript

LOG = Path("demo.log")
STEP_BOUND = 30.0
"""Seconds in which each step has to be seen."""
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Stopped(Exception):
    """Somebody wants the demo to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


class _Endings:
    """Notes Ctrl-C, SIGTERM or a closed terminal; `check` raises it where nothing is left half done."""

    def __init__(self) -> None:
        self._noted = 0

    def __enter__(self) -> Self:
        self._before = {number: signal.getsignal(number) for number in ENDINGS}
        for number, handler in self._before.items():
            if (number, handler) != (signal.SIGHUP, signal.SIG_IGN):  # nohup means it
                signal.signal(number, self._note)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._noted = number

    def check(self) -> None:
        if self._noted:
            raise _Stopped(self._noted)


def play(*, once: bool = False) -> int:
    """Play the scenes; without `once`, stay up afterwards until told to end. Returns the exit code."""
    transcript = Transcript()
    try:
        with _Endings() as endings:
            return _play(transcript, endings, once=once)
    except DemoFailed as failed:
        transcript.failed(str(failed))
        return 1
    except _Stopped as stopped:
        _say_goodbye(transcript)
        return stopped.exit_code


def _play(transcript: Transcript, endings: _Endings, *, once: bool) -> int:
    with (
        TemporaryDirectory(prefix="license-bot-demo-") as folder,
        Processes(Path(folder), LOG.absolute(), endings.check) as processes,
    ):
        transcript.narrates("Starting a sandbox of Webex, the database, web and worker …")
        processes.start()
        if not once:
            transcript.narrates(f"Watch and join in: {processes.sandbox_url}/ (be Emil, Mona and Ada side by side)")
            show(processes.sandbox_url)
        stage = Stage(processes.sandbox_url, transcript, processes.check, STEP_BOUND)
        play_all(cast_of(stage))
        transcript.narrates("Every step was seen over HTTP in the sandbox.")
        if once:
            return 0
        how_to_go_on(stage, processes.web_url, LOG)
        with suppress(_Stopped):
            _stay(processes)
    _say_goodbye(transcript)
    return 0


def _stay(processes: Processes) -> None:
    while True:
        time.sleep(POLL)
        processes.check()


def _say_goodbye(transcript: Transcript) -> None:
    with suppress(OSError):  # the terminal may be gone
        transcript.narrates("Stopped; all processes have ended.")
