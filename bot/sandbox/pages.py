"""Serves the sandbox's page: `/` and the files that `npm run build` made. No file of any other folder is reachable."""

from pathlib import Path

from flask import Blueprint, Response

from bot.sandbox.control import only_from_here
from bot.sandbox.faults import not_found

routes = Blueprint("pages", __name__)
routes.before_request(only_from_here)
BUILT = Path(__file__).parent / "page" / "dist"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere and nothing inline: what people write could not run even if it came through as HTML."""
NOT_BUILT = (
    "<!doctype html><html lang=en><title>Webex sandbox</title><h1>The sandbox is running</h1>"
    "<p>Its page is not built yet: run <code>make page</code> (it needs Node), then reload.</p>"
)


@routes.get("/")
def index() -> Response:
    if not (BUILT / "index.html").is_file():
        return _guarded(Response(NOT_BUILT, status=503, content_type=KINDS[".html"]))
    return built("index.html")


@routes.get("/page/<path:name>")
def built(name: str) -> Response:
    path = (BUILT / name).resolve()
    if not path.is_relative_to(BUILT.resolve()) or path.suffix not in KINDS or not path.is_file():
        raise not_found()
    return _guarded(Response(path.read_bytes(), content_type=KINDS[path.suffix]))


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-cache"
    return response
