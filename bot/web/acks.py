"""How deliveries were answered and how long they waited for it, for the metrics. Other requests are not counted."""

import time

from flask import Flask, g, request
from werkzeug.wrappers import Response

from bot import meters

RECEIVE = "webhook.receive"
RESULTS = {204: "taken", 400: "unreadable", 401: "forged", 413: "too_large", 503: "not_stored"}


def count_acks(app: Flask) -> None:
    @app.before_request
    def _begin() -> None:
        g.began = time.monotonic()

    @app.after_request
    def _count(response: Response) -> Response:
        if request.endpoint == RECEIVE:
            meters.ACKS.labels(RESULTS.get(response.status_code, "failed")).inc()
            meters.ACK_SECONDS.observe(time.monotonic() - g.began)
        return response
