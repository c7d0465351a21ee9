"""What one person holds, as a value: worked on aside and written back only when the whole request is judged."""

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.sandbox.model import Person

CALLING_NAMES = frozenset(
    {
        "Webex Calling - Professional",
        "Webex Calling - Standard",
        "Webex Calling - Attendant Console",
        "Customer Experience - Essential",
    }
)


@dataclass(frozen=True, slots=True)
class Operation:
    kind: Literal["license", "site"]
    key: str
    """License id or site URL."""
    is_add: bool
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Holdings:
    licenses: list[str]
    sites: list[str]
    pending_licenses: list[str]
    pending_sites: list[str]
    location_id: str | None = None
    phone_number: str | None = None
    extension: str | None = None

    @classmethod
    def of(cls, person: Person) -> "Holdings":
        return cls(
            list(person.licenses),
            list(person.attendee_sites),
            list(person.pending_licenses),
            list(person.pending_sites),
            person.location_id,
            person.phone_number,
            person.extension,
        )

    def write_to(self, person: Person) -> None:
        person.licenses, person.attendee_sites = self.licenses, self.sites
        person.pending_licenses, person.pending_sites = self.pending_licenses, self.pending_sites
        person.location_id, person.phone_number = self.location_id, self.phone_number
        person.extension = self.extension

    def has(self, operation: Operation) -> bool:
        """Whether this license or site is held, or waits for the yes of an external person."""
        if operation.kind == "license":
            return operation.key in self.licenses or operation.key in self.pending_licenses
        return operation.key in self.sites or operation.key in self.pending_sites

    def apply(self, operation: Operation, *, pending: bool) -> None:
        held, waiting = (
            (self.licenses, self.pending_licenses) if operation.kind == "license" else (self.sites, self.pending_sites)
        )
        if not operation.is_add:
            for keys in (held, waiting):
                if operation.key in keys:
                    keys.remove(operation.key)
        elif operation.key not in held and operation.key not in waiting:
            (waiting if pending else held).append(operation.key)
