"""Ending and being watched, with real processes: nothing is cut off or done twice, and all of it is counted."""

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import requests
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.desk.states import State
from bot.store import queries
from bot.store.models import Request
from tests.chat import BOT_ID, Someone
from tests.database import fresh_database, fresh_sqlite, postgres_server
from tests.processes import Company, running_company, until

pytestmark = pytest.mark.processes

A_MOMENT = 0.6
TOO_SLOW = 16.0
"""Seconds for which a call to Webex takes longer than a worker waits at its end."""
FORGED = {"X-Spark-Signature": "0" * 40}


def two_free_ports() -> int:
    """Return the first of two in a row, below those that the system gives to whoever connects."""
    for port in range(20_000 + os.getpid() % 5_000, 32_000, 2):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            socket.create_server(("127.0.0.1", port + 1)).close()
            return port
    raise AssertionError("no ports are free")


@pytest.fixture(scope="module")
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Company, int]]:
    """A company whose metrics are served, and the worker's port; web has the next one."""
    folder = tmp_path_factory.mktemp("ending")
    port = two_free_ports()
    with postgres_server() as server:
        sqlite = request.config.getoption("--database") == "sqlite"
        url = fresh_sqlite(folder) if sqlite else fresh_database(server)
        with running_company(url, folder, METRICS_PORT=str(port)) as company:
            yield company, port


@pytest.fixture
def company(watched: tuple[Company, int]) -> Company:
    watched[0].reset()
    return watched[0]


def read(port: int) -> str:
    return requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text


def asked_by(employee: Someone, company: Company) -> int:
    employee.says("request messaging because new desk")
    with Session(company.engine) as session:
        return session.scalar(select(func.max(Request.id))) or 0


def test_a_worker_told_to_end_in_the_middle_of_an_assignment_ends_it_first(company: Company) -> None:
    employee, manager = Someone(company, "employee"), Someone(company, "manager")
    number = asked_by(employee, company)
    company.weather(method="PATCH", path="/v1/licenses/users", delay=A_MOMENT)
    manager.presses("Approve", settle=False)
    assignment = f"assign:{number}:1:0"
    until("the assignment is under way", lambda: "Assigning.gather" in company.steps(assignment))
    assert company.worker.ask_to_end() == 0
    assert company.workflows()[assignment] == "SUCCESS"
    company.start_worker()
    company.settle()
    with Session(company.engine) as session:
        assert queries.request(session, number).state is State.GRANTED
    assert len(company.calls("PATCH", "/v1/licenses/users")) == 1
    for someone in (employee, manager):
        assert sum(f"Request #{number}: done" in message["text"] for message in someone.inbox()) == 1


def test_a_worker_told_to_end_does_not_wait_for_ever_and_the_next_one_goes_on(company: Company) -> None:
    employee, manager = Someone(company, "employee"), Someone(company, "manager")
    number = asked_by(employee, company)
    assignment = f"assign:{number}:1:0"
    company.weather(method="PATCH", path="/v1/licenses/users", delay=TOO_SLOW)
    manager.presses("Approve", settle=False)
    until("the assignment is under way", lambda: "Assigning.gather" in company.steps(assignment))
    assert company.worker.ask_to_end() == 0
    assert company.workflows()[assignment] == "PENDING"
    company.start_worker()
    company.settle()
    held = company.control("GET", "snapshot")["people"][employee.person_id]["licenses"]
    assert len(held) == len(set(held))
    for someone in (employee, manager):
        assert sum(f"Request #{number}: done" in message["text"] for message in someone.inbox()) == 1


def test_web_says_that_it_leaves_while_it_still_takes_deliveries(company: Company) -> None:
    url, employee = company.settings.public_url, Someone(company, "employee")
    with ThreadPoolExecutor(1) as threads:
        ending = threads.submit(company.web.ask_to_end)
        until("web says that it leaves", lambda: requests.get(f"{url}/readyz", timeout=10).status_code == 503)
        employee.call("POST", "messages", json={"toPersonId": BOT_ID, "text": "status 99999"})
        until("the delivery is taken", lambda: not company.control("GET", "idle")["undelivered"])
        assert ending.result() == 0
    company.settle()
    assert any("I know no request" in message["text"] for message in employee.inbox())
    company.start_web()


def test_all_processes_of_web_tell_together_what_they_counted(watched: tuple[Company, int], company: Company) -> None:
    port = watched[1] + 1
    assert 'license_bot_webhook_acks_total{result="not_stored"} 0.0' in read(port)
    for _ in range(20):
        requests.post(f"{company.settings.public_url}/webhooks/webex", data=b"{}", headers=FORGED, timeout=10)
    assert 'license_bot_webhook_acks_total{result="forged"} 20.0' in read(port)
    Someone(company, "employee").says("help")
    assert 'license_bot_deliveries_total{resource="messages",seen="first"}' in read(port)
    assert 'license_bot_requests{state="pending"} 0.0' in read(watched[1])


def test_a_second_worker_finds_the_port_taken_and_works_all_the_same(company: Company) -> None:
    second = company.run("worker")
    until("it works", lambda: "worker_started" in second.said())
    assert "metrics_not_served" in second.said()
    assert second.ask_to_end() == 0
