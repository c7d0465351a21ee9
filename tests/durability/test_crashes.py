"""`kill -9` at bad moments, with real processes: what was answered is done, and what was done is done once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.desk.states import State
from bot.settings import DEMO_WEBHOOK_SECRET
from bot.store import queries
from bot.store.models import Delivery, OutgoingMessage, Request
from bot.webex.signature import seal
from bot.workflows.slots import GRACE
from tests.chat import BOT_ID, Someone
from tests.processes import Company, until

pytestmark = pytest.mark.processes

PATCH = {"method": "PATCH", "path": "/v1/licenses/users"}
POST_MESSAGE = {"method": "POST", "path": "/v1/messages"}
READ_PERSON = {"method": "GET", "path": "/v1/people/*"}
A_MOMENT = 0.4
"""Seconds for which Webex keeps the worker waiting: long enough to be seen, over before the next worker begins."""


class Scene:
    """The employee has asked for Messaging, and the manager has the card."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.employee, self.manager = Someone(company, "employee"), Someone(company, "manager")
        self.employee.says("request messaging because new desk")
        with Session(company.engine) as session:
            self.number = session.scalar(select(func.max(Request.id))) or 0
        self.assignment = f"assign:{self.number}:1:0"

    def approve_until(self, step: str) -> None:
        """Press Approve, and wait until the assignment has done this step and is in the next one."""
        self.manager.presses("Approve", settle=False)
        until(f"{step} is done", lambda: step in self.company.steps(self.assignment))

    def state(self) -> State:
        with Session(self.company.engine) as session:
            return State(queries.request(session, self.number).state)

    def go_on(self) -> None:
        self.company.worker.kill()
        self.company.start_worker()
        self.company.settle()

    def receipts(self, someone: Someone) -> int:
        return sum(f"Request #{self.number}: done" in message["text"] for message in someone.inbox())

    def patches(self) -> int:
        return sum(call["status"] == requests.codes.ok for call in self.company.calls("PATCH", "/v1/licenses/users"))

    def assert_assigned_once(self) -> None:
        """Webex holds the license once, one unit of it went, and everybody read one receipt."""
        seen = self.company.control("GET", "snapshot")
        messaging = next(one for one in seen["licenses"] if one["name"] == "Messaging")
        held = seen["people"][self.employee.person_id]["licenses"]
        assert held.count(messaging["id"]) == 1
        assert self.state() is State.GRANTED
        assert (self.receipts(self.employee), self.receipts(self.manager)) == (1, 1)
        units = sum(messaging["id"] in person["licenses"] for person in seen["people"].values())
        assert messaging["consumedUnits"] == units
        with Session(self.company.engine) as session:
            assert {row.state for row in session.scalars(select(OutgoingMessage))} == {"sent"}


@pytest.fixture
def scene(company: Company) -> Scene:
    return Scene(company)


def test_a_worker_killed_while_webex_is_asked_to_assign_assigns_once(scene: Scene) -> None:
    scene.company.weather(**PATCH, delay=A_MOMENT)
    scene.approve_until("Assigning.gather")
    scene.go_on()
    scene.assert_assigned_once()


def test_a_worker_killed_before_it_heard_that_webex_assigned_assigns_once(scene: Scene) -> None:
    scene.company.weather(**PATCH, delay=A_MOMENT)
    scene.approve_until("Assigning.gather")
    scene.company.worker.freeze_between_call_and_answer(scene.patches, within=10 * A_MOMENT)
    assert "Assigning.patch" not in scene.company.steps(scene.assignment)
    scene.go_on()
    scene.assert_assigned_once()


def test_a_worker_killed_while_it_reads_back_assigns_once(scene: Scene) -> None:
    scene.company.weather(**PATCH, delay=A_MOMENT)
    scene.approve_until("Assigning.gather")
    scene.company.weather(**READ_PERSON, delay=A_MOMENT)
    until("the PATCH is noted", lambda: "Assigning.patch" in scene.company.steps(scene.assignment))
    scene.go_on()
    assert scene.patches() == 1
    scene.assert_assigned_once()


def test_a_worker_killed_while_it_sends_the_receipt_sends_it_once(scene: Scene) -> None:
    scene.company.weather(**READ_PERSON, every=1, delay=A_MOMENT / 2)
    scene.approve_until("Assigning.patch")
    scene.company.weather(**POST_MESSAGE, delay=A_MOMENT)
    until("the result is settled", lambda: "settle" in scene.company.steps(scene.assignment))
    scene.company.worker.kill()
    scene.company.control("DELETE", "weather")
    scene.go_on()
    scene.assert_assigned_once()


def test_a_worker_killed_before_it_noted_its_receipt_does_not_send_another(scene: Scene) -> None:
    scene.company.weather(**READ_PERSON, every=1, delay=A_MOMENT / 2)
    scene.approve_until("Assigning.patch")
    scene.company.weather(**POST_MESSAGE, delay=A_MOMENT)
    until("the result is settled", lambda: "settle" in scene.company.steps(scene.assignment))
    scene.company.worker.freeze_between_call_and_answer(lambda: scene.receipts(scene.employee), within=10 * A_MOMENT)
    scene.company.control("DELETE", "weather")
    scene.go_on()
    scene.assert_assigned_once()


def test_what_people_write_while_the_worker_is_down_is_answered_when_it_starts(company: Company) -> None:
    company.worker.kill()
    employee, manager = Someone(company, "employee"), Someone(company, "manager")
    for someone in (employee, manager):
        someone.says("my requests", settle=False)
    until("the messages are delivered", lambda: not company.control("GET", "idle")["undelivered"])
    assert all(message["personId"] != BOT_ID for one in (employee, manager) for message in one.inbox())
    company.start_worker()
    company.settle()
    for someone in (employee, manager):
        assert "request" in someone.last().lower()


def test_every_delivery_that_a_killed_web_process_took_is_answered_once(company: Company) -> None:
    bodies = _undelivered_messages(company)
    taken: list[str] = []
    with ThreadPoolExecutor(8) as threads:
        under_way = [threads.submit(_deliver, company, body, taken) for body in bodies]
        until("some deliveries are taken", lambda: len(taken) >= len(bodies) // 4)
        company.web.kill()
        assert not all(one.result() for one in under_way), "web was killed too late to show anything"
    company.settle()
    with Session(company.engine) as session:
        stored = {key.rpartition(":")[2] for key in session.scalars(select(Delivery.key))}
    assert set(taken) <= stored
    assert _answers(company) == len(stored)
    company.start_web()
    for body in bodies:  # Webex does not repeat them; a test may, to see that none is answered twice
        assert _deliver(company, body, taken)
    company.settle()
    assert _answers(company) == len(bodies)


PEOPLE = ("employee", "colleague", "manager", "director", "admin")
A_QUESTION = "status 99999"
ITS_ANSWER = "I know no request"


def _undelivered_messages(company: Company) -> list[dict[str, Any]]:
    """Have everybody ask a few times with Webex losing each delivery; return what it would have delivered."""
    company.weather(webhooks="drop", every=1)
    for name in PEOPLE:
        for _ in range(6):
            Someone(company, name).says(A_QUESTION, settle=False)
    company.control("DELETE", "weather")
    lost = company.control("GET", "snapshot")["deliveries"]
    return [one["body"] for one in lost if one["body"]["resource"] == "messages"]


def _deliver(company: Company, envelope: dict[str, Any], taken: list[str]) -> bool:
    """Deliver as Webex would; note the message when the web process said that it has it."""
    body = json.dumps(envelope).encode()
    headers = {"X-Spark-Signature": seal(body, DEMO_WEBHOOK_SECRET), "Content-Type": "application/json"}
    try:
        answer = requests.post(f"{company.settings.public_url}/webhooks/webex", data=body, headers=headers, timeout=30)
    except requests.RequestException:
        return False
    assert answer.status_code == requests.codes.no_content
    taken.append(envelope["data"]["id"])
    return True


def _answers(company: Company) -> int:
    """How many answers people read, all together."""
    return sum(
        message["text"].startswith(ITS_ANSWER) and message["personId"] == BOT_ID
        for name in PEOPLE
        for message in Someone(company, name).inbox()
    )


def test_a_worker_that_is_started_again_at_once_does_not_send_what_is_still_on_its_way(company: Company) -> None:
    """It is on its way for a little longer than a worker needs to start: before that there is nothing to be found.

    But never longer than the new one waits for what its predecessor sent.
    """
    employee = Someone(company, "employee")
    employee.says("help")
    company.worker.kill()
    began = time.monotonic()
    company.start_worker()
    takes = time.monotonic() - began
    company.weather(method="GET", path="/v1/messages/*", delay=A_MOMENT)
    employee.says("status 99999", settle=False)
    on_its_way = min(takes + A_MOMENT, GRACE)
    company.weather(**POST_MESSAGE, delay=on_its_way)
    until("the answer is on its way", lambda: not company.control("GET", "weather")["items"])
    arrived = time.monotonic() + on_its_way + A_MOMENT
    company.worker.kill()
    company.start_worker()
    company.settle()
    until("it has arrived", lambda: time.monotonic() > arrived)
    assert sum("I know no request" in message["text"] for message in employee.inbox()) == 1
