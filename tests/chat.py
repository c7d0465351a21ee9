"""People in the sandbox, as tests see them: they type, press and read, each with a token of their own over HTTP."""

from typing import Any, Protocol

import requests
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.desk.states import State
from bot.sandbox.seed import tokens
from bot.settings import Settings
from bot.store import queries
from bot.store.models import Base, Request
from tests.running import Running
from tests.standing import how_it_stands

KNOWN = {row["token"].removeprefix("sandbox-"): row for row in tokens()}
BOT_ID = KNOWN["bot"]["personId"]
IT_SPACE = "IT requests"
BUSY = {429, 503}

Message = dict[str, Any]


class Company(Protocol):
    """What a person needs of a bot that runs, in this process or in others."""

    @property
    def settings(self) -> Settings: ...
    @property
    def http(self) -> requests.Session: ...
    @property
    def resets(self) -> int: ...
    def control(self, method: str, path: str, body: Any = None) -> Any: ...
    def settle(self) -> None: ...


class Someone:
    """One person: speaks with their own token, reads only what Webex shows them."""

    def __init__(self, running: Company, name: str, known: dict[str, Any] | None = None) -> None:
        self._running = running
        self.name = name
        self.token: str = (known or KNOWN[name])["token"]
        self.person_id: str = (known or KNOWN[name])["personId"]
        self.email: str = (known or KNOWN[name])["email"]
        self._space = (0, "")

    tries = 1
    """How often somebody tries what Webex was too busy for; in bad weather people do so more than once."""

    def call(self, method: str, path: str, **given: Any) -> Any:
        for left in reversed(range(self.tries)):
            try:
                answer = self._running.http.request(
                    method,
                    f"{self._running.settings.webex_api_url}/{path}",
                    headers={"Authorization": f"Bearer {self.token}"},
                    timeout=30,
                    **given,
                )
            except requests.ConnectionError:
                if not left:
                    raise
                return None  # the answer was lost; what was said stands there
            if answer.ok or answer.status_code not in BUSY or not left:
                break
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def says(self, text: str, *, settle: bool = True) -> str:
        """Type to the bot 1:1; return what the bot answered 1:1 meanwhile, oldest first."""
        before = {message["id"] for message in self.inbox()}
        self.call("POST", "messages", json={"toPersonId": BOT_ID, "text": text})
        return self._new_since(before) if settle else ""

    def mentions(self, text: str, space: str = IT_SPACE) -> str:
        """Mention the bot in a group space; return what the space read, oldest first."""
        space_id = self.space(space)
        before = {message["id"] for message in self.reads_in(space)}
        self.call(
            "POST",
            "messages",
            json={"roomId": space_id, "markdown": f"<@personId:{BOT_ID}|License Desk> {text}"},
        )
        self._running.settle()
        new = [message for message in self.reads_in(space) if message["id"] not in before]
        return "\n---\n".join(message["text"] for message in new if message["personId"] == BOT_ID)

    def presses(self, title: str, *, on: Message | None = None, settle: bool = True, **inputs: Any) -> str:
        """Press the button with this title on the newest card that has it (or on a given one), as the client would."""
        card = on or self.card_with(title)
        before = {message["id"] for message in self.inbox()}
        self.submits(card["id"], {**data_of(card, title), **inputs})
        return self._new_since(before) if settle else ""

    def submits(self, message_id: str, inputs: Any) -> None:
        """Submit whatever, as anybody may through the API."""
        self.call("POST", "attachment/actions", json={"type": "submit", "messageId": message_id, "inputs": inputs})

    def _new_since(self, before: set[str]) -> str:
        self._running.settle()
        new = [message for message in self.inbox() if message["id"] not in before and message["personId"] == BOT_ID]
        return "\n---\n".join(message["text"] for message in new)

    def inbox(self) -> list[Message]:
        """Read the 1:1 space with the bot, oldest first."""
        world = self._running.resets
        if self._space[0] != world or not self._space[1]:
            self._space = (world, self._space_with_the_bot())
        if not self._space[1]:
            return []
        found: list[Message] = self.call("GET", "messages", params={"roomId": self._space[1], "max": 200})["items"]
        return found[::-1]

    def _space_with_the_bot(self) -> str:
        for space in self.call("GET", "rooms", params={"type": "direct", "max": 100})["items"]:
            members = self.call("GET", "memberships", params={"roomId": space["id"]})["items"]
            if any(member["personId"] == BOT_ID for member in members):
                return str(space["id"])
        return ""

    def last(self) -> str:
        """The newest message of the bot, as text."""
        return str(next(message["text"] for message in reversed(self.inbox()) if message["personId"] == BOT_ID))

    def cards(self) -> list[Message]:
        return [message for message in self.inbox() if message.get("attachments")]

    def card_with(self, title: str) -> Message:
        found = [message for message in self.cards() if title in buttons_of(message)]
        assert found, f"{self.name} has no card with the button {title!r}"
        return found[-1]

    def space(self, title: str) -> str:
        spaces = self.call("GET", "rooms", params={"type": "group", "max": 100})["items"]
        return str(next(space["id"] for space in spaces if space["title"] == title))

    def reads_in(self, space: str) -> list[Message]:
        found = self.call("GET", "messages", params={"roomId": self.space(space), "max": 200})["items"]
        return list(reversed(found))

    def holds(self) -> set[str]:
        """Names of licenses that Webex holds for this person, as an admin reads them."""
        return self._running_holdings(self.person_id)

    def _running_holdings(self, person_id: str) -> set[str]:
        snapshot = self._running.control("GET", "snapshot")
        names = {one["id"]: one["name"] for one in snapshot["licenses"]}
        return {names[one] for one in snapshot["people"][person_id]["licenses"]}


class Chat:
    """The company in the sandbox and the bot's database, for one test."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.employee, self.colleague, self.manager, self.director, self.admin, self.external = (
            Someone(running, name) for name in ("employee", "colleague", "manager", "director", "admin", "external")
        )
        self.bot = Someone(running, "bot")

    def newcomer(self, **fields: Any) -> Someone:
        """Let somebody new appear in Webex, with a token of their own."""
        added = self.running.control("POST", "people", fields)
        return Someone(
            self.running, str(fields["displayName"]), {**added, "email": fields["email"], "personId": added["id"]}
        )

    def standing(self) -> dict[str, Any]:
        """All that an attempt which is refused must leave as it was."""
        return how_it_stands(self.running)

    def state_of(self, request_id: int) -> State:
        with Session(self.running.engine) as session:
            return State(queries.request(session, request_id).state)

    def count(self, table: type[Base]) -> int:
        with Session(self.running.engine) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def last_number(self) -> int:
        with Session(self.running.engine) as session:
            return session.scalar(select(func.max(Request.id))) or 0

    def weather(self, **what: Any) -> None:
        self.running.control("POST", "weather", what)

    def calls(self, method: str, path: str) -> list[dict[str, Any]]:
        """What the bot (or anybody) called since the start of the test."""
        made = self.running.control("GET", "snapshot")["calls"]
        return [call for call in made if call["method"] == method and call["path"].startswith(path)]

    def license_id(self, name: str) -> str:
        listed = self.running.control("GET", "snapshot")["licenses"]
        return str(next(one["id"] for one in listed if one["name"] == name))

    def location_id(self, name: str) -> str:
        found = self.admin.call("GET", "locations", params={"name": name})["items"]
        return str(next(one["id"] for one in found if one["name"] == name))

    def resize(self, name: str, units: int) -> None:
        """Let the organization own so many units of a license."""
        self.running.control("PATCH", f"licenses/{self.license_id(name)}", {"totalUnits": units})

    def give(self, someone: Someone, *names: str) -> None:
        """Let somebody hold exactly these licenses, whatever the rules say."""
        held = [self.license_id(name) for name in names]
        self.running.control("PATCH", f"people/{someone.person_id}", {"licenses": held})

    def change(self, someone: Someone, **fields: Any) -> None:
        self.running.control("PATCH", f"people/{someone.person_id}", fields)


def submit_actions(node: Any) -> list[dict[str, Any]]:
    """Every Action.Submit of a card, also inside those that unfold."""
    if isinstance(node, list):
        return [action for one in node for action in submit_actions(one)]
    if not isinstance(node, dict):
        return []
    own = [node] if node.get("type") == "Action.Submit" else []
    return own + [action for value in node.values() for action in submit_actions(value)]


def content_of(message: Message) -> dict[str, Any]:
    return dict(message["attachments"][0]["content"])


def buttons_of(message: Message) -> list[str]:
    return [action["title"] for action in submit_actions(content_of(message))]


def data_of(message: Message, title: str) -> dict[str, Any]:
    return dict(next(action["data"] for action in submit_actions(content_of(message)) if action["title"] == title))
