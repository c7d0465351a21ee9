"""`license-bot doctor` orders nothing that would make it worse: each remedy belongs to its cause."""

import itertools
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from cryptography.fernet import Fernet
from werkzeug.serving import make_server

from bot import app as wiring
from bot.operating.doctor import CHECKS, Told, exit_code, look
from bot.operating.probes import Level
from bot.sandbox.seed import FULL_ADMIN, ORG, PARTNER_ORG, person_id
from bot.store.session import make_engine, make_sessions
from bot.store.tokens import Kept, Vault
from tests.operating.patients import Patient, live_token

BAD: frozenset[Level] = frozenset({"warning", "broken"})


@pytest.mark.parametrize(
    ("levels", "code"),
    [
        ((), 0),
        (("ok",), 0),
        (("ok", "skipped"), 0),
        (("warning",), 1),
        (("ok", "skipped", "warning"), 1),
        (("broken",), 2),
        (("ok", "skipped", "warning", "broken"), 2),
    ],
)
def test_the_exit_code_is_that_of_the_worst_finding(levels: tuple[Level, ...], code: int) -> None:
    for order in itertools.permutations(levels):
        assert exit_code([Told("check", level, "says", "remedy") for level in order]) == code


def test_what_is_no_webex_is_not_called_one_and_gets_no_token(bot: Patient) -> None:
    bot.set(webex_api_url=bot.settings.webex_api_url.replace("/v1", "/v2"))
    told = bot.only("Webex", "broken")
    assert "status 404" in told
    assert "WEBEX_API_URL" in told
    for check in ("bot token", "admin token", "scopes", "webhooks"):
        assert [one.level for one in bot.shown(check)] == ["skipped"]


def test_a_busy_webex_is_webex(bot: Patient) -> None:
    bot.refuse("/v1/**", 429)
    assert "busy" in bot.only("Webex", "warning")


@pytest.mark.parametrize("status", [400, 403, 404, 407])
@pytest.mark.parametrize("check", ["bot token", "admin token"])
def test_no_token_is_given_up_for_what_is_not_its_fault(bot: Patient, check: str, status: int) -> None:
    with bot.visit() as visit:
        assert visit.greeting
        bot.refuse("/v1/people/me", status)
        (told,) = [one for one in look(check, CHECKS[check], visit) if one.level in BAD]
    assert f"status {status}" in told.says
    assert "WEBEX_API_URL" in told.remedy
    assert "egenerate" not in told.remedy
    assert "uthorize" not in told.remedy


@contextmanager
def web_of(bot: Patient) -> Iterator[None]:
    """Run its web process, and let the doctor know where."""
    web = wiring.build_web(bot.settings)
    server = make_server("127.0.0.1", 0, web, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    bot.set(port=server.server_port)
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        web.extensions["close"]()


def test_who_reads_that_web_is_not_ready_finds_in_its_log_what_the_doctor_named(bot: Patient) -> None:
    with web_of(bot):
        with sqlite3.connect(bot.file) as database:
            database.execute("DELETE FROM alembic_version")
        database.close()
        with structlog.testing.capture_logs() as lines:
            told = bot.only("seal", "warning")
    assert "not ready" in told
    assert [one["ping"] for one in lines if one["event"] == "not ready"] == ["migrations"]
    assert "database or migrations." in told


def kept(bot: Patient, *, access_ends: timedelta, refresh_ends: timedelta) -> None:
    """Let a worker have stored a pair that ends so long from now."""
    key, now = Fernet.generate_key().decode(), datetime.now(UTC)
    live_token(bot, key)
    engine = make_engine(bot.settings.database_url, pool_size=1)
    stored = Kept("sandbox-admin", "refresh-1", "seed", now + access_ends, now + refresh_ends, now - timedelta(days=20))
    Vault(make_sessions(engine), [key]).keep(stored, None)
    engine.dispose()


def test_a_stored_token_that_has_ended_wants_a_worker_and_no_new_authorization(bot: Patient) -> None:
    kept(bot, access_ends=timedelta(days=-1), refresh_ends=timedelta(days=60))
    assert "has ended. Start a worker" in bot.only("admin token", "skipped")
    told = bot.only("renewal", "warning")
    assert "Start a worker" in told
    assert "uthorize" not in told
    assert [one.level for one in bot.shown("scopes")] == ["skipped"]


def test_a_refresh_token_that_has_ended_is_broken_and_one_that_ends_soon_is_not(bot: Patient) -> None:
    kept(bot, access_ends=timedelta(days=-6), refresh_ends=timedelta(days=-1))
    told = bot.only("renewal", "broken")
    assert "ended on" in told
    assert "authorize" in told
    assert bot.shown("renewal", "warning") == []


def test_a_refresh_token_that_ends_soon_is_warned_of(bot: Patient) -> None:
    kept(bot, access_ends=timedelta(days=3), refresh_ends=timedelta(days=3))
    assert "The refresh token ends on" in bot.only("renewal", "warning")
    assert bot.shown("renewal", "broken") == []


def test_a_database_that_is_there_and_cannot_be_read_is_not_upgraded(bot: Patient) -> None:
    bot.file.write_bytes(b"this is no database, although it has the name of one" * 100)
    told = bot.only("database", "broken")
    assert "license-bot db check" in told
    assert "upgrade" not in told


def test_a_database_whose_inside_is_damaged_is_no_defect_of_the_bot(bot: Patient) -> None:
    with sqlite3.connect(bot.file) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    database.close()
    with bot.file.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    told = bot.only("migrations", "broken")
    assert "license-bot db check" in told
    assert "Report" not in told


def test_a_catalog_file_may_name_what_only_one_of_several_organizations_has(bot: Patient, tmp_path: Path) -> None:
    made = bot.company.control(
        "POST", "organizations", {"displayName": "Nordic Twins", "managedBy": [person_id("admin")]}
    )
    file = tmp_path / "catalog.yaml"
    bot.set(org_ids=(ORG, made["id"]), catalog_file=str(file))
    file.write_text(
        f"Messaging:\n  group: Chat\n{made['licenses']['Messaging']}:\n  price: 3 EUR\nTelepathy:\n  price: 0\n"
    )
    assert "Line 5" in bot.only("catalog file", "warning")


def test_what_the_customers_have_decides_which_scopes_are_needed(bot: Patient) -> None:
    pia = {"email": "pia@partner.example", "displayName": "Pia", "orgId": PARTNER_ORG, "roles": [FULL_ADMIN]}
    partner = bot.company.control("POST", "people", pia)  # of an organization without licenses of its own
    made = bot.company.control("POST", "organizations", {"displayName": "Nordic", "managedBy": [partner["id"]]})
    bot.set(org_ids=(made["id"],), webex_admin_access_token=partner["token"])
    bot.refuse("/v1/resourceGroups")
    assert "resource_groups_read" in bot.only("scopes", "warning")
