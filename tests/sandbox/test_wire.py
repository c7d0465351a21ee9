"""The server itself: odd requests of every kind, keep-alive, many clients at once, a clean stop."""

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.server import RunningSandbox
from tests.sandbox.clients import Receiver, Webex
from tests.sandbox.test_messages import DESK
from tests.sandbox.test_webhooks import hook

NOT_JSON = [b"", b"{", b"[]", b"7", b'"x"', b"null", b"\xff\xfe", b'{"text": NaN}', b"[" * 100_000,
            b'{"text": "\\ud800"}', b'{"n": ' + b"9" * 5000 + b"}"]  # fmt: skip


@pytest.mark.parametrize("raw", NOT_JSON)
@pytest.mark.parametrize(("method", "path"), [("POST", "messages"), ("PATCH", "licenses/users"), ("POST", "webhooks")])
def test_a_body_that_is_no_json_object_is_a_plain_400(webex: Webex, method: str, path: str, raw: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = webex.caller("admin").call(method, path, data=raw, headers=headers)
    assert answer.status_code == 400
    assert_is_webex_error(answer)


def assert_is_webex_error(answer: requests.Response) -> None:
    body = answer.json()
    assert set(body) == {"message", "errors", "trackingId"}
    assert body["errors"][0]["description"]
    assert body["trackingId"] == answer.headers["trackingid"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nowhere", 404),
        ("GET", "people//me", 404),
        ("DELETE", "licenses", 405),
        ("PATCH", "people/me", 405),
        ("BREW", "people/me", 405),
        ("GET", "people/%00%ff", 404),
        ("GET", "people?max=0", 400),
        ("GET", "people?max=-1", 400),
        ("GET", "people?max=x", 400),
    ],
)
def test_wrong_paths_and_methods_are_errors_in_json(webex: Webex, method: str, path: str, status: int) -> None:
    answer = webex.caller("admin").call(method, path)
    assert answer.status_code == status
    assert_is_webex_error(answer)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", ""])
def test_an_unknown_content_type_is_415(webex: Webex, kind: str) -> None:
    answer = webex.caller("admin").call("PATCH", "licenses/users", data=b"x", headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert_is_webex_error(answer)


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer unknown", "Basic sandbox-bot", "sandbox-bot"])
def test_without_a_known_token_it_is_401(webex: Webex, value: str | None) -> None:
    headers = {"Authorization": value} if value is not None else {}
    answer = webex.session.get(f"{webex.url}/v1/people/me", headers=headers, timeout=10)
    assert answer.status_code == 401
    assert_is_webex_error(answer)


def test_a_tracking_id_is_echoed(webex: Webex) -> None:
    answer = webex.caller("bot").call("GET", "people/me", headers={"TrackingID": "TEST_42"})
    assert answer.headers["trackingid"] == "TEST_42"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["roomId", "toPersonEmail", "toPersonId", "parentId", "text", "markdown", "attachments", "files", "personId",
     "email", "licenses", "siteUrls", "orgId", "name", "targetUrl", "resource", "event", "filter", "type",
     "messageId", "inputs", "title", "displayName"]
)  # fmt: skip
PLACES = st.sampled_from(
    [("POST", "messages"), ("PATCH", "licenses/users"), ("POST", "webhooks"), ("POST", "attachment/actions"),
     ("POST", "memberships"), ("POST", "rooms"), ("PUT", "people/unknown")]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=PLACES, body=st.dictionaries(KEYS, JSON, max_size=6))
def test_no_body_whatever_makes_it_stumble(webex: Webex, place: tuple[str, str], body: dict[str, Any]) -> None:
    raw = json.dumps(body).encode()
    answer = webex.caller("admin").call(*place, data=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code < 500


def talk(url: str, *packets: bytes) -> bytes:
    """Send raw bytes; everything that comes back until the server hangs up."""
    split = urlsplit(url)
    with socket.create_connection((split.hostname, split.port), timeout=10) as line:
        for packet in packets:
            line.sendall(packet)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_two_requests_share_one_connection(webex: Webex) -> None:
    request = b"GET /v1/people/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox-bot\r\n\r\n"
    assert talk(webex.url, request + request).count(b"HTTP/1.1 200 OK") == 2


def test_a_chunked_body_is_understood(webex: Webex) -> None:
    head = (
        b"POST /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox-employee\r\n"
        b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    body = json.dumps({"toPersonEmail": DESK, "text": "hi"}).encode()
    packets = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    assert b"HTTP/1.1 200 OK" in talk(webex.url, head, packets)
    assert b"HTTP/1.1 400 " in talk(webex.url, head, b"zz\r\nnot a chunk\r\n")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"505"),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"POST /v1/messages HTTP/1.1\r\nContent-Length: ten\r\n\r\n", b"400"),
        (b"POST /v1/messages HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /v1/messages HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n", b"413"),
    ],
)
def test_requests_too_broken_for_an_application_are_refused_in_json(webex: Webex, raw: bytes, status: bytes) -> None:
    answer = talk(webex.url, raw)
    assert status in answer.partition(b"\r\n")[0]
    assert b'"trackingId"' in answer
    assert b"<" not in answer


def test_a_client_that_goes_away_in_mid_body_does_no_harm(webex: Webex) -> None:
    assert talk(webex.url, b"POST /v1/messages HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf") == b""
    assert webex.caller("bot").status("GET", "people/me") == 200


def test_many_clients_at_once_are_all_served(webex: Webex) -> None:
    def ask(n: int) -> int:
        headers = {"Authorization": "Bearer sandbox-employee"}
        body = {"toPersonEmail": DESK, "text": str(n)}
        return requests.post(f"{webex.url}/v1/messages", json=body, headers=headers, timeout=30).status_code

    with ThreadPoolExecutor(32) as pool:
        assert set(pool.map(ask, range(200))) == {200}
    messages = webex.snapshot()["messages"]
    assert len(messages) == 200
    assert len({one["roomId"] for one in messages}) == 1


def test_it_stops_clean_with_clients_and_deliveries_still_there(receiver: Receiver) -> None:
    before = set(threading.enumerate())
    with RunningSandbox() as sandbox, requests.Session() as session:
        headers = {"Authorization": "Bearer sandbox-bot"}
        known = {"personId": "", "email": "", "token": "sandbox-bot"}
        webex = Webex(sandbox.url, session, {"sandbox-bot": known})
        hook(webex.caller("bot"), receiver)
        webex.weather(webhooks="delay", seconds=600)
        body = {"toPersonEmail": "employee@example.com", "text": "never delivered"}
        assert session.post(f"{sandbox.url}/v1/messages", json=body, headers=headers, timeout=10).ok
        sandbox.close()
        assert set(threading.enumerate()) <= before
        with pytest.raises(requests.ConnectionError):
            session.get(f"{sandbox.url}/v1/people/me", headers=headers, timeout=10)
        session.close()


def test_it_binds_this_machine_only(running: RunningSandbox) -> None:
    assert running.url.startswith("http://127.0.0.1:")
