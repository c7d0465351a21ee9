"""The door of the API: every call passes here for its weather, the world's lock, and its line in the call log."""

import io
import json
import threading
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.test import run_wsgi_app

from bot.sandbox.excerpts import excerpt
from bot.sandbox.feed import Feed
from bot.sandbox.weather import EFFECTS, Weather
from bot.sandbox.wire import DROP
from bot.sandbox.world import World

API = ("/v1", "/identity/")
"""What is Webex's; everything else is the sandbox's own."""
WEATHER = "sandbox.weather"
"""Where the views find the weather that they have to make themselves."""

BODILESS = {204, 304}

Reply = tuple[str, list[tuple[str, str]], bytes]


class Gate:
    """WSGI middleware. One call at a time holds the world; waiting in bad weather happens outside."""

    def __init__(self, app: WSGIApplication, world: World, weather: Weather, feed: Feed) -> None:
        self._app = app
        self._world = world
        self._weather = weather
        self._feed = feed
        self.closing = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(API):
            return self._app(environ, start_response)
        weather = self._weather.for_call(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if weather.get("delay"):
            self.closing.wait(weather["delay"])
        environ[WEATHER] = weather
        if weather.get("reset"):
            environ[DROP] = True
            self._log(environ, ("0", [], b""))
            return []
        status, headers, body = reply = _forecast(weather) if "status" in weather else self._run(environ)
        self._log(environ, reply)
        if weather.get("lost"):
            environ[DROP] = True
            return []
        start_response(status, headers)
        return [body]

    def _run(self, environ: WSGIEnvironment) -> Reply:
        with self._world.lock:
            chunks, status, headers = run_wsgi_app(self._app, environ, buffered=True)
            return status, list(headers), b"".join(chunks)

    def _log(self, environ: WSGIEnvironment, reply: Reply) -> None:
        _, _, value = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        with self._world.lock:
            token = self._world.tokens.get(value)
            call = {
                "method": environ["REQUEST_METHOD"],
                "path": environ["PATH_INFO"],
                "query": environ.get("QUERY_STRING", ""),
                "status": int(reply[0][:3]),
                "actor": token.person_id if token else None,
                "weather": sorted((environ.get(WEATHER) or {}).keys() & EFFECTS),
            }
            self._world.calls.append(call)
            self._feed.publish("call", call | {"at": self._world.now()} | _bodies(environ, reply))


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


def _bodies(environ: WSGIEnvironment, reply: Reply) -> dict[str, Any]:
    """Tell the page more of a call: both bodies and who the client said it is."""
    _, headers, body = reply
    told = {name.lower(): value for name, value in headers}
    given = environ["wsgi.input"]
    sent = given.getvalue() if isinstance(given, io.BytesIO) else b""
    return {
        "request": excerpt(sent, environ.get("CONTENT_TYPE", "")),
        "response": excerpt(body, told.get("content-type", "")),
        "trackingId": told.get("trackingid", ""),
        "retryAfter": told.get("retry-after"),
    }
