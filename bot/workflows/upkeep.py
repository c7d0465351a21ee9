"""The database looked after: admins hear of work that nothing will finish, and what is long done is forgotten."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat.sentences import SENTENCES
from bot.desk.policy import House
from bot.store import retention, work
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
BATCH = 500
MOST_BATCHES = 2000
"""More than a night needs; what is left is for the next one."""

STUCK = "stuck:"
"""Marks of what the admins were told, with a digest of the workflow's id behind it: an id may be too long."""
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
        told = set(session.scalars(select(Mark.name).where(Mark.name.startswith(STUCK, autoescape=True))))
        found = [one for one in work.stuck(session.connection()) if _mark_of(one) not in told]
        new = [one for one in found if insert_if_new(session, Mark, {"name": _mark_of(one), "at": now})]
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
            )
        words = SENTENCES["stuck_work"].format(refs=_named(new))
        desks = (desk.org_key for desk in self._house.desks)
        key = f"stuck_work:{_mark_of(new[0])}"
        return [each for org in desks for each in self._hands.tell_admins(key, org, words, session)]

    @DBOS.workflow()
    def tidy(self, now: str) -> None:
        workflows, deliveries = self.forget_workflows(), self.forget_deliveries(now)
        self.give_back()
        log.info("tidied", workflows=workflows, deliveries=deliveries)

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
        before, gone = datetime.fromisoformat(now) - KEEP_DELIVERIES, 0
        for _ in range(MOST_BATCHES):
            with self._hands.store.begin() as session:
                number = retention.forget_deliveries(session, before, BATCH)
                retention.forget_marks(session, STUCK, before)
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


def _mark_of(one: Stuck) -> str:
    return STUCK + hashlib.sha256(one.workflow_id.encode()).hexdigest()


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
