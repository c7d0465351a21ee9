"""Carries webhook deliveries out: a few threads, no retry, and the switch-off of webhooks that keep failing."""

import hashlib
import heapq
import hmac
import itertools
import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import requests

from bot.sandbox.clock import Clock
from bot.sandbox.feed import Feed
from bot.sandbox.model import Webhook
from bot.sandbox.weather import Weather

THREADS = 4
TIMEOUT = 5.0
FAILURES_ALLOWED = 100
WINDOW = 300.0
DELIVERIES_KEPT = 20_000


@dataclass(slots=True)
class _Parcel:
    webhook: Webhook
    url: str
    body: bytes
    headers: dict[str, str]
    then: "_Parcel | None" = field(default=None)
    """What goes out only after this one: how deliveries are reordered."""


class Courier:
    """Thread-safe. `accept` never waits for the network."""

    def __init__(self, weather: Weather, feed: Feed, clock: Clock) -> None:
        self._weather = weather
        self._clock = clock
        self._feed = feed
        self._wake = threading.Condition()
        self._heap: list[tuple[float, int, _Parcel]] = []
        self._order = itertools.count()
        self._in_flight = 0
        self._held: tuple[float, int, _Parcel] | None = None
        self._stopping = False
        self._done: deque[dict[str, Any]] = deque(maxlen=DELIVERIES_KEPT)
        self._threads = [threading.Thread(target=self._run, name=f"sandbox-courier-{n}") for n in range(THREADS)]
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def accept(self, webhook: Webhook, envelope: dict[str, Any]) -> None:
        body = json.dumps(envelope, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json;charset=UTF-8", "User-Agent": "webex-sandbox"}
        if webhook.secret:
            headers["X-Spark-Signature"] = hmac.new(webhook.secret.encode(), body, hashlib.sha1).hexdigest()
        parcel = _Parcel(webhook, webhook.target_url, body, headers)
        weather = self._weather.for_delivery()
        with self._wake:
            self._dispatch(parcel, weather)
            self._wake.notify_all()

    def _dispatch(self, parcel: _Parcel, weather: dict[str, Any]) -> None:
        effect = weather.get("webhooks")
        wait = 0.0
        if effect == "drop":
            self._note(parcel, None)
            return
        if effect == "tamper":
            parcel.body = parcel.body.replace(b'"status":"active"', b'"status":"inactive"')
        if effect == "unsigned":
            parcel.headers.pop("X-Spark-Signature", None)
        if effect == "double":
            self._push(_Parcel(parcel.webhook, parcel.url, parcel.body, dict(parcel.headers)), 0.0)
        if effect in {"delay", "reorder"}:
            wait = float(weather.get("seconds", 1.0))
        entry = self._push(parcel, wait)
        held, self._held = self._held, None
        if effect == "reorder":
            self._held = entry
        elif held is not None and held in self._heap:
            self._heap.remove(held)
            heapq.heapify(self._heap)
            parcel.then = held[2]

    def _push(self, parcel: _Parcel, wait: float) -> tuple[float, int, _Parcel]:
        entry = (time.monotonic() + wait, next(self._order), parcel)
        heapq.heappush(self._heap, entry)
        return entry

    def undelivered(self) -> int:
        with self._wake:
            followers = sum(1 for _, _, parcel in self._heap if parcel.then)
            return len(self._heap) + followers + self._in_flight

    def deliveries(self) -> list[dict[str, Any]]:
        with self._wake:
            return list(self._done)

    def reset(self) -> None:
        """Forget what is queued and wait for what is on its way."""
        with self._wake:
            self._heap.clear()
            self._held = None
            self._wake.wait_for(lambda: self._in_flight == 0)
            self._heap.clear()
            self._done.clear()

    def stop(self) -> None:
        with self._wake:
            self._stopping = True
            self._heap.clear()
            self._wake.notify_all()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (parcel := self._next()) is not None:
                status = _post(session, parcel)
                with self._wake:
                    self._in_flight -= 1
                    self._note(parcel, status)
                    if parcel.then is not None and not self._stopping:
                        self._push(parcel.then, 0.0)
                    self._wake.notify_all()

    def _next(self) -> _Parcel | None:
        with self._wake:
            while not self._stopping:
                wait = self._heap[0][0] - time.monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    self._in_flight += 1
                    return heapq.heappop(self._heap)[2]
                self._wake.wait(wait)
        return None

    def _note(self, parcel: _Parcel, status: int | None) -> None:
        body = json.loads(parcel.body)
        self._done.append({"targetUrl": parcel.url, "body": body, "status": status})
        told = {"event": f"{body['resource']} {body['event']}", "status": status, "url": parcel.url, "body": body}
        self._feed.publish("delivery", told | {"signed": "X-Spark-Signature" in parcel.headers})
        if status is not None and not 200 <= status < 300:  # noqa: PLR2004 - what HTTP calls success
            _count_failure(parcel.webhook, self._clock.seconds())


def reactivate(webhook: Webhook, now: float) -> None:
    """Back to active. Soon after a switch-off that is on probation: one more failure ends it again."""
    recently = webhook.disabled_at is not None and now - webhook.disabled_at < WINDOW
    webhook.is_on_probation = webhook.status == "inactive" and recently
    webhook.status = "active"
    webhook.failures.clear()


def switch_off(webhook: Webhook, now: float) -> None:
    webhook.status = "inactive"
    webhook.disabled_at = now
    webhook.is_on_probation = False


def _count_failure(webhook: Webhook, now: float) -> None:
    webhook.failures.append(now)
    while webhook.failures and now - webhook.failures[0] > WINDOW:
        webhook.failures.popleft()
    if webhook.is_on_probation or len(webhook.failures) >= FAILURES_ALLOWED:
        switch_off(webhook, now)


def _post(session: requests.Session, parcel: _Parcel) -> int:
    """Deliver, and return the receiver's status; 0 when there was no answer."""
    try:
        answer = session.post(
            parcel.url, data=parcel.body, headers=parcel.headers, timeout=TIMEOUT, allow_redirects=False
        )
    except requests.RequestException:
        return 0
    return answer.status_code
