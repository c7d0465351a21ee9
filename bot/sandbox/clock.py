"""The sandbox's own time: the machine's, moved by as many seconds as somebody asked for."""

import time
from datetime import UTC, datetime, timedelta

FURTHEST = timedelta(days=365 * 100).total_seconds()


class Clock:
    """Timestamps, tokens and the windows of webhooks go by it. Waiting in bad weather does not: that is real time."""

    def __init__(self) -> None:
        self.offset = 0.0

    def seconds(self) -> float:
        """Return seconds since 1970."""
        return time.time() + self.offset

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def text(self) -> str:
        """Tell the time as Webex writes it: UTC, milliseconds, Z."""
        return as_text(self.now())

    def move(self, offset: float) -> None:
        self.offset = max(-FURTHEST / 4, min(offset, FURTHEST))


def as_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
