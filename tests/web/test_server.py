"""The web process over a real socket and with input that no client library would send."""

import json
import logging
import socket
from collections.abc import Iterator
from threading import Thread

import pytest
import structlog
from werkzeug.serving import BaseWSGIServer, make_server

from bot.web.server import create_web
from bot.web.webhook import LARGEST_BODY, Event
from bot.webex.signature import seal
from tests.web.deliveries import PATH, SECRET, Inbox, envelope, sealed

BODY = json.dumps(envelope()).encode()
HEAD = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nX-Spark-Signature: {seal(BODY, SECRET)}\r\n".encode()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[BaseWSGIServer]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, inbox.app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _status(server: BaseWSGIServer, request: bytes) -> int:
    """Send the bytes, say that no more come, and read the status of the answer."""
    with socket.create_connection((server.host, server.port), timeout=60) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        with line.makefile("rb") as answer:
            return int(answer.readline().split()[1])


def _chunked(body: bytes) -> bytes:
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@pytest.mark.parametrize(
    ("request_bytes", "status", "kept"),
    [
        (HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY, 204, 1),
        (_chunked(BODY), 204, 1),
        (_chunked(BODY + b" "), 401, 0),
        (_chunked(b" " * LARGEST_BODY), 401, 0),
        (_chunked(b" " * (LARGEST_BODY + 1)), 413, 0),
        (HEAD + b"\r\n" + BODY, 401, 0),
        (HEAD + b"Content-Length: 10485760\r\n\r\n" + BODY, 413, 0),
        (HEAD + b"Content-Length: %d\r\n\r\n" % (len(BODY) + 9) + BODY, 400, 0),
        (HEAD.replace(b"X-Spark-Signature: ", b"X-Spark-Signature: \xff") + b"\r\n", 401, 0),
    ],
    ids=[
        "plain",
        "chunked",
        "chunked and changed",
        "chunked and just allowed",
        "chunked and large",
        "no length",
        "10 MB",
        "cut off",
        "latin-1",
    ],
)
def test_odd_requests_are_answered_and_only_whole_ones_kept(
    server: BaseWSGIServer, inbox: Inbox, request_bytes: bytes, status: int, kept: int
) -> None:
    assert _status(server, request_bytes) == status
    assert len(inbox.events) == kept
    assert _status(server, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n") == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [("GET", "/", 404, "not found"), ("GET", PATH, 405, "method not allowed"), ("GET", "/static/x", 404, "not found")],
)
def test_errors_are_short_and_in_json(inbox: Inbox, method: str, path: str, status: int, error: str) -> None:
    answer = inbox.app.test_client().open(path, method=method)
    assert (answer.status_code, answer.json) == (status, {"error": error})
    assert answer.content_type == "application/json"
    assert (answer.headers.get("Allow") is not None) == (status == 405)


def test_a_surprise_tells_the_log_everything_and_a_stranger_a_reference() -> None:
    def break_down(_: Event) -> None:
        raise LookupError("SELECT secret FROM inside")

    with structlog.testing.capture_logs() as lines:
        answer = create_web(break_down, (SECRET,), {}).test_client().post(PATH, data=BODY, headers=sealed(BODY))
    assert answer.status_code == 500
    assert answer.json == {"error": "internal server error", "ref": lines[0]["ref"]}
    assert isinstance(lines[0]["exc_info"], LookupError)
