"""Container, compose file and systemd units: short, and in step with the commands and settings that there are."""

import configparser
import json
import re
import shlex
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from typer.testing import CliRunner
from werkzeug.serving import make_server

from bot.cli import main
from bot.settings import Settings
from bot.web.health import health_routes

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
LONGEST = 40
SETTINGS = {name.upper() for name in Settings.model_fields if name != "role"}
THEIRS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}
"""Names of the database's image, not ours."""
OF_PYTHON = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PIP_NO_CACHE_DIR", "PIP_DISABLE_PIP_VERSION_CHECK"}
OF_THE_ADMIN_SIDE = {
    "WEBEX_ADMIN_ACCESS_TOKEN",
    "WEBEX_ADMIN_CLIENT_SECRET",
    "WEBEX_ADMIN_REFRESH_TOKEN",
    "TOKEN_KEY",
}


def _services() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return services


def _unit(path: Path) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]  # systemd minds upper case
    unit.read(path, encoding="utf-8")
    return unit


def _exists(command: list[str]) -> bool:
    return CliRunner().invoke(main, [*command, "--help"]).exit_code == 0


@pytest.mark.parametrize("path", [ROOT / "Dockerfile", ROOT / "compose.yaml", *UNITS], ids=lambda path: path.name)
def test_each_file_can_be_read_in_one_look(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST
    assert max(map(len, lines)) <= 120


def test_every_command_that_is_started_exists() -> None:
    started = [shlex.split(_unit(path)["Service"]["ExecStart"]) for path in UNITS]
    started += [service["command"] for service in _services().values() if "command" in service]
    image = re.search(r"^CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)
    assert image
    started.append(yaml.safe_load(image[1]))
    assert len(started) >= 6
    assert [words for words in started if Path(words[0]).name != "license-bot" or not _exists(words[1:])] == []


def test_every_variable_that_is_set_is_one_of_ours() -> None:
    in_compose = {name for service in _services().values() for name in service.get("environment", {})}
    in_image = set(re.findall(r"(?:^ENV|\s)\s*([A-Z_]+)=", "\n".join(re.findall("^ENV .+$", DOCKERFILE, re.MULTILINE))))
    assert {"DATABASE_URL", "PORT"} <= in_compose
    assert in_compose - SETTINGS - THEIRS == set()
    assert in_image - SETTINGS - OF_PYTHON == set()


def test_web_has_nothing_of_the_admin_side() -> None:
    web = _services()["web"]["environment"]
    assert {name for name in OF_THE_ADMIN_SIDE if web.get(name, "set") != ""} == set()
    (unit,) = (_unit(path)["Service"] for path in UNITS if "-web" in path.name)
    assert unit["EnvironmentFile"].endswith("/web.env")


def test_the_release_step_has_the_database_and_no_secret_of_webex() -> None:
    release = _services()["release"]
    assert release["env_file"] == []
    assert set(release["environment"]) <= {"DATABASE_URL", "METRICS_HOST"}
    given = {path.stem.rpartition("-")[2]: _unit(path)["Service"]["EnvironmentFile"] for path in UNITS}
    assert given == {process: f"/etc/license-bot/{process}.env" for process in ("release", "web", "worker")}


def test_the_worker_in_a_container_can_read_a_catalog_file() -> None:
    mounted = [where.split(":")[1] for where in _services()["worker"]["volumes"]]
    assert all(where.endswith(":ro") for where in _services()["worker"]["volumes"])
    runbook = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert [where for where in mounted if f"CATALOG_FILE={where}/" in runbook] == mounted


def _health(first_process: str, port: int, folder: Path) -> int:
    """Run the image's check as if this were the container's first process."""
    line = re.search(r"^HEALTHCHECK .*? CMD (\[.+?\])$", DOCKERFILE, re.MULTILINE | re.DOTALL)
    assert line
    _, option, script = json.loads(line[1].replace("\\\n", ""))
    process = folder / "cmdline"
    process.write_bytes(first_process.replace(" ", "\0").encode())
    words = [sys.executable, option, script.replace("/proc/1/cmdline", str(process))]
    environment = {"PORT": str(port), "no_proxy": "*"}
    return subprocess.run(words, env=environment, check=False, capture_output=True).returncode


def test_web_is_healthy_where_it_answers_and_a_worker_by_itself(tmp_path: Path) -> None:
    started = "/opt/license-bot/bin/python /opt/license-bot/bin/license-bot"
    assert _health(f"{started} worker", 9, tmp_path) == 0
    assert _health(f"{started} web", 9, tmp_path) != 0
    app = Flask(__name__)
    app.register_blueprint(health_routes({}))
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    assert _health(f"{started} web", server.server_port, tmp_path) == 0
    thread.join()
    server.server_close()


def test_the_release_step_comes_before_what_needs_it() -> None:
    services = _services()
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["release"]["condition"] == "service_completed_successfully"
    assert services["release"]["restart"] == "no"


def test_the_image_runs_as_nobody_special_from_packages_with_hashes() -> None:
    stages = DOCKERFILE.split("\nFROM ")
    assert re.search(r"^USER (?!root)\w", stages[-1], re.MULTILINE)
    assert "HEALTHCHECK" in stages[-1]
    assert all("--require-hashes" in line or "--no-index" in line for line in re.findall(r"pip install .+", DOCKERFILE))
    assert "requirements.txt" in DOCKERFILE


def test_only_what_is_built_from_goes_to_the_builder() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    wanted = {word for line in re.findall(r"^COPY (?!--)(.+)$", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]}
    assert let_in == wanted
    assert all((ROOT / name).exists() for name in let_in)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_without_rights_and_comes_back_by_itself(path: Path) -> None:
    unit = _unit(path)["Service"]
    assert unit["User"] != "root"
    assert unit["NoNewPrivileges"] == "yes"
    assert unit["ProtectSystem"] == "strict"
    assert unit["Type"] == "oneshot" or unit["Restart"] == "always"
