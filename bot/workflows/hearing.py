"""What was said is read: Webex sends ids alone. Whatever cannot be read, or is not for the bot, is `gone`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, TypedDict

import structlog

from bot.chat.events import Joined, Pressed, PressedCard, Typed
from bot.store import queries
from bot.store.models import OutgoingMessage, Request
from bot.webex.http import Answer, Busy, Patience
from bot.webex.messages import NOT_FOUND, ChatGateway
from bot.workflows.hands import Hands
from bot.workflows.keeping import Event

log = structlog.get_logger()

TOO_OLD = timedelta(days=60)
"""A message or press of longer ago is not acted on: it is replayed. Shorter than deliveries are kept, by far."""


class Gone(TypedDict):
    """The message or press cannot be read: deleted meanwhile, or never meant for the bot."""

    kind: Literal["gone"]


class Hearing:
    """Reads a message, a press or a space, as the event says."""

    def __init__(self, hands: Hands, chat: ChatGateway, bot_id: str, patience: Patience) -> None:
        self._hands = hands
        self._chat = chat
        self._bot_id = bot_id
        self._patience = patience

    def read(self, event: Event) -> Typed | Pressed | Joined | Gone | Busy:
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
