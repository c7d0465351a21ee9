"""How a try of an assignment, or a look for an acceptance, ends: settled, or gone on with later. No network."""

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from bot.chat.door import Desk
from bot.desk import moving
from bot.desk.settling import Settled, settle
from bot.desk.shapes import FollowUp
from bot.desk.states import State
from bot.licensing.outcome import is_barred
from bot.store import queries
from bot.store.models import Request
from bot.webex.http import Answer
from bot.webex.records import Record
from bot.workflows.hands import Hands
from bot.workflows.replacing import Update
from bot.workflows.results import (
    Found,
    Look,
    Seen,
    found_in,
    open_answer,
    results_awaited,
    tracking_id_of,
    without_result,
)
from bot.workflows.waiting import NOT_SERVED, WAITS, delay_of, gave_up, surprise, unseen
from bot.workflows.words import WORTH_TELLING, in_words, reference

log = structlog.get_logger()

TO_LOOK_AGAIN = timedelta(days=7)
"""How long after the end of waiting for an acceptance the bot tries to look, if Webex does not let it."""


@dataclass(frozen=True, slots=True)
class Try:
    """Which try of which attempt of which request; part of the workflow's id."""

    request_id: int
    attempt: int
    number: int
    known: Record | None = None
    """How the person's record stood before an earlier try may have replaced it."""


class Concluding:
    """What a try leads to, each in one transaction of the caller."""

    def __init__(self, hands: Hands, desk: Desk) -> None:
        self._hands = hands
        self._house = desk.house
        self._ttl = desk.ttl

    def settle(self, this: Try, seen: Seen, update: Update | None, session: Session) -> list[int]:
        """Write down the result, or go on later if Webex was too busy for one, or does not let us see it."""
        unsettled = open_answer(seen, is_first=this.number == 0)
        if unsettled is None:
            found = found_in(seen)
        elif this.number < len(WAITS):
            return self._later(this, unsettled, update.known if update else None, session)
        else:
            why = unseen(unsettled) if is_barred(unsettled) else gave_up(unsettled)
            row = queries.request(session, this.request_id)
            found = Found(without_result(row, why), tracking_id_of(unsettled))
        if update is None:
            return self._finish(this, found, session)
        found = replace(found, facts={"full_update": update.in_audit})
        return self._finish(this, found, session) + self._tell_of_other_fields(this, update, session)

    def _tell_of_other_fields(self, this: Try, update: Update, session: Session) -> list[int]:
        """Webex replaces a record whole, so the admins hear of every field that is not as it was."""
        row = queries.request(session, this.request_id)
        words = update.for_admins(row.id, row.beneficiary.name)
        key = f"full_update:{row.id}:{this.attempt}"
        return self._hands.tell_admins(key, row.org_id, words, session) if words else []

    def follow_later(self, this: Try, day: str, busy: Answer, session: Session) -> list[int]:
        """Look again after a while; after the last time tomorrow is another day, but not for ever."""
        row = queries.lock_request(session, this.request_id)
        if row.attempt != this.attempt or row.state is not State.AWAITING:
            return []
        if self._waited(row) > self._ttl + TO_LOOK_AGAIN:
            return self._finish(this, Found(without_result(row, unseen(busy))), session)
        if this.number < len(WAITS):
            delay = delay_of(busy, this.number)
            self._hands.follow_ups.follow(session, row, day, tries=this.number + 1, delay=delay)
        return []

    def _waited(self, row: Request) -> timedelta:
        """Return for how long the acceptance has been awaited."""
        now = self._hands.clock()
        return now - (row.settled_at or now)

    def settle_awaited(self, this: Try, look: Look, after: Answer, session: Session) -> list[int]:
        row = queries.request(session, this.request_id)
        waited = self._waited(row)
        if is_barred(after) and waited <= self._ttl + TO_LOOK_AGAIN:
            return []  # tomorrow is another day
        if is_barred(after):
            return self._finish(this, Found(without_result(row, unseen(after))), session)
        return self._finish(this, Found(results_awaited(look, after, is_over=waited > self._ttl)), session)

    def _finish(self, this: Try, found: Found, session: Session) -> list[int]:
        now = self._hands.clock()
        outcome = Settled(found.results, found.tracking_id, found.facts)
        news = [
            replace(one, remedies=found.ways_out) if one.kind == "settled" else one
            for one in settle(session, this.request_id, this.attempt, outcome, now)
        ]
        if news:
            news += moving.after_grant(session, queries.request(session, this.request_id), now)
        states = [str(one.state) for one in found.results]
        log.info("assignment_settled", request_id=this.request_id, items=states, tracking_id=found.tracking_id)
        return self._hands.follow_ups.carry_out(session, news, now)

    def _later(self, this: Try, answer: Answer, known: Record | None, session: Session) -> list[int]:
        """Enqueue a successor in this transaction, unless the request has gone on without this try."""
        row = queries.lock_request(session, this.request_id)
        if row.attempt != this.attempt or row.state is not State.APPROVED:
            return []
        delay = delay_of(answer, this.number)
        log.warning("assignment_waits_for_webex", request_id=this.request_id, status=answer["status"], seconds=delay)
        self._hands.follow_ups.assign(session, row, tries=this.number + 1, delay=delay, known=known)
        if delay < WORTH_TELLING or answer["kind"] != "busy":
            return []
        news = FollowUp("delayed", row.id, in_words(delay))
        return self._hands.follow_ups.carry_out(session, [news], self._hands.clock())

    def give_up(self, this: Try, error: Exception) -> None:
        """End what a defect stopped; an acceptance is looked for again tomorrow, until that was long enough."""
        ref = reference(f"assign:{this.request_id}:{this.attempt}:{this.number}")
        log.error("assignment_failed", ref=ref, request_id=this.request_id, exc_info=error)

        def end(session: Session) -> list[int]:
            row = queries.lock_request(session, this.request_id)
            if row.state is State.AWAITING and self._waited(row) <= self._ttl + TO_LOOK_AGAIN:
                return []
            why = surprise(ref) if self._house.serves(row.org_id) else NOT_SERVED
            return self._finish(this, Found(without_result(row, why)), session)

        self._hands.act("give_up", end)
