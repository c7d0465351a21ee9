"""One event from its delivery to its answer: fetch → gather → decide → say. The decision enqueues what follows."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal, TypedDict, cast

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy.orm import Session

from bot import meters, traces
from bot.chat import door, flooding
from bot.chat.door import Desk, Gathered
from bot.chat.events import Joined, Pressed, Said, Typed
from bot.chat.sentences import SENTENCES
from bot.desk.shapes import FollowUp
from bot.store import ledger
from bot.store.ledger import Draft
from bot.webex import own_token
from bot.webex.budget import on_behalf_of
from bot.webex.http import Busy, Patience
from bot.webex.messages import ChatGateway
from bot.workflows.facts import Gatherer
from bot.workflows.hands import Hands
from bot.workflows.hearing import Gone, Hearing
from bot.workflows.keeping import Event, key_of
from bot.workflows.waiting import Turn
from bot.workflows.words import WORTH_TELLING, in_words, reference

log = structlog.get_logger()

WAITS = (5, 15, 60, 120, 300, 600, 900, 1800, 3600)
"""Seconds between tries while Webex stays busy, unless it names more; after the last one the person is told."""


class TooFast(TypedDict):
    """It came from somebody who is faster than we answer; `minute` is the one in which it did."""

    kind: Literal["too_fast"]
    minute: str


class Decided(TypedDict):
    """Messages to send, and requests whose assignment begins once they are sent."""

    messages: list[int]
    assign: list[int]


@dataclass(frozen=True, slots=True)
class Own:
    """Who we are, how long we try, and how often one person is answered a minute."""

    bot_id: str
    patience: Patience
    messages_per_minute: int


@DBOS.dbos_class()
class Inbox(DBOSConfiguredInstance):
    """The worker's side of an event."""

    def __init__(self, hands: Hands, chat: ChatGateway, gatherer: Gatherer, desk: Desk, own: Own) -> None:
        self._hands = hands
        self._hearing = Hearing(hands, chat, own.bot_id, own.patience)
        self._gatherer = gatherer
        self._desk = desk
        self.messages_per_minute = own.messages_per_minute
        super().__init__("Inbox")

    @DBOS.workflow()
    def handle(self, event: Event, tries: int, waited: int = 0) -> None:
        """Answer an event; of its `tries` the bot's own token stood in the way of `waited`."""
        with traces.scope(traces.trace_of(key_of(event))), on_behalf_of(event["actor_id"]):
            try:
                self._handle(event, Turn(tries, waited))
            except Exception as error:  # noqa: BLE001 the workflow's edge: the person must hear of it, whatever it was
                self._apologize(event, error)

    def _handle(self, event: Event, turn: Turn) -> None:
        said = self.fetch(event)
        if said["kind"] == "gone":
            return
        if said["kind"] == "too_fast":
            self._hands.act("slow_down", partial(self._slow_down, event, said["minute"]))
            return
        gathered = said if said["kind"] == "busy" else self.gather(said)
        if gathered.get("kind") == "busy":
            work = partial(self._try_later, event, turn, cast(Busy, gathered))
            self._hands.act("try_later", work)
            return
        if said["kind"] == "pressed" and said["card"]:
            traces.note_request(said["card"].get("trace", ""))
        decide = partial(self._decide, event, cast(Said, said), cast(Gathered, gathered))
        decided = self._hands.store.step("decide", decide)
        self._hands.speaking.say(decided["messages"])
        if decided["assign"]:  # not before the verdict stands: a receipt that comes first would puzzle people
            self._hands.store.step("start_assigning", partial(self._start_assigning, decided["assign"]))

    @DBOS.step()
    def fetch(self, event: Event) -> Typed | Pressed | Joined | Gone | TooFast | Busy:
        """Read what was said. Webex sends ids alone, and the ids are all that is believed."""
        limit, is_press = self.messages_per_minute, event["resource"] == "attachmentActions"
        with self._hands.store.begin() as session:
            pace = flooding.pace_of(session, key_of(event), limit)
        if pace is None or flooding.may_be_answered(pace, limit, may_decide=False):
            return self._hearing.read(event)
        if flooding.may_be_answered(pace, limit, may_decide=is_press):
            press = self._hearing.read(event)
            if press["kind"] != "pressed" or flooding.is_decision(press):
                return press
        return {"kind": "too_fast", "minute": pace.minute.isoformat()}

    @DBOS.step()
    def gather(self, said: Said) -> Gathered | Busy:
        """Fetch the facts that the command names. Safe to repeat: it only reads."""
        return self._gatherer.gather(said)

    def _decide(self, event: Event, said: Said, gathered: Gathered, session: Session) -> Decided:
        now = self._hands.clock()
        answered = door.answer(session, key_of(event), said, gathered, self._desk, now)
        log.info("event_answered", workflow_id=key_of(event), messages=len(answered.drafts))
        replies = ledger.write(session, answered.drafts, now)
        at_once = [one for one in answered.follow_ups if one.kind != "assign"]
        return {
            "messages": replies + self._hands.follow_ups.carry_out(session, at_once, now),
            "assign": [one.request_id for one in answered.follow_ups if one.kind == "assign"],
        }

    def _start_assigning(self, request_ids: list[int], session: Session) -> None:
        follow_ups = [FollowUp("assign", request_id) for request_id in request_ids]
        self._hands.follow_ups.carry_out(session, follow_ups, self._hands.clock())

    def _try_later(self, event: Event, turn: Turn, answer: Busy, session: Session) -> list[int]:
        """Go on later by a successor; the person hears of a wait that is worth mentioning, and of the end."""
        key, delay = key_of(event), turn.delay(answer, WAITS)
        if delay is None:
            return self._tell(session, event, f"gave_up:{key}", SENTENCES["webex_gave_up"])
        log.warning("event_waits_for_webex", workflow_id=key, status=answer["status"], seconds=delay)
        self._hands.follow_ups.handle_again(session, key, event, turn.after(answer), delay)
        if delay < WORTH_TELLING or own_token.is_missing(answer):  # nobody could be told of that before it is over
            return []
        return self._tell(session, event, f"busy:{key}", SENTENCES["webex_busy"].format(wait=in_words(delay)))

    def _slow_down(self, event: Event, minute: str, session: Session) -> list[int]:
        """Drop what came too fast, which its delivery and the log keep; the first one in a minute is answered."""
        log.warning("event_too_fast", workflow_id=key_of(event), actor_id=event["actor_id"])
        meters.TOO_FAST.inc()
        notice = flooding.notice(event["actor_id"], datetime.fromisoformat(minute), self.messages_per_minute)
        return ledger.write(session, [notice], self._hands.clock())

    def _tell(self, session: Session, event: Event, key: str, words: str) -> list[int]:
        return ledger.write(session, [Draft(key, "notice", words, to_person_id=event["actor_id"])], self._hands.clock())

    def _apologize(self, event: Event, error: Exception) -> None:
        """Tell the person a reference that is also in the log, and nothing of the error itself."""
        ref = reference(key_of(event))
        log.error("event_failed", ref=ref, workflow_id=DBOS.workflow_id, exc_info=error)
        words = SENTENCES["surprise"].format(ref=ref)
        self._hands.act("apologize", lambda session: self._tell(session, event, f"surprise:{key_of(event)}", words))
