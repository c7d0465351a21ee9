"""People and licenses as the sandbox's page shows them, and what of them has changed since the last look."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox import views
from bot.sandbox.feed import Feed
from bot.sandbox.model import License, Person
from bot.sandbox.world import World

Json = dict[str, Any]


def person(world: World, who: Person) -> Json:
    return {
        "email": who.email,
        "displayName": who.name,
        "type": who.kind,
        "orgId": who.org_id,
        "status": who.status,
        "loginEnabled": who.login_enabled,
        "managerId": who.manager_id,
        "department": who.department,
        "roles": list(who.roles),
        "licenses": list(who.licenses),
        "siteUrls": [{"siteUrl": s, "accountType": kind} for s, kind in views.sites_of(world, who)],
        "pendingLicenses": list(who.pending_licenses),
        "pendingSiteUrls": list(who.pending_sites),
        "locationId": who.location_id,
        "phoneNumber": who.phone_number,
        "extension": who.extension,
    }


def people(world: World) -> dict[str, Json]:
    """Return everybody by id. The caller holds the world's lock, here and below."""
    return {who.person_id: person(world, who) for who in world.people.values()}


def license_units(one: License, used: int) -> Json:
    shown = {
        "id": one.license_id,
        "orgId": one.org_id,
        "name": one.name,
        "totalUnits": one.total,
        "consumedUnits": used,
    }
    return shown | ({"siteUrl": one.site_url} if one.site_url else {})


def licenses(world: World) -> list[Json]:
    used = world.units_used()
    return [license_units(one, used[one.license_id]) for one in world.licenses.values()]


class Watch:
    """Publishes who and what is different from the last look. Looks only while somebody listens."""

    def __init__(self, world: World, feed: Feed) -> None:
        self._world = world
        self._feed = feed
        self._directory = world.people
        self._people: dict[str, Json] = {}
        self._licenses: dict[str, Json] | None = None
        """None until somebody listens."""

    def look(self) -> None:
        """Safe to call at any time; whoever begins to listen reads the whole state first."""
        with self._world.lock:
            directory = self._world.people
            stale = set(directory.stale)
            directory.stale.clear()
            if not self._feed.listeners:
                self._licenses, self._people = None, {}
                return
            now = {one["id"]: one for one in licenses(self._world)}
            if self._licenses is None:
                self._people = people(self._world)
            else:
                if directory is not self._directory:  # a reset: everybody is somebody else
                    stale |= self._people.keys()
                self._publish("person", self._people, {key: self._shown(key) for key in stale})
                self._publish("license", self._licenses, dict.fromkeys(self._licenses) | now)
            self._licenses, self._directory = now, directory

    def _shown(self, person_id: str) -> Json | None:
        who = self._world.people.get(person_id)
        return person(self._world, who) if who else None

    def _publish(self, kind: str, seen: dict[str, Json], now: Mapping[str, Json | None]) -> None:
        """Tell what is new or different, and bring `seen` up to date; None is gone."""
        for key, shown in now.items():
            if shown == seen.get(key):
                continue
            if shown is None:
                del seen[key]
                self._feed.publish(kind, {"id": key, "gone": True})
            else:
                seen[key] = shown
                self._feed.publish(kind, {**shown, "id": key})
