"""What the web received is written down and enqueued once, whether Webex delivered it or it was found in the space."""

from datetime import datetime
from typing import TypedDict

import structlog
from dbos import error as engine_error
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from bot import meters, traces
from bot.store import spaces
from bot.store.models import Delivery
from bot.store.session import insert_if_new
from bot.workflows.engine import INBOX, Queues
from bot.workflows.speaking import Clock

log = structlog.get_logger()


class Event(TypedDict):
    """What the web received: ids alone."""

    resource: str
    event: str
    resource_id: str
    actor_id: str
    space_id: str


def key_of(event: Event) -> str:
    return f"{event['resource']}:{event['event']}:{event['resource_id']}"


def keep(session: Session, queues: Queues, event: Event, at: datetime, found: int = 0) -> bool:
    """Write an event of this time down and enqueue its workflow; a repeat, which returns False, changes nothing.

    `found` is for what nobody delivered, counted from 1: events of one person that are kept at the same moment are
    handled in this order.
    """
    who = {"key": key_of(event), "actor_id": event["actor_id"], "space_id": event["space_id"]}
    if not insert_if_new(session, Delivery, {**who, "received_at": at, "was_found": found > 0}):
        return False
    person = event["actor_id"]
    queues.enqueue(session, "Inbox.handle", key_of(event), event, 0, queue=INBOX, partition=person, place=found)
    return True


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
