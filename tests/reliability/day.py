"""A day of bad weather: people ask and decide while Webex fails, stalls, loses answers and deliveries. Then: the truth.

An hour passes with every round, for the bot and for Webex. What the bot wrote down, what Webex holds and what
people were told has to agree at the end, and every message of a person has its answer.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.states import OPEN_STATES
from bot.store.models import OutgoingMessage, Request
from tests.chat import BOT_ID, Chat, Someone
from tests.scenarios.promises import PROMISES, Desk

ROUNDS = 24
ACTIONS = 6
AN_HOUR = timedelta(hours=1)

READ = {"method": "GET", "every": 33, "status": 503}
ALWAYS = (
    *({**READ, "path": path} for path in ("/people/**", "/licenses/**", "/messages/*", "/attachment/actions/*")),
    {"method": "POST", "path": "/messages", "every": 33, "status": 503},
    {"method": "DELETE", "path": "/messages/*", "every": 33, "status": 503},
    {"method": "PATCH", "path": "/licenses/users", "every": 5, "lost": True},
    {"method": "PATCH", "path": "/licenses/users", "every": 7, "status": 503},
    {"webhooks": "double", "every": 4},
    {"webhooks": "drop", "every": 15},
    {"webhooks": "delay", "every": 9, "seconds": 0.2},
    {"webhooks": "reorder", "every": 11, "seconds": 0.2},
)
"""Three calls of a hundred fail, and more answers and deliveries are lost or doubled than Webex itself ever lost."""
BURSTS = (
    {"method": "GET", "path": "/people/**", "times": 6, "status": 429, "headers": {"Retry-After": "40"}},
    {"method": "PATCH", "path": "/licenses/users", "times": 2, "status": 429, "headers": {"Retry-After": "rand(30)"}},
    {"method": "POST", "path": "/messages", "times": 1, "lost": True},
)

ACTS = (
    *(Desk.somebody_asks, Desk.somebody_asks, Desk.somebody_asks, Desk.somebody_gives_back),
    *(Desk.somebody_says_yes_on_a_card, Desk.somebody_says_yes_on_a_card, Desk.somebody_decides_on_a_card),
    *(Desk.somebody_types_a_verb, Desk.somebody_looks_around, Desk.somebody_presses_twice, Desk.somebody_forges),
)


@dataclass
class Report:
    """What a day was like, and what went wrong; the last six are promised to be nothing."""

    rounds: int = 0
    calls: int = 0
    faults: int = 0
    doubled: int = 0
    dropped: int = 0
    messages: int = 0
    requests: int = 0
    unanswered: int = 0
    unended: int = 0
    disagreements: int = 0
    said_twice: int = 0

    def as_json(self) -> dict[str, int]:
        return asdict(self)


def live_through(chat: Chat, seed: int, rounds: int = ROUNDS) -> Report:
    """Play the day and return what came of it. Fails nothing by itself: the caller judges."""
    dice, desk, report = Random(seed), Desk(chat), Report(rounds=rounds)  # noqa: S311 a story, no secret
    with _patient_people():
        for order in ALWAYS:
            chat.weather(**order)
        for number in range(rounds):
            if number % 4 == 3:  # every two hours
                for order in BURSTS:
                    chat.weather(**order)
            for _ in range(ACTIONS):
                dice.choice(ACTS)(desk, dice)
            _an_hour_later(chat)
    _count_the_weather(chat, report)
    _let_it_clear_up(chat)
    _compare(chat, desk, report)
    return report


@contextmanager
def _patient_people() -> Iterator[None]:
    """Let people try again what Webex was too busy for, as people do."""
    Someone.tries = 9
    try:
        yield
    finally:
        Someone.tries = 1


def _an_hour_later(chat: Chat) -> None:
    running = chat.running
    running.control("POST", "clock", {"advance": AN_HOUR.total_seconds()})
    running.clock.ahead += AN_HOUR
    running.run_delayed()
    running.sweep()
    running.catch_up()


def _let_it_clear_up(chat: Chat) -> None:
    """The weather is good again; what was lost is found, and what nobody decides on expires."""
    chat.running.control("DELETE", "weather")
    for _ in range(3):
        _an_hour_later(chat)
    chat.running.clock.ahead += chat.running.settings.request_ttl * 1.01
    for _ in range(3):
        chat.running.run_delayed()
        chat.running.sweep()


def _count_the_weather(chat: Chat, report: Report) -> None:
    seen = chat.running.control("GET", "snapshot")
    report.calls = len(seen["calls"])
    report.faults = sum(bool(call["weather"]) for call in seen["calls"])
    told = [(one["body"]["resource"], one["body"]["data"]["id"]) for one in seen["deliveries"] if one["status"]]
    report.doubled = sum(times - 1 for times in Counter(told).values())
    report.dropped = sum(one["status"] is None for one in seen["deliveries"])


def _compare(chat: Chat, desk: Desk, report: Report) -> None:
    desk.looks()
    for promise in PROMISES:
        try:
            promise(desk)
        except AssertionError:
            report.disagreements += 1
    typed = [one["id"] for one in desk.seen["messages"] if one["personId"] != BOT_ID and one["roomType"] == "direct"]
    posted = Counter(one["id"] for one in desk.seen["messages"] if one["personId"] == BOT_ID and not one["deleted"])
    with Session(chat.running.engine) as session:
        rows = list(session.scalars(select(OutgoingMessage)))
        requests = list(session.scalars(select(Request)))
    states = {row.key: row.state for row in rows}
    report.messages, report.requests = len(typed), len(requests)
    report.unanswered = sum(states.get(f"reply:messages:created:{one}") != "sent" for one in typed)
    report.unended = sum(row.state in OPEN_STATES for row in requests)
    report.said_twice = sum(posted.values()) - len(posted.keys() & {row.message_id for row in rows})
