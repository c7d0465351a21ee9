"""What every organization of the sandbox owns: licenses of these names, sites, locations, numbers, resource groups."""

from bot.sandbox import ids
from bot.sandbox.model import License, Location, Number, Organization
from bot.sandbox.world import World

DEFAULT_GROUP = ids.webex_id("RESOURCE_GROUP", "default")
"""The one resource group whose id is the same everywhere (Webex: Managing Hybrid Services Licenses)."""
GROUP_NAMES = ("Europe", "Americas")

_LICENSES: dict[str, tuple[str, int, str | None, int | None, str | None]] = {
    # key: (name, units, subscription, site, offer code of an exclusive pair)
    "msg": ("Messaging", 40, "Sub-100100", None, None),
    "msg_free": ("Basic Messaging", 1000, None, None, None),
    "meet_free": ("Basic Meetings", 1000, None, None, None),
    "pro": ("Webex Calling - Professional", 20, "Sub-100200", None, None),
    "std": ("Webex Calling - Standard", 20, "Sub-100200", None, None),
    "console": ("Webex Calling - Attendant Console", 5, "Sub-100200", None, None),
    "cx": ("Customer Experience - Essential", 5, "Sub-100300", None, None),
    "mc1": ("Meeting - Webex Meeting Center", 50, "Sub-100400", 0, "A-MEETINGS"),
    "mc2": ("Meeting - Webex Meeting Center", 2, "Sub-100500", 1, None),
    "suite": ("Webex Suite Meetings 1000", 2, "Sub-100600", 0, "A-MEETINGS"),
    "share": ("Screen Share", 1000, None, None, None),
    "messenger": ("Messenger", 10, "Sub-100700", None, None),
    "aware": ("Hybrid Call Aware", 1, None, None, None),
    "connect": ("Hybrid Call Connect", 1, None, None, None),
    "exchange": ("Hybrid Exchange Calendar", 1, None, None, None),
    "google": ("Hybrid Google Calendar", 1, None, None, None),
}
LICENSE_KEYS = tuple(_LICENSES)

_LOCATIONS = {
    "denver": ("Denver", "America/Denver", "US", "+130355501"),
    "berlin": ("Berlin", "Europe/Berlin", "DE", "+4930231251"),
    "london": ("London", "Europe/London", "GB", "+4420794601"),
}
_RESERVED = ("denver", 9)
"""The location and the last digit of a number that nobody may have."""


def license_id(org: Organization, key: str) -> str:
    site = _LICENSES[key][3]
    tail = "" if site is None else f"_{org.sites[site]}"
    code = f"{key.upper()}_{ids.seeded(f'{org.salt}license:{key}')}"
    return ids.webex_id("LICENSE", f"{ids.rest_of(org.org_id)}:{code}{tail}")


def location_id(org: Organization, key: str) -> str:
    return ids.webex_id("LOCATION", ids.seeded(f"{org.salt}location:{key}"))


def equip(world: World, org: Organization, number: int) -> None:
    """Give an organization all its things. Its number, from 0, makes its phone numbers its own."""
    for key, (name, total, subscription, site, exclusive) in _LICENSES.items():
        found = License(license_id(org, key), name, total, subscription, exclusive=exclusive, org_id=org.org_id)
        found.site_url = None if site is None else org.sites[site]
        world.licenses[found.license_id] = found
    for key, (name, timezone, country, prefix) in _LOCATIONS.items():
        place = Location(location_id(org, key), name, org.org_id, timezone, country, name)
        world.locations[place.location_id] = place
        for last in range(10):
            phone = f"{prefix}{number}{last}"
            reserved = (key, last) == _RESERVED
            world.numbers[phone] = Number(phone, place.location_id, is_main=last == 0, is_reserved=reserved)
    org.groups = {DEFAULT_GROUP: "Default"}
    for name in GROUP_NAMES:
        org.groups[ids.webex_id("RESOURCE_GROUP", ids.seeded(f"{org.salt}group:{name}"))] = name
