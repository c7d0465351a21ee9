"""Bad weather on order: which calls and which webhook deliveries go wrong, how often and how. Decides, does not act."""

import fnmatch
import threading
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.faults import bad
from bot.sandbox.feed import Feed

CALL_KEYS = {
    "method", "path", "times", "every", "status", "headers", "body",
    "delay", "reset", "lost", "unapplied", "errors_in_206", "cards_lost", "half_done",
    "touches", "seats_pending",
}  # fmt: skip
EFFECTS = CALL_KEYS - {"method", "path", "times", "every", "headers", "body"}
WEBHOOK_KEYS = {"webhooks", "times", "every", "seconds"}
WEBHOOK_EFFECTS = {"double", "delay", "drop", "tamper", "unsigned", "reorder"}


@dataclass(slots=True)
class _Rule:
    what: dict[str, Any]
    left: int | None
    """How many more; None with `every`."""
    every: int | None = None
    met: int = field(default=0)

    def strikes(self) -> bool:
        self.met += 1
        if self.every is not None:
            return self.met % self.every == 0
        if not self.left:
            return False
        self.left -= 1
        return True


class Weather:
    """Rules in the order they came; the first that strikes counts. Thread-safe."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._lock = threading.Lock()
        self._calls: list[_Rule] = []
        self._webhooks: list[_Rule] = []

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
            self._webhooks.clear()
            self._tell()

    def add(self, order: dict[str, Any]) -> None:
        """Take an order of the control API; what nobody understands is refused."""
        is_webhook = "webhooks" in order
        unknown = order.keys() - (WEBHOOK_KEYS if is_webhook else CALL_KEYS)
        if unknown:
            raise bad(f"Unknown weather: {', '.join(sorted(unknown))}")
        if is_webhook and order["webhooks"] not in WEBHOOK_EFFECTS:
            raise bad(f"Webhook weather is one of {', '.join(sorted(WEBHOOK_EFFECTS))}")
        if not is_webhook and not order.keys() & EFFECTS:
            raise bad(f"Weather needs one of {', '.join(sorted(EFFECTS))}")
        every = _count(order, "every", None)
        rule = _Rule(dict(order), None if every else _count(order, "times", 1), every)
        _check_values(order)
        with self._lock:
            (self._webhooks if is_webhook else self._calls).append(rule)
            self._tell()

    def orders(self) -> list[dict[str, Any]]:
        """Return what is still to come: each order, with `left` unless it strikes every so often."""
        with self._lock:
            return self._orders()

    def _orders(self) -> list[dict[str, Any]]:
        rules = [rule for rule in (*self._calls, *self._webhooks) if rule.every is not None or rule.left]
        return [rule.what | ({} if rule.left is None else {"left": rule.left}) for rule in rules]

    def _tell(self) -> None:
        self._feed.publish("weather", {"items": self._orders()})

    def for_call(self, method: str, path: str) -> dict[str, Any]:
        with self._lock:
            for rule in self._calls:
                if _matches(rule.what, method, path) and rule.strikes():
                    self._tell()
                    return rule.what
        return {}

    def for_delivery(self) -> dict[str, Any]:
        with self._lock:
            for rule in self._webhooks:
                if rule.strikes():
                    self._tell()
                    return rule.what
        return {}


def _matches(what: dict[str, Any], method: str, path: str) -> bool:
    """`*` stands for one segment of the path, `**` at its end for whatever follows; /v1 may be left out."""
    if what.get("method", "*") not in {"*", method}:
        return False
    wanted = what.get("path", "**").strip("/").split("/")
    given = path.strip("/").split("/")
    if given[:1] == ["v1"] and wanted[:1] != ["v1"]:
        given = given[1:]
    if wanted[-1:] == ["**"]:
        wanted = wanted[:-1]
        given = given[: len(wanted)]
    return len(wanted) == len(given) and all(
        fnmatch.fnmatchcase(part, pattern) for part, pattern in zip(given, wanted, strict=True)
    )


def _count(order: dict[str, Any], key: str, default: int | None) -> int | None:
    value = order.get(key, default)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise bad(f"{key} must be a whole number from 1")
    return value


def _check_values(order: dict[str, Any]) -> None:
    for key, kind in (("method", str), ("path", str), ("status", int), ("headers", dict)):
        if not isinstance(order.get(key, kind()), kind):
            raise bad(f"{key} is of the wrong kind")
    if not 100 <= order.get("status", 200) <= 599:  # noqa: PLR2004 - the range of HTTP statuses
        raise bad("status must be an HTTP status")
    for key in ("delay", "seconds"):
        if not isinstance(order.get(key, 0), int | float) or order.get(key, 0) < 0:
            raise bad(f"{key} must be seconds")
