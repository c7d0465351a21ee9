"""Who may speak, who is asked, who may decide. Pure rules over facts, and all of them are here.

Today: the beneficiary's manager decides, or else the configured approvers. Nobody decides about themselves.
A desk serves one organization; a house may hold several, which know nothing of each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.desk.facts import BasicPerson
from bot.desk.orgs import key_of, same_org
from bot.errors import Denied


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator configured for one desk: whose licenses, for whom, and the spaces that decide."""

    home_org: str
    """The organization whose licenses these are: whoever belongs to another one is external to them."""
    allowed_orgs: tuple[str, ...]
    approver_spaces: tuple[str, ...]
    allow_external: bool = False
    """Whether people of other organizations may be given licenses of this one."""
    allow_invite: bool = False
    """Whether somebody who is not in Webex yet may be invited together with a license."""
    allow_full_update: bool = False
    """Whether a license may be changed by replacing the whole record of a person."""
    org_name: str = ""
    """How a request names the organization; empty where there is only one."""

    @property
    def org_key(self) -> str:
        """The organization in the form that tables keep."""
        return key_of(self.home_org)


class NotServed(LookupError):
    """There is no desk for this organization, or no longer."""


@dataclass(frozen=True, slots=True)
class House:
    """The desks, one for each organization. The first one also serves whom the operator allowed from elsewhere."""

    desks: tuple[Rules, ...]

    def for_people_of(self, org_id: str) -> Rules:
        """Return the one desk at which people of this organization speak. Raises NotServed."""
        return self._first(desk for desk in self.desks if is_allowed_org(org_id, desk))

    def of(self, org_id: str) -> Rules:
        """Return the desk that manages the licenses of this organization. Raises NotServed."""
        return self._first(desk for desk in self.desks if same_org(org_id, desk.home_org))

    def serves(self, org_id: str) -> bool:
        """Whether there is a desk that manages the licenses of this organization."""
        return any(same_org(org_id, desk.home_org) for desk in self.desks)

    def is_of_another_desk(self, org_id: str, desk: Rules) -> bool:
        """Whether somebody belongs to a desk of their own: then no other one may know them."""
        return any(same_org(org_id, other.home_org) for other in self.desks if other is not desk)

    def _first(self, fitting: Iterator[Rules]) -> Rules:
        found = next(fitting, None)
        if found is None:
            raise NotServed
        return found


def whose_people(org_ids: Sequence[str], allowed_orgs: Sequence[str], bots_org: str) -> dict[str, tuple[str, ...]]:
    """Return each organization whose licenses are managed, with those whose people its desk serves."""
    orgs = tuple(org_ids) or (bots_org,)
    guests = tuple(one for one in allowed_orgs if not any(same_org(one, own) for own in orgs))
    served = (orgs[0], *guests) if org_ids else tuple(allowed_orgs) or orgs
    return {org: (org,) if at else served for at, org in enumerate(orgs)}


def desk_of(actor: BasicPerson, house: House) -> Rules:
    """Return the desk at which this person may speak, or raise Denied."""
    try:
        return house.for_people_of(actor["org_id"])
    except NotServed:
        raise Denied("other_org") from None


@dataclass(frozen=True, slots=True)
class Parties:
    """The two people a request is about. Neither may ever decide on it."""

    requester_id: str
    beneficiary_id: str
    newcomers_emails: tuple[str, ...] = ()
    """The address of a beneficiary who has no id yet: whoever has it is taken for them. Empty for everybody else."""


def is_allowed_org(org_id: str, rules: Rules) -> bool:
    return any(same_org(org_id, allowed) for allowed in rules.allowed_orgs)


def is_external(person: BasicPerson, rules: Rules) -> bool:
    return not same_org(person["org_id"], rules.home_org)


def check_may_receive(person: BasicPerson, rules: Rules) -> None:
    """Raise Denied if this person may not be given licenses: licenses for outsiders are the operator's decision."""
    if is_external(person, rules) and not rules.allow_external:
        raise Denied("external_not_served", {"name": person["name"]})


def objection(person: BasicPerson, parties: Parties, rules: Rules) -> str | None:
    """Return why this person may not decide, as an error code, or None. Asked when asking and again when pressing."""
    if person["person_id"] == parties.requester_id:
        return "own_request"
    if person["person_id"] == parties.beneficiary_id or person["email"].lower() in parties.newcomers_emails:
        return "own_benefit"
    if person["kind"] != "person":
        return "not_a_person"
    if not person["active"]:
        return "account_inactive"
    if not is_allowed_org(person["org_id"], rules):
        return "other_org"
    return None


@dataclass(frozen=True, slots=True)
class Asked:
    """One to be asked: a person, or a space of people."""

    person_id: str | None = None
    space_id: str | None = None


def whom_to_ask_to_invite(admin_ids: Iterable[str], parties: Parties) -> list[Asked]:
    """Return who decides whether somebody is let into the organization: its admins, and nobody else."""
    return [Asked(person_id=one) for one in admin_ids if one != parties.requester_id]


def whom_to_ask(
    manager: BasicPerson | None, configured: Iterable[BasicPerson], parties: Parties, rules: Rules
) -> list[Asked]:
    """Return who decides: the beneficiary's manager, or else every configured approver and space. Empty: nobody may."""
    if manager is not None and objection(manager, parties, rules) is None:
        return [Asked(person_id=manager["person_id"])]
    people = [Asked(person_id=one["person_id"]) for one in configured if objection(one, parties, rules) is None]
    return people + [Asked(space_id=space) for space in rules.approver_spaces]
