"""Whom the operator named: ADMINS and APPROVERS, from e-mails to person ids, once at start.

What was resolved is stored, and a stored id wins: who gets a renamed admin's old address does not become an admin.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

import structlog
from sqlalchemy import or_, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from bot.desk.facts import BasicPerson
from bot.desk.meeting import meet
from bot.desk.orgs import key_of, same_org
from bot.desk.policy import House, NotServed, Rules, whose_people
from bot.errors import CannotStart
from bot.settings import Settings
from bot.store import queries
from bot.store.models import Person, Request
from bot.store.session import insert_if_new
from bot.store.upkeep import Mark
from bot.webex.http import Answer
from bot.webex.messages import ChatGateway
from bot.workflows.catalog import Admins

if TYPE_CHECKING:
    from bot.webex.admin import AdminGateway

log = structlog.get_logger()

Named = dict[str, tuple[BasicPerson, Rules]]
"""By the entry of the settings: who it is, and the desk at which they speak."""
MOST_TRIES = 5
SPACE = "space:"
OURSELVES = "the bot itself"
OWNER, NAME = "owner_of_space", "name_of_organization"
BUSY = "Webex is busy, and I do not know yet {what}. Start the worker again in a minute."


@dataclass(frozen=True, slots=True)
class Roster:
    """Finds people in Webex, admin side first: it sees more, but only the organization it is asked about."""

    chat: ChatGateway
    admins: Admins
    sessions: sessionmaker[Session]

    def ourselves(self, now: datetime) -> tuple[str, str]:
        """Return the bot's person id and organization; as stored, if Webex cannot be reached now."""
        answer = self.chat.me()
        with self.sessions.begin() as session:
            if answer["kind"] == "ok":
                row = meet(session, cast(BasicPerson, answer["value"]), now)
                row.configured_as = OURSELVES
                return row.person_id, row.org_id
            known = queries.person_configured_as(session, OURSELVES)
        if answer["kind"] == "refused":
            raise CannotStart(
                f"Webex does not accept WEBEX_TEAMS_ACCESS_TOKEN (status {answer['status']}). "
                "Copy the bot's token again."
            )
        if known is None:
            raise CannotStart("Webex cannot be reached, and the bot has never run here before. Start it again later.")
        return known.person_id, known.org_id

    def resolve(self, house: House, admins: Iterable[str], approvers: Iterable[str], now: datetime) -> None:
        """Store who is an admin and who an approver, each at one desk. Raises CannotStart if one has no admin."""
        of_admins = self._all(house, admins, "ADMINS")
        of_approvers = self._all(house, (one for one in approvers if not one.startswith(SPACE)), "APPROVERS")
        missing = {one.org_key for one in house.desks} - {desk.org_key for _, desk in of_admins.values()}
        if missing:
            where = "" if len(house.desks) == 1 else f" for organization {', '.join(sorted(missing))}"
            raise CannotStart(f"None of ADMINS was found in Webex{where}. Name one by e-mail address or person id.")
        for left in reversed(range(MOST_TRIES)):
            try:
                with self.sessions.begin() as session:
                    _store(session, house, of_admins, of_approvers, now)
            except OperationalError:  # other workers, at work, may hold these people's rows in another order
                if not left:
                    raise
            else:
                return

    def _all(self, house: House, entries: Iterable[str], setting: str) -> dict[str, tuple[BasicPerson, Rules]]:
        """Find each person, and the one desk at which they speak; who is served at none can be nothing here."""
        found: dict[str, tuple[BasicPerson, Rules]] = {}
        for position, entry in enumerate(entries, start=1):
            person = self._one(house, entry)
            if person is None:
                log.warning("configured_person_not_found", setting=setting, position=position)
                continue
            try:
                found[entry] = person, house.for_people_of(person["org_id"])
            except NotServed:
                log.warning("configured_person_of_another_organization", setting=setting, position=position)
        return found

    def _one(self, house: House, entry: str) -> BasicPerson | None:
        with self.sessions.begin() as session:
            row = queries.person_configured_as(session, entry) or session.get(Person, entry)
        if row is not None:
            return {
                "person_id": row.person_id,
                "email": row.email,
                "name": row.name,
                "org_id": row.org_id,
                "kind": row.kind,
                "active": True,
            }
        gateways: list[AdminGateway | ChatGateway] = [self.admins.of(desk.home_org) for desk in house.desks]
        gateways.append(self.chat)
        is_busy = False
        for one in gateways:
            answer = one.person_by_email(entry) if "@" in entry else one.person(entry)
            if found := _found(answer):
                return found
            is_busy = is_busy or answer["kind"] == "busy"
        if is_busy:  # not found is not the same as absent: they would be nothing here until the next start
            raise CannotStart(BUSY.format(what="who everybody in ADMINS and APPROVERS is"))
        return None

    def spaces(self, approvers: Iterable[str], orgs: Sequence[str], now: datetime) -> dict[str, str]:
        """Return the spaces of APPROVERS with the organization for which each decides: the one that owns it."""
        spaces = [one.removeprefix(SPACE) for one in approvers if one.startswith(SPACE)]
        if len(orgs) == 1:
            return dict.fromkeys(spaces, orgs[0])
        owners = {}
        for position, space_id in enumerate(spaces, start=1):
            answer = self.chat.space(space_id)
            owner = self._remembered(f"{OWNER}:{space_id}", _told(answer, "org_id"), now)
            if not owner and answer["kind"] == "busy":
                raise CannotStart(BUSY.format(what=f"whose the space of entry {position} of APPROVERS is"))
            if any(same_org(owner, one) for one in orgs):
                owners[space_id] = owner
            else:
                log.warning("approvers_space_of_another_organization", position=position, status=answer["status"])
        return owners

    def name_of(self, org_id: str, now: datetime) -> str:
        """Return an organization's name, or its id where Webex does not tell: that needs one more scope."""
        answer = self.admins.of(org_id).organization(org_id)
        return self._remembered(f"{NAME}:{key_of(org_id)}", _told(answer), now) or key_of(org_id)

    def _remembered(self, what: str, told: str | None, now: datetime) -> str:
        """Return what Webex tells, and store it; while it is busy (None), what it told last, "" if never."""
        name = f"{what.partition(':')[0]}:{hashlib.sha256(what.encode()).hexdigest()}"  # an id may be too long
        row = {"name": name, "at": now, "facts": {"told": told}}
        with self.sessions.begin() as session:
            if told is None:
                known = session.get(Mark, name)
                return str((known.facts or {}).get("told", "")) if known else ""
            if not insert_if_new(session, Mark, row):
                session.execute(update(Mark).where(Mark.name == name).values(row))
        return told


def _store(session: Session, house: House, of_admins: Named, of_approvers: Named, now: datetime) -> None:
    """Write down who is what. Only rows of those who are or were named are touched: other workers use the rest."""
    named = or_(Person.is_admin, Person.is_approver, Person.desk_org.is_not(None))
    session.execute(update(Person).where(named).values(is_admin=False, is_approver=False, desk_org=None))
    session.execute(update(Request).where(Request.org_id == "").values(org_id=house.desks[0].org_key))
    everybody = sorted((of_admins | of_approvers).items(), key=lambda one: one[1][0]["person_id"])
    for entry, (person, desk) in everybody:
        row = meet(session, person, now)
        row.desk_org = desk.org_key
        row.configured_as = entry if "@" in entry else row.configured_as
        row.is_admin = row.is_admin or entry in of_admins
        row.is_approver = row.is_approver or entry in of_approvers


def _found(answer: Answer) -> BasicPerson | None:
    return answer["value"] if answer["kind"] == "ok" else None


def _told(answer: Answer, field: str = "") -> str | None:
    """Return what Webex tells, "" if it refuses to; None if it is busy, which says nothing."""
    if answer["kind"] == "ok":
        return str(answer["value"][field] if field else answer["value"])
    return None if answer["kind"] == "busy" else ""


def desks_of(settings: Settings, roster: Roster, bots_org: str, now: datetime) -> House:
    """Return a desk for each of ORG_IDS, or else for the bot's own organization; the first serves ALLOWED_ORGS, too."""
    served = whose_people(settings.org_ids, settings.allowed_orgs, bots_org)
    orgs = tuple(served)
    spaces = roster.spaces(settings.approvers, orgs, now)
    return House(
        tuple(
            Rules(
                home_org=org,
                allowed_orgs=people,
                approver_spaces=tuple(space for space, owner in spaces.items() if same_org(owner, org)),
                allow_external=settings.allow_external,
                allow_invite=settings.allow_invite,
                allow_full_update=settings.allow_full_update,
                org_name=roster.name_of(org, now) if len(orgs) > 1 else "",
            )
            for org, people in served.items()
        )
    )
