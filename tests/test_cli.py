"""What an operator types, and the sentences they read when something is missing."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import main
from bot.settings import DEMO_WEBHOOK_SECRET, Settings

PROCFILE = Path(__file__).parent.parent / "Procfile"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    """An environment with nothing of ours in it, in an empty folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def test_every_command_of_the_procfile_exists(shell: CliRunner) -> None:
    for line in PROCFILE.read_text(encoding="utf-8").splitlines():
        words = line.split(": ", 1)[1].split()
        assert words[0] == "license-bot"
        assert shell.invoke(main, [*words[1:], "--help"]).exit_code == 0


def test_the_tokens_of_the_sandbox_can_be_read_by_programs(shell: CliRunner) -> None:
    rows = json.loads(shell.invoke(main, ["sandbox", "tokens", "--json"]).stdout)
    assert {"sandbox-bot", "sandbox-admin", "sandbox-employee", "sandbox-external"} <= {row["token"] for row in rows}
    assert set(rows[0]) == {"token", "personId", "email", "displayName", "orgId", "roles", "managerId"}


@pytest.mark.parametrize("process", ["web", "worker"])
def test_missing_settings_are_told_all_at_once_without_a_traceback(shell: CliRunner, process: str) -> None:
    told = shell.invoke(main, [process])
    assert told.exit_code == 2
    assert "WEBEX_TEAMS_ACCESS_TOKEN" in told.stderr
    assert len(told.stderr.splitlines()) >= 2
    assert "Traceback" not in told.output


@pytest.mark.parametrize("process", ["web", "worker"])
def test_without_the_release_step_nothing_starts(
    shell: CliRunner, monkeypatch: pytest.MonkeyPatch, process: str
) -> None:
    monkeypatch.setenv("WEBEX_API_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("WEBEX_TEAMS_ACCESS_TOKEN", "sandbox-bot")
    monkeypatch.setenv("WEBEX_ADMIN_ACCESS_TOKEN", "sandbox-admin")
    monkeypatch.setenv("WEBEX_WEBHOOK_SECRET", DEMO_WEBHOOK_SECRET)
    monkeypatch.setenv("ADMINS", "admin@example.com")
    told = shell.invoke(main, [process])
    assert told.exit_code == 2
    assert "license-bot db upgrade" in told.stderr


def test_the_release_step_can_be_repeated(shell: CliRunner) -> None:
    for _ in range(2):
        told = shell.invoke(main, ["db", "upgrade"])
        assert told.exit_code == 0
        assert "up to date" in told.stdout
