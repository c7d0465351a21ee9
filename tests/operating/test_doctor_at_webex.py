"""`license-bot doctor` at Webex: each thing that can be wrong there is made so, and the line and remedy are read."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bot.desk.orgs import key_of
from bot.operating.checks.rights import PROBES, Probe
from bot.operating.probes import Level
from bot.sandbox.ids import webex_id
from bot.sandbox.seed import ORG, PARTNER_ORG, READONLY_ADMIN, USER_ADMIN, person_id
from bot.settings import DEMO_WEBHOOK_SECRET
from tests.operating.patients import Patient

OLD_SECRET = "the secret of last year that is long enough"
NOBODY = webex_id("ORGANIZATION", "11111111-2222-4333-8444-555555555555")


def test_a_webex_that_is_not_there_is_said_once(bot: Patient) -> None:
    bot.set(webex_api_url="http://127.0.0.1:9/v1")
    assert "firewall" in bot.only("Webex", "broken")
    for check in ("clock", "bot token", "admin token", "scopes", "webhooks"):
        assert [one.level for one in bot.shown(check)] == ["skipped"]


@contextmanager
def server_whose_clock_is(ahead: timedelta) -> Iterator[str]:
    """Run what answers every GET with 401, as Webex does without a token, and with its own idea of the time."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(401)
            self.end_headers()

        def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002 as http.server has it
            return format_datetime(datetime.now(UTC) + ahead, usegmt=True)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("seconds", "level", "words"),
    [(120, "warning", "behind"), (-120, "warning", "ahead of"), (9, "ok", "agrees"), (-9, "ok", "agrees")],
)
def test_a_clock_that_is_off_is_told(bot: Patient, seconds: int, level: Level, words: str) -> None:
    with server_whose_clock_is(timedelta(seconds=seconds)) as url:
        bot.set(webex_api_url=url)
        assert words in bot.only("clock", level)


def test_a_bot_token_is_a_bots_and_valid(bot: Patient) -> None:
    assert bot.only("bot token", "ok")
    bot.set(webex_teams_access_token="sandbox-employee")
    assert "a person's" in bot.only("bot token", "broken")
    bot.set(webex_teams_access_token="sandbox-regenerated")
    assert "Regenerate" in bot.only("bot token", "broken")


def test_while_webex_is_busy_nothing_is_called_broken(bot: Patient) -> None:
    bot.refuse("/v1/**", 503)
    assert "busy" in bot.only("bot token", "warning")
    assert "busy" in bot.only("admin token", "warning")


def test_an_admin_token_is_no_bots_and_valid(bot: Patient) -> None:
    assert bot.shown("admin token", "warning", "broken") == []
    bot.set(webex_admin_access_token="sandbox-bot")
    assert "Bots never see licenses" in bot.only("admin token", "broken")
    bot.set(webex_admin_access_token="sandbox-taken-back")
    assert "authorize" in bot.only("admin token", "broken")


def test_a_token_of_twelve_hours_is_warned_of(bot: Patient) -> None:
    bot.company.control("PATCH", "tokens/sandbox-admin", {"expiresIn": 12 * 3600})
    assert "WEBEX_ADMIN_REFRESH_TOKEN" in bot.only("admin token", "warning")


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.scope)
def test_each_scope_that_is_missing_is_named(bot: Patient, probe: Probe) -> None:
    if probe.feature == "ORG_IDS":
        bot.set(org_ids=(PARTNER_ORG, NOBODY))
    assert bot.shown("scopes", "warning", "broken") == []
    bot.refuse(f"/v1/{probe.path}")
    (told,) = bot.shown("scopes", "warning", "broken")
    assert probe.scope in told.says
    assert told.level == ("warning" if probe.feature else "broken")


def test_a_person_without_admin_rights_is_no_admin_side(bot: Patient) -> None:
    bot.set(webex_admin_access_token="sandbox-employee")
    told = [one.says for one in bot.shown("scopes", "broken")]
    assert any("people_read" in says for says in told)
    assert any("licenses_read" in says for says in told)
    assert "see scopes" in bot.only("roles", "skipped")


@pytest.mark.parametrize(("role", "level"), [(USER_ADMIN, "warning"), (READONLY_ADMIN, "broken")])
@pytest.mark.parametrize("names_are_told", [True, False])
def test_a_lesser_admin_is_told(bot: Patient, role: str, level: Level, *, names_are_told: bool) -> None:
    assert "Full Administrator" in bot.only("roles", "ok")
    bot.company.control("PATCH", f"people/{person_id('admin')}", {"roles": [role]})
    if not names_are_told:
        bot.refuse("/v1/roles")
    assert "full admin" in bot.only("roles", level)


def test_an_organization_is_named_as_webex_writes_it_and_a_bare_uuid_is_warned_about(bot: Patient) -> None:
    assert f"({ORG})" in bot.only("organizations", "ok")
    bot.set(org_ids=(key_of(ORG),))
    assert bot.only("organizations", "warning").endswith(f"Set it to {ORG}.")


def test_organizations_must_be_known(bot: Patient) -> None:
    assert "licenses" in bot.only("organizations", "ok")
    bot.set(org_ids=(NOBODY,), allowed_orgs=("exampleorg", PARTNER_ORG))
    assert "ORG_IDS entry 1" in bot.only("organizations", "broken")
    assert "ALLOWED_ORGS entry 1 " in bot.only("organizations", "warning")


def test_webhooks_that_are_missing_or_lead_elsewhere_are_told_and_synced(bot: Patient) -> None:
    missing = bot.shown("webhooks", "broken")
    assert len(missing) == 3
    assert all("license-bot webhooks sync" in one.remedy for one in missing)
    bot.sync()
    assert bot.only("webhooks", "ok")
    bot.set(public_url="http://127.0.0.1:10")
    assert len(bot.shown("webhooks", "broken")) == 3


def test_a_webhook_under_the_old_secret_is_a_change_that_is_not_finished(bot: Patient) -> None:
    bot.sync(OLD_SECRET)
    bot.set(webex_webhook_secret=f"{DEMO_WEBHOOK_SECRET},{OLD_SECRET}")
    told = bot.shown("webhooks", "warning", "broken")
    assert {one.level for one in told} == {"warning"}
    assert OLD_SECRET not in str(told)
    bot.set(webex_webhook_secret=DEMO_WEBHOOK_SECRET)
    told = bot.shown("webhooks", "warning", "broken")
    assert {one.level for one in told} == {"broken"}
    assert OLD_SECRET not in str(told)


def test_a_webhook_too_many_is_told(bot: Patient) -> None:
    bot.sync()
    body = {
        "name": "license-bot messages",
        "targetUrl": "http://127.0.0.1:9/webhooks/webex",
        "resource": "messages",
        "event": "created",
        "secret": DEMO_WEBHOOK_SECRET,
    }
    bot.company.as_person("bot", "POST", "webhooks", body)
    assert "more than one" in bot.only("webhooks", "warning")


def test_a_webhook_that_fell_asleep_is_told_with_the_five_minutes_to_wait(bot: Patient) -> None:
    bot.sync()
    for one in bot.company.control("GET", "snapshot")["webhooks"]:
        bot.company.control("PATCH", f"webhooks/{one['id']}", {"status": "inactive"})
    told = bot.shown("webhooks", "broken")
    assert len(told) == 3
    assert all("to sleep" in one.says and "five minutes" in one.remedy for one in told)
