"""How much an organization's admin side may be asked a minute; who counts it is none of Webex's gateways' business.

What nobody waits for (`background`) leaves the rest of a minute to those who do.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

from bot import meters
from bot.webex.http import Heard, busy

if TYPE_CHECKING:
    from collections.abc import Iterator

TOO_MANY = 429

_in_background: ContextVar[bool] = ContextVar("in_background", default=False)


class Budget(Protocol):
    """Counts calls. Must answer at once, and rather let a call through than fail."""

    def take(self, org_id: str, *, background: bool) -> int:
        """Count one call and return 0, or return for how many seconds it has to wait."""


class NoLimit:
    """For tools that make a handful of calls."""

    def take(self, org_id: str, *, background: bool) -> int:  # noqa: ARG002  the protocol's signature
        return 0


NO_LIMIT = NoLimit()


@contextmanager
def background() -> Iterator[None]:
    """Mark what is called inside as work that nobody waits for."""
    before = _in_background.set(True)
    try:
        yield
    finally:
        _in_background.reset(before)


def held_back(budget: Budget, org_id: str) -> Heard | None:
    """Count a call that is about to be made. If it must not be: what Webex itself would have answered to it."""
    is_background = _in_background.get()
    seconds = budget.take(org_id, background=is_background)
    if not seconds:
        return None
    meters.WEBEX_HELD_BACK.labels("background" if is_background else "interactive").inc()
    return Heard(busy(TOO_MANY, seconds), asked=seconds)
