"""What the web received is written down and enqueued once, whether Webex delivered it or it was found in the space."""

from datetime import datetime
from typing import TypedDict

from sqlalchemy.orm import Session

from bot.store.models import Delivery
from bot.store.session import insert_if_new
from bot.workflows.engine import INBOX, Queues


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
