"""Whom the operator named: ADMINS and APPROVERS, from e-mails to person ids, once at start.

What was resolved is stored, and a stored id wins: who gets a renamed admin's old address does not become an admin.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from bot.desk import service
from bot.desk.facts import BasicPerson
from bot.errors import CannotStart
from bot.store import queries
from bot.store.models import Person
from bot.webex.admin import AdminGateway
from bot.webex.http import Answer
from bot.webex.messages import ChatGateway

log = structlog.get_logger()

SPACE = "space:"
OURSELVES = "the bot itself"


@dataclass(frozen=True, slots=True)
class Roster:
    """Finds people in Webex, admin side first: it sees more, but only its own organization."""

    chat: ChatGateway
    admin: AdminGateway
    sessions: sessionmaker[Session]

    def ourselves(self, now: datetime) -> tuple[str, str]:
        """Return the bot's person id and organization; as stored, if Webex cannot be reached now."""
        answer = self.chat.me()
        with self.sessions.begin() as session:
            if answer["kind"] == "ok":
                row = service.meet(session, cast(BasicPerson, answer["value"]), now)
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

    def resolve(self, admins: Iterable[str], approvers: Iterable[str], now: datetime) -> None:
        """Store who is an admin and who an approver. Raises CannotStart if nobody would be an admin."""
        of_admins = self._all(admins, "ADMINS")
        of_approvers = self._all((one for one in approvers if not one.startswith(SPACE)), "APPROVERS")
        if not of_admins:
            raise CannotStart("None of ADMINS was found in Webex. Name at least one by e-mail address or person id.")
        with self.sessions.begin() as session:
            session.execute(update(Person).values(is_admin=False, is_approver=False))
            for entry, person in (of_admins | of_approvers).items():
                row = service.meet(session, person, now)
                row.configured_as = entry if "@" in entry else row.configured_as
                row.is_admin = row.is_admin or entry in of_admins
                row.is_approver = row.is_approver or entry in of_approvers

    def _all(self, entries: Iterable[str], setting: str) -> dict[str, BasicPerson]:
        found: dict[str, BasicPerson] = {}
        for entry in entries:
            person = self._one(entry)
            if person is None:
                log.warning("configured_person_not_found", setting=setting, position=len(found) + 1)
            else:
                found[entry] = person
        return found

    def _one(self, entry: str) -> BasicPerson | None:
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
        if "@" in entry:
            return _found(self.admin.person_by_email(entry)) or _found(self.chat.person_by_email(entry))
        return _found(self.admin.person(entry)) or _found(self.chat.person(entry))


def _found(answer: Answer) -> BasicPerson | None:
    return answer["value"] if answer["kind"] == "ok" else None


def spaces_in(approvers: Iterable[str]) -> tuple[str, ...]:
    return tuple(one.removeprefix(SPACE) for one in approvers if one.startswith(SPACE))
