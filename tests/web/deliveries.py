"""Deliveries as Webex makes them, for the tests of this room."""

import json
from typing import TYPE_CHECKING, Any

import requests
from werkzeug.test import TestResponse

from bot.settings import DEMO_WEBHOOK_SECRET
from bot.web.server import create_web
from bot.webex.signature import seal

if TYPE_CHECKING:
    from bot.web.webhook import Event

SECRET = "0123456789abcdef0123456789abcdef"
PATH = "/webhooks/webex"


def envelope(resource: str = "messages", event: str = "created", **data: Any) -> dict[str, Any]:
    """A delivery of something that a person did; `data` is laid over the usual."""
    return {
        "id": "Y2lzY29zcGFyazovL3VzL1dFQkhPT0svMQ",
        "name": "license-bot messages",
        "resource": resource,
        "event": event,
        "orgId": "OTZhYmMyYWEtM2RjYy0xMWU1LWExNTItZmUzNDgxOWNkYzlh",
        "actorId": "Y2lzY29zcGFyazovL3VzL1BFT1BMRS8x",
        "data": {
            "id": "Y2lzY29zcGFyazovL3VzL01FU1NBR0UvMQ",
            "roomId": "Y2lzY29zcGFyazovL3VzL1JPT00vMQ",
            "personId": "Y2lzY29zcGFyazovL3VzL1BFT1BMRS8x",
            "personEmail": "employee@example.com",
            **data,
        },
    }


def sealed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Spark-Signature": seal(body, secret), "Content-Type": "application/json"}


def deliver(url: str, number: int) -> int:
    """Deliver the message of that number to a process of web; return the status of its answer."""
    body = json.dumps(envelope(id=f"message-{number}")).encode()
    return requests.post(f"{url}{PATH}", data=body, headers=sealed(body, DEMO_WEBHOOK_SECRET), timeout=30).status_code


class Inbox:
    """A web process whose events are kept in a list."""

    def __init__(self, *secrets: str) -> None:
        self.events: list[Event] = []
        self.app = create_web(self.events.append, secrets or (SECRET,), {})

    def receive(self, delivery: Any) -> TestResponse:
        body = delivery if isinstance(delivery, bytes) else json.dumps(delivery).encode()
        return self.app.test_client().post(PATH, data=body, headers=sealed(body))
