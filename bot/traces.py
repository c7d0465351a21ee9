"""One id from a webhook to its receipt: on every log line, on the request it led to, and on our calls to Webex.

It is made from the key of the delivery, so that a repeat, and a worker that goes on after a crash, use the same one.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from structlog import contextvars

LENGTH = 12


def trace_of(delivery_key: str) -> str:
    return sha256(delivery_key.encode()).hexdigest()[:LENGTH]


@contextmanager
def scope(trace: str = "") -> Iterator[None]:
    """Carry this trace, or one that is noted inside, until the end of the block. A pool's threads begin with none."""
    with contextvars.bound_contextvars(trace=trace, request_trace=""):
        note(trace)
        note_request("")
        yield


def note(trace: str) -> None:
    """Carry this one from here on; "" for none, as what an older version left behind has."""
    _bind("trace", trace)


def note_request(trace: str) -> None:
    """Carry the trace of the request that somebody pressed a card of, beside that of the press."""
    _bind("request_trace", trace)


def current() -> str:
    return str(contextvars.get_contextvars().get("trace", ""))


def tracking_id() -> str:
    """Return a new name for one call to Webex, which echoes it and knows it by that; "" where there is no trace."""
    trace = current()
    return f"license-bot_{trace}_{secrets.token_hex(3)}" if trace else ""


def _bind(name: str, trace: str) -> None:
    if trace:
        contextvars.bind_contextvars(**{name: trace})
    else:
        contextvars.unbind_contextvars(name)
