"""Who may speak, who is asked, who may decide. Pure rules over facts; the one place that policy files will replace.

Today: the beneficiary's manager decides, or else the configured approvers. Nobody decides about themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.desk.facts import BasicPerson
from bot.desk.orgs import same_org
from bot.errors import Denied


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator configured: organizations, the spaces that decide, and how long a request may wait."""

    home_org: str
    """The bot's own: whoever belongs to another one is external to its licenses."""
    allowed_orgs: tuple[str, ...]
    approver_spaces: tuple[str, ...]
    allow_external: bool = False
    """Whether people of other organizations may be given licenses of this one."""


@dataclass(frozen=True, slots=True)
class Parties:
    """The two people a request is about. Neither may ever decide on it."""

    requester_id: str
    beneficiary_id: str


def is_allowed_org(org_id: str, rules: Rules) -> bool:
    return any(same_org(org_id, allowed) for allowed in rules.allowed_orgs)


def is_external(person: BasicPerson, rules: Rules) -> bool:
    return not same_org(person["org_id"], rules.home_org)


def check_may_speak(actor: BasicPerson, rules: Rules) -> None:
    """Raise Denied for people of organizations that this desk does not serve."""
    if not is_allowed_org(actor["org_id"], rules):
        raise Denied("other_org")


def check_may_receive(person: BasicPerson, rules: Rules) -> None:
    """Raise Denied if this person may not be given licenses: licenses for outsiders are the operator's decision."""
    if is_external(person, rules) and not rules.allow_external:
        raise Denied("external_not_served", {"name": person["name"]})


def objection(person: BasicPerson, parties: Parties, rules: Rules) -> str | None:
    """Return why this person may not decide, as an error code, or None. Asked when asking and again when pressing."""
    if person["person_id"] == parties.requester_id:
        return "own_request"
    if person["person_id"] == parties.beneficiary_id:
        return "own_benefit"
    if person["kind"] != "person":
        return "not_a_person"
    if not person["active"]:
        return "approver_left"
    if not is_allowed_org(person["org_id"], rules):
        return "other_org"
    return None


@dataclass(frozen=True, slots=True)
class Asked:
    """One to be asked: a person, or a space of people."""

    person_id: str | None = None
    space_id: str | None = None


def whom_to_ask(
    manager: BasicPerson | None, configured: Iterable[BasicPerson], parties: Parties, rules: Rules
) -> list[Asked]:
    """Return who decides: the beneficiary's manager, or else every configured approver and space. Empty: nobody may."""
    if manager is not None and objection(manager, parties, rules) is None:
        return [Asked(person_id=manager["person_id"])]
    people = [Asked(person_id=one["person_id"]) for one in configured if objection(one, parties, rules) is None]
    return people + [Asked(space_id=space) for space in rules.approver_spaces]
