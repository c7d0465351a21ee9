"""`kill -9` at the points of the main job, which a dry run finds: a sample here, all with `python -m tests.crash`."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.crash import summary
from tests.crash.company import running_company
from tests.crash.story import Result, Seen, Story
from tests.database import fresh_database, fresh_sqlite, postgres_server

pytestmark = [pytest.mark.crash, pytest.mark.processes]

EVERY = int(os.environ.get("CRASH_EVERY", "7"))


class Run:
    """The company of all tests here, and what a dry run of the job told."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.results: list[Result] = []
        self.points, self.usual = story.dry_run()


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    kind, begun = request.config.getoption("--database"), time.monotonic()
    folder = tmp_path_factory.mktemp("crash")
    with ExitStack() as stack:
        is_file = kind == "sqlite"
        url = fresh_sqlite(folder) if is_file else fresh_database(stack.enter_context(postgres_server()))
        going = Run(Story(stack.enter_context(running_company(url, folder))))
        yield going
    if going.results and "CRASH_SUMMARY" in os.environ:
        figures: dict[str, Any] = summary.of(going.results, time.monotonic() - begun)
        summary.write(kind, figures)


def test_every_place_where_the_bot_may_die_is_known(run: Run) -> None:
    """A new step or call is one more place to die at: look at it, then `python -m tests.crash --store`."""
    assert summary.differences(run.points) == []


def test_a_job_that_nobody_disturbs_ends_well(run: Run) -> None:
    usual: Seen = run.usual
    assert (usual.states, usual.decisions, usual.effects, usual.untrue) == (["granted"], 1, 1, 0)
    assert (usual.unsent, usual.unended, usual.unheard) == ([], {}, 0)
    assert set(usual.messages.values()) == {1}


@pytest.mark.parametrize("point", summary.known_points()[::EVERY])
def test_a_death_loses_nothing_and_doubles_nothing(run: Run, point: str) -> None:
    result = run.story.die_at(point, run.usual)
    run.results.append(result)
    assert result.problems() == []
