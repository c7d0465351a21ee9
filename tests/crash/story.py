"""The main job with one death in it, and what must hold afterwards: nothing lost, nothing twice, nothing untrue."""

import json
import re
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.states import State
from bot.store.models import AuditEntry, Decision, OutgoingMessage, Request
from tests.chat import BOT_ID, KNOWN, Someone, buttons_of
from tests.crash.company import Company, Stuck
from tests.crash.tracking import is_on_time

LICENSE = "Messaging"
RECEIPT = "Request #0: done"
NAMES = {known["personId"]: name for name, known in KNOWN.items()}
TAKEN = 204
A_DEATH = 5.0
"""Seconds in which a process that reached its point is dead."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How the world stands at the end of the job."""

    states: list[str]
    decisions: int
    effects: int
    """How often what the employee holds has changed."""
    untrue: int
    """Receipts that were read before Webex held the license."""
    messages: Counter[str]
    unsent: list[str]
    unended: dict[str, str]
    unheard: int
    """Deliveries to which the web process gave no good answer: of those nothing is promised."""


@dataclass(frozen=True, slots=True)
class Result:
    """One point: what went wrong at it. All is well if everything is empty."""

    point: str
    missed: bool = False
    stuck: str = ""
    lost: bool = False
    decisions: int = 1
    effects: int = 1
    untrue: int = 0
    repeated: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)
    unended: dict[str, str] = field(default_factory=dict)
    asked_again: int = 0
    """How often somebody had to say or press it again."""
    unheard: int = 0
    """Deliveries that died with the web process before it had taken them: Webex does not repeat them."""
    seconds: float = 0.0

    def problems(self) -> list[str]:
        """Say what is not as it should be; what was never taken has to be asked again."""
        asked_again = min(self.asked_again, self.unheard)
        is_well = Result(self.point, seconds=self.seconds, unheard=self.unheard, asked_again=asked_again)
        expected = asdict(is_well)
        return [f"{name}: {value}" for name, value in asdict(self).items() if value != expected[name]]


class Story:
    def __init__(self, company: Company) -> None:
        self._company = company
        self._employee, self._manager = Someone(company, "employee"), Someone(company, "manager")

    def dry_run(self) -> tuple[list[str], Seen]:
        """Do the job without a death: all the points on the way, and how the world is to look after each."""
        self._company.begin_anew("")
        assert self._play() == 0
        seen = self.look()
        for victim in self._company.victims.values():
            victim.is_dead()
        points = [point for victim in self._company.victims.values() for point in victim.reached]
        return list(dict.fromkeys(points)), seen

    def die_at(self, point: str, usual: Seen) -> Result:
        """Do the job with a death at this point, start again what died, and hold the end against the usual one."""
        begun = time.monotonic()
        try:
            self._company.begin_anew(point)
            asked_again = self._play()
            if not self._company.deaths:  # it may have been the very last thing that the job did
                self._company.restart_the_dead(A_DEATH)
                self._company.settle()
        except (Stuck, AssertionError) as stuck:  # also a card that never came: told, and the run goes on
            self._company.start_afresh()
            return Result(point, lost=True, stuck=str(stuck), seconds=round(time.monotonic() - begun, 2))
        return self._result(point, asked_again, usual, round(time.monotonic() - begun, 2))

    def _result(self, point: str, asked_again: int, usual: Seen, seconds: float) -> Result:
        seen = self.look()
        more, less = seen.messages - usual.messages, usual.messages - seen.messages
        return Result(
            point,
            missed=self._company.deaths != 1,
            lost=seen.states != [State.GRANTED.value],
            decisions=seen.decisions,
            effects=seen.effects,
            untrue=seen.untrue,
            repeated=sorted(more.elements()),
            missing=sorted(less.elements()),
            unsent=seen.unsent,
            unended=seen.unended,
            asked_again=asked_again,
            unheard=seen.unheard,
            seconds=seconds,
        )

    def _play(self) -> int:
        """Ask and approve; return how often somebody had to do it again, as a person would who gets no answer."""
        again = 0
        self._ask()
        if not self._request_states():
            again += 1
            self._ask()
        self._approve()
        if State.PENDING.value in self._request_states():
            again += 1
            self._approve()
        return again

    def _ask(self) -> None:
        self._employee.says("request messaging because new desk", settle=False)
        self._company.settle()

    def _approve(self) -> None:
        self._manager.presses("Approve", settle=False)
        self._company.settle()

    def _request_states(self) -> list[str]:
        with Session(self._company.engine) as session:
            return [State(state).value for state in session.scalars(select(Request.state).order_by(Request.id))]

    def look(self) -> Seen:
        snapshot = self._company.control("GET", "snapshot")
        effects, untrue, messages = self._history(snapshot)
        with Session(self._company.engine) as session:
            decided = session.scalars(select(Decision).where(Decision.verdict.is_not(None))).all()
            approvals = session.scalars(select(AuditEntry).where(AuditEntry.after == State.APPROVED.value)).all()
            rows = session.scalars(select(OutgoingMessage).where(OutgoingMessage.state != "sent")).all()
            unsent = [f"{row.purpose}: {row.state}" for row in rows]
        ended = self._company.workflows().items()
        return Seen(
            states=self._request_states(),
            decisions=max(len(decided), len(approvals)),
            effects=effects if self._is_held_once(snapshot) else 0,
            untrue=untrue,
            messages=messages,
            unsent=unsent,
            unended={key: status for key, status in ended if status != "SUCCESS" and not is_on_time(key)},
            unheard=sum(one["status"] != TAKEN for one in snapshot["deliveries"]),
        )

    def _history(self, snapshot: dict[str, Any]) -> tuple[int, int, Counter[str]]:
        """Return how often the employee's licenses changed, the receipts that came too early, and the messages.

        From what the sandbox tells in order, not from what there is in the end.
        """
        wanted = next(one["id"] for one in snapshot["licenses"] if one["name"] == LICENSE)
        holdings: list[list[str]] = []
        untrue = 0
        messages: dict[str, str] = {}
        for one in self._company.events():
            told = json.loads(one.data)
            if one.kind == "person" and told["id"] == self._employee.person_id:
                if not holdings or holdings[-1] != told["licenses"]:
                    holdings.append(told["licenses"])
            elif one.kind == "message" and told["message"]["personId"] == BOT_ID:
                messages[told["message"]["id"]] = words = _words(told) if told["event"] == "created" else ""
                untrue += RECEIPT in words and not (holdings and wanted in holdings[-1])
        return len(holdings), untrue, Counter(filter(None, messages.values()))

    def _is_held_once(self, snapshot: dict[str, Any]) -> bool:
        one = next(one for one in snapshot["licenses"] if one["name"] == LICENSE)
        holders = [who["licenses"].count(one["id"]) for who in snapshot["people"].values()]
        mine = snapshot["people"][self._employee.person_id]["licenses"].count(one["id"])
        return bool(mine == 1 and max(holders) == 1 and one["consumedUnits"] == sum(holders))


def _words(told: dict[str, Any]) -> str:
    """Return who can read a message and what it says, without what is different in every run."""
    message = told["message"]
    readers = " ".join(NAMES.get(one, "?") for one in sorted(told["members"]) if one != BOT_ID)
    buttons = ", ".join(buttons_of(message)) if message.get("attachments") else ""
    return f"{readers}: {re.sub(r'[0-9]+', '0', message['text'])} [{buttons}]"
