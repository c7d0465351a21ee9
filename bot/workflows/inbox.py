"""One event from its delivery to its answer: fetch → gather → decide → say. The decision enqueues what follows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal, TypedDict, cast

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from dbos import error as engine_error
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from bot import meters, traces
from bot.chat import door, flooding
from bot.chat.door import Desk, Gathered
from bot.chat.events import Joined, Pressed, PressedCard, Said, Typed
from bot.chat.sentences import SENTENCES
from bot.desk.service import FollowUp
from bot.store import ledger, queries, spaces
from bot.store.ledger import Draft
from bot.store.models import OutgoingMessage, Request
from bot.webex import own_token
from bot.webex.budget import on_behalf_of
from bot.webex.http import Answer, Busy, Patience
from bot.webex.messages import ChatGateway
from bot.workflows.engine import Queues
from bot.workflows.facts import Gatherer
from bot.workflows.hands import Hands
from bot.workflows.keeping import Event, keep, key_of
from bot.workflows.loaders import NOT_FOUND
from bot.workflows.speaking import Clock
from bot.workflows.waiting import Turn
from bot.workflows.words import WORTH_TELLING, in_words, reference

log = structlog.get_logger()

WAITS = (5, 15, 60, 120, 300, 600, 900, 1800, 3600)
"""Seconds between tries while Webex stays busy, unless it names more; after the last one the person is told."""


TOO_OLD = timedelta(days=60)
"""A message or press of longer ago is not acted on: it is replayed. Shorter than deliveries are kept, by far."""


class Gone(TypedDict):
    """The message or press cannot be read: deleted meanwhile, or never meant for the bot."""

    kind: Literal["gone"]


class TooFast(TypedDict):
    """It came from somebody who is faster than we answer; `minute` is the one in which it did."""

    kind: Literal["too_fast"]
    minute: str


class Decided(TypedDict):
    """Messages to send, and requests whose assignment begins once they are sent."""

    messages: list[int]
    assign: list[int]


class Unstorable(Exception):
    """The delivery could not be written down, so Webex must not be told that it was."""


class Acceptor:
    """The web's side: one transaction writes the delivery and enqueues its workflow; a repeat is a no-op."""

    def __init__(self, sessions: sessionmaker[Session], queues: Queues, clock: Clock) -> None:
        self._sessions = sessions
        self._queues = queues
        self._clock = clock

    def accept(self, event: Event) -> None:
        """Return once the event is safe. Raises Unstorable if it could not be made so."""
        try:
            with self._sessions.begin() as session:
                now = self._clock()
                is_new = keep(session, self._queues, event, now)
                if is_new:
                    spaces.heard(session, event["space_id"], now)
        except (SQLAlchemyError, engine_error.DBOSException) as error:
            what = {"trace": traces.trace_of(key_of(event)), "error": type(error).__name__}
            log.error("delivery_not_stored", **what)  # noqa: TRY400 its text could hold parameters
            raise Unstorable from None
        meters.DELIVERIES.labels(event["resource"], "first" if is_new else "again").inc()
        log.info("delivery_taken", trace=traces.trace_of(key_of(event)), resource=event["resource"], is_new=is_new)


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
        self._chat = chat
        self._gatherer = gatherer
        self._desk = desk
        self._bot_id = own.bot_id
        self._patience = own.patience
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
            return self._read(event)
        if flooding.may_be_answered(pace, limit, may_decide=is_press):
            press = self._read(event)
            if press["kind"] != "pressed" or flooding.is_decision(press):
                return press
        return {"kind": "too_fast", "minute": pace.minute.isoformat()}

    def _read(self, event: Event) -> Typed | Pressed | Joined | Gone | Busy:
        match event["resource"]:
            case "messages":
                return self._message(event)
            case "attachmentActions":
                return self._press(event)
            case _:
                return self._joined(event)

    def _message(self, event: Event) -> Typed | Gone | Busy:
        answer = self._once_readable(lambda: self._chat.message(event["resource_id"], self._bot_id))
        if answer["kind"] != "ok":
            return answer if answer["kind"] == "busy" else _gone(answer["status"])
        message = answer["value"]
        if message["person_id"] == self._bot_id or self._is_old(message["created_at"]):
            return {"kind": "gone"}
        return {
            "kind": "typed",
            "message_id": message["message_id"],
            "space_id": message["space_id"],
            "is_group": message["space_kind"] == "group",
            "person_id": message["person_id"],
            "text": message["text"],
            "parent_id": message["parent_id"],
            "said_at": message["created_at"],
        }

    def _is_old(self, created_at: str) -> bool:
        try:
            return self._hands.clock() - datetime.fromisoformat(created_at) > TOO_OLD
        except (ValueError, TypeError):
            return False  # a time that Webex did not tell, or not so that it could be compared

    def _press(self, event: Event) -> Pressed | Gone | Busy:
        answer = self._once_readable(lambda: self._chat.press(event["resource_id"]))
        if answer["kind"] != "ok":
            return answer if answer["kind"] == "busy" else _gone(answer["status"])
        press = answer["value"]
        if self._is_old(press["created_at"]):
            return {"kind": "gone"}
        with self._hands.store.begin() as session:
            row = queries.card(session, press["message_id"])
            about = session.get(Request, row.request_id) if row and row.request_id else None
            card = _pressed(row, about.trace if about else "") if row else None
        return {
            "kind": "pressed",
            "message_id": press["message_id"],
            "space_id": press["space_id"],
            "person_id": press["person_id"],
            "inputs": press["inputs"],
            "card": card,
        }

    def _once_readable(self, read: Callable[[], Answer]) -> Answer:
        """Read a few times: nothing promises that a message can be read as soon as its webhook is delivered."""
        answer = read()
        for turn in range(1, self._patience.tries):
            if answer["kind"] != "refused" or answer["status"] != NOT_FOUND:
                break
            self._patience.sleep(self._patience.first_wait * 2 ** (turn - 1))
            answer = read()
        return answer

    def _joined(self, event: Event) -> Joined | Gone | Busy:
        space = self._chat.space(event["space_id"])
        if space["kind"] == "ok" and space["value"]["kind"] != "group":
            return {"kind": "gone"}  # a 1:1 space opens with a message, and whoever wrote it is greeted with its answer
        member = self._chat.is_member(event["space_id"], self._bot_id)
        for answer in (space, member):
            if answer["kind"] != "ok":
                return answer if answer["kind"] == "busy" else _gone(answer["status"])
        return {"kind": "joined", "space_id": event["space_id"], "person_id": event["actor_id"]}

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


def _pressed(row: OutgoingMessage, trace: str) -> PressedCard:
    return {
        "outgoing_id": row.id,
        "purpose": row.purpose,
        "request_id": row.request_id,
        "is_group": row.to_person_id is None,
        "context": row.context,
        "trace": trace,
    }


def _gone(status: int) -> Gone:
    if status != NOT_FOUND:
        log.warning("event_unreadable", status=status)
    return {"kind": "gone"}
