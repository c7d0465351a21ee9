"""One browser per test process, a fresh context per test, and nothing on its console."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.driver import Window
from tests.browser.engine import Engine, engine
from tests.chat import Chat

SIZE = {"width": 1440, "height": 900}
OpenWindow = Callable[..., Window]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", type=Path, default=None, help="folder to write the picture of the page into")


@pytest.fixture(scope="session")
def browser() -> Iterator[Engine]:
    with engine() as running:
        yield running


@pytest.fixture
def open_window(browser: Engine, chat: Chat) -> Iterator[OpenWindow]:
    """Open the page for these people; what else is given goes to the browser context."""
    contexts, windows = [], []

    def opened(*people: str, **options: Any) -> Window:
        looks: dict[str, Any] = {"viewport": SIZE, "color_scheme": "light", "reduced_motion": "reduce"}
        looks |= {"locale": "en-US", "timezone_id": "UTC"} | options
        contexts.append(browser.context(**looks))
        if people:
            browser.run(contexts[-1].add_init_script(f"localStorage['sandbox.people'] ??= '{json.dumps(people)}'"))
        windows.append(Window(browser, contexts[-1], chat.running.sandbox.url))
        return windows[-1].opens()

    yield opened
    problems = [problem for window in windows for problem in window.problems]
    for context in contexts:
        browser.run(context.close())
    assert not problems


@pytest.fixture
def window(open_window: OpenWindow) -> Window:
    return open_window()
