"""gunicorn, configured by our settings alone, and its worker, which says for a moment that it is leaving.

Whoever shares the load out reads `/readyz`; a worker that is gone at once would have deliveries sent to it meanwhile.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from bot.settings import Settings

LEAVING = 2.0
"""Seconds for which it still serves and says that it is not ready."""
TO_END = 10
"""Seconds from SIGTERM until whatever is still under way is cut off."""


class DrainingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """`/readyz` answers 503 from SIGTERM on; what is under way is then answered, within gunicorn's graceful timeout."""

    def handle_exit(self, sig: int, frame: Any) -> None:
        app = getattr(self, "wsgi", None)
        if app is None:  # told to end before there was an application
            super().handle_exit(sig, frame)
            return
        app.extensions["drain"]()
        timer = threading.Timer(LEAVING, super().handle_exit, (sig, frame))
        timer.daemon = True
        timer.start()


class Serving(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Runs the application in processes of its own; `above` is run once in the one above them."""

    def __init__(self, settings: Settings, build: Callable[[], Flask], above: Callable[[], object]) -> None:
        self._settings = settings
        self._build = build
        self._above = above
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", f"{self._settings.bind_host}:{self._settings.port}")
        self.cfg.set("workers", 1 if self._settings.is_sqlite else 2)
        self.cfg.set("threads", 16)
        self.cfg.set("worker_class", DrainingWorker)
        self.cfg.set("graceful_timeout", TO_END)
        self.cfg.set("when_ready", lambda _arbiter: self._above())
        self.cfg.set("accesslog", None)
        self.cfg.set("loglevel", "warning")

    def load(self) -> Flask:
        return self._build()
