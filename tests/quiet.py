"""When nothing is on its way any more: the sandbox has delivered everything, and no workflow is due."""

from collections.abc import Callable

from sqlalchemy import Engine, bindparam, text

DUE = ("ENQUEUED", "PENDING")


def is_quiet(engine: Engine, table: str, is_delivered: Callable[[], bool], due: tuple[str, ...] = DUE) -> bool:
    """Whether no workflow of this table is due and nothing waits to be delivered, all at one moment.

    Looked at one after the other, so a workflow that began and ended meanwhile may have sent what is not delivered yet:
    if there are more of them than before, it was not quiet.
    """
    before = _begun_and_due(engine, table, due)
    return not before[1] and is_delivered() and _begun_and_due(engine, table, due) == before


def _begun_and_due(engine: Engine, table: str, due: tuple[str, ...]) -> tuple[int, int]:
    query = text(f"SELECT COUNT(*), COUNT(CASE WHEN status IN :due THEN 1 END) FROM {table}")  # noqa: S608 our own names
    with engine.connect() as connection:
        begun, are_due = connection.execute(query.bindparams(bindparam("due", due, expanding=True))).one()
    return int(begun), int(are_due)
