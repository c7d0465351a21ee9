"""The HTTP/1.1 server under the sandbox: keep-alive, no Nagle, a clean stop, JSON even for broken requests.

werkzeug's own request cycle closes every connection and waits 10 ms after each answer, hence `run_wsgi` here.
"""

import io
import json
import logging
import socket
import sys
import threading
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Protocol, runtime_checkable

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

LOG = logging.getLogger(__name__)
MAX_BODY = 32 * 1024 * 1024
TOO_LARGE = "Payload too large"
DROP = "sandbox.drop"
"""An application that puts this into its environ wants the connection closed without an answer."""
STREAM = "sandbox.stream"
"""An application that puts this into its environ wants every piece of its answer to leave at once, until it ends."""


@runtime_checkable
class Closable(Protocol):
    """A WSGI answer that wants to know when nobody reads on."""

    def close(self) -> None: ...


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    """Head and body leave together: `handle_one_request` flushes after each answer."""

    def run_wsgi(self) -> None:
        if self.headers.get("Expect", "").strip().lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        body = self._read_body(environ)
        if body is None:
            return
        environ.update({"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            del exc_info
            started[:] = [status, headers]
            return started.append

        chunks = self.server.app(environ, start_response)
        if environ.get(STREAM):
            self._stream(started[0], started[1], chunks)
            return
        answer = b"".join(chunks)
        if environ.get(DROP):
            self.close_connection = True
            return
        self._answer(started[0], started[1], answer)

    def _read_body(self, environ: dict[str, Any]) -> bytes | None:
        """Read the whole body, so that the next request on this line begins where it should; None once refused."""
        try:
            if "HTTP_TRANSFER_ENCODING" in environ:
                body: bytes = environ["wsgi.input"].read()
            else:
                body = self._read_exactly(environ.get("CONTENT_LENGTH") or "0")
        except EOFError:
            self.close_connection = True  # the client went away in the middle of it
            return None
        except (OSError, ValueError) as error:
            self.send_error(413 if str(error) == TOO_LARGE else 400, str(error))
            return None
        return body

    def _read_exactly(self, length: str) -> bytes:
        if not (length.isascii() and length.isdecimal()):
            raise ValueError("Bad Content-Length")
        if int(length[:12]) > MAX_BODY:
            raise ValueError(TOO_LARGE)
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise EOFError
        return body

    def _answer(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, phrase = status.partition(" ")
        self.send_response(int(code), phrase)
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if body and self.command != "HEAD":
            self.wfile.write(body)

    def _stream(self, status: str, headers: list[tuple[str, str]], chunks: Iterable[bytes]) -> None:
        """Send piece by piece: the length is unknown, so the end of the connection is the end of the answer."""
        self.close_connection = True
        try:
            self._answer(status, headers, b"")
            self.wfile.flush()
            for chunk in chunks:
                self.wfile.write(chunk)
                self.wfile.flush()
        finally:
            if isinstance(chunks, Closable):
                chunks.close()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse in JSON what is too broken to reach the application."""
        del explain
        text = message or HTTPStatus(code).phrase
        self.close_connection = True
        self.request_version = self.protocol_version  # else a garbled request line is taken for HTTP/0.9: no head
        tracking = f"NA_{uuid.uuid4()}"
        body = json.dumps({"message": text, "errors": [{"description": text}], "trackingId": tracking}).encode()
        self.send_response(code, HTTPStatus(code).phrase)
        self.send_header("Content-Type", "application/json;charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("trackingid", tracking)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Silent: what was called is in the snapshot."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name is werkzeug's
        """Silent: a client that sends nonsense or goes away is everyday here."""


class Server(ThreadedWSGIServer):
    """Knows its open connections, so that stopping leaves neither a socket nor a thread behind."""

    daemon_threads = True

    def __init__(self, host: str, port: int, app: Any) -> None:
        self._lines: list[tuple[socket.socket, threading.Thread]] = []
        """Touched by the accepting thread only, and by `stop` once that has ended."""
        self._stopping = threading.Event()
        super().__init__(host, port, app, Handler)
        self._thread = threading.Thread(target=self._accept, name="sandbox-accept", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._stopping.is_set():
            return
        self._stopping.set()
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        socket.create_connection((host, self.port)).close()  # wakes the accept below
        self._thread.join()
        for line, _ in self._lines:
            _hang_up(line)
        for _, thread in self._lines:
            thread.join()
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve each connection in a thread of its own, noted before it starts."""
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), name="sandbox-line", daemon=True
        )
        self._lines = [(line, other) for line, other in self._lines if other.is_alive()]
        self._lines.append((request, thread))
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            self.handle_request()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that vanish in mid-request are everyday here; anything else is a mistake of the sandbox."""
        del request
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            LOG.error("the sandbox failed on a connection from %s", client_address, exc_info=error)


def _hang_up(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker
