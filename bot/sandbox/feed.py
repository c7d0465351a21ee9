"""What just happened in the sandbox, in order, for whoever listens: a ring of numbered events, safe between threads.

It keeps a bounded number, so a listener that is too slow costs nothing: it is told that it missed something.
"""

import itertools
import json
import threading
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

EVENTS_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Event:
    number: int
    kind: str
    data: str
    """JSON, written when it happened: what changes later changes no event."""


class Feed:
    """`publish` never waits for a listener. Numbers begin at 1; `run` tells one sandbox's from the next one's."""

    def __init__(self, kept: int = EVENTS_KEPT) -> None:
        self.run = uuid.uuid4().hex[:8]
        self._wake = threading.Condition()
        self._numbers = itertools.count(1)
        self._ring: deque[Event] = deque(maxlen=kept)
        self._last = 0
        self._listeners = 0
        self._closed = False

    def publish(self, kind: str, data: dict[str, Any]) -> None:
        text = json.dumps(data, separators=(",", ":"))
        with self._wake:
            self._last = next(self._numbers)
            self._ring.append(Event(self._last, kind, text))
            self._wake.notify_all()

    @property
    def last(self) -> int:
        with self._wake:
            return self._last

    def misses(self, number: int) -> bool:
        """Tell whether something that came after this number is no longer kept, or the number is of another run."""
        with self._wake:
            return number > self._last or number < self._last - len(self._ring)

    def after(self, number: int, patience: float) -> list[Event] | None:
        """Return what came after this number, waiting for it up to `patience` seconds; None once closed."""
        with self._wake:
            self._wake.wait_for(lambda: self._closed or self._last > number, patience)
            return None if self._closed else [event for event in self._ring if event.number > number]

    @contextmanager
    def listening(self) -> Iterator[None]:
        with self._wake:
            self._listeners += 1
        try:
            yield
        finally:
            with self._wake:
                self._listeners -= 1

    @property
    def listeners(self) -> int:
        with self._wake:
            return self._listeners

    def close(self) -> None:
        with self._wake:
            self._closed = True
            self._wake.notify_all()
