"""gunicorn, configured by our settings alone, and its worker, which waits for nobody long and says when it is leaving.

Whoever shares the load out reads `/readyz`; a worker that is gone at once would have deliveries sent to it meanwhile.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http import get_parser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import ThreadWorker
from werkzeug.exceptions import RequestTimeout

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from flask import Flask

    from bot.settings import Settings

THREADS = 16
READ_WITHIN = 5.0
"""Seconds for a whole request from its first byte. Webex's are there at once; who dawdles would keep a thread."""
LEAVING = 2.0
"""Seconds for which it still serves and says that it is not ready."""
TO_END = 10
"""Seconds from SIGTERM until whatever is still under way is cut off."""


class TooSlow(RequestTimeout):
    """Raised while a request is read: by the application its body, which Flask answers, by gunicorn its headers."""


class UnreaderInTime(SocketUnreader):  # type: ignore[misc]  # gunicorn ships no types
    """Reads a request until its time is up, however many drops it comes in: a limit for each drop would have no end."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self._until: float | None = None

    def expect_another(self) -> None:
        self._until = None

    def chunk(self, size_hint: int | None = None) -> bytes:
        now = time.monotonic()
        self._until = self._until or now + READ_WITHIN
        left = self._until - now
        if left <= 0:
            raise TooSlow
        self.sock.settimeout(left)
        try:
            return bytes(super().chunk(size_hint))
        except TimeoutError:
            raise TooSlow from None
        finally:
            self.sock.settimeout(None)  # an answer may take longer


class BoundedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Reads in time. `/readyz` answers 503 from SIGTERM on; what is under way is then answered before it ends."""

    def handle(self, conn: Any) -> Any:
        if conn.parser is None:
            conn.parser = get_parser(self.cfg, conn.sock, conn.client)
            conn.parser.unreader = UnreaderInTime(conn.sock)
        conn.parser.unreader.expect_another()
        return super().handle(conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        if not isinstance(exc, TooSlow):
            super().handle_error(req, client, addr, exc)
        elif req is None:  # in its headers; otherwise the application has answered
            util.write_error(client, RequestTimeout.code, "Request Timeout", "")

    def handle_exit(self, sig: int, frame: Any) -> None:
        app = getattr(self, "wsgi", None)
        if app is None:  # told to end before there was an application
            super().handle_exit(sig, frame)
            return
        app.extensions["drain"]()
        timer = threading.Timer(LEAVING, super().handle_exit, (sig, frame))
        timer.daemon = True
        timer.start()


class InOurLog(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """What gunicorn says goes where everything goes: as JSON where that is set, and without secrets."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.propagate = True


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
        self.cfg.set("threads", THREADS)
        self.cfg.set("worker_class", BoundedWorker)
        self.cfg.set("graceful_timeout", TO_END)
        self.cfg.set("when_ready", lambda _arbiter: self._above())
        self.cfg.set("control_socket_disable", True)  # noqa: FBT003 gunicorn's own form
        self.cfg.set("logger_class", InOurLog)
        self.cfg.set("errorlog", None)
        self.cfg.set("accesslog", None)
        self.cfg.set("loglevel", "warning")

    def load(self) -> Flask:
        return self._build()
