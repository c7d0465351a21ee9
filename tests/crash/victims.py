"""The harness's end of the line to each victim: start it, arm it, hear what it reached, see it die."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.processes import REPOSITORY
from tests.running import TOO_LONG

A_MOMENT = 0.5


class Ended(Exception):
    """A victim ended before it did what it was asked for; its log says why."""


class Victim:
    """One worker or web process. `reached` are the points that it came by since it was armed, in order."""

    def __init__(self, line: socket.socket, log: Path) -> None:
        self._line = line
        self._log = log
        self._rest = b""
        self._told: dict[str, Any] = {}
        self._has_ended = False
        self.reached: list[str] = []
        self.pid = int(self._expect("pid"))
        self._expect("ready")

    def arm(self, point: str) -> None:
        self.reached.clear()
        self._line.sendall(json.dumps({"die_at": point}).encode() + b"\n")
        self._expect("armed")

    def is_dead(self, within: float = 0) -> bool:
        """Hear what there is to hear; whether the other end is closed."""
        while not self._has_ended and select.select([self._line], [], [], within)[0]:
            self._hear()
        return self._has_ended

    def kill(self) -> None:
        """End it in whatever it does, and wait until it is gone: locks that it held are free then."""
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(self.pid)
            try:
                os.kill(self.pid, signal.SIGKILL)
                select.select([handle], [], [], TOO_LONG)
            finally:
                os.close(handle)
        self._line.close()

    def said(self) -> str:
        return self._log.read_text()

    def where_it_is(self) -> str:
        """Return what each of its threads is at."""
        before = len(self.said())
        os.kill(self.pid, signal.SIGUSR1)
        time.sleep(A_MOMENT)
        return self.said()[before:]

    def _expect(self, name: str) -> Any:
        while name not in self._told:
            if self._has_ended or not select.select([self._line], [], [], TOO_LONG)[0]:
                raise Ended(f"never {name}: {self.said()}")
            self._hear()
        return self._told.pop(name)

    def _hear(self) -> None:
        try:
            heard = self._line.recv(1 << 16)
        except ConnectionError:
            heard = b""
        self._has_ended = not heard
        *lines, self._rest = (self._rest + heard).split(b"\n")
        for line in lines:
            told = json.loads(line)
            if "reached" in told:
                self.reached.append(told["reached"])
            self._told.update(told)


class Nursery:
    """Starts victims quickly: a process that has imported everything forks them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "line"
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(self._path))
        self._door.listen()
        self._door.settimeout(TOO_LONG)
        with (folder / "nursery.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.victim"],
                cwd=REPOSITORY,
                stdin=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )

    def start(self, role: str, settings: dict[str, Any]) -> Victim:
        log = self._folder / f"{role}.log"
        order = {"role": role, "settings": settings, "line": str(self._path), "log": str(log)}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        line, _ = self._door.accept()
        return Victim(line, log)

    def close(self) -> None:
        self._process.communicate()
        self._door.close()
