"""What time does: remind, expire, follow what is awaited, report what is stuck, take up what an error left behind."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy.orm import Session

from bot.desk import moving, service
from bot.desk.shapes import FollowUp
from bot.desk.states import MoveState, State
from bot.licensing.moves import why_not
from bot.store import ledger, moves, queries, stuck, work
from bot.store.models import Request
from bot.workflows.hands import Hands
from bot.workflows.words import reference

log = structlog.get_logger()

EVERY_FIVE_MINUTES = "*/5 * * * *"
REMIND_AFTER = timedelta(hours=24)
STUCK_AFTER = timedelta(hours=1)
FOLLOW_EVERY = timedelta(days=1)
FOLLOWS_AT_ONCE = 5
"""Looks that one pass begins: they run in one queue with what was approved, and must not fill its places."""
LEFT_BEHIND = timedelta(minutes=10)
"""Longer than anything takes that somebody is at."""
HANGS = timedelta(minutes=30)
"""What is at work for longer may be so for ever, and is no reason to wait for it."""
NEWS_FOR = timedelta(days=1)
"""What could not be sent for so long is no news any more; `status` tells how a request stands."""


@DBOS.dbos_class()
class Sweeps(DBOSConfiguredInstance):
    """One pass over the requests. Safe to repeat: each thing is marked as done in the transaction that does it."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        super().__init__("Sweeps")

    def time(self) -> str:
        return self._hands.clock().isoformat()

    @DBOS.workflow()
    def sweep(self, now: str) -> None:
        """Do what is due at `now`, an ISO time: the clock is an argument, so that a test can be next month."""
        at = datetime.fromisoformat(now)
        for name, task in (("expire", self._expire), ("remind", self._remind), ("report", self._report)):
            self._hands.act(name, partial(task, at))
        self._hands.store.step("follow", partial(self._follow, at))
        self._hands.store.step("take_up", partial(self._take_up, at))
        self._hands.act("take_up_moves", partial(self._take_up_moves, at))

    def _expire(self, now: datetime, session: Session) -> list[int]:
        messages: list[int] = []
        for request_id in queries.due(session, State.PENDING, now, by=Request.expires_at):
            messages += self._hands.follow_ups.carry_out(session, service.expire(session, request_id, now), now)
        return messages

    def _remind(self, now: datetime, session: Session) -> list[int]:
        """Remind once; a return waits for its own requester, who needs no second card."""
        for request_id in queries.due(
            session, State.PENDING, now - REMIND_AFTER, by=Request.created_at, unless=Request.reminded_at
        ):
            row = queries.lock_request(session, request_id)
            if row.state is State.PENDING and row.reminded_at is None:
                row.reminded_at = now
                self._hands.follow_ups.carry_out(session, [FollowUp("ask", row.id, "reminder")], now)
        return []

    def _report(self, now: datetime, session: Session) -> list[int]:
        """Tell the admins, and begin what never began: enqueueing again what did begin changes nothing."""
        messages: list[int] = []
        for request_id in queries.due(
            session, State.APPROVED, now - STUCK_AFTER, by=Request.decided_at, unless=Request.reported_at
        ):
            row = queries.lock_request(session, request_id)
            if row.state is State.APPROVED and row.reported_at is None:
                row.reported_at = now
                messages += self._hands.follow_ups.carry_out(
                    session, [FollowUp("stuck", row.id), FollowUp("assign", row.id)], now
                )
        return messages

    def _take_up(self, now: datetime, session: Session) -> None:
        """Go on with what an error left behind: approved and not begun, written and not sent.

        Nothing as long as a workflow is at work that may have begun it. What did begin is known by its id.
        """
        connection = session.connection()
        if work.is_any_at_work(connection, since=LEFT_BEHIND, at_most=HANGS):
            return
        before = now - LEFT_BEHIND
        for request_id in queries.due(session, State.APPROVED, before, by=Request.decided_at):
            self._hands.follow_ups.carry_out(session, [FollowUp("assign", request_id)], now)
        at_work = work.at_work_on(connection, "send")
        for outgoing_id in ledger.left_behind(session, now - NEWS_FOR, before):
            if str(outgoing_id) not in at_work:
                trace = stuck.trace_of(session, f"send:{outgoing_id}")
                log.warning("message_taken_up", outgoing_id=outgoing_id, trace=trace)
                self._hands.follow_ups.send_again(session, outgoing_id, f"{now:%Y-%m-%dT%H}")

    def _take_up_moves(self, now: datetime, session: Session) -> list[int]:
        """Begin what never began, and settle what ended without a result: enqueueing what goes on changes nothing."""
        messages: list[int] = []
        left = {f"move:{row.id}:{row.tries}": row for row in moves.left_open(session, now - LEFT_BEHIND)}
        ended = work.ended(session.connection(), list(left))
        for workflow_id, row in left.items():
            if workflow_id not in ended:
                self._hands.follow_ups.move(session, row, tries=row.tries, delay=0)
                continue
            log.warning("move_left_open", move_id=row.id, ref=reference(workflow_id))
            error = cast(dict[str, Any], why_not("surprise", f"ref {reference(workflow_id)}"))
            news = moving.settle(session, row.id, row.tries, moving.Result(MoveState.FAILED, error), now)
            messages += self._hands.follow_ups.carry_out(session, news, now)
        return messages

    def _follow(self, now: datetime, session: Session) -> None:
        """Begin a few looks, each as good as done: one that Webex is too busy for goes on by itself."""
        before = now - FOLLOW_EVERY
        for request_id in queries.due(session, State.AWAITING, before, by=Request.checked_at, most=FOLLOWS_AT_ONCE):
            row = queries.request(session, request_id)
            row.checked_at = now
            self._hands.follow_ups.follow(session, row, f"{now:%Y-%m-%d}")


def schedule(sweeps: Sweeps) -> None:
    """Register the timetable, once, after launch. Passes that were missed are not made up: the next one sees it all."""

    @DBOS.workflow(name="scheduled_sweep")
    def scheduled_sweep(_due: datetime, _context: object) -> None:
        sweeps.sweep(sweeps.time())

    DBOS.apply_schedules(
        [{"schedule_name": "sweep", "workflow_fn": scheduled_sweep, "schedule": EVERY_FIVE_MINUTES, "context": None}]
    )


def sweep_soon(sweeps: Sweeps) -> None:
    """Begin a pass beside the timetable, and do not wait for it."""
    DBOS.start_workflow(sweeps.sweep, sweeps.time())
