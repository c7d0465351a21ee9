"""The whole state of the sandbox and how things in it are found. No rule of Webex lives here, and no HTTP."""

import threading
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from bot.sandbox import ids
from bot.sandbox.clock import Clock
from bot.sandbox.directory import Directory
from bot.sandbox.faults import NO_SPACE, not_found
from bot.sandbox.model import (
    App,
    AuditEvent,
    License,
    Location,
    Member,
    Message,
    Number,
    Person,
    Press,
    Space,
    Token,
    Upload,
    Webhook,
)

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS_KEPT = 20_000
AUDIT_KEPT = 50_000


class World:
    """Everything the sandbox knows. Whoever reads or writes it holds `lock`."""

    def __init__(self, plant: "Callable[[World], None]") -> None:
        self.lock = threading.RLock()
        self.clock = Clock()
        self._plant = plant
        self.clear()
        plant(self)

    def clear(self) -> None:
        self.org_id = ""
        self.organizations: dict[str, str] = {}
        self.people = Directory()
        self.tokens: dict[str, Token] = {}
        self.apps: dict[str, App] = {}
        self.refresh_tokens: dict[str, Token] = {}
        self.groups: dict[str, str] = {}
        """Names of the resource groups by id; the default group stands first."""
        self.licenses: dict[str, License] = {}
        self.sites: list[str] = []
        self.locations: dict[str, Location] = {}
        self.numbers: dict[str, Number] = {}
        self.spaces: dict[str, Space] = {}
        self.messages: dict[str, Message] = {}
        self.presses: dict[str, Press] = {}
        self.webhooks: dict[str, Webhook] = {}
        self.uploads: dict[str, Upload] = {}
        self.audit: deque[AuditEvent] = deque(maxlen=AUDIT_KEPT)
        self.calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)

    def reset(self) -> None:
        """Back to the seed, as if nothing had ever been said."""
        with self.lock:
            self.clock.move(0.0)
            self.clear()
            self._plant(self)

    def now(self) -> str:
        return self.clock.text()

    def person(self, person_id: str) -> Person:
        found = self.people.get(person_id)
        if found is None:
            raise not_found()
        return found

    def person_by_email(self, email: str) -> Person | None:
        return self.people.by_email(email)

    def space_of(self, space_id: str, person_id: str) -> Space:
        """Find a space that this person is in: for everybody else it does not exist."""
        space = self.spaces.get(space_id)
        if space is None or person_id not in space.members:
            raise not_found(NO_SPACE)
        return space

    def direct_space(self, one: str, other: str) -> Space | None:
        pair = {one, other}
        return next((s for s in self.spaces.values() if s.kind == "direct" and s.members.keys() == pair), None)

    def open_space(self, title: str, creator: Person, members: list[Person], kind: str = "group") -> Space:
        now = self.now()
        space = Space(
            space_id=ids.fresh("ROOM"),
            title=title,
            kind="direct" if kind == "direct" else "group",
            creator_id=creator.person_id,
            org_id=creator.org_id,
            created=now,
            last_activity=now,
            members={person.person_id: Member(person.person_id, now) for person in members},
        )
        self.spaces[space.space_id] = space
        return space

    def remove_person(self, person_id: str) -> None:
        """Let a person leave: no profile, no token, no seat in any space. What they wrote stays."""
        self.person(person_id)
        del self.people[person_id]
        for tokens in (self.tokens, self.refresh_tokens):
            for value in [value for value, token in tokens.items() if token.person_id == person_id]:
                del tokens[value]
        for space in self.spaces.values():
            space.members.pop(person_id, None)
        self.webhooks = {key: hook for key, hook in self.webhooks.items() if hook.owner_id != person_id}

    def units_used(self) -> Counter[str]:
        """Units by license id; what waits for an external person's yes is already taken."""
        return self.people.used()

    def owner_of_number(self, phone_number: str) -> Person | None:
        return self.people.owner_of(phone_number)
