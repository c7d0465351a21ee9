"""Alive is always yes; ready asks everything outside, seldom and one check at a time."""

from collections.abc import Callable
from threading import Event, Thread

import structlog
from flask import Flask
from flask.testing import FlaskClient

from bot.web.health import FRESH_FOR, Ping, Readiness, health_routes


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Database:
    """Counts how often it was asked, and can be gone."""

    asked = 0
    is_there = True

    def __call__(self) -> None:
        self.asked += 1
        if not self.is_there:
            raise ConnectionError("postgresql://bot:password@db")


def _client(pings: dict[str, Ping], clock: Callable[[], float]) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(health_routes(pings, clock))
    return app.test_client()


def test_alive_asks_nobody() -> None:
    database = Database()
    database.is_there = False
    answer = _client({"database": database}, Clock()).get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"ok": True})
    assert database.asked == 0


def test_ready_when_everything_answers() -> None:
    answer = _client({"database": Database(), "webex": Database()}, Clock()).get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"ok": True})


def test_outsiders_learn_that_it_is_not_ready_and_the_log_learns_why() -> None:
    gone = Database()
    gone.is_there = False
    with structlog.testing.capture_logs() as lines:
        answer = _client({"database": gone, "webex": Database(), "migrations": gone}, Clock()).get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ok": False})
    assert [line["ping"] for line in lines] == ["database", "migrations"]
    assert "password" not in str(lines)


def test_an_answer_is_kept_for_a_while() -> None:
    clock, database = Clock(), Database()
    client = _client({"database": database}, clock)
    assert client.get("/readyz").status_code == 200
    database.is_there = False
    clock.now += FRESH_FOR - 0.1
    assert client.get("/readyz").status_code == 200
    assert database.asked == 1
    clock.now += 0.1
    assert client.get("/readyz").status_code == 503
    assert database.asked == 2


class SlowDatabase(Database):
    """Answers only when told to."""

    def __init__(self) -> None:
        self.was_asked = Event()
        self.may_answer = Event()

    def __call__(self) -> None:
        super().__call__()
        self.was_asked.set()
        assert self.may_answer.wait(60)


def test_while_one_checks_the_others_are_told_what_was_known() -> None:
    clock, database = Clock(), SlowDatabase()
    readiness = Readiness({"database": database}, clock)
    database.may_answer.set()
    assert readiness.is_ready()
    database.may_answer.clear()
    database.was_asked.clear()
    clock.now += FRESH_FOR
    checking = Thread(target=readiness.is_ready)
    checking.start()
    assert database.was_asked.wait(60)
    assert readiness.is_ready()
    assert database.asked == 2
    database.may_answer.set()
    checking.join()


def test_before_the_first_verdict_everybody_waits_for_one_check() -> None:
    database = SlowDatabase()
    readiness = Readiness({"database": database}, Clock())
    verdicts: list[bool] = []
    asking = [Thread(target=lambda: verdicts.append(readiness.is_ready())) for _ in range(8)]
    for thread in asking:
        thread.start()
    assert database.was_asked.wait(60)
    assert verdicts == []
    database.may_answer.set()
    for thread in asking:
        thread.join()
    assert verdicts == [True] * 8
    assert database.asked == 1
