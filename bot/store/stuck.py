"""Work that nothing will finish: what it was about, and which cases nobody has seen to yet."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from bot import traces
from bot.desk.states import MoveState, State
from bot.store import work
from bot.store.models import Delivery, Move, OutgoingMessage, Request
from bot.store.upkeep import Mark
from bot.store.work import Stuck

MARK = "stuck:"
"""Marks of what the admins were told, with a digest of the workflow's id behind it: an id may be too long."""
KNOWN_FOR = timedelta(days=1)
"""What ended badly and was told so long ago alarms nobody any more, so that the next case is seen."""
OF_A_REQUEST = frozenset({"ask", "assign", "follow", "invite"})


def mark_of(one: Stuck) -> str:
    return MARK + hashlib.sha256(one.workflow_id.encode()).hexdigest()


def open_cases(connection: Connection) -> list[Stuck]:
    """Return what nothing will finish and nobody has seen to, the latest first.

    What ended badly is seen to when its request has gone on, its message was sent, its move was settled, or the admins
    have known for long.
    """
    found = work.stuck(connection)
    ended = [one for one in found if one.status in work.ENDED_BADLY]
    handled = _known_for_long(connection, ended) | _gone_on(connection, ended) | _sent(connection, ended)
    handled |= _moved(connection, ended)
    return [one for one in found if one.workflow_id not in handled or one not in ended]


def assignment_in(workflow_id: str) -> tuple[int, int] | None:
    """Return request and attempt, if it is the workflow of one: `assign:<request>:<attempt>:<tries>`."""
    parts = workflow_id.split(":")
    if parts[0] not in {"assign", "invite"} or not all(part.isdecimal() for part in parts[1:3]) or len(parts) < 3:  # noqa: PLR2004 the parts named above
        return None
    return int(parts[1]), int(parts[2])


def trace_of(session: Session, workflow_id: str) -> str:
    """Return the trace of what a workflow was about, "" if it was about nothing that has one."""
    kind, number = workflow_id.partition(":")[0], _number_in(workflow_id)
    if kind in OF_A_REQUEST and number is not None:
        return _trace_of_request(session, number)
    if kind == "send" and number is not None:
        message = session.get(OutgoingMessage, number)
        return _trace_of_request(session, message.request_id) if message and message.request_id else ""
    keys = (workflow_id, workflow_id.rpartition(":")[0])  # the second for a later try
    return next((traces.trace_of(key) for key in keys if session.get(Delivery, key)), "")


def _trace_of_request(session: Session, request_id: int) -> str:
    row = session.get(Request, request_id)
    return row.trace if row else ""


def _number_in(workflow_id: str) -> int | None:
    parts = workflow_id.split(":")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else None


def _known_for_long(connection: Connection, ended: Sequence[Stuck]) -> set[str]:
    by_mark = {mark_of(one): one.workflow_id for one in ended}
    told = select(Mark.name).where(Mark.name.in_(by_mark), Mark.at < work.time_of(connection) - KNOWN_FOR)
    return {by_mark[name] for name in connection.scalars(told)}


def _gone_on(connection: Connection, ended: Sequence[Stuck]) -> set[str]:
    named = {one.workflow_id: named for one in ended if (named := assignment_in(one.workflow_id))}
    waiting = select(Request.id, Request.attempt).where(
        Request.id.in_({request_id for request_id, _ in named.values()}), Request.state == State.APPROVED
    )
    left = {(request_id, attempt) for request_id, attempt in connection.execute(waiting)}
    return {workflow_id for workflow_id, what in named.items() if what not in left}


def _sent(connection: Connection, ended: Sequence[Stuck]) -> set[str]:
    named = {one.workflow_id: _number_in(one.workflow_id) for one in ended if one.workflow_id.startswith("send:")}
    done = select(OutgoingMessage.id).where(
        OutgoingMessage.id.in_(set(named.values())), OutgoingMessage.state.in_(("sent", "failed"))
    )
    over = set(connection.scalars(done))
    return {workflow_id for workflow_id, number in named.items() if number in over}


def _moved(connection: Connection, ended: Sequence[Stuck]) -> set[str]:
    named = {one.workflow_id: _number_in(one.workflow_id) for one in ended if one.workflow_id.startswith("move:")}
    still = set(
        connection.scalars(select(Move.id).where(Move.id.in_(set(named.values())), Move.state == MoveState.OPEN))
    )
    return {workflow_id for workflow_id, number in named.items() if number not in still}
