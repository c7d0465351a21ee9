"""Engines and sessions. On SQLite our transactions take the write lock at once, so two never both read first."""

import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

Sessions = Callable[[], Session]

MOST_WORKERS = 16
"""So many work on one database: each has a slot there, and they share what may be asked of Webex."""

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # NORMAL can lose the last commits on power loss, and an answered webhook with them
    "PRAGMA busy_timeout=30000",
    "PRAGMA foreign_keys=ON",
)

LIVELINESS = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # keepalives do not count while something is not acknowledged: that took 15 minutes
}
"""How soon a server that vanished without a word is given up."""


def is_sqlite(database_url: str) -> bool:
    return make_url(database_url).get_backend_name() == "sqlite"


def make_engine(database_url: str, *, pool_size: int, is_for_deciding: bool = True, wait: float = 30.0) -> Engine:
    """Return an engine whose errors never carry parameters, which may hold what people wrote.

    `wait` is for how many seconds a connection to PostgreSQL is waited for while all are in use.

    On SQLite an engine that is not for deciding takes the write lock only when it writes: DBOS reads its own tables in
    the middle of our transactions, and would wait for us for ever.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=60,
            hide_parameters=True,
            connect_args={"timeout": 30},
        )
        _prepare_sqlite(engine, is_for_deciding=is_for_deciding)
        return engine
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=wait,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={**LIVELINESS, "options": "-c idle_in_transaction_session_timeout=60000"},
    )


def _prepare_sqlite(engine: Engine, *, is_for_deciding: bool) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None if is_for_deciding else "IMMEDIATE"
        if connection.execute("PRAGMA page_count").fetchone() == (
            0,
        ):  # of a file with tables it waits for the write lock
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)

    if is_for_deciding:

        @event.listens_for(engine, "begin")
        def _begun(connection: Connection) -> None:
            # A transaction that reads and then writes would fail with "locked" if another one wrote in between.
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


def insert_if_new(session: Session, table: type[DeclarativeBase], row: dict[str, Any]) -> bool:
    """Insert the row unless its key is there already, also when another transaction inserts it at this very moment."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    keys = list(inspect(table).primary_key)
    written = session.execute(insert(table).values(row).on_conflict_do_nothing().returning(*keys))
    return written.first() is not None


def isolation_of(engine: Engine) -> Any:
    """Return the level for a decision: PostgreSQL locks the row it decides on, SQLite has one writer anyway."""
    return "SERIALIZABLE" if engine.dialect.name == "sqlite" else "READ COMMITTED"
