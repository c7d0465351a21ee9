"""The calls that an organization's admin side has cost in the running minute, counted by all workers in one row.

Each worker takes a few calls at a time out of it, so that the database is asked once for ten calls. A database that
does not answer holds nobody up: then Webex's own limit has to do, which is handled anyway.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any

import structlog
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.desk.orgs import key_of
from bot.store.session import insert_if_new, make_engine, make_sessions
from bot.store.upkeep import CallBudget

log = structlog.get_logger()

WINDOW = 60
BATCH = 10
FOR_BACKGROUND = 0.7
"""What nobody waits for leaves the rest of the window to what people wait for."""
LONGEST_WAIT_MS = 1000
LEFT_ALONE = 5.0
"""Seconds for which a database that did not answer is not asked again."""

Reading = Callable[[Session], datetime]


@dataclass(slots=True)
class _Share:
    """What this worker holds of one organization's window, and how much of it all workers had taken by then."""

    ends: float = 0.0
    left: int = 0
    used: int = 0


class CallBook:
    """Says of each call whether it may be made now. The windows follow the database's clock: machines' may differ."""

    def __init__(self, engine: Engine, per_minute: int, now: Reading | None = None) -> None:
        self._sessions = make_sessions(engine)
        self._engine = engine
        self._limit = per_minute
        self._batch = max(1, min(BATCH, per_minute // 20))
        self._now = now or _time_of
        self._lock = threading.Lock()
        self._shares: dict[str, _Share] = {}
        self._not_before = 0.0

    def take(self, org_id: str, *, background: bool) -> int:
        """Count one call and return 0, or return for how many seconds it has to wait."""
        org = key_of(org_id)  # however its id is written, it is the same one
        with self._lock:
            share = self._shares.setdefault(org, _Share())
            if time.monotonic() >= share.ends:
                share.left = share.used = 0
            if self._is_closed(share, background=background):
                return max(1, ceil(share.ends - time.monotonic()))
            if not share.left and not self._reserve(org, share, background=background):
                return 0
            if not share.left:
                return max(1, ceil(share.ends - time.monotonic()))
            share.left -= 1
            return 0

    def _is_closed(self, share: _Share, *, background: bool) -> bool:
        """Whether it is known without asking: what is used in a window never grows less."""
        if background:
            return share.used - share.left >= self._limit * FOR_BACKGROUND
        return share.used >= self._limit and not share.left

    def _reserve(self, org_id: str, share: _Share, *, background: bool) -> bool:
        """Take the next few calls. Returns False if the database did not answer: then nothing is counted."""
        if time.monotonic() < self._not_before:
            return False
        try:
            with self._sessions.begin() as session:
                self._reserve_in(session, org_id, share, background=background)
        except SQLAlchemyError as error:
            self._not_before = time.monotonic() + LEFT_ALONE
            log.warning("call_budget_not_counted", error=type(error).__name__)
            return False
        return True

    def _reserve_in(self, session: Session, org_id: str, share: _Share, *, background: bool) -> None:
        now = self._now(session)
        window = datetime.fromtimestamp(now.timestamp() // WINDOW * WINDOW, UTC)
        insert_if_new(session, CallBudget, {"org_id": org_id, "window": window, "used": 0})
        row = session.scalars(select(CallBudget).where(CallBudget.org_id == org_id).with_for_update()).one()
        if row.window != window:
            row.window, row.used = window, 0
        open_for = int(self._limit * FOR_BACKGROUND) if background else self._limit
        granted = max(0, min(self._batch, open_for - row.used))
        row.used += granted
        share.left, share.used = granted, row.used
        share.ends = time.monotonic() + WINDOW - (now - window).total_seconds()

    def close(self) -> None:
        self._engine.dispose()


def open_book(database_url: str, per_minute: int) -> CallBook:
    """Open it on one connection of its own, which gives up quickly: calls wait for it."""
    engine = make_engine(database_url, pool_size=1)
    _hurry(engine)
    return CallBook(engine, per_minute)


def _hurry(engine: Engine) -> None:
    wait = f"PRAGMA busy_timeout={LONGEST_WAIT_MS}"
    if engine.dialect.name != "sqlite":
        wait = f"SET lock_timeout={LONGEST_WAIT_MS}; SET statement_timeout={LONGEST_WAIT_MS}"

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _entry: object) -> None:
        cursor = connection.cursor()
        cursor.execute(wait)
        cursor.close()
        if engine.dialect.name != "sqlite":
            connection.commit()


def _time_of(session: Session) -> datetime:
    if session.get_bind().dialect.name == "sqlite":  # whose workers are all on this machine
        return datetime.now(UTC)
    now: datetime = session.scalar(text("SELECT now()"))
    return now
