"""The database looked after: admins hear of work that nothing will finish, and what is long done is forgotten."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat.sentences import SENTENCES
from bot.desk.policy import House
from bot.desk.shapes import FollowUp
from bot.desk.states import State
from bot.store import queries, retention, stuck, work
from bot.store.models import Request
from bot.store.session import insert_if_new
from bot.store.upkeep import Mark
from bot.store.work import Stuck
from bot.workflows.hands import Hands
from bot.workflows.words import reference

log = structlog.get_logger()

EVERY_FIVE_MINUTES = "2-59/5 * * * *"
EVERY_NIGHT = "17 3 * * *"

KEEP_WORKFLOWS = timedelta(days=7)
KEEP_DELIVERIES = timedelta(days=90)
"""Much longer than their workflows: a delivery that comes again is known by its row."""
KEEP_WORDS = timedelta(days=90)
"""Of what the bot said: Webex has it, too, and the audit and the requests have what happened."""
BATCH = 500
MOST_BATCHES = 2000
"""More than a night needs; what is left is for the next one."""

MOST_NAMED = 5


@DBOS.dbos_class()
class Upkeep(DBOSConfiguredInstance):
    """Both passes are safe to repeat: what was told is marked in the same transaction, what is gone is gone."""

    def __init__(self, hands: Hands, house: House) -> None:
        self._hands = hands
        self._house = house
        super().__init__("Upkeep")

    def time(self) -> str:
        return self._hands.clock().isoformat()

    @DBOS.workflow()
    def look(self, now: str) -> None:
        self._hands.act("stuck_work", partial(self._report, datetime.fromisoformat(now)))

    def _report(self, now: datetime, session: Session) -> list[int]:
        """Tell of each workflow once, and of all that are found together in one message."""
        told = set(session.scalars(select(Mark.name).where(Mark.name.startswith(stuck.MARK, autoescape=True))))
        found = [one for one in stuck.open_cases(session.connection()) if stuck.mark_of(one) not in told]
        new = [one for one in found if insert_if_new(session, Mark, {"name": stuck.mark_of(one), "at": now})]
        if not new:
            return []
        for one in new:
            log.error(
                "work_stuck",
                ref=reference(one.workflow_id),
                workflow_id=one.workflow_id,
                workflow=one.name,
                status=one.status,
                since=one.since.isoformat(),
                trace=stuck.trace_of(session, one.workflow_id),
            )
        words = SENTENCES["stuck_work"].format(refs=_named(new))
        desks = (desk.org_key for desk in self._house.desks)
        key = f"stuck_work:{stuck.mark_of(new[0])}"
        messages = [each for org in desks for each in self._hands.tell_admins(key, org, words, session)]
        return messages + self._report_requests(new, now, session)

    def _report_requests(self, new: Sequence[Stuck], now: datetime, session: Session) -> list[int]:
        """Tell of the requests whose assignment is stuck, as the sweep would later; from now on they can be retried."""
        named = dict(what for one in new if (what := stuck.assignment_in(one.workflow_id)))
        messages: list[int] = []
        for request_id, attempt in sorted(named.items()):
            if session.get(Request, request_id) is None:
                continue  # a backup of the engine's rows alone knows more than ours
            row = queries.lock_request(session, request_id)
            if row.state is State.APPROVED and row.attempt == attempt and row.reported_at is None:
                row.reported_at = now
                messages += self._hands.follow_ups.carry_out(session, [FollowUp("stuck", row.id)], now)
        return messages

    @DBOS.workflow()
    def tidy(self, now: str) -> None:
        workflows, deliveries = self.forget_workflows(), self.forget_deliveries(now)
        self.give_back()
        messages = self.forget_messages(now)  # the last step, for the sake of runs of an earlier version
        log.info("tidied", workflows=workflows, deliveries=deliveries, messages=messages)

    @DBOS.step()
    def forget_workflows(self) -> int:
        """Delete what ended long ago, as the engine's own clock has it; return how much that was."""
        gone = 0
        for _ in range(MOST_BATCHES):
            with self._hands.store.begin() as session:
                old = work.finished(session.connection(), KEEP_WORKFLOWS, BATCH)
                work.forget_checkpoints(session.connection(), old)
            if old:
                DBOS.delete_workflows(old)
            gone += len(old)
            if len(old) < BATCH:
                break
        return gone

    @DBOS.step()
    def forget_deliveries(self, now: str) -> int:
        before = datetime.fromisoformat(now) - KEEP_DELIVERIES

        def forget(session: Session) -> int:
            retention.forget_marks(session, stuck.MARK, before)
            retention.forget_budgets(session, before)
            return retention.forget_deliveries(session, before, BATCH)

        return self._in_batches(forget)

    @DBOS.step()
    def forget_messages(self, now: str) -> int:
        before = datetime.fromisoformat(now) - KEEP_WORDS
        return self._in_batches(lambda session: retention.forget_messages(session, before, BATCH))

    def _in_batches(self, forget: Callable[[Session], int]) -> int:
        """Forget a batch in each transaction, so that none is long; return how much that was."""
        gone = 0
        for _ in range(MOST_BATCHES):
            with self._hands.store.begin() as session:
                number = forget(session)
            gone += number
            if number < BATCH:
                break
        return gone

    @DBOS.step()
    def give_back(self) -> None:
        for _ in range(MOST_BATCHES):
            with self._hands.store.begin() as session:
                if not retention.give_back(session):
                    break


def _named(new: Sequence[Stuck]) -> str:
    refs = ", ".join(f"`{reference(one.workflow_id)}`" for one in new[:MOST_NAMED])
    more = len(new) - MOST_NAMED
    return f"{refs} and {more} more" if more > 0 else refs


def schedule(upkeep: Upkeep) -> None:
    """Register the timetable, once, after launch."""

    @DBOS.workflow(name="scheduled_look_for_stuck_work")
    def scheduled_look(_due: datetime, _context: object) -> None:
        upkeep.look(upkeep.time())

    @DBOS.workflow(name="scheduled_tidying")
    def scheduled_tidying(_due: datetime, _context: object) -> None:
        upkeep.tidy(upkeep.time())

    DBOS.apply_schedules(
        [
            {
                "schedule_name": "stuck",
                "workflow_fn": scheduled_look,
                "schedule": EVERY_FIVE_MINUTES,
                "context": None,
            },
            {
                "schedule_name": "tidying",
                "workflow_fn": scheduled_tidying,
                "schedule": EVERY_NIGHT,
                "context": None,
            },
        ]
    )
