"""A server that says on the wire whatever a test wants, for what a well-behaved double of Webex cannot say."""

from __future__ import annotations

import json
import socket
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Say:
    """One answer. `body` is sent as JSON unless it is text; `breaks` closes the line without an answer."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    breaks: bool = False

    def encoded(self) -> tuple[str, bytes]:
        if isinstance(self.body, str):
            return "text/html", self.body.encode()
        return "application/json;charset=utf-8", json.dumps(self.body).encode()


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    authorization: str
    body: Any


class Odd:
    """Says the given answers in turn, and the last one for ever."""

    def __init__(self) -> None:
        self.script: deque[Say] = deque()
        self.asked: list[Asked] = []
        self.url = ""

    def says(self, *answers: Say) -> Odd:
        self.script = deque(answers)
        return self

    def next(self) -> Say:
        return self.script.popleft() if len(self.script) > 1 else self.script[0]


class _Server(ThreadingHTTPServer):
    block_on_close = False  # a kept-alive connection of a client must not hold up the end of a test

    def __init__(self, odd: Odd) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.odd = odd


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def answer(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        odd = self.server.odd
        authorization = self.headers.get("Authorization", "")
        is_form = "x-www-form-urlencoded" in self.headers.get("Content-Type", "")
        told = raw.decode() if is_form else json.loads(raw) if raw else None
        odd.asked.append(Asked(self.command, self.path, authorization, told))
        say = odd.next()
        if say.breaks:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        kind, body = say.encoded()
        self.send_response(say.status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **say.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815  http.server's names

    def log_message(self, *_: object) -> None:
        """Keep the output of the tests clean."""


@contextmanager
def running_odd() -> Iterator[Odd]:
    odd = Odd()
    with _Server(odd) as server:
        odd.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield odd
        finally:
            server.shutdown()
            thread.join()
