"""How many calls the admin side's token may make, counted by all workers in one row: its limit is one for all of them.

What a minute allows comes back bit by bit, and a quarter of it may be used at once, so that no minute sees more than
five quarters. A database that does not answer holds nobody up: each worker then counts by itself and makes up for it.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, inf
from typing import Any

import structlog
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.store.session import MOST_WORKERS, insert_if_new, make_engine, make_sessions
from bot.store.upkeep import CallBudget

log = structlog.get_logger()

MINUTE = 60.0
AT_ONCE = 0.25
ONE_TASK = 20.0
"""A small limit may be used up at once as far as this: what costs more calls than may be made would never be done."""
FOR_PEOPLE = 0.3
"""What nobody waits for leaves so much of what may be used at once to what people wait for."""
ONE_PERSON = 1 / 3
FOR_OTHERS = 0.4
"""Whoever has used their own part up goes on with what is left over, and leaves so much of it to everybody else."""
PERSONS_LEAST = 60.0
"""Calls a minute that one person may cause in any case, if the limit has them."""
BATCH = 10
"""Calls that a worker may take at once where the limit is large; all workers' are a small part of it together."""
BATCH_LASTS = 5.0
ALMOST = 1e-6
LONGEST_WAIT_MS = 1000
LEFT_ALONE = 5.0
"""Seconds for which a database that did not answer is not asked again."""
EVERYBODY = "everybody"
LONG_AGO = datetime.fromtimestamp(0, UTC)

Reading = Callable[[Session], datetime]


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many calls a minute. Never more than these and `at_once` together are made within any minute."""

    per_minute: float

    @property
    def at_once(self) -> float:
        return max(self.per_minute * AT_ONCE, min(self.per_minute, ONE_TASK))

    def after(self, left: float, seconds: float) -> float:
        """Return what is left so much later. A clock that was set back gives nothing and takes nothing."""
        return min(self.at_once, left + max(0.0, seconds) * self.per_minute / MINUTE)

    def granted(self, left: float, most: int) -> tuple[int, float]:
        """Return how many calls that is, or else for how many seconds to wait for one."""
        if left + ALMOST >= 1:
            return min(most, int(left + ALMOST)), 0.0
        return 0, (1 - left) * MINUTE / self.per_minute


@dataclass(slots=True)
class _Share:
    """What this worker holds for one person, or for its sweeps: some calls for a while, or none until then."""

    left: int
    until: float


class CallBook:
    """Says of each call whether it may be made now. Time is the database's, since machines' clocks may differ."""

    def __init__(
        self,
        engine: Engine,
        per_minute: int,
        now: Reading | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions = make_sessions(engine)
        self._engine = engine
        self._all = Allowance(per_minute)
        self._one = Allowance(max(per_minute * ONE_PERSON, min(per_minute, PERSONS_LEAST)))
        self._batch = max(1, min(BATCH, int(self._all.at_once / (4 * MOST_WORKERS))))
        self._now = now or _time_of
        self._ticks = ticks
        self._lock = threading.Lock()
        self._shares: dict[tuple[str, bool], _Share] = {}
        self._unused = 0
        """Calls that the database has counted and that were not made."""
        self._left, self._left_at = self._all.at_once, ticks()
        """What there was when it last answered, less what was counted here since."""
        self._is_alone = False
        self._not_before = ticks()

    def take(self, actor: str = "", *, background: bool) -> int:
        """Count one call, caused by this person, and return 0, or return for how many seconds it has to wait."""
        with self._lock:
            self._forget(self._ticks())
            share = self._shares.pop((actor, background), None) or self._reserve(actor, background=background)
            is_open = share.left > 0
            share.left -= is_open
            if share.left or not is_open:
                self._shares[actor, background] = share
            return 0 if is_open else max(1, ceil(share.until - self._ticks()))

    def _forget(self, now: float) -> None:
        """Forget what has had its time; calls that were not made are given back."""
        for key in [key for key, share in self._shares.items() if now >= share.until]:
            self._unused += self._shares.pop(key).left

    def _reserve(self, actor: str, *, background: bool) -> _Share:
        if self._ticks() >= self._not_before:
            try:
                with self._sessions.begin() as session:
                    calls, wait, left = self._reserve_in(session, actor, background=background)
            except SQLAlchemyError as error:
                self._not_before = self._ticks() + LEFT_ALONE
                log.warning("call_budget_not_counted", error=type(error).__name__)
            else:
                self._left, self._left_at = left, self._ticks()
                self._unused, self._is_alone = 0, False
                return _Share(calls, self._left_at + (BATCH_LASTS if calls else wait))
        return self._count_alone(background=background)

    def _reserve_in(self, session: Session, actor: str, *, background: bool) -> tuple[int, float, float]:
        """Return how many calls may be made or else how long to wait, and what is left. Everybody's row comes first."""
        whole = _row(session, EVERYBODY)
        own = _row(session, actor) if actor else None
        now = self._now(session)  # not before the rows are ours, or somebody else's later time would be taken back
        left = self._all.after(whole.left, (now - whole.at).total_seconds())
        if self._is_alone:
            left = min(left, self._left_now())
        left = min(self._all.at_once, left + self._unused)
        mine = self._one.after(own.left, (now - own.at).total_seconds()) if own else inf
        until_mine = self._one.granted(mine, 1)[1] if own else 0.0
        kept = self._kept_for_others(background=background, is_over=until_mine > 0)
        calls, wait = self._all.granted(left - kept, self._batch)
        if until_mine:
            wait = min(wait, until_mine)
        elif own is not None:
            calls = min(calls, int(mine + ALMOST))
            own.left, own.at = mine - calls, now
        whole.left, whole.at = left - calls, now
        return calls, wait, left - calls

    def _count_alone(self, *, background: bool) -> _Share:
        """Count without the database, and without regard to persons."""
        left, now = self._left_now(), self._ticks()
        kept = self._kept_for_others(background=background)
        calls, wait = self._all.granted(left - kept, 1)
        self._left, self._left_at, self._is_alone = left - calls, now, True
        return _Share(calls, now + wait)

    def _left_now(self) -> float:
        return self._all.after(self._left, self._ticks() - self._left_at)

    def _kept_for_others(self, *, background: bool, is_over: bool = False) -> float:
        part = FOR_OTHERS if is_over else FOR_PEOPLE if background else 0.0
        return self._all.at_once * part

    def close(self) -> None:
        self._engine.dispose()


def _row(session: Session, name: str) -> CallBudget:
    """Return the locked row of all, or of one person. A new one has not been used for long, so that it is full."""
    query = select(CallBudget).where(CallBudget.name == name).with_for_update()
    row = session.scalars(query).one_or_none()
    if row is None:
        insert_if_new(session, CallBudget, {"name": name, "at": LONG_AGO, "left": 0.0})
        row = session.scalars(query).one()
    return row


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
    now: datetime = session.scalar(text("SELECT clock_timestamp()"))
    return now
