"""`license-bot doctor`: nothing to say of a bot in order, and a remedy for all that is broken on this machine."""

import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from typer.testing import CliRunner, Result

from bot.cli import main
from bot.operating.checks import premises
from bot.operating.doctor import CHECKS
from bot.settings import DEMO_WEBHOOK_SECRET, Settings
from bot.store.session import make_engine, make_sessions
from bot.store.tokens import Kept, Vault, seed_of
from tests.chat import Chat
from tests.operating.patients import Patient, live_token

OTHER_SECRET = "another secret of more than thirty-two characters"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    """An environment with nothing of ours in it, in an empty folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def doctor(shell: CliRunner, settings: Settings, *options: str, **environment: str) -> Result:
    mine = {
        "WEBEX_API_URL": settings.webex_api_url,
        "PUBLIC_URL": settings.public_url,
        "WEBEX_TEAMS_ACCESS_TOKEN": "sandbox-bot",
        "WEBEX_ADMIN_ACCESS_TOKEN": "sandbox-admin",
        "WEBEX_WEBHOOK_SECRET": DEMO_WEBHOOK_SECRET,
        "DATABASE_URL": settings.database_url,
        "PORT": str(settings.port),
        "ADMINS": "admin@example.com",
    }
    return shell.invoke(main, ["doctor", *options], env=mine | environment)


@pytest.mark.parametrize(("fixed_in", "code"), [((3,), 0), ((99,), 1)])
def test_of_a_bot_in_order_it_has_nothing_to_say_but_of_the_machines_sqlite(
    chat: Chat, shell: CliRunner, monkeypatch: pytest.MonkeyPatch, fixed_in: tuple[int, ...], code: int
) -> None:
    monkeypatch.setattr(premises, "FIXED_SQLITE", fixed_in)
    chat.employee.says("help")
    told = doctor(shell, chat.running.settings, "--json")
    found = json.loads(told.stdout)
    assert {one["check"] for one in found["findings"]} == {"settings", *CHECKS}
    troubled = {one["check"] for one in found["findings"] if one["level"] in {"warning", "broken"}}
    assert troubled == ({"SQLite"} if code and chat.running.settings.is_sqlite else set())
    assert told.exit_code == (1 if troubled else 0)
    assert not any(secret in told.output for secret in ("sandbox-bot", "sandbox-admin", DEMO_WEBHOOK_SECRET))


def test_the_seal_is_tried_on_the_web_process_that_runs_here(chat: Chat, shell: CliRunner) -> None:
    told = doctor(shell, chat.running.settings, WEBEX_WEBHOOK_SECRET=OTHER_SECRET)
    assert told.exit_code == 2
    assert "[bad]  seal           The secret is another one than the web process has." in told.stdout
    assert "A forged delivery is refused." in told.stdout
    assert "the webhook leads elsewhere than PUBLIC_URL, or has a secret that is not ours." in told.stdout
    assert OTHER_SECRET not in told.output


def test_what_is_missing_is_told_at_once_and_all_else_is_looked_at_all_the_same(bot: Patient, shell: CliRunner) -> None:
    told = doctor(shell, bot.settings, ADMINS="", WEBEX_WEBHOOK_SECRET="")
    assert told.exit_code == 2
    assert "[bad]  settings       ADMINS is missing." in told.stdout
    assert "[bad]  settings       WEBEX_WEBHOOK_SECRET is missing." in told.stdout
    assert "[ok]   bot token" in told.stdout


def test_for_a_web_process_alone_the_admin_token_is_not_missed(bot: Patient, shell: CliRunner) -> None:
    told = doctor(shell, bot.settings, "--for", "web", WEBEX_ADMIN_ACCESS_TOKEN="", ADMINS="")
    assert "[ok]   settings" in told.stdout
    assert "[-]    admin token    No admin token is set here." in told.stdout


def test_a_setting_that_cannot_be_used_comes_first(bot: Patient, shell: CliRunner) -> None:
    told = doctor(shell, bot.settings, PORT="eighty")
    assert told.exit_code == 2
    assert "PORT cannot be used." in told.stdout
    assert "Nothing else can be looked at until they are right." in told.stdout


def test_a_check_that_fails_by_itself_leaves_the_others_alone(bot: Patient) -> None:
    bot.file.write_bytes(b"this is no database, although it has the name of one" * 100)
    assert "DatabaseError" in bot.only("database", "broken")


def test_without_a_database_none_is_made(bot: Patient) -> None:
    bot.file.unlink()
    assert "license-bot db upgrade" in bot.only("database", "broken")
    assert bot.shown("migrations", "broken", "warning") == bot.shown("work", "broken", "warning") == []
    assert not bot.file.exists()


def test_an_empty_database_wants_the_release_step(bot: Patient) -> None:
    bot.file.unlink()
    bot.file.touch()
    assert "license-bot db upgrade" in bot.only("migrations", "broken")


def test_a_server_that_is_not_there_is_told_without_its_password(bot: Patient) -> None:
    bot.set(database_url="postgresql://bot:opensesame@127.0.0.1:9/desk")
    told = bot.only("database", "broken")
    assert "DATABASE_URL" in told
    assert "opensesame" not in told


def test_an_old_sqlite_and_a_full_disk_are_warned_of(bot: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(premises, "FIXED_SQLITE", (99,))
    monkeypatch.setattr(premises, "LEAST_FREE", shutil.disk_usage(bot.file).total * 2)
    assert "rare bug" in bot.only("SQLite", "warning")
    assert "Make room" in bot.only("disk", "warning")
    monkeypatch.setattr(premises, "FIXED_SQLITE", (3,))
    monkeypatch.setattr(premises, "LEAST_FREE", 1)
    assert [one.level for one in bot.shown("SQLite") + bot.shown("disk")] == ["ok", "ok"]


def test_work_that_nobody_does_or_that_failed_is_told(bot: Patient) -> None:
    assert bot.shown("work", "warning", "broken") == []
    long_ago = int((datetime.now(UTC) - timedelta(hours=1)).timestamp() * 1000)
    with sqlite3.connect(bot.file) as database:
        for key, status in (("a", "ERROR"), ("b", "ENQUEUED")):
            database.execute(
                "INSERT INTO workflow_status (workflow_uuid, status, name, created_at, updated_at, priority)"
                " VALUES (?, ?, 'ask', ?, ?, 0)",
                (key, status, long_ago, long_ago),
            )
    database.close()
    told = [one.says for one in bot.shown("work", "broken")]
    assert told == ["Work that will not finish by itself: 2.", "Work that waits: 1, the oldest for 60 minutes."]


def test_nothing_proves_that_webex_reaches_us_but_a_delivery(bot: Patient) -> None:
    assert "unproven" in bot.only("last delivery", "warning")
    with sqlite3.connect(bot.file) as database:
        came = (datetime.now(UTC) - timedelta(days=3)).replace(tzinfo=None).isoformat(sep=" ")
        database.execute(
            "INSERT INTO deliveries (key, actor_id, space_id, received_at) VALUES ('a', 'b', 'c', ?)", (came,)
        )
    database.close()
    assert "3 days ago" in bot.only("last delivery", "ok")


def test_where_no_web_process_runs_that_is_said_and_is_no_fault(bot: Patient) -> None:
    assert "No web process answers here" in bot.only("seal", "skipped")


def test_something_else_at_the_port_is_no_bot(bot: Patient) -> None:
    bot.set(port=int(bot.sandbox.url.rpartition(":")[2]))
    told = [one.says for one in bot.shown("seal", "broken")]
    assert any("genuine delivery" in says for says in told)
    assert any("forged delivery" in says for says in told)


def test_a_catalog_file_that_cannot_be_read_or_names_nothing_is_told(bot: Patient, tmp_path: Path) -> None:
    file = tmp_path / "catalog.yaml"
    bot.set(catalog_file=str(file))
    assert "cannot be read" in bot.only("catalog file", "broken")
    file.write_text("Messaging:\n  colour: red\n")
    assert "line 2" in bot.only("catalog file", "broken")
    file.write_text("Telepathy:\n  hidden: true\n")
    assert "Line 1" in bot.only("catalog file", "warning")


def test_the_stored_token_is_opened_and_its_end_is_told(bot: Patient) -> None:
    key, now = Fernet.generate_key().decode(), datetime.now(UTC)
    live_token(bot, key)
    assert "Start one" in bot.only("renewal", "skipped")
    engine = make_engine(bot.settings.database_url, pool_size=1)
    vault = Vault(make_sessions(engine), [key])
    kept = Kept("sandbox-admin", "refresh-1", "seed", now + timedelta(days=14), now + timedelta(days=90), now)
    vault.keep(kept, None)
    assert "can be until" in bot.only("renewal", "ok")
    assert bot.shown("admin token", "broken", "warning") == []
    ending = Kept("sandbox-admin", "refresh-1", "seed", now, now + timedelta(days=3), now + timedelta(minutes=1))
    vault.keep(ending, kept)
    vault.note_refusal(seed_of("C1", "refresh-1"), now, 400, "")
    engine.dispose()
    assert "The refresh token ends on" in bot.only("renewal", "warning")
    assert "refuses to renew" in bot.only("renewal", "broken")
    bot.set(token_key=Fernet.generate_key().decode())
    assert "TOKEN_KEY does not open" in bot.only("renewal", "broken")
    assert bot.shown("admin token", "broken", "warning") == []
