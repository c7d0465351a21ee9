"""One running bot per test process, and an empty world for each test that wants one."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.chat import Chat
from tests.database import fresh_database, fresh_sqlite, postgres_server
from tests.running import Running, running_bot

os.environ.setdefault("DBOS__CLOUD", "false")
settings.register_profile("shared machine", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("shared machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="what the bot runs on")


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    if request.config.getoption("--database") == "sqlite":
        with running_bot(fresh_sqlite(tmp_path_factory.mktemp("sqlite"))) as bot:
            yield bot
    else:
        with postgres_server() as server, running_bot(fresh_database(server)) as bot:
            yield bot


@pytest.fixture
def chat(running: Running) -> Iterator[Chat]:
    """A new world; whatever a test does in it, the sandbox has to stand it."""
    running.reset()
    yield Chat(running)
    assert running.troubles.told == []
