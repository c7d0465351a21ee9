"""The sandbox as a whole: the Flask application, and a server that starts in threads and stops clean."""

import logging
import threading
from functools import partial
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict, Unpack

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from bot.sandbox import control, control_more, crowd, live, pages, seed
from bot.sandbox.api import (
    actions,
    audit,
    call,
    contents,
    groups,
    licenses,
    memberships,
    messages,
    organizations,
    people_writing,
    rooms,
    scim,
    telephony,
    tokens,
    webhooks,
)
from bot.sandbox.company import Watch
from bot.sandbox.deliver import Courier
from bot.sandbox.edits import edit
from bot.sandbox.events import Herald
from bot.sandbox.faults import NOT_FOUND, Fault
from bot.sandbox.feed import Feed
from bot.sandbox.fields import Fields
from bot.sandbox.gate import API, Gate
from bot.sandbox.state import Keeper, StateError, read
from bot.sandbox.weather import Weather
from bot.sandbox.wire import Server
from bot.sandbox.world import World

__all__ = ["RunningSandbox", "StateError", "create_app", "serve"]
LOG = logging.getLogger(__name__)
RESOURCES = (
    people_writing,
    messages,
    contents,
    actions,
    webhooks,
    licenses,
    rooms,
    memberships,
    organizations,
    telephony,
    groups,
    tokens,
    audit,
)


def create_app(parts: call.Parts, *, allow_external: bool = False) -> Flask:
    app = Flask("webex-sandbox", static_folder=None)
    app.extensions["sandbox"] = parts
    app.config["ALLOW_EXTERNAL"] = allow_external
    app.json.sort_keys = False  # type: ignore[attr-defined] # Flask's default provider has it
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    for resource in RESOURCES:
        app.register_blueprint(resource.routes, url_prefix="/v1")
    app.register_blueprint(scim.routes, url_prefix="/identity/scim")
    app.register_blueprint(control.routes, url_prefix="/control")
    app.register_blueprint(control_more.routes, url_prefix="/control")
    app.register_blueprint(live.routes, url_prefix="/control")
    app.register_blueprint(pages.routes)
    app.before_request(_authenticate)
    app.after_request(_track)
    app.after_request(_look_for_changes)
    app.after_request(_touch)  # the last one is called first
    app.register_error_handler(Fault, _refuse)
    app.register_error_handler(HTTPException, _refuse_http)
    app.register_error_handler(Exception, _surprise)
    return app


class Options(TypedDict, total=False):
    """How a sandbox may differ from the usual one."""

    allow_external: bool
    """Whether webhooks go, and files are fetched from, beyond this machine."""
    state_file: Path | None
    """Where the world is kept; None keeps it in memory."""
    people: int
    licenses: int
    """How many there are at least."""


class RunningSandbox:
    """A sandbox on a loopback port, for a `with` block. Its API is below `url` + "/v1"."""

    def __init__(self, port: int = 0, host: str = "127.0.0.1", **options: Unpack[Options]) -> None:
        """Begin with what the file holds, else with the seed; `StateError` when the file cannot be used."""
        state_file, people, licenses = options.get("state_file"), options.get("people", 0), options.get("licenses", 0)
        world = World(partial(crowd.plant, people=people, licenses=licenses) if people or licenses else seed.plant)
        if state_file is not None:
            read(world, state_file)
        self._feed = Feed()
        self._weather = Weather(self._feed)
        self._keeper = Keeper(world, state_file) if state_file is not None else None
        self._courier = Courier(self._weather, self._feed, world.clock)
        herald, watch = Herald(world, self._courier, self._feed), Watch(world, self._feed)
        parts = call.Parts(world, herald, self._courier, self._weather, self._feed, watch, self._keeper)
        app = create_app(parts, allow_external=options.get("allow_external", False))
        self._gate = Gate(app.wsgi_app, world, self._weather, self._feed)
        try:
            self._server = Server(host, port, self._gate)
        except BaseException:
            self._stop_helpers()
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
        self._feed.close()
        self._server.stop()
        self._stop_helpers()

    def _stop_helpers(self) -> None:
        self._courier.stop()
        if self._keeper is not None:
            self._keeper.stop()


def serve(host: str = "127.0.0.1", port: int = 8080, **options: Unpack[Options]) -> None:
    """Run until interrupted. Only an explicit host is reachable from elsewhere."""
    with RunningSandbox(port, host, **options):
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


def _authenticate() -> None:
    if request.path.startswith(API) and request.path not in call.OPEN:
        call.authenticate()


def _track(response: Response) -> Response:
    """Every answer names its call; a client's own TrackingID is echoed."""
    if "trackingid" not in response.headers:
        response.headers["trackingid"] = call.tracking_id()
    return response


def _touch(response: Response) -> Response:
    """In bad weather the person whom the path names is changed by somebody else as soon as the answer stands."""
    changes, world = call.weather_says("touches"), call.world()
    person = world.people.get((request.view_args or {}).get("person_id", ""))
    if changes and person is not None:
        edit(person, Fields(changes))
        world.changed(person)
    return response


def _look_for_changes(response: Response) -> Response:
    """Whatever was called may have changed who holds what; reading changes nothing."""
    if request.method not in {"GET", "HEAD", "OPTIONS"} or call.weather_wants("touches"):
        call.parts().watch.look()
        call.parts().keep()
    return response


def _refuse(fault: Fault) -> Response:
    tracking = call.tracking_id()
    body = {"message": fault.message, "errors": fault.errors, "trackingId": tracking}
    response = call.answer(body, fault.status)
    response.headers["trackingid"] = tracking
    response.headers.extend(fault.headers)
    return response


def _refuse_http(error: HTTPException) -> Response:
    status = error.code or 500
    return _refuse(Fault(status, NOT_FOUND if status == HTTPStatus.NOT_FOUND else HTTPStatus(status).phrase))


def _surprise(error: Exception) -> Response:
    LOG.error("the sandbox failed at %s %s", request.method, request.path, exc_info=error)
    return _refuse(Fault(500, "Internal Server Error"))
