"""The verb `move`: somebody's hybrid license into another resource group. The caller owns the transaction; no network.

Its news is `moved`: the detail is what happened (`ordered`, `pending`, `busy` or `settled`) and the number of the move.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from bot.desk.shapes import FollowUp
from bot.desk.states import ItemState, MoveState, Verb
from bot.errors import BadInput
from bot.store import moves, queries
from bot.store.models import AuditEntry, Move, Person, Request

News = Literal["ordered", "pending", "busy", "settled"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A move that is about to be ordered. Without the id of the group its name is looked up when it is made."""

    org: str
    person_id: str
    license_id: str
    license_title: str
    group_id: str | None
    group_name: str
    asked_by: str | None
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a move; `error` is why not, as `bot.licensing.moves` words it."""

    state: MoveState
    error: dict[str, Any] | None = None
    tracking_id: str = ""


def follow_up(row: Move, news: News) -> FollowUp:
    return FollowUp("moved", row.request_id or 0, f"{news}:{row.id}")


def move_of(session: Session, one: FollowUp) -> Move:
    """Return the move that this news is about."""
    return moves.move(session, int(one.detail.partition(":")[2]))


def news_in(one: FollowUp) -> str:
    return one.detail.partition(":")[0]


def order(session: Session, wanted: Wanted, now: datetime) -> list[FollowUp]:
    """Record a move, which then begins. One of the same license to another group that is on its way gives way to it.

    If this very move is on its way already, nothing begins: who ordered it again is told with the others.
    """
    news: list[FollowUp] = []
    for earlier in moves.lock_open_moves(session, wanted.person_id, wanted.license_id):
        if _leads_to(earlier, wanted):
            _join(earlier, wanted.asked_by)
            return []
        instead = {"superseded": True, "by": _name_of(session, wanted.asked_by), "group": wanted.group_name}
        _end(session, earlier, Result(MoveState.REFUSED, instead), now)
        news.append(follow_up(earlier, "settled"))
    row = Move(
        org_id=wanted.org,
        person_id=wanted.person_id,
        license_id=wanted.license_id,
        license_title=wanted.license_title,
        group_id=wanted.group_id,
        group_name=wanted.group_name,
        asked_by=wanted.asked_by,
        request_id=wanted.request_id,
        state=MoveState.OPEN,
        created_at=now,
    )
    session.add(row)
    session.flush()  # its number is needed for the audit and the follow-up
    _record(session, row, wanted.asked_by, None, now)
    return [follow_up(row, "ordered"), *news]


def _join(row: Move, person_id: str | None) -> None:
    if person_id and person_id not in who_asked(row):
        row.also_asked_by = [*row.also_asked_by, person_id]


def who_asked(row: Move) -> list[str]:
    """Return everybody who ordered this move, the first one first; nobody if it was a rule."""
    return [*([row.asked_by] if row.asked_by else []), *row.also_asked_by]


def _name_of(session: Session, person_id: str | None) -> str:
    return session.get_one(Person, person_id).name if person_id else ""


def _leads_to(row: Move, wanted: Wanted) -> bool:
    if row.group_id and wanted.group_id:
        return row.group_id == wanted.group_id
    return row.group_name.casefold() == wanted.group_name.casefold()


def choose(session: Session, request_id: int, hybrid: Collection[str], group_id: str, group_name: str) -> None:
    """Note the group for the hybrid licenses that a request adds. Raises BadInput if it adds none."""
    row = queries.request(session, request_id)
    chosen = [item for item in row.items if item.operation == "add" and item.license_id in hybrid]
    if not chosen:
        raise BadInput("no_hybrid_asked", {"number": str(row.id)})
    for item in chosen:
        item.group_id, item.group_name = group_id, group_name


def after_grant(session: Session, row: Request, now: datetime) -> list[FollowUp]:
    """Order the moves for what was granted with a group chosen for it, once each: to be asked after every result."""
    done = moves.licenses_moved_for(session, row.id)
    chosen_by = next((one.decided_by for one in row.decisions if one.verdict == "approved"), None)
    news: list[FollowUp] = []
    for item in row.items:
        if item.state is not ItemState.GRANTED or not item.license_id or not item.group_name or item.license_id in done:
            continue
        wanted = Wanted(
            org=row.org_id,
            person_id=row.beneficiary_id,
            license_id=item.license_id,
            license_title=item.title,
            group_id=item.group_id,
            group_name=item.group_name,
            asked_by=chosen_by if item.group_id else None,  # a rule knows the name alone
            request_id=row.id,
        )
        news += order(session, wanted, now)
    return news


def settle(session: Session, move_id: int, tries: int, result: Result, now: datetime) -> list[FollowUp]:
    """Write down what became of a move. A repeat, or the result of an older try, changes nothing."""
    row = moves.lock_move(session, move_id)
    if row.state is not MoveState.OPEN or row.tries != tries:
        return []
    _end(session, row, result, now)
    return [follow_up(row, "settled")]


def _end(session: Session, row: Move, result: Result, now: datetime) -> None:
    row.state, row.error, row.tracking_id = result.state, result.error, result.tracking_id
    row.settled_at = now
    _record(session, row, None, MoveState.OPEN, now)


def _record(session: Session, row: Move, actor_id: str | None, before: MoveState | None, now: datetime) -> None:
    facts = {
        "move": row.id,
        "person_id": row.person_id,
        "license": row.license_title,
        "group": row.group_name,
        "group_id": row.group_id,
        "error": row.error,
        "tracking_id": row.tracking_id,
    }
    session.add(
        AuditEntry(
            at=now,
            verb=Verb.MOVE,
            actor_id=actor_id,
            request_id=row.request_id,
            before=before,
            after=row.state,
            facts=facts,
        )
    )
