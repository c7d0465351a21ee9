"""One event from its delivery to its answer: fetch → gather → decide → say. The decision enqueues what follows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypedDict, cast

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from dbos import error as engine_error
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from bot.chat import door
from bot.chat.door import Desk, Gathered
from bot.chat.events import Joined, Pressed, PressedCard, Said, Typed
from bot.chat.sentences import SENTENCES
from bot.desk.service import FollowUp
from bot.store import ledger, queries
from bot.store.ledger import Draft
from bot.store.models import Delivery, OutgoingMessage
from bot.store.session import insert_if_new
from bot.webex.http import Answer, Busy, Patience
from bot.webex.messages import ChatGateway
from bot.workflows.engine import INBOX, Queues
from bot.workflows.facts import Gatherer
from bot.workflows.hands import Hands
from bot.workflows.loaders import NOT_FOUND
from bot.workflows.speaking import Clock
from bot.workflows.words import WORTH_TELLING, in_words, reference

log = structlog.get_logger()

WAITS = (5, 15, 60, 120, 300, 600, 900, 1800, 3600)
"""Seconds between tries while Webex stays busy, unless it names more; after the last one the person is told."""


class Event(TypedDict):
    """What the web received: ids alone."""

    resource: str
    event: str
    resource_id: str
    actor_id: str
    space_id: str


class Gone(TypedDict):
    """The message or press cannot be read: deleted meanwhile, or never meant for the bot."""

    kind: Literal["gone"]


class Decided(TypedDict):
    """Messages to send, and requests whose assignment begins once they are sent."""

    messages: list[int]
    assign: list[int]


def key_of(event: Event) -> str:
    return f"{event['resource']}:{event['event']}:{event['resource_id']}"


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
                if self._is_new(session, event):
                    self._queues.enqueue(
                        session, "Inbox.handle", key_of(event), event, 0, queue=INBOX, partition=event["actor_id"]
                    )
        except (SQLAlchemyError, engine_error.DBOSException) as error:
            log.error("delivery_not_stored", error=type(error).__name__)  # noqa: TRY400 its text could hold parameters
            raise Unstorable from None

    def _is_new(self, session: Session, event: Event) -> bool:
        row = {
            "key": key_of(event),
            "actor_id": event["actor_id"],
            "space_id": event["space_id"],
            "received_at": self._clock(),
        }
        return insert_if_new(session, Delivery, row)


@dataclass(frozen=True, slots=True)
class Own:
    """Who we are, and how long we try."""

    bot_id: str
    patience: Patience


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
        super().__init__("Inbox")

    @DBOS.workflow()
    def handle(self, event: Event, tries: int) -> None:
        try:
            self._handle(event, tries)
        except Exception as error:  # noqa: BLE001 the workflow's edge: the person must hear of it, whatever it was
            self._apologize(event, error)

    def _handle(self, event: Event, tries: int) -> None:
        said = self.fetch(event)
        if said["kind"] == "gone":
            return
        gathered = said if said["kind"] == "busy" else self.gather(said)
        if gathered.get("kind") == "busy":
            work = partial(self._try_later, event, tries, cast(Busy, gathered)["seconds"])
            self._hands.act("try_later", work)
            return
        decide = partial(self._decide, event, cast(Said, said), cast(Gathered, gathered))
        decided = self._hands.store.step("decide", decide)
        self._hands.speaking.say(decided["messages"])
        if decided["assign"]:  # not before the verdict stands: a receipt that comes first would puzzle people
            self._hands.store.step("start_assigning", partial(self._start_assigning, decided["assign"]))

    @DBOS.step()
    def fetch(self, event: Event) -> Typed | Pressed | Joined | Gone | Busy:
        """Read what was said. Webex sends ids alone, and the ids are all that is believed."""
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
        if message["person_id"] == self._bot_id:
            return {"kind": "gone"}
        return {
            "kind": "typed",
            "message_id": message["message_id"],
            "space_id": message["space_id"],
            "is_group": message["space_kind"] == "group",
            "person_id": message["person_id"],
            "text": message["text"],
            "parent_id": message["parent_id"],
        }

    def _press(self, event: Event) -> Pressed | Gone | Busy:
        answer = self._once_readable(lambda: self._chat.press(event["resource_id"]))
        if answer["kind"] != "ok":
            return answer if answer["kind"] == "busy" else _gone(answer["status"])
        press = answer["value"]
        with self._hands.store.begin() as session:
            row = queries.card(session, press["message_id"])
            card = _pressed(row) if row else None
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
        member = self._chat.is_member(event["space_id"], self._bot_id)
        space = self._chat.space(event["space_id"])
        for answer in (member, space):
            if answer["kind"] != "ok":
                return answer if answer["kind"] == "busy" else _gone(answer["status"])
        is_group = space["value"]["kind"] == "group"  # type: ignore[typeddict-item]  # ok, as the loop has seen
        return {"kind": "joined", "space_id": event["space_id"], "is_group": is_group, "person_id": event["actor_id"]}

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

    def _try_later(self, event: Event, tries: int, seconds: int, session: Session) -> list[int]:
        """Go on later by a successor; the person hears of a wait that is worth mentioning, and of the end."""
        key = key_of(event)
        if tries >= len(WAITS):
            return self._tell(session, event, f"gave_up:{key}", SENTENCES["webex_gave_up"])
        delay = max(seconds, WAITS[tries])
        log.warning("event_waits_for_webex", workflow_id=key, seconds=delay)
        self._hands.follow_ups.handle_again(session, f"{key}:{tries + 1}", event, tries + 1, delay)
        if delay < WORTH_TELLING:
            return []
        return self._tell(session, event, f"busy:{key}", SENTENCES["webex_busy"].format(wait=in_words(delay)))

    def _tell(self, session: Session, event: Event, key: str, words: str) -> list[int]:
        return ledger.write(session, [Draft(key, "notice", words, to_person_id=event["actor_id"])], self._hands.clock())

    def _apologize(self, event: Event, error: Exception) -> None:
        """Tell the person a reference that is also in the log, and nothing of the error itself."""
        ref = reference(key_of(event))
        log.error("event_failed", ref=ref, workflow_id=DBOS.workflow_id, exc_info=error)
        words = SENTENCES["surprise"].format(ref=ref)
        self._hands.act("apologize", lambda session: self._tell(session, event, f"surprise:{key_of(event)}", words))


def _pressed(row: OutgoingMessage) -> PressedCard:
    return {
        "outgoing_id": row.id,
        "purpose": row.purpose,
        "request_id": row.request_id,
        "is_group": row.to_person_id is None,
        "context": row.context,
    }


def _gone(status: int) -> Gone:
    if status != NOT_FOUND:
        log.warning("event_unreadable", status=status)
    return {"kind": "gone"}
