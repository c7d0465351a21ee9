"""Messages leave here: each from its row in the ledger, looked for in the space first if an attempt was cut off."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import traces
from bot.desk import service
from bot.desk.service import CLOCKS_DIFFER
from bot.store import ledger, spaces, stuck
from bot.store.ledger import Attempt
from bot.store.models import Decision, OutgoingMessage
from bot.webex import own_token
from bot.webex.http import Answer, Patience, busy, ok
from bot.webex.messages import ChatGateway, Draft
from bot.workflows.engine import Store
from bot.workflows.follow_ups import FollowUps
from bot.workflows.waiting import Turn

log = structlog.get_logger()

MOST_TRIES = 12

Clock = Callable[[], datetime]


@DBOS.dbos_class()
class Speaking(DBOSConfiguredInstance):
    """Sends what the ledger holds. `say` is called inside the bodies of other workflows, `send` is one of its own."""

    def __init__(
        self, store: Store, follow_ups: FollowUps, chat: ChatGateway, clock: Clock, patience: Patience
    ) -> None:
        self._store = store
        self._follow_ups = follow_ups
        self._chat = chat
        self._clock = clock
        self._patience = patience
        super().__init__("Speaking")

    def say(self, outgoing_ids: Iterable[int]) -> None:
        """Send each of these now; what Webex is too busy for goes on by itself, and what fails with the next sweep.

        They tell of what is decided, so an error here must not keep the caller from what it decided to do.
        """
        for outgoing_id in outgoing_ids:
            try:
                self._send(outgoing_id, Turn(0))
            except Exception:
                log.exception("message_left_behind", outgoing_id=outgoing_id)

    @DBOS.workflow()
    def send(self, outgoing_id: int, tries: int, waited: int = 0) -> None:
        """Send a message; of its `tries` the bot's own token stood in the way of `waited`."""
        with traces.scope():
            self._send(outgoing_id, Turn(tries, waited))

    @DBOS.workflow()
    def take_away(self, message_id: str) -> None:
        """Delete a card that arrived after its request was decided."""
        self.remove(message_id)

    def _send(self, outgoing_id: int, turn: Turn) -> None:
        answer = self.post(outgoing_id)
        self._store.step("record_message", partial(self._record, outgoing_id, turn, answer))

    @DBOS.step()
    def post(self, outgoing_id: int) -> Answer:
        """Post one message. Safe to repeat: the attempt is noted first, and an unfinished one is looked for."""
        with self._store.begin() as session:
            attempt = ledger.begin_attempt(session, outgoing_id, self._clock())
        if attempt is None:
            return ok(None)
        with nullcontext() if traces.current() else traces.scope(attempt["trace"]):
            if attempt["remove_message_id"]:
                self._chat.delete(attempt["remove_message_id"])  # one that stays is refused when pressed: no matter
            return self._deliver(attempt)

    def _deliver(self, attempt: Attempt) -> Answer:
        draft: Draft = {
            "to_person_id": attempt["to_person_id"],
            "space_id": attempt["space_id"],
            "parent_id": attempt["parent_id"],
            "markdown": attempt["markdown"],
            "card": attempt["card"],
        }
        since = attempt["since"]
        answer: Answer = busy(0)
        for wait in range(self._patience.tries):
            if wait:
                self._patience.sleep(self._patience.first_wait * 2 ** (wait - 1))
            if since:
                from_then = (datetime.fromisoformat(since) - CLOCKS_DIFFER).isoformat()
                found = self._chat.find_sent(draft, from_then, partial(self._claim, attempt["outgoing_id"]))
                if found["kind"] == "busy" or (found["kind"] == "ok" and found["value"]):
                    return found
            since = since or self._clock().isoformat()
            answer = self._chat.send(draft)
            if answer["kind"] != "busy" or answer["seconds"] > self._patience.longest_wait:
                break
        return answer

    def _claim(self, outgoing_id: int, message_id: str) -> bool:
        with self._store.begin() as session:
            return ledger.claim(session, outgoing_id, message_id)

    @DBOS.step()
    def remove(self, message_id: str) -> Answer:
        return self._chat.delete(message_id)

    def _record(self, outgoing_id: int, turn: Turn, answer: Answer, session: Session) -> None:
        if answer["kind"] == "ok":
            self._record_sent(session, outgoing_id, answer["value"], self._clock())
            return
        if answer["kind"] == "busy" and (delay := turn.delay(answer, _waits())) is not None:
            self._follow_ups.send_later(session, outgoing_id, turn.after(answer), delay)
            return
        row = ledger.record_failed(session, outgoing_id)
        log.warning(
            "message_not_sent",
            outgoing_id=outgoing_id,
            status=answer["status"],
            tracking_id=answer["tracking_id"],
            trace=traces.current() or stuck.trace_of(session, f"send:{outgoing_id}"),
        )
        if not own_token.is_missing(answer):  # that says nothing of whoever was to be reached
            self._go_on_without(session, row, self._clock())

    def _record_sent(self, session: Session, outgoing_id: int, sent: dict[str, Any] | None, now: datetime) -> None:
        if sent is None:
            return
        spaces.spoken_in(session, sent["space_id"], now)
        came_too_late = ledger.record_sent(session, outgoing_id, sent["message_id"], sent["space_id"], now)
        if came_too_late:
            self._follow_ups.remove_later(session, sent["message_id"])

    def _go_on_without(self, session: Session, row: OutgoingMessage, now: datetime) -> None:
        """Go on without an approver who cannot be reached; the request must not wait for them for ever."""
        if row.purpose != "approval" or row.request_id is None:
            return
        asked = Decision.approver_id == row.to_person_id if row.to_person_id else Decision.space_id == row.space_id
        session.execute(update(Decision).where(Decision.request_id == row.request_id, asked).values(unreachable=True))
        session.expire_all()
        news = service.nobody_reachable(session, row.request_id, now)
        for outgoing_id in self._follow_ups.carry_out(session, news, now):
            self._follow_ups.send_later(session, outgoing_id, Turn(0), delay=0)


def _waits() -> list[int]:
    return [min(2**tries, 600) for tries in range(MOST_TRIES)]
