"""The demo's processes: sandbox, database, web and worker as an operator starts them, and how all of them end.

They share one process group, led by `keeper.py`, so that none can be left behind.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import requests

from bot.sandbox.demo.failed import DemoFailed

SECRET = "sandbox-demo-secret-for-loopback-only-0000"  # noqa: S105 - public; the settings refuse it outside loopback
START_BOUND = 60.0
"""Seconds in which a process has to be there; a busy machine may need many of them."""
END_BOUND = 10.0
POLL = 0.05
PORT_TRIES = 3
_OURS = (
    "WEBEX_",
    "DATABASE_URL",
    "PUBLIC_URL",
    "PORT",
    "ADMINS",
    "APPROVERS",
    "ALLOWED_ORGS",
    "ALLOW_EXTERNAL",
    "REQUEST_TTL",
    "CATALOG_FILE",
    "CLOCK",
    "LOG_FORMAT",
    "MESSAGES_PER_MINUTE",
    "METRICS_",
)
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


class _Ended(Exception):
    """A process ended while it was waited for; on a port of its own, somebody may have been quicker to take it."""


class Processes:
    """Everything that runs, for a `with` block. `check_wanted` raises whatever is to end it from outside."""

    def __init__(self, folder: Path, log: Path, check_wanted: Callable[[], None]) -> None:
        self.sandbox_url = self.web_url = ""
        self._check_wanted = check_wanted
        self._log_path = log
        self._database = f"sqlite:///{folder / 'demo.sqlite'}"
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._spawned: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        try:
            self._log_path.write_bytes(b"")
            self._log: IO[bytes] = self._log_path.open("ab")
        except OSError as error:
            raise DemoFailed(f"The log {self._log_path} cannot be written: {error.strerror}.") from None
        keeper = [sys.executable, "-I", str(Path(__file__).with_name("keeper.py"))]
        self._keeper = subprocess.Popen(  # noqa: S603 - our own file
            keeper, stdin=subprocess.PIPE, stdout=self._log, stderr=self._log, process_group=0
        )
        self._note(f"the demo's processes are in the process group {self._keeper.pid}")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        """Ask all of them to end, then make sure. Safe at any moment: whoever is in the group is reached."""
        with suppress(ProcessLookupError):
            os.killpg(self._keeper.pid, signal.SIGTERM)
        end = time.monotonic() + END_BOUND
        for process in self._spawned:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, end - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(self._keeper.pid, signal.SIGKILL)
        for process in (*self._spawned, self._keeper):
            process.wait()
        if self._keeper.stdin:
            self._keeper.stdin.close()
        self._log.close()

    def start(self) -> None:
        """Start everything in its order; what does not need each other starts side by side."""
        upgrade = self._spawn("db upgrade", "db", "upgrade")
        self.sandbox_url = self._start_on_a_port("sandbox", "/control/idle", lambda port: ("sandbox", "--port", port))
        self._finish("db upgrade", upgrade)
        worker = self._running["worker"] = self._spawn("worker", "worker")
        self.web_url = self._start_on_a_port("web", "/readyz", lambda _port: ("web",))
        self._finish("webhooks sync", self._spawn("webhooks sync", "webhooks", "sync"))
        try:
            self._wait_for("worker", worker, self._worker_is_there)
        except _Ended:
            self.check()

    def check(self) -> None:
        """Raise DemoFailed if a process has ended. Whoever waits calls this all the time."""
        self._check_wanted()
        for name, process in self._running.items():
            if process.poll() is not None:
                raise self._failure(name, f"ended with exit code {process.returncode}")

    def _start_on_a_port(self, name: str, path: str, command: Callable[[str], tuple[str, ...]]) -> str:
        """Start what listens and wait until it answers; return its URL. Lost the race for a port, it takes another."""
        for _ in range(PORT_TRIES):
            port = _free_port()
            url = f"http://127.0.0.1:{port}"
            process = self._spawn(name, *command(str(port)), PORT=str(port))
            try:
                self._wait_for(name, process, lambda url=url: _answers(url + path))  # type: ignore[misc]
            except _Ended:
                continue
            self._running[name] = process
            return url
        raise self._failure(name, f"did not start, {PORT_TRIES} times")

    def _wait_for(self, name: str, process: subprocess.Popen[bytes], is_there: Callable[[], bool]) -> None:
        def is_ready() -> bool:
            seen = is_there()
            if process.poll() is not None:
                raise _Ended  # also if something answers: that is then somebody else
            return seen

        self._wait_until(is_ready, name, "was not ready")

    def _finish(self, name: str, process: subprocess.Popen[bytes]) -> None:
        self._wait_until(lambda: process.poll() is not None, name, "did not finish")
        if process.returncode:
            raise self._failure(name, f"ended with exit code {process.returncode}")

    def _wait_until(self, is_so: Callable[[], bool], name: str, otherwise: str) -> None:
        end = time.monotonic() + START_BOUND
        while not is_so():
            self.check()
            if time.monotonic() > end:
                raise self._failure(name, f"{otherwise} within {START_BOUND:.0f} seconds")
            time.sleep(POLL)

    def _worker_is_there(self) -> bool:
        """Whether the worker has spoken to Webex: nobody else has the admin token yet."""
        try:
            made = session_on_this_machine().get(f"{self.sandbox_url}/control/snapshot", timeout=10).json()
        except requests.RequestException:
            return False
        admin = next(key for key, person in made["people"].items() if person["email"] == "admin@example.com")
        return any(call["actor"] == admin for call in made["calls"])

    def _spawn(self, name: str, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        self._note(f"starting {name}")
        process = subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, "-m", "bot", *command],
            env=self._environment() | environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            process_group=self._keeper.pid,
        )
        self._spawned.append(process)
        return process

    def _environment(self) -> dict[str, str]:
        """Return the shell's environment with all settings of the bot replaced: those loaded there are for another."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(_OURS) and name.lower() not in _PROXIES
        }
        kept |= {"DATABASE_URL": self._database, "LOG_FORMAT": "console"}
        if not self.sandbox_url:
            return kept  # the settings refuse the sandbox's tokens where they would go to Webex itself
        return kept | {
            "WEBEX_API_URL": f"{self.sandbox_url}/v1",
            "WEBEX_TEAMS_ACCESS_TOKEN": "sandbox-bot",
            "WEBEX_ADMIN_ACCESS_TOKEN": "sandbox-admin",
            "WEBEX_WEBHOOK_SECRET": SECRET,
            "PUBLIC_URL": self.web_url,
            "CLOCK": "sandbox",
            "METRICS_PORT": "0",
            "MESSAGES_PER_MINUTE": "200",  # one person plays everybody, and plays fast
            "ADMINS": "admin@example.com",
            "APPROVERS": "director@example.com",
        }

    def _failure(self, name: str, what: str) -> DemoFailed:
        return DemoFailed(f"`{name}` {what}; the log is in {self._log_path}.")

    def _note(self, words: str) -> None:
        self._log.write(f"--- {words}\n".encode())
        self._log.flush()


def session_on_this_machine() -> requests.Session:
    """Return a session that ignores the shell's proxies: everything here is on this machine."""
    session = requests.Session()
    session.trust_env = False
    return session


def _answers(url: str) -> bool:
    try:
        return session_on_this_machine().get(url, timeout=2).ok
    except requests.RequestException:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
