"""The rules of assigning licenses: one function each, in the order in which Webex's codes take precedence.

A rule looks at one operation and at what the person would hold after all good operations of the same request.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from bot.sandbox.calling import Problem, desk_from
from bot.sandbox.holdings import CALLING_NAMES, Holdings, Operation
from bot.sandbox.model import License, Organization, Person
from bot.sandbox.refusals import CONNECT_NEEDS_AWARE, ONE_CALENDAR, Refusal, published
from bot.sandbox.world import World

__all__ = ["FREE_CHAT", "FREE_MEETINGS", "Ask", "Case", "Refusal", "first_refusal"]

PRO, STD = "Webex Calling - Professional", "Webex Calling - Standard"
CONSOLE, CX = "Webex Calling - Attendant Console", "Customer Experience - Essential"
PAID_CHAT, FREE_CHAT, FREE_MEETINGS = "Messaging", "Basic Messaging", "Basic Meetings"
AWARE, CONNECT = "Hybrid Call Aware", "Hybrid Call Connect"
CALENDARS = {"Hybrid Exchange Calendar", "Hybrid Google Calendar"}


@dataclass(frozen=True, slots=True)
class Ask:
    """Whose licenses, and of which organization, are to change."""

    world: World
    org: Organization
    person: Person
    by_record: bool = False
    """Whether the whole record is replaced, which reaches what an assignment may not touch."""

    @property
    def is_external(self) -> bool:
        return self.person.org_id != self.org.org_id

    def own(self, keys: Iterable[str]) -> frozenset[str]:
        """Return those that are licenses of the organization."""
        return frozenset(key for key in keys if self.world.owned_by(key, self.org.org_id))


@dataclass(frozen=True, slots=True)
class Case:
    ask: Ask
    operation: Operation
    before: Holdings
    after: frozenset[str]
    """Ids of the organization's licenses that are held after all good operations."""
    left: frozenset[str]
    """Names of the licenses that the good operations take away."""
    used: Counter[str]
    """Units in use by license id, before anything is applied."""

    @property
    def world(self) -> World:
        return self.ask.world

    @property
    def license(self) -> License | None:
        return self.world.owned_by(self.operation.key, self.ask.org.org_id)

    @property
    def name(self) -> str:
        return self.license.name if self.license else ""

    @property
    def names_after(self) -> set[str]:
        return {self.world.licenses[key].name for key in self.after}

    @property
    def is_external(self) -> bool:
        return self.ask.is_external

    def adds(self, *names: str) -> bool:
        return self.operation.is_add and self.name in names

    def removes(self, *names: str) -> bool:
        return not self.operation.is_add and self.name in names


def first_refusal(case: Case) -> Refusal | None:
    rules = SITE_RULES if case.operation.kind == "site" else _license_rules(case)
    return next((refusal for rule in rules if (refusal := rule(case)) is not None), None)


def _license_rules(case: Case) -> "tuple[Rule, ...]":
    changes_nothing = case.before.has(case.operation) == case.operation.is_add
    if changes_nothing:
        return ALWAYS
    return ALWAYS + (EXTERNAL if case.is_external else INTERNAL)


def unrecognized(case: Case) -> Refusal | None:
    if case.license is not None:
        return None
    return published(400000, case.operation.key)


def messenger(case: Case) -> Refusal | None:
    if case.name != "Messenger" or case.ask.by_record:
        return None
    return published(400118, case.operation.key)


def screen_share(case: Case) -> Refusal | None:
    if not case.removes("Screen Share"):
        return None
    return published(700006, case.operation.key)


def downgrade(case: Case) -> Refusal | None:
    """Refuse a swap within one request as one change: taking away and adding fail together."""
    for better, code in ((PRO, 400112), (CX, 400410)):
        if better in case.left and STD in case.names_after and (case.adds(STD) or case.removes(better)):
            return published(code, case.operation.key)
    return None


def standard_stands_alone(case: Case) -> Refusal | None:
    for other, code in ((PRO, 400404), (CONSOLE, 400406), (CX, 400407)):
        if case.adds(STD, other) and {STD, other} <= case.names_after:
            return published(code, case.operation.key)
    return None


def console_needs_professional(case: Case) -> Refusal | None:
    if not (case.adds(CONSOLE) or case.removes(PRO)) or not _lacks(case, CONSOLE, PRO):
        return None
    return published(400408, case.operation.key)


def exclusive_offer(case: Case) -> Refusal | None:
    if case.license is None or not case.operation.is_add or case.license.exclusive is None:
        return None
    offer = case.license.exclusive
    if not any(case.world.licenses[key].exclusive == offer for key in case.after - {case.operation.key}):
        return None
    refusal = published(400413, case.operation.key)
    return replace(refusal, description=f"{refusal.description} {offer}")


def paid_messaging_needs_free(case: Case) -> Refusal | None:
    if not (case.adds(PAID_CHAT) or case.removes(FREE_CHAT)) or not _lacks(case, PAID_CHAT, FREE_CHAT):
        return None
    return published(700003, case.operation.key)


def paid_meeting_needs_free(case: Case) -> Refusal | None:
    concerns = (case.operation.is_add and _is_paid_meeting(case.license)) or case.removes(FREE_MEETINGS)
    if not concerns or not _has_paid_meeting(case) or FREE_MEETINGS in case.names_after:
        return None
    return published(700004, case.operation.key)


def meeting_needs_messaging(case: Case) -> Refusal | None:
    is_meeting = case.name == FREE_MEETINGS or _is_paid_meeting(case.license)
    concerns = (case.operation.is_add and is_meeting) or case.removes(FREE_CHAT)
    meets = _has_paid_meeting(case) or FREE_MEETINGS in case.names_after
    if not concerns or not meets or FREE_CHAT in case.names_after:
        return None
    return published(700005, case.operation.key)


def hybrid_services(case: Case) -> Refusal | None:
    if (case.adds(CONNECT) or case.removes(AWARE)) and _lacks(case, CONNECT, AWARE):
        return CONNECT_NEEDS_AWARE
    if case.adds(*CALENDARS) and case.names_after >= CALENDARS:
        return ONE_CALENDAR
    return None


def calling_properties(case: Case) -> Refusal | None:
    if not case.adds(*CALLING_NAMES):
        return None
    problem = desk_from(case.world, case.ask.person, case.operation.properties)
    if not isinstance(problem, Problem):
        return None
    if problem.kind == "location":
        return published(400)
    if problem.kind == "missing":
        return published(400411, case.operation.key)
    return Refusal("License assignment failed", problem.text)


def units(case: Case) -> Refusal | None:
    """Webex publishes no code for this one. Hybrid licenses are not counted."""
    if not case.operation.is_add or case.license is None or case.license.is_hybrid:
        return None
    if case.used[case.operation.key] < case.license.total:
        return None
    return Refusal("License assignment failed", f"No available licenses for {case.name} {case.operation.key}")


def outsiders_only_meet(case: Case) -> Refusal | None:
    if not case.operation.is_add or _is_paid_meeting(case.license):
        return None
    text = f"Only meeting licenses can be assigned to users outside your organization: {case.operation.key}"
    return Refusal("License assignment failed", text)


def site_exists(case: Case) -> Refusal | None:
    """Attendee accounts exist on the organization's sites, and not for those who are hosts there."""
    site = case.operation.key
    hosted = {case.world.licenses[key].site_url for key in case.after}
    if site in case.ask.org.sites and not (case.operation.is_add and site in hosted):
        return None
    return published(400216, site)


Rule = Callable[[Case], Refusal | None]
ALWAYS: tuple[Rule, ...] = (unrecognized, messenger, screen_share)
INTERNAL: tuple[Rule, ...] = (
    downgrade,
    standard_stands_alone,
    console_needs_professional,
    exclusive_offer,
    paid_messaging_needs_free,
    paid_meeting_needs_free,
    meeting_needs_messaging,
    hybrid_services,
    calling_properties,
    units,
)
EXTERNAL: tuple[Rule, ...] = (outsiders_only_meet, exclusive_offer, units)
SITE_RULES: tuple[Rule, ...] = (site_exists,)


def _lacks(case: Case, has: str, needs: str) -> bool:
    return has in case.names_after and needs not in case.names_after


def _is_paid_meeting(license_: License | None) -> bool:
    return license_ is not None and license_.site_url is not None


def _has_paid_meeting(case: Case) -> bool:
    return any(_is_paid_meeting(case.world.licenses[key]) for key in case.after)
