"""Is the database sound: its file, its tables, and rows that contradict each other. Reads, and changes nothing."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Engine, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.desk.states import ItemState, State
from bot.store import moves, schema, stuck, work
from bot.store.models import Delivery, OutgoingMessage, Request, RequestItem
from bot.store.session import is_sqlite, make_engine

AN_HOUR = timedelta(hours=1)
KEPT_FOR_SURE = timedelta(days=6)
"""For so long the engine remembers each workflow: retention takes those that ended over a week ago."""
NO_FILE = (
    "There is no database at {file}. Set DATABASE_URL as web and worker have it; for a new installation, "
    "run `license-bot db upgrade` first."
)
MOST_NAMED = 10
SETTLED = (State.GRANTED, State.PARTIAL, State.REFUSED)
OF_THE_ENGINE = {"workflow_status", "operation_outputs", "datasource_outputs"}


def problems(database_url: str, now: datetime | None = None) -> list[str]:
    """Return a sentence for each thing that is wrong; none means that all is well."""
    url = make_url(database_url)
    if is_sqlite(database_url) and not Path(url.database or "").is_file():  # to connect would make the file
        return [NO_FILE.format(file=url.database)]
    engine = make_engine(database_url, pool_size=1, is_for_deciding=False)
    try:
        return list(_file(engine)) or list(_tables(engine)) or list(_rows(engine, now or datetime.now(UTC)))
    except DBAPIError as error:
        damaged = engine.dialect.name == "sqlite"
        remedy = "Restore the latest backup." if damaged else "Is PostgreSQL running, and DATABASE_URL right?"
        return [f"The database cannot be read: {str(error.orig).strip().splitlines()[0]}. {remedy}"]
    finally:
        engine.dispose()


def _file(engine: Engine) -> Iterator[str]:
    """PostgreSQL looks after its own files."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        for (said,) in connection.exec_driver_sql("PRAGMA integrity_check(10)"):
            if said != "ok":
                yield f"The file is damaged: {said}. Restore the latest backup."
        for table, number, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(MOST_NAMED):
            yield f"Row {number} of {table} names a row of {parent} that does not exist. Restore the latest backup."


def _tables(engine: Engine) -> Iterator[str]:
    if not schema.is_current(engine):
        yield "The tables are not those of this version. Run `license-bot db upgrade` first."
    there = set(inspect(engine).get_table_names(None if engine.dialect.name == "sqlite" else "dbos"))
    if missing := sorted(OF_THE_ENGINE - there):
        yield f"Tables of the engine are missing: {', '.join(missing)}. Run `license-bot db upgrade`."


def _rows(engine: Engine, now: datetime) -> Iterator[str]:
    with Session(engine) as session:
        for look in CHECKS:
            yield from look(session, now)


def _approved_and_nobody_works_on_it(session: Session, now: datetime) -> Iterator[str]:
    waiting = select(Request.id).where(Request.state == State.APPROVED, Request.decided_at < now - AN_HOUR)
    at_work = work.at_work_on(session.connection(), "assign", "invite")
    lost = [one for one in session.scalars(waiting.order_by(Request.id)) if str(one) not in at_work]
    if lost:
        yield f"Approved over an hour ago, but nothing is assigning: {_numbers(lost)}. Retry them as an admin."


def _settled_with_something_open(session: Session, _now: datetime) -> Iterator[str]:
    torn = select(RequestItem.request_id).join(Request, Request.id == RequestItem.request_id)
    torn = torn.where(Request.state.in_(SETTLED), RequestItem.state == ItemState.OPEN).distinct()
    if found := list(session.scalars(torn.order_by(RequestItem.request_id))):
        yield f"Settled, but with an item whose result is not known: {_numbers(found)}. Look at what Webex holds."


def _undecided_long_after_their_end(session: Session, now: datetime) -> Iterator[str]:
    late = select(Request.id).where(Request.state == State.PENDING, Request.expires_at < now - AN_HOUR)
    if found := list(session.scalars(late.order_by(Request.id))):
        yield f"Should have expired over an hour ago: {_numbers(found)}. Is a worker running?"


def _messages_half_sent(session: Session, now: datetime) -> Iterator[str]:
    half = (OutgoingMessage.state == "sending", OutgoingMessage.attempted_at < now - AN_HOUR)
    if lost := _nobody_at(session, *half):
        yield f"Messages being sent for over an hour, with nobody at it: {_numbers(lost)} (outgoing_messages)."


def _messages_never_sent(session: Session, now: datetime) -> Iterator[str]:
    if lost := _nobody_at(session, OutgoingMessage.state == "queued", OutgoingMessage.created_at < now - AN_HOUR):
        yield f"Messages that wait for over an hour, with nobody at it: {_numbers(lost)} (outgoing_messages)."


def _nobody_at(session: Session, *which: ColumnElement[bool]) -> list[int]:
    at_work = work.at_work_on(session.connection(), "send")
    found = session.scalars(select(OutgoingMessage.id).where(*which).order_by(OutgoingMessage.id))
    return [one for one in found if str(one) not in at_work]


def _moves_left_open(session: Session, now: datetime) -> Iterator[str]:
    at_work = work.at_work_on(session.connection(), "move")
    lost = [one.id for one in moves.left_open(session, now - AN_HOUR) if str(one.id) not in at_work]
    if lost:
        yield f"Moves to a resource group, open for over an hour with nobody at it: {_numbers(lost)} (moves)."


def _deliveries_that_nobody_handles(session: Session, now: datetime) -> Iterator[str]:
    lately = (Delivery.received_at > now - KEPT_FOR_SURE, Delivery.received_at < now - timedelta(minutes=1))
    keys = session.scalars(select(Delivery.key).where(*lately).order_by(Delivery.received_at)).all()
    lost = 0
    for at in range(0, len(keys), 500):
        some = keys[at : at + 500]
        lost += len(some) - len(work.known(session.connection(), some))
    if lost:
        yield f"Deliveries that were taken and never handled: {lost} (deliveries). Please report this as a defect."


def _stuck(session: Session, _now: datetime) -> Iterator[str]:
    if found := stuck.open_cases(session.connection()):
        named = ", ".join(f"{one.workflow_id} ({one.status})" for one in found[:MOST_NAMED])
        yield f"Work that does not go on by itself: {named}{_and_more(found)}. The log says why."


CHECKS: tuple[Callable[[Session, datetime], Iterator[str]], ...] = (
    _approved_and_nobody_works_on_it,
    _settled_with_something_open,
    _undecided_long_after_their_end,
    _messages_half_sent,
    _messages_never_sent,
    _moves_left_open,
    _deliveries_that_nobody_handles,
    _stuck,
)


def _numbers(found: list[int]) -> str:
    return ", ".join(f"#{one}" for one in found[:MOST_NAMED]) + _and_more(found)


def _and_more(found: list[int] | list[work.Stuck]) -> str:
    return f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
