"""The web process as one Flask app: routes wired, every error a short JSON body that tells a stranger nothing."""

import json
from collections.abc import Callable, Mapping
from secrets import token_hex
from threading import Event as Flag

import structlog
from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from bot.web.acks import count_acks
from bot.web.health import Ping, health_routes
from bot.web.webhook import Event, webhook_routes

log = structlog.get_logger(__name__)


def create_web(accept: Callable[[Event], None], secrets: tuple[str, ...], pings: Mapping[str, Ping]) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(webhook_routes(accept, secrets))
    draining = Flag()
    app.register_blueprint(health_routes(pings, is_draining=draining.is_set))
    app.extensions["drain"] = draining.set  # from then on nothing new should be sent here
    count_acks(app)
    app.register_error_handler(HTTPException, _answer_in_json)
    app.register_error_handler(Exception, _answer_surprise)
    return app


def _answer_in_json(error: HTTPException) -> Response:
    """Keep the status and its headers (405 names the methods), replace the HTML page."""
    response = Response.force_type(error.get_response())
    response.data = json.dumps({"error": error.name.lower()})
    response.content_type = "application/json"
    return response


def _answer_surprise(error: Exception) -> ResponseReturnValue:
    ref = token_hex(4)
    log.error("unexpected error in the web process", ref=ref, exc_info=error)
    return {"error": "internal server error", "ref": ref}, 500
