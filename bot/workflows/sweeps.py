"""What time does: remind, expire, follow what is awaited, report what is stuck. Waiting is a state, never a sleep."""

from datetime import datetime
from functools import partial

from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy.orm import Session

from bot.desk import service
from bot.desk.service import FOLLOW_EVERY, REMIND_AFTER, STUCK_AFTER, FollowUp
from bot.desk.states import State
from bot.store import queries
from bot.store.models import Request
from bot.workflows.hands import Hands

EVERY_FIVE_MINUTES = "*/5 * * * *"


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
        for name, work in (("expire", self._expire), ("remind", self._remind), ("report", self._report)):
            self._hands.act(name, partial(work, at))
        self._hands.store.step("follow", partial(self._follow, at))

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

    def _follow(self, now: datetime, session: Session) -> None:
        for request_id in queries.due(session, State.AWAITING, now - FOLLOW_EVERY, by=Request.checked_at):
            row = queries.request(session, request_id)
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
