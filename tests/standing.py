"""All that an attempt which is refused must leave as it was: in the database, and in Webex."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.models import AuditEntry, Base, Decision, Move, OutgoingMessage, Request, RequestItem
from tests.running import Running

IN_SPACES = tuple(f"/v1/{one}" for one in ("messages", "attachment/actions", "rooms", "memberships", "webhooks"))


def how_it_stands(running: Running) -> dict[str, Any]:
    snapshot = running.control("GET", "snapshot")
    with Session(running.engine) as session:
        requests = session.scalars(select(Request).order_by(Request.id))
        decisions = session.scalars(select(Decision).order_by(Decision.id))
        people = select(Request.id, Request.requester_id, Request.beneficiary_id).order_by(Request.id)
        waiting = select(OutgoingMessage.id).where(
            OutgoingMessage.purpose.in_(("approval", "confirm_return")), OutgoingMessage.closed_at.is_(None)
        )
        return {
            "requests": [(row.id, row.state, row.attempt, row.reason) for row in requests],
            "people": [tuple(row) for row in session.execute(people)],
            "items": _rows(session, RequestItem, but={"errors", "tracking_id"}),
            "decisions": [(row.id, row.approver_id, row.verdict, row.decided_by) for row in decisions],
            "moves": _rows(session, Move),
            "audit": session.scalar(select(func.count()).select_from(AuditEntry)),
            "open cards": sorted(session.scalars(waiting)),
            "changes": sum(map(_changes_webex, snapshot["calls"])),
            "holdings": {person_id: sorted(one["licenses"]) for person_id, one in snapshot["people"].items()},
        }


def _rows(session: Session, table: type[Base], but: Collection[str] = ()) -> list[tuple[Any, ...]]:
    """All rows, oldest first, as they are in the database."""
    columns = [column for column in table.__table__.columns if column.name not in but]
    return [tuple(row) for row in session.execute(select(*columns).order_by(table.__table__.c.id))]


def _changes_webex(call: dict[str, Any]) -> bool:
    """Whether a call asks for a change of people, licenses or groups; what is said in spaces is none."""
    return call["method"] in {"PATCH", "PUT", "POST", "DELETE"} and not call["path"].startswith(IN_SPACES)
