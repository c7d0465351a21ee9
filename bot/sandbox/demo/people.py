"""The people of the demo: they type, press and read over HTTP, each with their own token. Nobody looks into the bot."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from bot.sandbox.demo import card_reading
from bot.sandbox.demo.failed import DemoFailed
from bot.sandbox.demo.processes import session_on_this_machine
from bot.sandbox.demo.transcript import Transcript

POLL = 0.05

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """What everybody shares. `check` raises DemoFailed if a process has ended; a bound is in seconds."""

    sandbox_url: str
    transcript: Transcript
    check: Callable[[], None]
    bound: float
    session: requests.Session = field(default_factory=session_on_this_machine)

    def ask(self, method: str, path: str, token: str = "", **given: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = self.session.request(method, f"{self.sandbox_url}{path}", headers=headers, timeout=30, **given)
        except requests.RequestException as error:
            self.check()
            raise DemoFailed(f"The sandbox did not answer {method} {path} ({type(error).__name__}).") from None
        if not answer.ok:
            raise DemoFailed(f"The sandbox answered {answer.status_code} to {method} {path}: {answer.text[:300]}")
        return answer.json() if answer.content else None

    def calls(self) -> list[dict[str, Any]]:
        """Return every call of the API so far, oldest first."""
        return list(self.ask("GET", "/control/snapshot")["calls"])

    def company(self) -> dict[str, "Someone"]:
        """Return everybody who has a token, by the token's own word (`employee` for `sandbox-employee`)."""
        rows = self.ask("GET", "/control/tokens")["items"]
        bot_id = next(row["personId"] for row in rows if row["token"] == "sandbox-bot")  # noqa: S105 - public
        return {row["token"].removeprefix("sandbox-"): Someone(self, row, bot_id) for row in rows}


class Someone:
    """One person in the 1:1 space with the bot. What they read is printed when they read it, each message once."""

    def __init__(self, stage: Stage, row: dict[str, Any], bot_id: str) -> None:
        self._stage = stage
        self._bot_id = bot_id
        self._read: set[str] = set()
        self.token: str = row["token"]
        self.person_id: str = row["personId"]
        self.email: str = row["email"]
        self.name: str = row["displayName"]

    def types(self, text: str) -> None:
        self._stage.transcript.typed(self.name, text)
        self.call("POST", "messages", json={"toPersonId": self._bot_id, "text": text})

    def presses(self, card: Message, title: str, **inputs: str) -> None:
        """Press the button with this title, with what was filled in, as a client would."""
        labels = {name: card_reading.label_of(card, name) for name in inputs}
        shown = {labels[name]: card_reading.title_of_choice(card, name, value) for name, value in inputs.items()}
        self._stage.transcript.pressed(self.name, title, shown)
        whole = {**card_reading.data_of(card, title), **inputs}
        self.call("POST", "attachment/actions", json={"type": "submit", "messageId": card["id"], "inputs": whole})

    def reads(self, pattern: str) -> Message:
        """Wait for a new message of the bot in which `pattern` is found; whatever comes before it is read as well.

        Raises DemoFailed when none has come within the bound.
        """
        end = time.monotonic() + self._stage.bound
        last = ""
        while True:
            for message in self._unread():
                self._read.add(message["id"])
                self._stage.transcript.read(self.name, message)
                last = message["text"]
                if re.search(pattern, last):
                    return message
            self._stage.check()
            if time.monotonic() > end:
                raise DemoFailed(self._missed(pattern, last))
            time.sleep(POLL)

    def _missed(self, pattern: str, last: str) -> str:
        told = f"The last new message was: {last[:300]!r}." if last else "No new message came."
        return f"{self.name} did not read {pattern!r} within {self._stage.bound:.0f} seconds. {told}"

    def _unread(self) -> list[Message]:
        """Return the bot's messages that were not read yet, oldest first; a space begins with its first message."""
        rooms = self.call("GET", "rooms", params={"type": "direct", "max": 100})["items"]
        found = []
        for room in rooms:
            messages = self.call("GET", "messages", params={"roomId": room["id"], "max": 100})["items"]
            found += [one for one in messages if one["personId"] == self._bot_id and one["id"] not in self._read]
        return list(reversed(found))

    def call(self, method: str, path: str, **given: Any) -> Any:
        return self._stage.ask(method, f"/v1/{path}", self.token, **given)


class Admin:
    """What an admin does in Control Hub, and sees there: with the admin's own token, past the bot."""

    def __init__(self, admin: Someone) -> None:
        self._admin = admin
        self._ids = {one["name"]: one["id"] for one in admin.call("GET", "licenses")["items"]}

    def license_id(self, name: str) -> str:
        return str(self._ids[name])

    def held_by(self, person: Someone) -> set[str]:
        """Return ids of licenses."""
        return set(self._admin.call("GET", f"people/{person.person_id}")["licenses"])

    def takes(self, name: str, person: Someone) -> None:
        self._change(person, {"id": self.license_id(name), "operation": "remove"})

    def gives(self, name: str, person: Someone, location: str, extension: str) -> None:
        properties = {"locationId": self.location_id(location), "extension": extension}
        self._change(person, {"id": self.license_id(name), "operation": "add", "properties": properties})

    def location_id(self, name: str) -> str:
        return str(next(one["id"] for one in self._admin.call("GET", "locations")["items"] if one["name"] == name))

    def _change(self, person: Someone, change: dict[str, Any]) -> None:
        self._admin.call("PATCH", "licenses/users", json={"personId": person.person_id, "licenses": [change]})
