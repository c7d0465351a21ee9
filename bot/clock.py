"""What time it is: this machine's time or, beside a sandbox, the sandbox's, which somebody may have moved."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

import requests
import structlog

log = structlog.get_logger()

LOOK_EVERY = 1.0
"""Seconds between looks at the sandbox's clock."""
PATIENCE = 5.0


def machine() -> datetime:
    return datetime.now(UTC)


class SandboxClock:
    """The sandbox's time, read by a thread of its own: whoever asks for the time may be holding a row.

    While the sandbox does not answer, its clock goes on as it was last seen.
    """

    def __init__(self, api_url: str) -> None:
        """Look once at once, so that nothing is ever stamped with the wrong time; then until `stop`."""
        self._url = urljoin(api_url, "/control/clock")
        self._session = requests.Session()
        self._session.trust_env = False
        self._ahead = timedelta(0)
        self._jumped: list[Callable[[], None]] = []
        self._stopped = threading.Event()
        self._look()
        threading.Thread(target=self._follow, name="sandbox-clock", daemon=True).start()

    def __call__(self) -> datetime:
        return machine() + self._ahead

    def when_it_jumps(self, do: Callable[[], None]) -> None:
        """Call this whenever somebody has moved the clock: what waits for a time may be due."""
        self._jumped.append(do)

    def stop(self) -> None:
        self._stopped.set()

    def _follow(self) -> None:
        while not self._stopped.wait(LOOK_EVERY):
            if self._look():
                for do in self._jumped:
                    do()

    def _look(self) -> bool:
        """Whether the clock was moved since the last look."""
        try:
            told = self._session.get(self._url, timeout=PATIENCE, allow_redirects=False).json()
            ahead = timedelta(seconds=float(told["offset"]))
        except (requests.RequestException, ValueError, KeyError, TypeError) as problem:
            log.warning("sandbox_clock_not_read", error=type(problem).__name__)
            return False
        was, self._ahead = self._ahead, ahead
        return ahead != was
