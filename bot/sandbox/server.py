"""The sandbox as a whole: the Flask application, and a server that starts in threads and stops clean."""

import logging
import threading
import uuid
from http import HTTPStatus
from types import TracebackType
from typing import Self

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from bot.sandbox import control, seed
from bot.sandbox.api import actions, call, licenses, messages, organizations, people, rooms, telephony, webhooks
from bot.sandbox.deliver import Courier
from bot.sandbox.events import Herald
from bot.sandbox.faults import NOT_FOUND, Fault
from bot.sandbox.gate import Gate
from bot.sandbox.weather import Weather
from bot.sandbox.wire import Server
from bot.sandbox.world import World

LOG = logging.getLogger(__name__)
RESOURCES = (people, messages, actions, webhooks, licenses, rooms, organizations, telephony)


def create_app(parts: call.Parts, *, allow_external: bool = False) -> Flask:
    app = Flask("webex-sandbox", static_folder=None)
    app.extensions["sandbox"] = parts
    app.config["ALLOW_EXTERNAL"] = allow_external
    app.json.sort_keys = False  # type: ignore[attr-defined] # Flask's default provider has it
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    for resource in RESOURCES:
        app.register_blueprint(resource.routes, url_prefix="/v1")
    app.register_blueprint(control.routes, url_prefix="/control")
    app.before_request(_authenticate)
    app.after_request(_track)
    app.register_error_handler(Fault, _refuse)
    app.register_error_handler(HTTPException, _refuse_http)
    app.register_error_handler(Exception, _surprise)
    return app


class RunningSandbox:
    """A sandbox on a loopback port, for a `with` block. Its API is below `url` + "/v1"."""

    def __init__(self, port: int = 0, host: str = "127.0.0.1", *, allow_external: bool = False) -> None:
        self._weather = Weather()
        self._courier = Courier(self._weather)
        world = World(seed.plant)
        parts = call.Parts(world, Herald(world, self._courier), self._courier, self._weather)
        app = create_app(parts, allow_external=allow_external)
        self._gate = Gate(app.wsgi_app, world, self._weather)
        try:
            self._server = Server(host, port, self._gate)
        except BaseException:
            self._courier.stop()
            raise
        app.config["HOSTS"] = {host, "127.0.0.1", "localhost", "::1"}
        app.config["PORT"] = self._server.port
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._server.port}"
        self._server.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._gate.closing.set()
        self._server.stop()
        self._courier.stop()


def serve(host: str = "127.0.0.1", port: int = 8080, *, allow_external: bool = False) -> None:
    """Run until interrupted. Only an explicit host is reachable from elsewhere."""
    with RunningSandbox(port, host, allow_external=allow_external):
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


def _authenticate() -> None:
    if request.path.startswith("/v1/"):
        call.authenticate()


def _track(response: Response) -> Response:
    """Every answer names its call; a client's own TrackingID is echoed."""
    if "trackingid" not in response.headers:
        response.headers["trackingid"] = _tracking_id()
    return response


def _tracking_id() -> str:
    given = request.headers.get("TrackingID", "")
    return given if given.isascii() and given.isprintable() and 0 < len(given) <= 200 else f"NA_{uuid.uuid4()}"  # noqa: PLR2004 - sane


def _refuse(fault: Fault) -> Response:
    tracking = _tracking_id()
    body = {"message": fault.message, "errors": fault.errors, "trackingId": tracking}
    response = call.answer(body, fault.status)
    response.headers["trackingid"] = tracking
    return response


def _refuse_http(error: HTTPException) -> Response:
    status = error.code or 500
    return _refuse(Fault(status, NOT_FOUND if status == HTTPStatus.NOT_FOUND else HTTPStatus(status).phrase))


def _surprise(error: Exception) -> Response:
    LOG.error("the sandbox failed at %s %s", request.method, request.path, exc_info=error)
    return _refuse(Fault(500, "Internal Server Error"))
