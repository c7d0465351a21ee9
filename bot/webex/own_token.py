"""What a refusal of the bot's own token means while it works: wait until the operator has set the new one.

Webex refuses every call then, so one in `REST` seconds finds out, and one line in the log in `TELL_EVERY` says why.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.webex.http import Heard, busy

if TYPE_CHECKING:
    from bot.webex.http import Answer

log = structlog.get_logger()

UNAUTHORIZED = 401
REST = 30.0
TELL_EVERY = 600.0
ASK_AGAIN_IN = 60
"""Seconds after which whoever was kept from their call may try again."""


def is_missing(answer: Answer) -> bool:
    """Whether it is the bot's own token that stands in the way: only with that a 401 comes as busy."""
    return answer["kind"] == "busy" and answer["status"] == UNAUTHORIZED


class OwnToken:
    """Whether Webex takes the token that all calls of the chat side share. A race of threads costs a call or a line."""

    def __init__(self) -> None:
        self._rests_until = 0.0
        self._told_until = 0.0

    def resting(self) -> Heard | None:
        """Return what to say instead of calling, None if there is no reason not to."""
        return _later("") if time.monotonic() < self._rests_until else None

    def heard(self, heard: Heard) -> Heard:
        """Take note of what Webex said, and return it as those who work with the token are to take it."""
        if heard.answer["status"] != UNAUTHORIZED:
            if heard.answer["kind"] != "busy":
                self._rests_until = self._told_until = 0.0
            return heard
        now = time.monotonic()
        self._rests_until = now + REST
        if now >= self._told_until:
            self._told_until = now + TELL_EVERY
            log.error("bot_token_not_accepted", tracking_id=_tracking_id(heard))
        return replace(_later(_tracking_id(heard)), tracking_id=heard.tracking_id)


def _later(tracking_id: str) -> Heard:
    return Heard(busy(UNAUTHORIZED, ASK_AGAIN_IN, tracking_id), asked=ASK_AGAIN_IN)


def _tracking_id(heard: Heard) -> str:
    return "" if heard.answer["kind"] == "ok" else heard.answer["tracking_id"]
