"""The process under test: the real worker or web, told from outside at which point to die.

`python -m tests.crash.victim` has imported everything and forks one for each line that it reads; it ends with its
input. A victim ends when the harness does, since that holds the other end of its line.
"""

import faulthandler
import gc
import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from bot import app as wiring
from bot import logs
from bot.settings import Settings
from bot.workflows import slots
from tests.crash.tracking import Tracker
from tests.crash.wrapping import wrap_everything

POLLING = 0.05
slots.GRACE = slots.FileLocks.grace = 0.2  # a victim begins anew hundreds of times, and its calls arrive at once


class Line:
    """Lines of JSON to and from the harness."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._reading = self._socket.makefile()
        self._lock = threading.Lock()

    def tell(self, **what: Any) -> None:
        with self._lock:
            self._socket.sendall(json.dumps(what).encode() + b"\n")

    def next(self) -> dict[str, Any]:
        """Return the next order; whoever has none left is not needed any more."""
        line = self._reading.readline()
        if not line:
            os._exit(0)
        return dict(json.loads(line))


def settings_from(given: dict[str, Any]) -> Settings:
    values: Any = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return Settings(**values)


class RunningWorker:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._worker = wiring.Worker(settings, polling=POLLING)
        self._worker.launch()

    def begin_anew(self) -> None:
        """Do what a start does for a database that is empty, and forget what was remembered of the last one."""
        worker, now = self._worker, wiring.clock_for(self._settings)()
        worker.admins.forget()
        worker.roster.ourselves(now)
        worker.roster.resolve(worker.house, self._settings.admins, self._settings.approvers, now)


class RunningWeb:
    def __init__(self, settings: Settings) -> None:
        self._server = make_server("127.0.0.1", settings.port, wiring.build_web(settings), threaded=True)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def begin_anew(self) -> None:
        """Remembers nothing."""


def live(order: dict[str, Any], tracker: Tracker) -> None:
    line = Line(order["line"])
    line.tell(pid=os.getpid())
    tracker.tell = lambda point: line.tell(reached=point)
    settings = settings_from(order["settings"])
    logs.set_up(settings.log_format, settings.secrets)
    running = RunningWorker(settings) if order["role"] == "worker" else RunningWeb(settings)
    line.tell(ready=True)
    while True:
        told = line.next()
        running.begin_anew()
        tracker.arm(told["die_at"])
        line.tell(armed=told["die_at"])


def fork(order: dict[str, Any], tracker: Tracker) -> None:
    if os.fork():
        return
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with Path(order["log"]).open("ab", buffering=0) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    faulthandler.register(signal.SIGUSR1)  # what each thread is at, for one that does not come to an end
    with open(os.devnull) as nothing:  # noqa: PTH123 a device
        os.dup2(nothing.fileno(), 0)
    try:
        live(order, tracker)
    except BaseException:  # noqa: BLE001 it must never return into the server that forked it
        import traceback  # noqa: PLC0415

        traceback.print_exc()
    finally:
        os._exit(1)


def main() -> None:
    tracker = Tracker()
    wrap_everything(tracker)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the harness decides when it is over
    gc.freeze()
    for order in sys.stdin:
        fork(json.loads(order), tracker)


if __name__ == "__main__":
    main()
