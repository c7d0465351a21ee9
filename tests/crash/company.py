"""A sandbox, a web and a worker that die on order, and a database: started once, as new for each point."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Engine, delete, text

from bot import app as wiring
from bot import webhooks
from bot.sandbox.feed import Event
from bot.sandbox.server import RunningSandbox
from bot.settings import DEMO_WEBHOOK_SECRET, Settings
from bot.store.models import Base
from bot.store.session import make_engine
from bot.webex.messages import ChatGateway
from tests.crash.victim import settings_from
from tests.crash.victims import Ended, Nursery, Victim
from tests.processes import free_ports
from tests.quiet import is_quiet
from tests.running import ENGINE_TABLES, TOO_LONG

LOOK_EVERY = 0.01
DUE = ("ENQUEUED", "PENDING", "DELAYED")
"""What waits for a busy Webex is soon due: no weather is ordered here."""
STARTS = 5
"""How often a process is started before it counts as unable to: PostgreSQL frees a dead one's lock a moment late."""


class Stuck(Exception):
    """The job does not come to its end; says where each thread is."""


class Company:
    """What the people of `tests.chat` need, and handles on who is to die."""

    def __init__(self, database_url: str, folder: Path, sandbox: RunningSandbox) -> None:
        (port,) = free_ports(1)
        self._given: dict[str, Any] = {
            "role": "worker",
            "webex_api_url": f"{sandbox.url}/v1",
            "public_url": f"http://127.0.0.1:{port}",
            "webex_teams_access_token": "sandbox-bot",
            "webex_admin_access_token": "sandbox-admin",
            "webex_webhook_secret": DEMO_WEBHOOK_SECRET,
            "database_url": database_url,
            "port": port,
            "admins": ["admin@example.com"],
            "approvers": ["director@example.com"],
            "webex_calls_per_minute": 10_000,  # in a minute there are as many jobs here as elsewhere in a day
            "metrics_port": 0,
        }
        self.settings: Settings = settings_from(self._given)
        self.http = requests.Session()
        self.http.trust_env = False
        self.resets = 0
        self.deaths = 0
        self._sandbox = sandbox
        self._feed = sandbox._feed  # noqa: SLF001 the order of things, which no call tells
        self._began = 0
        is_sqlite = self.settings.is_sqlite
        self.engine: Engine = make_engine(database_url, pool_size=1 if is_sqlite else 4)
        self._reading = make_engine(database_url, pool_size=1, is_for_deciding=False)
        self._schema = "" if is_sqlite else "dbos."
        self._nursery = Nursery(folder)
        self.victims: dict[str, Victim] = {role: self._start(role) for role in ("web", "worker")}

    def _start(self, role: str) -> Victim:
        for attempt in range(1, STARTS):
            try:
                return self._nursery.start(role, self._given | {"role": role})
            except Ended:
                time.sleep(0.1 * attempt)
        return self._nursery.start(role, self._given | {"role": role})

    def begin_anew(self, die_at: str) -> None:
        """Empty the database, give the company its licenses back, and arm both processes."""
        self.control("POST", "reset")
        self.resets += 1
        self.deaths = 0
        with self.engine.begin() as connection:
            for name in ENGINE_TABLES:
                connection.execute(text(f"DELETE FROM {self._schema}{name}"))  # noqa: S608 our own names
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(delete(table))
        chat = ChatGateway("sandbox-bot", self.settings.webex_api_url)
        list(webhooks.sync(chat, self.settings.public_url, DEMO_WEBHOOK_SECRET))
        for victim in self.victims.values():
            victim.arm(die_at)
        self._began = self._feed.last

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"{self._sandbox.url}/control/{path}", json=body, timeout=TOO_LONG)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def events(self) -> list[Event]:
        """Return what has happened in the sandbox since the world was new, in order."""
        return self._feed.after(self._began, 0) or []

    def settle(self) -> None:
        """Wait until all is delivered and no workflow is due, and start again whoever died meanwhile."""
        end = time.monotonic() + TOO_LONG
        while not self._is_quiet() or self.restart_the_dead():  # whoever's death ended a delivery is seen to be dead
            if time.monotonic() > end:
                raise Stuck(self._what_hangs())
            self.restart_the_dead()
            time.sleep(LOOK_EVERY)

    def start_afresh(self) -> None:
        """Replace whoever hangs."""
        for role, victim in self.victims.items():
            victim.kill()
            self.victims[role] = self._start(role)

    def _what_hangs(self) -> str:
        places = "\n".join(victim.where_it_is() for victim in self.victims.values())
        return f"not quiet after {TOO_LONG} s: {self.workflows()}\n{places}"

    def restart_the_dead(self, within: float = 0) -> bool:
        dead = [role for role, victim in self.victims.items() if victim.is_dead(within)]
        for role in dead:
            self.deaths += 1
            self.victims[role].kill()  # it is dead; this waits until the system has tidied up
            self.victims[role] = self._start(role)
        return bool(dead)

    def _is_quiet(self) -> bool:
        return is_quiet(self._reading, f"{self._schema}workflow_status", self._is_delivered, DUE)

    def _is_delivered(self) -> bool:
        return not self.control("GET", "idle")["undelivered"]

    def workflows(self) -> dict[str, str]:
        """Return the status of each workflow by its id."""
        query = text(f"SELECT workflow_uuid, status FROM {self._schema}workflow_status")  # noqa: S608 our own names
        with self._reading.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def close(self) -> None:
        for victim in self.victims.values():
            victim.kill()
        self._nursery.close()
        self.engine.dispose()
        self._reading.dispose()
        self.http.close()


@contextmanager
def running_company(database_url: str, folder: Path) -> Iterator[Company]:
    wiring.upgrade(database_url)
    with RunningSandbox() as sandbox, sandbox._feed.listening():  # noqa: SLF001 changes are told only to a listener
        company = Company(database_url, folder, sandbox)
        try:
            yield company
        finally:
            company.close()
