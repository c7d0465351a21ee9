"""The real bot, whole: sandbox, web on a loopback port and worker, in one process, started once per run."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from dbos import DBOS
from pydantic import SecretStr
from sqlalchemy import Engine, delete, text
from werkzeug.serving import make_server

from bot import app as wiring
from bot import webhooks
from bot.desk.policy import Rules
from bot.sandbox import deliver
from bot.sandbox.ids import webex_id
from bot.sandbox.seed import ORG
from bot.sandbox.server import RunningSandbox
from bot.settings import DEMO_WEBHOOK_SECRET, Settings
from bot.store.models import Base
from bot.store.session import make_engine
from bot.webex.http import Patience
from bot.webex.messages import ChatGateway
from tests.quiet import is_quiet

ALLIED_ORG = webex_id("ORGANIZATION", "5c1f34ab-0b0e-4a43-9d5f-3f1d3c7b7e11")
"""An organization whose people the desk serves too; the external of the seed belongs to yet another one."""
ENGINE_TABLES = ("workflow_input", "workflow_output", "workflow_status", "operation_outputs", "datasource_outputs")
TOO_LONG = 90.0
"""Seconds after which waiting for quiet is a failure of its own, not a measure of speed."""
deliver.TIMEOUT = TOO_LONG  # a slow machine is no outage: a delivery that is given up on could still be stored
QUICK = Patience(tries=3, longest_wait=0.2, first_wait=0.02)


class Clock:
    """The bot's clock: real time, moved on by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Troubles(logging.Handler):
    """Notes what the sandbox itself fails at: each is a 5xx that no weather ordered, and a traceback in its log."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []
        logging.getLogger("bot.sandbox").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(f"{record.getMessage()}: {record.exc_info[1] if record.exc_info else ''}")


class Running:
    """Handles on everything that runs; `settle` waits until nothing is on its way any more."""

    def __init__(self, settings: Settings, sandbox: RunningSandbox, clock: Clock) -> None:
        self.settings = settings
        self.sandbox = sandbox
        self.clock = clock
        self.resets = 0
        """Counts the worlds there were; what somebody remembers of an earlier one is void."""
        self.http = requests.Session()
        self.troubles = Troubles()
        self.worker = wiring.Worker(settings, clock=clock, polling=0.1, patience=QUICK)
        self.engine: Engine = make_engine(settings.database_url, pool_size=1 if settings.is_sqlite else 4)
        self._looking: Engine = make_engine(settings.database_url, pool_size=1, is_for_deciding=False)
        self._is_sqlite = settings.is_sqlite

    def launch(self) -> None:
        """Begin to work, with the timetable at rest: a test does itself what is due, when it means to."""
        self._put_off_for_good()
        self.worker.launch()
        for one in DBOS.list_schedules():
            DBOS.pause_schedule(one["schedule_name"])

    def _put_off_for_good(self) -> None:
        """What waits for a better time begins when the test lets it (`run_delayed`), and never by itself meanwhile."""
        queues, really = self.worker.engine.queues, self.worker.engine.queues.enqueue

        def enqueue(*given: Any, delay: float = 0, **options: Any) -> None:
            really(*given, delay=delay and delay + 3600, **options)

        queues.enqueue = enqueue  # type: ignore[method-assign]

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"{self.sandbox.url}/control/{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def settle(self, within: float = TOO_LONG) -> None:
        """Wait until the sandbox has delivered everything and no workflow is due. What is delayed stays delayed."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            if is_quiet(self._looking, self._table("workflow_status"), self._delivered):
                return
            time.sleep(0.02)
        raise AssertionError(f"not quiet after {within} s: {self.workflows('ENQUEUED', 'PENDING')}")

    def _delivered(self) -> bool:
        return not self.control("GET", "idle")["undelivered"]

    def workflows(self, *statuses: str) -> list[str]:
        query = text(f"SELECT workflow_uuid, status FROM {self._table('workflow_status')}")  # noqa: S608 our own names
        with self.engine.connect() as connection:
            return [row[0] for row in connection.execute(query) if row[1] in statuses]

    def run_delayed(self) -> None:
        """Let what waits for a busy Webex begin at once, as if its time had come; then wait for quiet."""
        due = self.workflows("DELAYED")
        for workflow_id in due:
            DBOS.set_workflow_delay(workflow_id, delay_seconds=0)
        end = time.monotonic() + TOO_LONG
        while set(due) & set(self.workflows("DELAYED")):
            assert time.monotonic() < end, "a workflow whose time has come stays delayed"
            time.sleep(0.01)
        self.settle()

    def sweep(self) -> None:
        self.worker.sweeps.sweep(self.clock().isoformat())
        self.settle()

    def catch_up(self) -> None:
        """Look for what was said while no delivery came."""
        self.worker.catching_up.catch_up(self.clock().isoformat())
        self.settle()

    def reset(self) -> None:
        """Give the next test an empty database and a company as it was."""
        self.control("DELETE", "weather")
        self.settle()
        self.control("POST", "reset")
        self.resets += 1
        self.clock.ahead = timedelta(0)
        with self.engine.begin() as connection:
            for name in ENGINE_TABLES:
                connection.execute(text(f"DELETE FROM {self._table(name)}"))  # noqa: S608 our own names
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(delete(table))
            if not self._is_sqlite:  # there numbers begin at 1 again by themselves
                connection.execute(text("ALTER SEQUENCE requests_id_seq RESTART"))
        self.worker.admins.forget()
        self.worker.roster.ourselves(self.clock())
        self.resolve()
        chat = ChatGateway("sandbox-bot", self.settings.webex_api_url, QUICK)
        list(webhooks.sync(chat, self.settings.public_url, DEMO_WEBHOOK_SECRET))

    def resolve(self, **named: tuple[str, ...]) -> None:
        """Find out anew who is an admin and an approver, as a start of the worker does; as configured, unless told."""
        who = {"admins": self.settings.admins, "approvers": self.settings.approvers} | named
        self.worker.roster.resolve(self.worker.house, who["admins"], who["approvers"], self.clock())

    @contextmanager
    def desks(self, *desks: Rules, **changed: Any) -> Iterator[None]:
        """Let the operator have configured other desks, or the same ones with something changed."""
        house = self.worker.house
        before = house.desks
        object.__setattr__(house, "desks", desks or tuple(replace(one, **changed) for one in before))
        try:
            yield
        finally:
            object.__setattr__(house, "desks", before)

    def _table(self, name: str) -> str:
        return name if self._is_sqlite else f"dbos.{name}"

    def close(self) -> None:
        self.worker.shut_down()
        self.engine.dispose()
        self._looking.dispose()
        self.http.close()


def settings_for(database_url: str, sandbox: RunningSandbox, port: int = 1, **changed: Any) -> Settings:
    given: dict[str, Any] = {
        "role": "worker",
        "webex_api_url": f"{sandbox.url}/v1",
        "public_url": f"http://127.0.0.1:{port}",
        "webex_teams_access_token": SecretStr("sandbox-bot"),
        "webex_admin_access_token": SecretStr("sandbox-admin"),
        "webex_webhook_secret": SecretStr(DEMO_WEBHOOK_SECRET),
        "database_url": database_url,
        "port": port,
        "admins": ("admin@example.com",),
        "approvers": ("director@example.com",),
        "allowed_orgs": (ORG, ALLIED_ORG),
        "allow_external": True,
        "metrics_port": 0,
        "webex_calls_per_minute": 10_000,  # tests are quicker than people
        "messages_per_minute": 1000,  # a test types faster than people do
    }
    return Settings(**(given | changed))


@contextmanager
def running_bot(database_url: str) -> Iterator[Running]:
    wiring.upgrade(database_url)
    clock = Clock()
    with RunningSandbox() as sandbox:
        web = wiring.build_web(settings_for(database_url, sandbox), clock)
        server = make_server("127.0.0.1", 0, web, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="web")
        thread.start()
        running = Running(settings_for(database_url, sandbox, server.server_port), sandbox, clock)
        running.launch()
        try:
            yield running
        finally:
            running.close()
            server.shutdown()
            thread.join()
            server.server_close()
            web.extensions["close"]()
