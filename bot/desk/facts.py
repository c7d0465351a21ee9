"""The shapes of what was gathered from Webex before a decision, in our words. Plain JSON: they cross steps."""

from typing import TypedDict


class SiteAccount(TypedDict):
    """An account on a Meetings site: `attendee` or `host`."""

    site_url: str
    account_type: str


class BasicPerson(TypedDict):
    """Who somebody is, as the bot itself may see it."""

    person_id: str
    email: str
    name: str
    org_id: str
    kind: str
    active: bool


class PersonFacts(BasicPerson):
    """What an admin may see as well."""

    manager_id: str | None
    licenses: list[str]
    sites: list[SiteAccount]
    location_id: str | None
    phone_number: str | None
    extension: str | None


class LicenseFacts(TypedDict):
    """One entry of the catalog. `left` is None where units cannot be counted (Hybrid Services)."""

    license_id: str
    name: str
    site_url: str | None
    subscription_id: str | None
    total: int | None
    used: int | None
    left: int | None


class LocationFacts(TypedDict):
    """A place that Calling licenses can be tied to."""

    location_id: str
    name: str


class HolderFacts(TypedDict):
    """Somebody who holds a license."""

    person_id: str
    name: str
    email: str
    is_external: bool


class Facts(TypedDict, total=False):
    """Everything one command asked for; a key is there only if the command named it."""

    beneficiary: PersonFacts | None
    manager: PersonFacts | None
    configured: list[PersonFacts]
    catalog: list[LicenseFacts]
    locations: list[LocationFacts]
    holders: list[HolderFacts]
    member_of: list[str]
