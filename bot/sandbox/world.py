"""The whole state of the sandbox and how things in it are found. No rule of Webex lives here, and no HTTP."""

import threading
from collections import Counter, deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.sandbox import ids
from bot.sandbox.clock import Clock, as_text
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
    Organization,
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
        """Whose the seed's people, licenses and applications are."""
        self.organizations: dict[str, Organization] = {}
        self.people = Directory()
        self.tokens: dict[str, Token] = {}
        self.apps: dict[str, App] = {}
        self.refresh_tokens: dict[str, Token] = {}
        self.licenses: dict[str, License] = {}
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

    def organization(self, org_id: str) -> Organization | None:
        """Find an organization by either spelling of its id."""
        wanted = ids.rest_of(org_id)
        return next((org for key, org in self.organizations.items() if ids.rest_of(key) == wanted), None)

    def licenses_of(self, org_id: str) -> list[License]:
        return [one for one in self.licenses.values() if one.org_id == org_id]

    def owned_by(self, license_id: str, org_id: str) -> License | None:
        """Return the license if it is this organization's: for others it does not exist."""
        found = self.licenses.get(license_id)
        return found if found is not None and found.org_id == org_id else None

    def location_of(self, location_id: str | None, org_id: str) -> Location | None:
        found = self.locations.get(location_id or "")
        return found if found is not None and found.org_id == org_id else None

    def changed(self, person: Person) -> None:
        """Say that a person is not as before. `lastModified` only ever moves forward, whatever the clock does."""
        past = datetime.fromisoformat(person.modified)
        person.last_modified = as_text(max(self.clock.now(), past + timedelta(milliseconds=1)))
        self.people.refresh(person)

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
