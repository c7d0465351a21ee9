"""Everybody by id, with indexes, so that 20,000 people cost a call no more than twelve."""

from collections import Counter
from dataclasses import dataclass

from bot.sandbox.model import Person


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a person is filed under; kept to find the old places after a change."""

    email: str
    held: frozenset[str]
    """Licenses that are used up, those that wait for an external person's yes included."""
    holds: frozenset[str]
    phone_number: str | None
    desk: tuple[str | None, str | None]

    @classmethod
    def of(cls, person: Person) -> "_Entry":
        return cls(
            person.email.lower(),
            frozenset(person.licenses) | frozenset(person.pending_licenses),
            frozenset(person.licenses),
            person.phone_number,
            (person.location_id, person.extension),
        )


class Directory(dict[str, Person]):
    """Whoever changes a person says so with `refresh`; coming and going is noticed."""

    def __init__(self) -> None:
        super().__init__()
        self._filed: dict[str, _Entry] = {}
        self._by_email: dict[str, dict[str, Person]] = {}
        self._by_license: dict[str, dict[str, Person]] = {}
        self._by_number: dict[str, dict[str, Person]] = {}
        self._by_desk: dict[tuple[str | None, str | None], dict[str, Person]] = {}
        self._used: Counter[str] = Counter()
        self.stale: set[str] = set()
        """Ids of those who changed, came or went since whoever watches has last emptied it."""

    def __setitem__(self, person_id: str, person: Person) -> None:
        if person_id in self:
            self._take_out(self[person_id])
        super().__setitem__(person_id, person)
        self._file(person)

    def __delitem__(self, person_id: str) -> None:
        self._take_out(self[person_id])
        super().__delitem__(person_id)

    def refresh(self, person: Person) -> None:
        """File a person anew; a membership of a resource group ends with its license."""
        for key in person.groups.keys() - set(person.licenses):
            del person.groups[key]
        self.stale.add(person.person_id)
        if self._filed[person.person_id] != _Entry.of(person):
            self._take_out(person)
            self._file(person)

    def by_email(self, email: str) -> Person | None:
        return _first(self._by_email.get(email.strip().lower()))

    def holders(self, license_id: str) -> list[Person]:
        """Return who holds this license, those who wait for it not included; who came first stands first."""
        return list(self._by_license.get(license_id, {}).values())

    def owner_of(self, phone_number: str) -> Person | None:
        return _first(self._by_number.get(phone_number))

    def at_desk(self, location_id: str, extension: str) -> list[Person]:
        return list(self._by_desk.get((location_id, extension), {}).values())

    def used(self) -> Counter[str]:
        """Units by license id; what waits for an external person's yes is already taken."""
        return self._used.copy()

    def _file(self, person: Person) -> None:
        entry, key = _Entry.of(person), person.person_id
        self.stale.add(key)
        self._filed[key] = entry
        self._by_email.setdefault(entry.email, {})[key] = person
        self._by_desk.setdefault(entry.desk, {})[key] = person
        if entry.phone_number:
            self._by_number.setdefault(entry.phone_number, {})[key] = person
        for license_id in entry.holds:
            self._by_license.setdefault(license_id, {})[key] = person
        self._used.update(entry.held)

    def _take_out(self, person: Person) -> None:
        key = person.person_id
        self.stale.add(key)
        entry = self._filed.pop(key)
        del self._by_email[entry.email][key], self._by_desk[entry.desk][key]
        if entry.phone_number:
            del self._by_number[entry.phone_number][key]
        for license_id in entry.holds:
            del self._by_license[license_id][key]
        self._used.subtract(entry.held)


def _first(found: dict[str, Person] | None) -> Person | None:
    return next(iter(found.values()), None) if found else None
