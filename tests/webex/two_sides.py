"""Both gateways at one odd server: the constants and calls that the tests of the wire share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.webex.admin import AdminGateway, Order
from bot.webex.http import Answer, Patience
from bot.webex.messages import ChatGateway, Draft

TOKEN = "a-token-that-nobody-may-see"
PERSON = {"id": "p1", "emails": ["p@example.com"], "displayName": "P", "orgId": "o", "type": "person"}
ORDER: Order = {
    "person_id": "p1",
    "org_id": "o",
    "items": [
        {
            "license_id": "l1",
            "site_url": None,
            "operation": "add",
            "location_id": None,
            "phone_number": None,
            "extension": None,
        }
    ],
}
DRAFT: Draft = {"to_person_id": "p1", "space_id": None, "parent_id": None, "markdown": "Hello", "card": None}
ONCE = Patience(tries=1)
Call = Callable[[str, Patience], Answer]


def by_admin(url: str, patience: Patience) -> Answer:
    return AdminGateway(TOKEN, f"{url}/v1", patience).person("p1")


def by_bot(url: str, patience: Patience) -> Answer:
    return ChatGateway(TOKEN, f"{url}/v1", patience).person("p1")


both_sides = pytest.mark.parametrize("read", [by_admin, by_bot], ids=["admin", "bot"])
