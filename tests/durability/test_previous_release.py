"""A deploy: the release step runs first, and until web and worker are replaced the code before it serves on."""

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from bot import app as wiring
from bot import webhooks
from bot.settings import DEMO_WEBHOOK_SECRET
from bot.store import schema
from bot.store.session import make_engine
from bot.webex.messages import ChatGateway
from bot.workflows import engine as engines
from tests.chat import Someone
from tests.database import fresh_database, fresh_sqlite, postgres_server
from tests.processes import REPOSITORY, Company, until

pytestmark = pytest.mark.processes

VERSIONS = "migrations/versions"


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=REPOSITORY, capture_output=True, check=True).stdout  # noqa: S607 whichever git is here


def _revisions_at(commit: str) -> set[str]:
    return {line.rpartition("/")[2] for line in _git("ls-tree", "--name-only", commit, f"{VERSIONS}/").decode().split()}


def _without_history(why: str) -> NoReturn:
    """Skip, and fail where it would go unnoticed: on a CI server with all of the history, which then lacks nothing."""
    try:
        is_whole = _git("rev-parse", "--is-shallow-repository").strip() == b"false"
    except (OSError, subprocess.CalledProcessError):
        is_whole = False
    if is_whole and os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(f"{why}: the upgrade from the release before is not tried")


@pytest.fixture(scope="session")
def code_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The latest code in the history whose migrations end before ours do."""
    ours = {path.name for path in (REPOSITORY / VERSIONS).glob("*.py")}
    try:
        commits = ["HEAD", *_git("log", "-20", "--format=%H^", "--", VERSIONS).decode().split()]
        commit = next((one for one in commits if _revisions_at(one) < ours), None)
        if commit is None:
            _without_history("the history here does not reach back to other tables")
        archive = _git("archive", commit)
    except (OSError, subprocess.CalledProcessError):
        _without_history("there is no history here")
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.config.getoption("--database") == "sqlite":
        yield fresh_sqlite(tmp_path)
        return
    with postgres_server() as server:
        yield fresh_database(server)


def _tables_as_before(database_url: str, code_before: Path) -> None:
    """Make the tables of the code before with its own migrations; the engine's are the engine's."""
    engine = make_engine(database_url, pool_size=1)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(code_before / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()
    engines.migrate(database_url)


def test_code_that_was_started_before_the_release_step_serves_on_after_it(
    database_url: str, code_before: Path, tmp_path: Path
) -> None:
    _tables_as_before(database_url, code_before)
    company = Company(database_url, tmp_path, PYTHONSAFEPATH="1", PYTHONPATH=str(code_before))
    try:
        company.start()
        until("the worker works", lambda: "worker_started" in company.worker.said())
        chat = ChatGateway("sandbox-bot", company.settings.webex_api_url)
        list(webhooks.sync(chat, company.settings.public_url, DEMO_WEBHOOK_SECRET))
        wiring.upgrade(database_url)
        assert schema.is_current(company.engine)
        employee, manager = Someone(company, "employee"), Someone(company, "manager")
        employee.says("request messaging because new desk")
        manager.presses("Approve")
        assert "done" in employee.last()
        assert "Traceback" not in company.worker.said() + company.web.said()
    finally:
        company.close()


def test_rows_survive_the_way_back_and_forth(database_url: str) -> None:
    wiring.upgrade(database_url)
    engine = make_engine(database_url, pool_size=1)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO deliveries (key, actor_id, space_id, received_at) VALUES ('k', 'a', 's', :at)"),
            {"at": "2026-01-01 00:00:00+00:00"},
        )
    for order, revision in ((command.downgrade, "-1"), (command.upgrade, "head")):
        with engine.begin() as connection:
            config = schema.config()
            config.attributes["connection"] = connection
            order(config, revision)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM deliveries")) == 1
    assert inspect(engine).has_table("marks")
    engine.dispose()
