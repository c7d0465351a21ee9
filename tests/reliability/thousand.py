"""A thousand requests on PostgreSQL: three workers, one killed every few seconds, two web processes. Nothing twice."""

import json
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.desk.states import State
from bot.sandbox.seed import ORG
from bot.store.models import Decision, Request
from tests.chat import BOT_ID
from tests.processes import Company, Process, running_company, until

LICENSES = ("Messaging", "Screen Share", "Hybrid Call Aware", "Hybrid Exchange Calendar")
REPORTS = 10
"""How many people each manager decides for."""
WORKERS = 3
UNDER_WAY = 24
"""How many requests are open at once. With all thousand in line at once, a take-over's time would be the line's."""
KILL_EVERY = 4.0
"""Seconds between one worker's death, once its work is done by others, and the next one's."""
PROMISED = 10.0
"""Seconds in which others have gone on with all that a dead worker left."""
TOO_LONG = 1500.0
UNHINDERED = {"MESSAGES_PER_MINUTE": "1000", "WEBEX_CALLS_PER_MINUTE": "10000", "METRICS_PORT": "0"}
"""Limits for people and for Webex, which would only make this slow."""


@dataclass
class Report:
    """What was asked and done; `lost`, `double_effects` and `receipts_wrong` are promised to be nothing."""

    asked: int = 0
    granted: int = 0
    lost: int = 0
    double_effects: int = 0
    receipts_wrong: int = 0
    kills: int = 0
    in_flight: int = 0
    """Workflows that a worker was in the middle of when it was killed."""
    slowest_take_over: float = 0.0
    """Seconds from a kill until others were at work on all of those."""
    slowest_finish: float = 0.0
    """Seconds from a kill until all of those were done: as long as they take, and a catch-up takes a while."""
    seconds: float = 0.0
    take_overs: list[float] = field(default_factory=list)
    finishes: list[float] = field(default_factory=list)
    slow: set[str] = field(default_factory=set)
    """Names of those workflows that were not done after ten seconds."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"slow": sorted(self.slow)}


class Crowd:
    """People with managers, each with a token; speaks for them over HTTP."""

    def __init__(self, company: Company, people: int) -> None:
        self._company = company
        self._api = company.settings.webex_api_url
        self._local = threading.local()
        self.managers = [self._hire(f"boss{at}") for at in range(-(-people // REPORTS))]
        self.people = [self._hire(f"one{at}", self.managers[at // REPORTS]["id"]) for at in range(people)]
        self.tokens = {one["id"]: one["token"] for one in (*self.managers, *self.people)}

    def _hire(self, name: str, manager_id: str | None = None) -> dict[str, Any]:
        free = [one["id"] for one in self._listed() if one["name"].startswith("Basic ")]
        fields = {"email": f"{name}@example.com", "displayName": name.title(), "licenses": free}
        hired: dict[str, Any] = self._company.control("POST", "people", fields | {"managerId": manager_id})
        return hired

    def _listed(self) -> list[dict[str, Any]]:
        if not hasattr(self, "_licenses"):
            self._licenses: list[dict[str, Any]] = self._company.control("GET", "snapshot")["licenses"]
        return self._licenses

    def says(self, person_id: str, words: str) -> None:
        if not hasattr(self._local, "http"):
            self._local.http = requests.Session()
            self._local.http.trust_env = False
        headers = {"Authorization": f"Bearer {self.tokens[person_id]}"}
        body = {"toPersonId": BOT_ID, "text": words}
        self._local.http.post(f"{self._api}/messages", json=body, headers=headers, timeout=60).raise_for_status()


class Reaper(threading.Thread):
    """Kills a worker every few seconds, and starts another only when the survivors have done what it left."""

    def __init__(self, company: Company, workers: list[Process], report: Report) -> None:
        super().__init__(name="reaper", daemon=True)
        self._company, self._workers, self._report = company, workers, report
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(KILL_EVERY):
            victim = self._workers.pop(0)
            until("the worker works", lambda victim=victim: "worker_started" in victim.said(), 60)  # type: ignore[misc]  # at once
            executor = _executor_of(victim)
            killed_at = time.monotonic()
            victim.kill()
            left = self._left_by(executor)
            until("the others take over", lambda left=left, dead=executor: self._have_gone_on(left, dead), 120)  # type: ignore[misc]  # bound at once
            self._note(self._report.take_overs, left, killed_at)
            until("the others finish it", lambda left=left, since=killed_at: self._is_done(left, since), 120)  # type: ignore[misc]  # at once
            self._note(self._report.finishes, left, killed_at)
            self._report.kills += 1
            self._report.in_flight += len(left)
            self._workers.append(self._company.run("worker"))

    def _left_by(self, executor: str) -> set[str]:
        query = text("SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id = :id")
        with self._company.engine.connect() as connection:
            return set(connection.scalars(query, {"id": executor}))

    @staticmethod
    def _note(times: list[float], left: set[str], killed_at: float) -> None:
        if left:
            times.append(round(time.monotonic() - killed_at, 2))

    def _is_done(self, left: set[str], killed_at: float) -> bool:
        unfinished = self._unfinished(left)
        if time.monotonic() - killed_at > PROMISED:
            self._report.slow.update(name for _, _, name in unfinished.values())
        return not unfinished

    def _have_gone_on(self, left: set[str], dead: str) -> bool:
        """Whether nothing waits in line any more, nor for a worker that is no more."""
        return all(status == "PENDING" and executor != dead for status, executor, _ in self._unfinished(left).values())

    def _unfinished(self, left: set[str]) -> dict[str, tuple[str, str, str]]:
        query = text(
            "SELECT workflow_uuid, status, executor_id, name FROM dbos.workflow_status "
            "WHERE status IN ('PENDING', 'ENQUEUED')"
        )
        with self._company.engine.connect() as connection:
            return {row[0]: (row[1], row[2], row[3]) for row in connection.execute(query) if row[0] in left}


def _executor_of(worker: Process) -> str:
    """Read from its log which slot a worker has: it says so when it starts."""
    lines = (json.loads(line) for line in worker.said().splitlines() if line.startswith("{"))
    return str(next(line["executor"] for line in lines if line.get("event") == "worker_started"))


def play(database_url: str, folder: Path, count: int = 1000) -> Report:
    """Let it happen, and return what came of it. Fails nothing by itself: the caller judges."""
    report, began = Report(asked=count), time.monotonic()
    with running_company(database_url, folder, **UNHINDERED) as company:
        company.reset()
        workers = [company.worker, *(company.run("worker") for _ in range(WORKERS - 1))]
        for one in workers:
            until("the worker works", lambda one=one: "worker_started" in one.said())  # type: ignore[misc]  # at once
        crowd = Crowd(company, -(-count // len(LICENSES)))
        for one in company.control("GET", "snapshot")["licenses"]:
            company.control("PATCH", f"licenses/{one['id']}", {"totalUnits": 10 * count})
        reaper = Reaper(company, workers, report)
        reaper.start()
        _ask_and_decide(company, crowd, count)
        reaper.over.set()
        reaper.join(180)
        company.settle()
        _judge(company, crowd, report)
    report.seconds = round(time.monotonic() - began, 1)
    report.slowest_take_over = max(report.take_overs, default=0.0)
    report.slowest_finish = max(report.finishes, default=0.0)
    return report


def _ask_and_decide(company: Company, crowd: Crowd, count: int) -> None:
    """Ask for a few at a time, and let each manager say yes to what waits for them, until all are settled."""
    wishes = [(one["id"], name) for name in LICENSES for one in crowd.people][:count]
    said: list[Future[None]] = []
    approved: set[int] = set()
    settled, asked, end = 0, 0, time.monotonic() + TOO_LONG
    with ThreadPoolExecutor(4) as pool:
        while settled < count and time.monotonic() < end:
            for person_id, name in wishes[asked : settled + UNDER_WAY]:
                said.append(pool.submit(crowd.says, person_id, f"request {name} because of the move"))
            asked = max(asked, min(count, settled + UNDER_WAY))
            with Session(company.engine) as session:
                waiting = session.execute(
                    select(Request.id, Decision.approver_id)
                    .join(Decision, Decision.request_id == Request.id)
                    .where(Request.state == State.PENDING, Request.id.not_in(approved))
                ).all()
                settled = session.scalar(select(func.count()).where(Request.settled_at.is_not(None))) or 0
            for number, approver_id in waiting:
                approved.add(number)
                said.append(pool.submit(crowd.says, str(approver_id), f"approve {number}"))
            time.sleep(0.2)
        for one in said:
            one.result()


def _judge(company: Company, crowd: Crowd, report: Report) -> None:
    with Session(company.engine) as session:
        rows = session.execute(select(Request.id, Request.state, Request.requester_id)).all()
    report.granted = sum(state is State.GRANTED for _, state, _ in rows)
    seen = company.control("GET", "snapshot")
    names = {one["id"]: one["name"] for one in seen["licenses"]}
    held = sum(names[one] in LICENSES for person in crowd.people for one in seen["people"][person["id"]]["licenses"])
    report.lost = report.asked - min(report.granted, held)
    report.double_effects = _double_effects(company)
    receipts = Counter(
        message["text"].partition("\n")[0]
        for message in seen["messages"]
        if message["personId"] == BOT_ID and ": done" in message["text"].partition("\n")[0] and not message["deleted"]
    )
    # one for the requester, one for whoever decided
    report.receipts_wrong = sum(receipts[f"Request #{number}: done"] != 2 for number, _, _ in rows)


def _double_effects(company: Company) -> int:
    """Count the licenses that were given to the same person twice: Webex's own audit tells each time."""
    headers = {"Authorization": "Bearer sandbox-admin"}
    told: Counter[str] = Counter()
    period = f"orgId={ORG}&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&eventCategories=LICENSES"
    url = f"{company.settings.webex_api_url}/adminAudit/events?max=200&{period}"
    while url:
        answer = company.http.get(url, headers=headers, timeout=60)
        answer.raise_for_status()
        said = [str(one["data"]["actionText"]) for one in answer.json()["items"]]
        told.update(one for one in said if ": added " in one)  # it ends with whom it is about
        url = answer.links.get("next", {}).get("url", "")
    return sum(times - 1 for times in told.values())
