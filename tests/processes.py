"""The bot as it is deployed: sandbox, web and worker as processes of their own, which tests may freeze and kill.

None outlives the tests: a guard ends what is left when this process dies, in whatever way.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import requests
from pydantic import SecretStr
from sqlalchemy import Engine, delete, text

from bot import app as wiring
from bot import webhooks
from bot.settings import DEMO_WEBHOOK_SECRET, Settings
from bot.store.models import Base, Person
from bot.store.session import make_engine
from bot.webex.messages import ChatGateway
from tests.quiet import is_quiet
from tests.running import ENGINE_TABLES, TOO_LONG

REPOSITORY = Path(__file__).parent.parent
LOOK_EVERY = 0.01
ON_ITS_OWN = "status IN ('ENQUEUED', 'PENDING') AND (workflow_uuid LIKE 'sched-%' OR workflow_uuid NOT LIKE '%:%')"
"""What the timetable or a start has just begun, which may be under way while a test ends: it misses its row badly."""
GUARD = """
import os, signal, sys
groups = set()
for line in sys.stdin:
    sign, group = line[0], int(line[1:])
    groups.add(group) if sign == "+" else groups.discard(group)
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass
"""


def until(what: str, happened: Callable[[], Any], within: float = TOO_LONG) -> Any:
    """Return the first truth that `happened` tells, looking often; fail if it never does."""
    end = time.monotonic() + within
    while not (found := happened()):
        assert time.monotonic() < end, f"{what}: not within {within} s"
        time.sleep(LOOK_EVERY)
    return found


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on.

    They lie below those that the system gives to whoever asks for any: between this and their use, nobody gets them.
    """
    found: list[int] = []
    for port in random.sample(range(20_000, 32_000), 1000):
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("no port is free")


class Guard:
    """A process that knows which process groups run, and ends them when its input ends before they do."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-c", GUARD], stdin=subprocess.PIPE, text=True, start_new_session=True
        )

    def note(self, sign: str, group: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{sign}{group}\n")
        self._process.stdin.flush()

    def close(self) -> None:
        self._process.communicate()


class Process:
    """One `python -m bot …` in a process group of its own; what it says goes to a file."""

    def __init__(self, guard: Guard, log: Path, environment: dict[str, str], *words: str) -> None:
        self._guard = guard
        self._log = log
        with log.open("w") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", *words],
                cwd=REPOSITORY,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        guard.note("+", self._process.pid)

    def said(self) -> str:
        return self._log.read_text()

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def freeze(self) -> None:
        """Stop it where it is: it holds its connections and does nothing."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def freeze_between_call_and_answer(self, arrived: Callable[[], Any], within: float) -> None:
        """Stop it while a call of its own that Webex keeps waiting is on the way, and return when that has `arrived`.

        Stopped too early it has not called yet; then it may run for a moment, much less than Webex waits.
        """
        for turn in range(10):
            self.freeze()
            with suppress(AssertionError):
                until("the call arrives", arrived, within)
                return
            os.killpg(self._process.pid, signal.SIGCONT)
            time.sleep(min(LOOK_EVERY * 2**turn, 0.1))
        raise AssertionError("it never called")

    def kill(self) -> None:
        """End it and its children as `kill -9` does: not a line of theirs runs any more."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._ended()

    def ask_to_end(self) -> int:
        """Send SIGTERM, as a platform does before it kills; return the exit code."""
        self._process.terminate()
        return self._ended()

    def wait(self) -> int:
        """Return the exit code of one that ends by itself."""
        return self._ended()

    def _ended(self) -> int:
        code = self._process.wait(TOO_LONG)
        self._guard.note("-", self._process.pid)
        return code


class Company:
    """A sandbox, a web and a worker process on one database. The people are those of `tests.chat`."""

    def __init__(self, database_url: str, folder: Path, **changed: str) -> None:
        """`changed` are variables of the environment of every process."""
        self._folder = folder
        self._changed = changed
        self._guard = Guard()
        self._runs: list[Process] = []
        self.http = requests.Session()
        self.resets = 0
        self.http.trust_env = False
        self._sandbox_port, web_port = free_ports(2)
        self.sandbox_url = f"http://127.0.0.1:{self._sandbox_port}"
        self.settings = _settings(database_url, f"{self.sandbox_url}/v1", web_port)
        self.engine: Engine = make_engine(database_url, pool_size=1 if self.settings.is_sqlite else 4)
        # Reads without the write lock: a worker that a test froze may hold it for as long as the test looks.
        self._reading = make_engine(database_url, pool_size=1, is_for_deciding=False)

    def start(self) -> None:
        """Start all three; the worker needs Webex to find out who it is."""
        self.sandbox = self.run("sandbox", "--port", str(self._sandbox_port))
        until("the sandbox answers", lambda: self._answers(f"{self.sandbox_url}/control/idle", self.sandbox))
        self.worker = self.run("worker")
        self.start_web()

    def run(self, *words: str, **changed: str) -> Process:
        """Start a process of the bot, with these variables of its environment changed."""
        log = self._folder / f"{len(self._runs)}-{words[0]}.log"
        process = Process(self._guard, log, _environment(self.settings) | self._changed | changed, *words)
        self._runs.append(process)
        return process

    def start_web(self) -> Process:
        self.web = self.run("web")
        until("web answers", lambda: self._answers(f"{self.settings.public_url}/healthz", self.web))
        return self.web

    def start_worker(self) -> Process:
        self.worker = self.run("worker")
        until("the worker works", lambda: _is_at_work(self.worker))
        return self.worker

    def reset(self) -> None:
        """Everything runs, the company is as it was, and the database is empty but for the people."""
        self.control("DELETE", "weather")
        self._set_the_clock_right()
        self._calm_down()
        self.control("POST", "reset")
        self.resets += 1
        with self.engine.begin() as connection:
            kept = f"SELECT workflow_uuid FROM {self._table('workflow_status')} WHERE {ON_ITS_OWN}"  # noqa: S608 our own names
            for name in ENGINE_TABLES:
                workflow_id = "workflow_id" if name == "datasource_outputs" else "workflow_uuid"
                connection.execute(text(f"DELETE FROM {self._table(name)} WHERE {workflow_id} NOT IN ({kept})"))  # noqa: S608 our own names
            for table in reversed(Base.metadata.sorted_tables):
                if table.name != Person.__tablename__:
                    connection.execute(delete(table))
        chat = ChatGateway("sandbox-bot", self.settings.webex_api_url)
        list(webhooks.sync(chat, self.settings.public_url, DEMO_WEBHOOK_SECRET))

    def _set_the_clock_right(self) -> None:
        """Both processes look at the sandbox's clock once a second, so whoever went by a moved one is started anew."""
        if self.control("GET", "clock")["offset"]:
            self.control("POST", "clock", {"offset": 0})
            for one in (self.web, self.worker):
                one.kill()

    def _calm_down(self) -> None:
        """Have both processes run and idle, also after a test that failed half-way."""
        if not self.web.is_alive():
            self.start_web()
        if self.worker.is_alive():
            until("the worker works", lambda: _is_at_work(self.worker))
            with suppress(AssertionError):
                self.settle()
                return
            self.worker.kill()
        self.start_worker()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"{self.sandbox_url}/control/{path}", json=body, timeout=TOO_LONG)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def weather(self, **what: Any) -> None:
        self.control("POST", "weather", what)

    def calls(self, method: str, path: str) -> list[dict[str, Any]]:
        made = self.control("GET", "snapshot")["calls"]
        return [call for call in made if call["method"] == method and call["path"].startswith(path)]

    def settle(self) -> None:
        """Wait until the sandbox has delivered everything and no workflow is due."""
        until("quiet", lambda: is_quiet(self._reading, self._table("workflow_status"), self._delivered))

    def _delivered(self) -> bool:
        return not self.control("GET", "idle")["undelivered"]

    def workflows(self) -> dict[str, str]:
        """Return the status of each workflow by its id."""
        query = text(f"SELECT workflow_uuid, status FROM {self._table('workflow_status')}")  # noqa: S608 our own names
        with self._reading.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def steps(self, workflow_id: str) -> list[str]:
        """Return the steps of a workflow that are safely done."""
        query = text(
            f"SELECT function_name FROM {self._table('operation_outputs')} "  # noqa: S608 our own names
            "WHERE workflow_uuid = :id ORDER BY function_id"
        )
        with self._reading.connect() as connection:
            return list(connection.scalars(query, {"id": workflow_id}))

    def _table(self, name: str) -> str:
        return name if self.settings.is_sqlite else f"dbos.{name}"

    def _answers(self, url: str, process: Process) -> bool:
        assert process.is_alive(), process.said()
        try:
            return self.http.get(url, timeout=TOO_LONG).ok
        except requests.ConnectionError:
            return False

    def close(self) -> None:
        for process in reversed(self._runs):
            process.kill()
        self._guard.close()
        self.engine.dispose()
        self._reading.dispose()
        self.http.close()


def _is_at_work(worker: Process) -> bool:
    assert worker.is_alive(), worker.said()
    return "worker_started" in worker.said()


def _settings(database_url: str, api_url: str, web_port: int) -> Settings:
    return Settings(
        role="worker",
        webex_api_url=api_url,
        public_url=f"http://127.0.0.1:{web_port}",
        webex_teams_access_token=SecretStr("sandbox-bot"),
        webex_admin_access_token=SecretStr("sandbox-admin"),
        webex_webhook_secret=SecretStr(DEMO_WEBHOOK_SECRET),
        database_url=database_url,
        port=web_port,
        admins=("admin@example.com",),
        approvers=("director@example.com",),
        messages_per_minute=1000,  # a test types faster than people do
        metrics_port=0,
        webex_calls_per_minute=10_000,
    )


def _environment(settings: Settings) -> dict[str, str]:
    """Return what an operator would set, in place of whatever this machine's own environment says."""
    ours = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in ours}
    return kept | {
        "WEBEX_API_URL": settings.webex_api_url,
        "WEBEX_TEAMS_ACCESS_TOKEN": settings.webex_teams_access_token.get_secret_value(),
        "WEBEX_ADMIN_ACCESS_TOKEN": settings.webex_admin_access_token.get_secret_value(),
        "WEBEX_WEBHOOK_SECRET": settings.webex_webhook_secret.get_secret_value(),
        "PUBLIC_URL": settings.public_url,
        "DATABASE_URL": settings.database_url,
        "PORT": str(settings.port),
        "CLOCK": "sandbox",
        "METRICS_PORT": str(settings.metrics_port),
        "WEBEX_CALLS_PER_MINUTE": str(settings.webex_calls_per_minute),
        "ADMINS": ",".join(settings.admins),
        "APPROVERS": ",".join(settings.approvers),
        "MESSAGES_PER_MINUTE": str(settings.messages_per_minute),
    }


@contextmanager
def running_company(database_url: str, folder: Path, **changed: str) -> Iterator[Company]:
    wiring.upgrade(database_url)
    company = Company(database_url, folder, **changed)
    try:
        company.start()
        yield company
    finally:
        company.close()
