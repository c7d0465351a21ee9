"""The browser that is here, headless, on a loop in a thread of its own: the thread of the tests never runs a loop."""

import asyncio
import os
import shutil
import threading
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from playwright.async_api import Browser, BrowserContext, Error, Playwright, async_playwright, expect

from bot.sandbox.pages import BUILT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
FLAGS = (
    "--no-sandbox",  # containers have no user namespaces, and nothing but our own page is opened
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
TOO_LONG = 90.0
"""Seconds after which what a test waits for is taken as never coming."""
Result = TypeVar("Result")


class Engine:
    """One browser. What Playwright would have awaited is given to `run`, which returns what comes of it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def run(self, step: Awaitable[Result]) -> Result:
        async def taken() -> Result:
            return await step

        return asyncio.run_coroutine_threadsafe(taken(), self._loop).result(2 * TOO_LONG)

    def has_started(self) -> bool:
        """Start; False where there is no browser at all."""
        self._playwright = self.run(async_playwright().start())
        launch = self._playwright.chromium.launch(executable_path=on_path(), args=FLAGS, timeout=1000 * TOO_LONG)
        try:
            self._browser = self.run(launch)
        except Error as error:
            if "Executable doesn't exist" in error.message:
                return False
            raise
        return True

    def stop(self) -> None:
        if self._browser:
            self.run(self._browser.close())
        if self._playwright:
            self.run(self._playwright.stop())

    def context(self, **options: Any) -> BrowserContext:
        if self._browser is None:
            raise RuntimeError("not started")
        return self.run(self._browser.new_context(**options))


@contextmanager
def engine() -> Iterator[Engine]:
    """Start the browser; where there is none, skip with the reason, or fail where nothing may be skipped."""
    if not (BUILT / "index.html").is_file():
        go_without("the sandbox's page is not built: run `make page` (it needs Node)")
    expect.set_options(timeout=1000 * TOO_LONG)
    with _loop() as loop:
        running = Engine(loop)
        try:
            if not running.has_started():
                go_without("no browser found: run `make browser` or install Chromium")
            yield running
        finally:
            running.stop()


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="browser")
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def on_path() -> str | None:
    """Return a browser of the system; None lets Playwright look for its own."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def go_without(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{reason}. With CI set, browser tests are never skipped.", pytrace=False)
    pytest.skip(reason)
