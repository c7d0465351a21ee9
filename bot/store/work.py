"""The engine's own rows, read without the engine: what waits, what runs, what nothing will finish.

Ages go by the database's clock, which wrote the times, and not by the bot's, which a sandbox may move.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    TableClause,
    Text,
    and_,
    case,
    cast,
    column,
    delete,
    extract,
    func,
    or_,
    select,
    table,
)

ENDED_BADLY = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
FINISHED = ("SUCCESS", "CANCELLED", *ENDED_BADLY)
ACTIVE = ("DELAYED", "ENQUEUED", "PENDING")
"""Everything that will still run. It is never deleted, however old it is."""

TOO_LONG_AT_WORK = timedelta(minutes=10)
TOO_LONG_IN_LINE = timedelta(minutes=5)
MOST_STUCK = 1000
MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Stuck:
    """A workflow that ended in a way that nobody planned, or that goes on for longer than any should."""

    workflow_id: str
    name: str
    status: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Load:
    """How much there is to do: in line, under way, for later; and for how many seconds the first has been in line."""

    queued: int
    running: int
    delayed: int
    oldest: float


def stuck(connection: Connection) -> list[Stuck]:
    """Return what nothing will finish, the latest first."""
    ws, now = _workflows(connection), _now(connection)
    begun = _begun(ws)
    query = (
        select(ws.c.workflow_uuid, ws.c.name, ws.c.status, case((ws.c.status == "PENDING", begun), else_=_since(ws)))
        .where(
            or_(
                ws.c.status.in_(ENDED_BADLY),
                and_(ws.c.status == "PENDING", begun < now - _ms(TOO_LONG_AT_WORK)),
                and_(ws.c.status == "ENQUEUED", _since(ws) < now - _ms(TOO_LONG_IN_LINE)),
            )
        )
        .order_by(ws.c.updated_at.desc(), ws.c.workflow_uuid)
        .limit(MOST_STUCK)
    )
    return [
        Stuck(workflow_id, name or "", status, datetime.fromtimestamp(since / MILLISECONDS, UTC))
        for workflow_id, name, status, since in connection.execute(query)
    ]


def time_of(connection: Connection) -> datetime:
    """Return what time it is on the database's clock."""
    return datetime.fromtimestamp((connection.scalar(select(_now(connection))) or 0) / MILLISECONDS, UTC)


def load(connection: Connection) -> Load:
    ws = _workflows(connection)
    counted = select(ws.c.status, func.count()).where(ws.c.status.in_(ACTIVE)).group_by(ws.c.status)
    by_status: dict[str, int] = {status: number for status, number in connection.execute(counted)}  # noqa: C416 rows are no pairs to mypy
    age = select(_now(connection) - func.min(_since(ws))).where(ws.c.status == "ENQUEUED")
    return Load(
        by_status.get("ENQUEUED", 0),
        by_status.get("PENDING", 0),
        by_status.get("DELAYED", 0),
        max(0.0, (connection.scalar(age) or 0) / MILLISECONDS),
    )


def executors_at_work(connection: Connection) -> list[str]:
    """Return who has begun something and not finished it, alive or not."""
    ws = _workflows(connection)
    return list(connection.scalars(select(ws.c.executor_id).where(ws.c.status == "PENDING").distinct()))


def active(connection: Connection) -> list[str]:
    ws = _workflows(connection)
    return list(connection.scalars(select(ws.c.workflow_uuid).where(ws.c.status.in_(ACTIVE))))


def at_work_on(connection: Connection, *kinds: str) -> set[str]:
    """Return what the active workflows of these kinds are about: an id is `<kind>:<number>:…`."""
    parts = [workflow_id.split(":") for workflow_id in active(connection)]
    return {part[1] for part in parts if len(part) > 1 and part[0] in kinds}


def is_any_at_work(connection: Connection, since: timedelta, at_most: timedelta) -> bool:
    """Whether something that was begun so long ago is in line or under way. What is put off for later counts not.

    What hangs for longer than `at_most` counts not either: it may do so for ever.
    """
    ws, now = _workflows(connection), _now(connection)
    waits = case((ws.c.status == "PENDING", _begun(ws)), else_=_since(ws))
    old = (ws.c.status.in_(("ENQUEUED", "PENDING")), ws.c.created_at < now - _ms(since), waits > now - _ms(at_most))
    return connection.execute(select(ws.c.workflow_uuid).where(*old).limit(1)).first() is not None


def ended(connection: Connection, workflow_ids: Sequence[str]) -> set[str]:
    """Return those of them that nothing will run again."""
    ws = _workflows(connection)
    over = (ws.c.workflow_uuid.in_(workflow_ids), ws.c.status.in_(FINISHED))
    return set(connection.scalars(select(ws.c.workflow_uuid).where(*over)))


def known(connection: Connection, workflow_ids: Sequence[str]) -> set[str]:
    ws = _workflows(connection)
    return set(connection.scalars(select(ws.c.workflow_uuid).where(ws.c.workflow_uuid.in_(workflow_ids))))


def finished(connection: Connection, older_than: timedelta, limit: int) -> list[str]:
    """Return workflows that ended so long ago, the oldest first."""
    ws = _workflows(connection)
    ended = func.coalesce(ws.c.completed_at, ws.c.updated_at)
    return list(
        connection.scalars(
            select(ws.c.workflow_uuid)
            .where(ws.c.status.in_(FINISHED), ended < _now(connection) - _ms(older_than))
            .order_by(ended)
            .limit(limit)
        )
    )


def forget_checkpoints(connection: Connection, workflow_ids: Sequence[str]) -> None:
    """Delete what decisions noted beside their rows; the engine forgets only its own notes."""
    outputs = table("datasource_outputs", column("workflow_id", Text), schema=_schema(connection))
    connection.execute(delete(outputs).where(outputs.c.workflow_id.in_(workflow_ids)))


def _schema(connection: Connection) -> str | None:
    return None if connection.dialect.name == "sqlite" else "dbos"


def _workflows(connection: Connection) -> TableClause:
    return table(
        "workflow_status",
        column("workflow_uuid", Text),
        column("name", Text),
        column("status", Text),
        column("executor_id", Text),
        column("created_at", BigInteger),
        column("updated_at", BigInteger),
        column("started_at_epoch_ms", BigInteger),
        column("completed_at", BigInteger),
        column("delay_until_epoch_ms", BigInteger),
        schema=_schema(connection),
    )


def _begun(ws: TableClause) -> ColumnElement[Any]:
    return func.coalesce(ws.c.started_at_epoch_ms, ws.c.updated_at)


def _since(ws: TableClause) -> ColumnElement[Any]:
    """Return since when something waits: what was delayed is in line only from then on."""
    put_off = func.coalesce(ws.c.delay_until_epoch_ms, 0)
    return case((put_off > ws.c.updated_at, put_off), else_=ws.c.updated_at)


def _now(connection: Connection) -> ColumnElement[Any]:
    if connection.dialect.name == "sqlite":
        return cast(func.strftime("%s", "now"), BigInteger) * MILLISECONDS
    return cast(extract("epoch", func.now()) * MILLISECONDS, BigInteger)


def _ms(length: timedelta) -> int:
    return int(length.total_seconds() * MILLISECONDS)
