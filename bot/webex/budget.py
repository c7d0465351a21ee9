"""How much the admin side may be asked a minute; who counts it is none of Webex's gateways' business.

What nobody waits for (`background`) leaves room to those who do, and of these nobody (`on_behalf_of`) takes it all.
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
_actor: ContextVar[str] = ContextVar("actor", default="")


class Budget(Protocol):
    """Counts calls. Must answer at once, and rather let a call through than fail."""

    def take(self, actor: str = "", *, background: bool) -> int:
        """Count one call and return 0, or return for how many seconds it has to wait."""


class NoLimit:
    """For tools that make a handful of calls."""

    def take(self, actor: str = "", *, background: bool) -> int:  # noqa: ARG002  the protocol's signature
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


@contextmanager
def on_behalf_of(actor: str) -> Iterator[None]:
    """Mark what is called inside as caused by what this person said or pressed."""
    before = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(before)


def held_back(budget: Budget) -> Heard | None:
    """Count a call that is about to be made. If it must not be: what Webex itself would have answered to it."""
    is_background = _in_background.get()
    seconds = budget.take(_actor.get(), background=is_background)
    if not seconds:
        return None
    meters.WEBEX_HELD_BACK.labels("background" if is_background else "interactive").inc()
    return Heard(busy(TOO_MANY, seconds), asked=seconds)
