"""Processes of the bot that the tests of this folder share; each test finds them running and the world as new."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.database import fresh_database, fresh_sqlite, postgres_server
from tests.processes import Company, running_company


@pytest.fixture(scope="session")
def processes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("processes")
    with ExitStack() as stack:
        if request.config.getoption("--database") == "sqlite":
            url = fresh_sqlite(folder)
        else:
            url = fresh_database(stack.enter_context(postgres_server()))
        yield stack.enter_context(running_company(url, folder))


@pytest.fixture
def company(processes: Company) -> Iterator[Company]:
    processes.reset()
    yield processes
    assert "Traceback" not in processes.sandbox.said()
