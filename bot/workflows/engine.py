"""DBOS, set up once: the serializer, transactions that commit with their checkpoint, enqueueing inside a transaction.

The application version is constant, so a deploy strands nothing; that makes the *order* of steps in a workflow's body a
promise to runs that are under way. Steps may change freely.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, Serializer, SQLAlchemyDatasource
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.store.session import is_sqlite, isolation_of, make_engine, make_sessions
from bot.store.work import executors_at_work

APPLICATION = "license-bot"
APPLICATION_VERSION = "stable-1"

INBOX = "inbox"
"""Partitioned by person: one person's events come one at a time."""
ASSIGN = "assign"
"""Partitioned by beneficiary: two changes of one person never overlap."""
ERRANDS = "errands"
"""Everything that may run side by side."""

WORKER_THREADS = 48
AT_ONCE = 16
"""Workflows of one queue that one worker runs side by side."""
ENGINES_POOL = AT_ONCE + 8
NO_CONNECTION_WAITS = (0.2, 1.0, 3.0)
"""Seconds between tries to connect to the database, say because it has no connection left for us."""
DECIDING_POOL = 12
"""With one that keeps the slot and one that counts calls, a worker has at most 38 connections to PostgreSQL."""
T = TypeVar("T")


class PlainJson(Serializer):
    """JSON and nothing else: the database stays readable, and no SDK's exception can hide in a checkpoint.

    Two things of the engine's own are tagged: a schedule's time, and an exception, which comes back as `StepFailed`.
    """

    def serialize(self, data: Any) -> str:
        return json.dumps(_escaped(data), default=_tagged, allow_nan=False)

    def deserialize(cls, serialized_data: str) -> Any:  # noqa: N805 the base class names it so
        value = json.loads(serialized_data, object_hook=_untagged)
        if isinstance(value, dict) and value.keys() == {"args", "kwargs"}:
            value["args"] = tuple(value["args"])  # the engine adds its own in front
        return value

    def name(self) -> str:
        return "plain_json"


class StepFailed(Exception):
    """Something unexpected that a step raised, as it comes back from a checkpoint: its type's name alone."""


def _tagged(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, BaseException):
        return {"$raised": type(value).__name__}
    raise TypeError(f"a {type(value).__name__} does not cross a step")


def _untagged(value: dict[str, Any]) -> Any:
    if value.keys() == {"$time"}:
        return datetime.fromisoformat(value["$time"])
    if value.keys() == {"$raised"}:
        return StepFailed(value["$raised"])
    return {name[1:] if name.startswith("$$") else name: inner for name, inner in value.items()}


def _escaped(value: Any) -> Any:
    """Double the `$` of names that people made up, in a form say, so that none is taken for a tag of ours."""
    if isinstance(value, dict):
        return {f"${name}" if str(name).startswith("$") else name: _escaped(inner) for name, inner in value.items()}
    return [_escaped(inner) for inner in value] if isinstance(value, list | tuple) else value


class Queues:
    """Enqueues workflows in the transaction of whoever asks: rolled back with it, never run before it commits."""

    def __init__(self, engine: Engine) -> None:
        self._client = DBOSClient(
            system_database_engine=engine,
            serializer=PlainJson(),
            application_name=APPLICATION,
            retry_connection_errors=False,  # the web answers 503 at once rather than hold a delivery open
            lazy=True,
        )

    def enqueue(
        self,
        session: Session,
        workflow: str,
        workflow_id: str,
        *args: Any,
        queue: str = ERRANDS,
        partition: str | None = None,
        delay: float = 0,
        place: int = 0,
    ) -> None:
        """Enqueue `Class.method` of the one configured instance of that class; an id that exists is not run again.

        `place` puts those in order that are enqueued at the same moment: 1 comes before 2, and after what has none.
        """
        options: EnqueueOptions = {
            "workflow_name": workflow,
            "class_name": workflow.partition(".")[0],
            "instance_name": workflow.partition(".")[0],
            "queue_name": queue,
            "workflow_id": workflow_id,
            "app_version": APPLICATION_VERSION,
        }
        if partition:
            options["queue_partition_key"] = partition
        if delay:
            options["delay_seconds"] = delay
        if place:
            options["priority"] = place
        self._client.enqueue_in_transaction(session, options, *args)

    def close(self) -> None:
        self._client.destroy()


class Store:
    """Transactions. `step` belongs into a workflow's body: its rows and the step's checkpoint commit together."""

    def __init__(self, engine: Engine, datasource: SQLAlchemyDatasource) -> None:
        self._datasource = datasource
        self._sessions = make_sessions(engine)
        self._isolation = isolation_of(engine)

    def step(self, name: str, work: Callable[[Session], T]) -> T:
        def run() -> T:
            return work(self._datasource.sql_session())

        return self._datasource.run_tx_step({"name": name, "isolation_level": self._isolation}, run)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a transaction without a checkpoint, for what a step writes before it calls Webex.

        A database that takes no connection now is asked again, as long as nothing was done that would be repeated.
        """
        with self._connected() as session:
            yield session
            session.commit()

    def _connected(self) -> Session:
        for wait in (*NO_CONNECTION_WAITS, None):
            session = self._sessions()
            try:
                session.connection()
            except OperationalError:
                session.close()
                if wait is None:
                    raise
                time.sleep(wait)
            else:
                break
        return session


class DurableEngine:
    """The worker's side of DBOS. Build it, build the workflows on its `store` and `queues`, then `launch`."""

    def __init__(self, database_url: str, polling: float, executor: str) -> None:
        self._polling = polling
        files = is_sqlite(database_url)  # there a connection costs nothing, and a thread without one waits for nothing
        # Two pools: with one, the engine's own connections and the decisions wait for each other on SQLite.
        self._system = make_engine(
            database_url, pool_size=WORKER_THREADS + 8 if files else ENGINES_POOL, is_for_deciding=False
        )
        self.engine = make_engine(database_url, pool_size=WORKER_THREADS if files else DECIDING_POOL)
        serializer = PlainJson()
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_engine": self._system,
            "application_version": APPLICATION_VERSION,
            "executor_id": executor,
            "serializer": serializer,
            "max_executor_threads": WORKER_THREADS,
            "log_level": "WARNING",
            "run_migrations": False,
            "use_listen_notify": False,
            "scheduler_polling_interval_sec": 10.0,
        }
        DBOS(config=config)
        datasource = SQLAlchemyDatasource.create(
            database_url, engine=self.engine, serializer=serializer, run_migrations=False
        )
        self.store = Store(self.engine, datasource)
        self.queues = Queues(self._system)

    def launch(self) -> None:
        """Recover what this slot left unfinished, and begin to work."""
        DBOS.launch()
        for name, partitioned in ((INBOX, True), (ASSIGN, True), (ERRANDS, False)):
            DBOS.register_queue(
                name,
                worker_concurrency=AT_ONCE,
                partition_concurrency=1 if partitioned else None,
                polling_interval_sec=self._polling,
                on_conflict="always_update",
            )

    @property
    def for_looking(self) -> Engine:
        """Reads without waiting for a write lock."""
        return self._system

    def executors_at_work(self) -> list[str]:
        with self._system.connect() as connection:
            return executors_at_work(connection)

    def shut_down(self) -> None:
        DBOS.destroy(workflow_completion_timeout_sec=10)
        self.queues.close()
        self.engine.dispose()
        self._system.dispose()


def hand_on(executor: str) -> int:
    """Put what a dead executor left unfinished into the queues again; return how much that was.

    Only for one that is known to be dead. The engine sells this as a service, so the name is a private one: try it, and
    read what it does, with every new version of the engine.
    """
    return len(DBOS._recover_pending_workflows([executor]))  # noqa: SLF001 see above


def migrate(database_url: str) -> None:
    """Make the engine's own tables. The client and the worker never do, so this belongs into the release."""
    DBOS.migrate(database_url)
    SQLAlchemyDatasource.migrate(database_url)
