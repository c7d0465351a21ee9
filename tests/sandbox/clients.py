"""People with tokens, and a receiver of webhooks: what the tests of this folder talk through."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from types import TracebackType
from typing import Any, Self

import requests

PATIENCE = 60.0


@dataclass
class Caller:
    """Somebody with a token; paths are below /v1."""

    url: str
    session: requests.Session
    who: dict[str, Any]

    @property
    def person_id(self) -> str:
        return str(self.who["personId"])

    @property
    def email(self) -> str:
        return str(self.who["email"])

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.who['token']}", **kwargs.pop("headers", {})}
        return self.session.request(method, f"{self.url}/v1/{path}", headers=headers, timeout=PATIENCE, **kwargs)

    def get(self, path: str, **params: Any) -> Any:
        return good(self.call("GET", path, params=params))

    def post(self, path: str, **body: Any) -> Any:
        return good(self.call("POST", path, json=body))

    def delete(self, path: str) -> None:
        assert self.call("DELETE", path).status_code == 204

    def status(self, method: str, path: str, body: Any = None, **params: Any) -> int:
        return self.call(method, path, json=body, params=params).status_code


def good(answer: requests.Response) -> Any:
    assert answer.ok, answer.text
    return answer.json()


@dataclass
class Webex:
    """One sandbox at its seed: callers by name, the control API, and short words for what tests do often."""

    url: str
    session: requests.Session
    known: dict[str, dict[str, Any]]
    licenses: dict[str, str] = field(default_factory=dict)

    def caller(self, name: str) -> Caller:
        return Caller(self.url, self.session, self.known[f"sandbox-{name}"])

    def control(self, method: str, path: str, body: Any = None, **kwargs: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}/control/{path}", json=body, timeout=PATIENCE, **kwargs)

    def weather(self, **order: Any) -> None:
        assert self.control("POST", "weather", order).status_code == 204

    def snapshot(self) -> dict[str, Any]:
        found: dict[str, Any] = self.control("GET", "snapshot").json()
        return found

    def hire(self, **fields: Any) -> Caller:
        body = good(self.control("POST", "people", fields))
        return Caller(self.url, self.session, {**body, "personId": body["id"]})

    def change(self, person_id: str, **fields: Any) -> None:
        good(self.control("PATCH", f"people/{person_id}", fields))

    def license(self, name: str) -> str:
        """The id of a license; of twins the first, unless the name ends with the number of its site."""
        return self.licenses[name]

    def held_by(self, person_id: str) -> set[str]:
        names = {key: name for name, key in self.licenses.items()}
        return {names[key] for key in self.snapshot()["people"][person_id]["licenses"]}

    def assign(self, person_id: str, *operations: dict[str, Any], **more: Any) -> requests.Response:
        body = {"personId": person_id, "licenses": list(operations), **more}
        return self.caller("admin").call("PATCH", "licenses/users", json=body)

    def add(self, name: str, **properties: str) -> dict[str, Any]:
        operation: dict[str, Any] = {"id": self.license(name), "operation": "add"}
        return operation | ({"properties": properties} if properties else {})

    def remove(self, name: str) -> dict[str, Any]:
        return {"id": self.license(name), "operation": "remove"}

    def location(self, name: str) -> str:
        places = self.caller("admin").get("locations", name=name)["items"]
        return str(places[0]["id"])

    def wait_until_quiet(self) -> None:
        for _ in range(20_000):
            if self.control("GET", "idle").json()["undelivered"] == 0:
                return
        raise AssertionError("deliveries never ended")


def codes(answer: requests.Response) -> list[int | None]:
    assert answer.status_code == 400, answer.text
    return [error.get("errorCode") for error in answer.json()["errors"]]


class Receiver:
    """Takes webhook deliveries on a loopback port and keeps them; answers with `status`."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.arrived: Queue[tuple[dict[str, str], bytes]] = Queue()
        receiver = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.arrived.put((dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def next(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.next_raw()[1])
        return body

    def next_raw(self) -> tuple[dict[str, str], bytes]:
        return self.arrived.get(timeout=PATIENCE)
