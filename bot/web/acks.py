"""How deliveries were answered and how long they waited for it, for the metrics. Other requests are not counted."""

import time
from collections import Counter
from collections.abc import Callable
from threading import Lock

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

from bot import meters

RECEIVE = "webhook.receive"
RESULTS = {204: "taken", 400: "unreadable", 401: "forged", 408: "too_slow", 413: "too_large", 503: "not_stored"}
FAILED = "failed"
TOLD = frozenset({"unreadable", "forged", "too_slow", "too_large"})
"""Results that nobody else writes into the log."""
TOLD_EVERY = 60.0

log = structlog.get_logger(__name__)


class Refusals:
    """A line for each result, at most one a minute, and nothing of what was sent: strangers must not fill the log."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._since: Counter[str] = Counter()
        self._told_at: dict[str, float] = {}

    def note(self, result: str) -> None:
        with self._lock:
            self._since[result] += 1
            now = self._clock()
            if now - self._told_at.get(result, -TOLD_EVERY) < TOLD_EVERY:
                return
            self._told_at[result] = now
            count = self._since.pop(result)
        log.warning("delivery_refused", result=result, count=count)


def count_acks(app: Flask) -> None:
    refusals = Refusals(time.monotonic)
    for each in (*RESULTS.values(), FAILED):
        meters.ACKS.labels(each)  # counts from zero on, or an alarm would miss the first one

    @app.before_request
    def _begin() -> None:
        g.began = time.monotonic()

    @app.after_request
    def _count(response: Response) -> Response:
        if request.endpoint == RECEIVE:
            result = RESULTS.get(response.status_code, FAILED)
            meters.ACKS.labels(result).inc()
            meters.ACK_SECONDS.observe(time.monotonic() - g.began)
            if result in TOLD:
                refusals.note(result)
        return response
