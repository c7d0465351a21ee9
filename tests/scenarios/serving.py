"""Who is served by which resource group, as the tests of groups and moves look at it and bring it about."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.states import MoveState
from bot.store.models import Move
from tests.chat import BOT_ID, Chat, Message, Someone, content_of

AWARE, CONNECT = "Hybrid Call Aware", "Hybrid Call Connect"
FREE = ("Basic Messaging", "Basic Meetings")
SEATS = "/v1/resourceGroup/memberships"
PUT = {"method": "PUT", "path": f"{SEATS}/*"}
BORN_PENDING = {"method": "PATCH", "path": "/v1/licenses/users", "seats_pending": True}


def groups(chat: Chat) -> dict[str, str]:
    """Return the ids of the organization's groups by name, as Webex tells an admin."""
    return {one["name"]: one["id"] for one in chat.admin.call("GET", "resourceGroups")["items"]}


def seat(chat: Chat, someone: Someone, license_name: str = AWARE) -> dict[str, Any]:
    """Return the one membership of somebody for a license."""
    params = {"personId": someone.person_id, "licenseId": chat.license_id(license_name)}
    (found,) = chat.admin.call("GET", "resourceGroup/memberships", params=params)["items"]
    return dict(found)


def served_by(chat: Chat, someone: Someone, license_name: str = AWARE) -> str:
    names = {group_id: name for name, group_id in groups(chat).items()}
    return names[seat(chat, someone, license_name)["resourceGroupId"]]


def set_up(chat: Chat, someone: Someone, status: str) -> None:
    """Let Webex come to an end with somebody's service."""
    chat.running.control("PATCH", f"resourceGroup/memberships/{seat(chat, someone)['id']}", {"status": status})


def offered(card: Message) -> list[str]:
    (field,) = [one for one in content_of(card)["body"] if one.get("id") == "group"]
    return [choice["title"] for choice in field["choices"]]


def read_by(someone: Someone, words: str) -> int:
    return sum(words in message["text"] for message in someone.inbox() if message["personId"] == BOT_ID)


def puts(chat: Chat) -> list[int]:
    return [call["status"] for call in chat.calls("PUT", SEATS)]


def asked_in_europe(chat: Chat) -> None:
    """The employee asks for a hybrid license, and the manager says yes and chooses Europe."""
    chat.employee.says("request hybrid call aware because our cluster")
    chat.manager.presses("Approve", group=groups(chat)["Europe"])


def moves(chat: Chat) -> list[MoveState]:
    with Session(chat.running.engine) as session:
        return [row.state for row in session.scalars(select(Move).order_by(Move.id))]
