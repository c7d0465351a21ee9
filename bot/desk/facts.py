"""The shapes of what was gathered from Webex before a decision, in our words. Plain JSON: they cross steps."""

from typing import NotRequired, TypedDict

from bot.desk.groups import GroupFacts, MembershipFacts


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
    """One entry of the catalog. `left` is None where units cannot be counted (Hybrid Services).

    From `title` on it is what the operator's catalog file says; facts that were gathered before an update lack it.
    """

    license_id: str
    name: str
    site_url: str | None
    subscription_id: str | None
    total: int | None
    used: int | None
    left: int | None
    title: NotRequired[str]
    group: NotRequired[str]
    description: NotRequired[str]
    price: NotRequired[str]
    hidden: NotRequired[bool]
    exclusive: NotRequired[str]
    """A word that licenses share of which one person may hold only one."""
    resource_group: NotRequired[str]
    """The name of the one that serves a hybrid license unless the approver chooses another."""
    via: NotRequired[str]
    """`people` where only a full replacement of the person's record changes it."""


class LocationFacts(TypedDict):
    """A place that Calling licenses can be tied to."""

    location_id: str
    name: str


class FreeNumberFacts(TypedDict):
    """A phone number that nobody has; `location_id` is None where Webex does not say where it belongs."""

    phone_number: str
    location_id: str | None


class NumberFacts(TypedDict):
    """What Webex says about numbers and extensions, as far as the details that were given make it matter.

    A number that was asked for and is not in `free` is not free; `has_more` is about the list that people choose from.
    """

    free: list[FreeNumberFacts]
    has_more: bool
    takers: list[str]
    """Who has the extension that was given."""


class HolderFacts(TypedDict):
    """Somebody who holds a license."""

    person_id: str
    name: str
    email: str
    is_external: bool


class HoldersFacts(TypedDict):
    """How many hold a license, and the first of them by name."""

    total: int
    first: list[HolderFacts]


class FoundPersonFacts(PersonFacts):
    """Somebody as an admin finds them; `status` is Webex's word in lower case."""

    status: str
    invite_pending: bool


class FoundFacts(TypedDict):
    """One page of people, whether another one follows, and the names of their managers by id."""

    people: list[FoundPersonFacts]
    has_more: bool
    managers: dict[str, str]


class Facts(TypedDict, total=False):
    """Everything one command asked for; a key is there only if the command named it."""

    beneficiary: PersonFacts | None
    manager: PersonFacts | None
    configured: list[PersonFacts]
    catalog: list[LicenseFacts]
    locations: list[LocationFacts]
    numbers: NumberFacts | None
    """None where Webex would not tell: then it has the last word on what is given."""
    holders: HoldersFacts | None
    groups: list[GroupFacts]
    memberships: list[MembershipFacts]
    """Of the beneficiary."""
    found: FoundFacts
    acting: PersonFacts | None
    """The actor as an admin sees them: only that tells whether they may still sign in."""
    member_of: list[str]


def without_licenses(person: BasicPerson) -> PersonFacts:
    """Return somebody in full of whom an admin cannot see more than the bot does."""
    return {
        **person,
        "active": person.get("active", True),
        "manager_id": None,
        "licenses": [],
        "sites": [],
        "location_id": None,
        "phone_number": None,
        "extension": None,
    }
