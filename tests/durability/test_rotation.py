"""The webhook secret is changed while people go on writing: every delivery is taken, whoever was restarted last."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import requests
from sqlalchemy.orm import Session

from bot.settings import DEMO_WEBHOOK_SECRET
from bot.workflows.engine import Queues
from tests.chat import Someone
from tests.processes import Company, Process, until

pytestmark = pytest.mark.processes

OLD, NEW = DEMO_WEBHOOK_SECRET, "the new secret has more than thirty-two characters"


class Rotation:
    """An operator who restarts processes with other secrets, and somebody who writes meanwhile."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._employee, self._bot = Someone(company, "employee"), Someone(company, "bot")
        self._now = datetime.now(UTC)

    def restart_web(self, *secrets: str) -> None:
        self._company.web.kill()
        self._company.web = self._run("web", *secrets)
        until("web answers", self._is_web_up)

    def _is_web_up(self) -> bool:
        with suppress(requests.ConnectionError):
            return self._company.http.get(f"{self._company.settings.public_url}/healthz", timeout=10).ok
        return False

    def restart_worker(self, *secrets: str) -> None:
        self._company.worker.kill()
        self._company.worker = worker = self._run("worker", *secrets)
        until("the worker works", lambda: "worker_started" in worker.said())

    def _run(self, what: str, *secrets: str) -> Process:
        return self._company.run(what, WEBEX_WEBHOOK_SECRET=",".join(secrets))

    def time_passes(self) -> None:
        """Have the worker that runs look after the webhooks, twice, six minutes apart."""
        queues = Queues(self._company.engine)
        for _ in range(2):
            self._now += timedelta(minutes=6)
            with Session(self._company.engine) as session, session.begin():
                queues.enqueue(session, "Healing.heal", f"heal:{uuid4()}", self._now.isoformat())
            self._company.settle()

    def sealed_with(self) -> set[str]:
        return {one["secret"] for one in self._bot.call("GET", "webhooks")["items"]}

    def is_answered(self) -> bool:
        return "I know no request" in self._employee.says("status 99999")


@pytest.fixture
def rotation(company: Company) -> Iterator[Rotation]:
    yield Rotation(company)
    for one in (company.web, company.worker):  # the next test starts them as it wants them
        one.kill()


def test_the_webhook_secret_is_changed_without_a_gap_though_a_worker_is_left_behind(rotation: Rotation) -> None:
    rotation.restart_worker(NEW, OLD)
    rotation.time_passes()
    assert (rotation.sealed_with(), rotation.is_answered()) == ({OLD}, True), "web does not know the new one yet"
    rotation.restart_web(NEW, OLD)
    rotation.time_passes()
    assert (rotation.sealed_with(), rotation.is_answered()) == ({NEW}, True)
    rotation.restart_worker(OLD)
    rotation.time_passes()
    assert (rotation.sealed_with(), rotation.is_answered()) == ({NEW}, True)
    rotation.restart_web(NEW)
    rotation.time_passes()
    assert (rotation.sealed_with(), rotation.is_answered()) == ({NEW}, True)
