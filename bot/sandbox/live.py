"""`GET /control/events`: what happens in the sandbox as server-sent events, for its page and for curious tests.

The events themselves are made where things happen; here they are only put on the wire.
"""

from collections.abc import Iterator

from flask import Blueprint, Response, request

from bot.sandbox.api import call
from bot.sandbox.control import only_from_here
from bot.sandbox.feed import Event, Feed
from bot.sandbox.wire import STREAM

routes = Blueprint("live", __name__)
routes.before_request(only_from_here)
KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment is sent: it finds out who has gone away."""
RECONNECT = 1000
"""Milliseconds after which a browser tries again."""


@routes.get("/events")
def events() -> Response:
    """With `Last-Event-ID` everything since; with `replay=true` everything that is kept; else from now on.

    `hello` says that what follows is new. `reload` says that something was missed: read the state again.
    """
    request.environ[STREAM] = True
    parts = call.parts()
    text = _text(parts.feed, request.headers.get("Last-Event-ID"), replay=call.query().flag("replay"))
    response = Response(_watched(parts, text), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    return response


def _watched(parts: call.Parts, text: Iterator[str]) -> Iterator[str]:
    with parts.feed.listening():
        parts.watch.look()
        yield f"retry: {RECONNECT}\n\n"
        yield from text


def _text(feed: Feed, last_id: str | None, *, replay: bool) -> Iterator[str]:
    known, is_missed = feed.last, False
    number = 0 if replay else known
    if last_id:
        run, _, tail = last_id.partition("-")
        given = int(tail) if tail.isascii() and tail.isdecimal() else 0
        is_missed = run != feed.run or feed.misses(given)
        number = known if is_missed else given
    for event in feed.after(number, 0) or []:
        yield _frame(feed, event)
        number = event.number
    if is_missed:
        yield f"event: reload\nid: {feed.run}-{number}\ndata: {{}}\n\n"
    yield f"event: hello\nid: {feed.run}-{number}\ndata: {{}}\n\n"
    yield from _from_now_on(feed, number)


def _from_now_on(feed: Feed, number: int) -> Iterator[str]:
    while (fresh := feed.after(number, KEEP_ALIVE)) is not None:
        if feed.misses(number):
            yield f"event: reload\nid: {feed.run}-{feed.last}\ndata: {{}}\n\n"
        for event in fresh:
            yield _frame(feed, event)
            number = event.number
        if not fresh:
            yield ": still here\n\n"


def _frame(feed: Feed, event: Event) -> str:
    return f"event: {event.kind}\nid: {feed.run}-{event.number}\ndata: {event.data}\n\n"
