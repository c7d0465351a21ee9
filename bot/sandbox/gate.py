"""The door of the API: every call passes here for its weather, the world's lock, and its line in the call log."""

import json
import threading
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.test import run_wsgi_app

from bot.sandbox.weather import Weather
from bot.sandbox.wire import DROP
from bot.sandbox.world import World

WEATHER = "sandbox.weather"
"""Where the views find the weather that they have to make themselves."""

BODILESS = {204, 304}

Reply = tuple[str, list[tuple[str, str]], bytes]


class Gate:
    """WSGI middleware. One call at a time holds the world; waiting in bad weather happens outside."""

    def __init__(self, app: WSGIApplication, world: World, weather: Weather) -> None:
        self._app = app
        self._world = world
        self._weather = weather
        self.closing = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith("/v1"):
            return self._app(environ, start_response)
        weather = self._weather.for_call(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if weather.get("delay"):
            self.closing.wait(weather["delay"])
        environ[WEATHER] = weather
        if weather.get("reset"):
            environ[DROP] = True
            self._log(environ, 0)
            return []
        status, headers, body = _forecast(weather) if "status" in weather else self._run(environ)
        self._log(environ, int(status[:3]))
        if weather.get("lost"):
            environ[DROP] = True
            return []
        start_response(status, headers)
        return [body]

    def _run(self, environ: WSGIEnvironment) -> Reply:
        with self._world.lock:
            chunks, status, headers = run_wsgi_app(self._app, environ, buffered=True)
            return status, list(headers), b"".join(chunks)

    def _log(self, environ: WSGIEnvironment, status: int) -> None:
        _, _, value = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        with self._world.lock:
            token = self._world.tokens.get(value)
            self._world.calls.append(
                {
                    "method": environ["REQUEST_METHOD"],
                    "path": environ["PATH_INFO"],
                    "query": environ.get("QUERY_STRING", ""),
                    "status": status,
                    "actor": token.person_id if token else None,
                }
            )


def _forecast(weather: dict[str, Any]) -> Reply:
    status = HTTPStatus(weather["status"]) if weather["status"] in set(HTTPStatus) else None
    tracking = f"NA_{uuid.uuid4()}"
    text = status.phrase if status else "Weather"
    body = weather.get("body", {"message": text, "errors": [{"description": text}], "trackingId": tracking})
    kind = "text/html" if isinstance(body, str) else "application/json;charset=UTF-8"
    raw = b"" if weather["status"] in BODILESS else (body if isinstance(body, str) else json.dumps(body)).encode()
    headers = {"Content-Type": kind, "trackingid": tracking}
    headers |= {str(name): str(value) for name, value in weather.get("headers", {}).items()}
    headers["Content-Length"] = str(len(raw))
    return f"{weather['status']} {text}", list(headers.items()), raw
