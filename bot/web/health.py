"""Is the process alive, and can it work? Outsiders read yes or no; the name of a failing ping goes to the log."""

import time
from collections.abc import Callable, Mapping
from threading import Lock

import structlog
from flask import Blueprint
from flask.typing import ResponseReturnValue

Ping = Callable[[], object]
"""Asks one outside thing whether it is there; raises anything if not. Must end by itself: give it a timeout."""

FRESH_FOR = 5.0
"""Seconds for which an answer is given again, so that questions from outside cost the outside things little."""

log = structlog.get_logger(__name__)


class Readiness:
    """The last verdict, and the one check that may run at a time."""

    def __init__(self, pings: Mapping[str, Ping], clock: Callable[[], float]) -> None:
        self._pings = pings
        self._clock = clock
        self._checking = Lock()
        self._last: tuple[float, bool] | None = None  # when and what, in one assignment, so that no lock is needed

    def is_ready(self) -> bool:
        last = self._last
        if last is not None and self._clock() - last[0] < FRESH_FOR:
            return last[1]
        # Whoever comes while another checks is told what was known; only before the first verdict they wait for it.
        if not self._checking.acquire(blocking=last is None):
            return last is not None and last[1]
        try:
            return self._check_unless_just_done(last)
        finally:
            self._checking.release()

    def _check_unless_just_done(self, seen: tuple[float, bool] | None) -> bool:
        if self._last is not None and self._last is not seen:
            return self._last[1]
        verdict = False not in [
            _answers(name, ping) for name, ping in self._pings.items()
        ]  # all run, so the log names all
        self._last = (self._clock(), verdict)
        return verdict


def health_routes(
    pings: Mapping[str, Ping],
    clock: Callable[[], float] = time.monotonic,
    is_draining: Callable[[], bool] = lambda: False,
) -> Blueprint:
    routes = Blueprint("health", __name__)
    readiness = Readiness(pings, clock)

    @routes.get("/healthz")
    def alive() -> ResponseReturnValue:
        return {"ok": True}

    @routes.get("/readyz")
    def ready() -> ResponseReturnValue:
        ok = not is_draining() and readiness.is_ready()
        return {"ok": ok}, 200 if ok else 503

    return routes


def _answers(name: str, ping: Ping) -> bool:
    try:
        ping()
    except Exception as error:  # noqa: BLE001 - an outside thing fails in its own ways, and each of them means no
        log.warning("not ready", ping=name, error=type(error).__name__)
        return False
    return True
