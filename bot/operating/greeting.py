"""What answers where Webex should be, without a token: is it Webex, and what time is it there."""

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import requests

from bot.addresses import is_loopback
from bot.webex.http import ASKED_TO_WAIT

PROBE_SECONDS = 10
UNAUTHORIZED, SERVER_ERROR = 401, 500


@dataclass(frozen=True, slots=True)
class Greeting:
    """What was answered, and how far this machine's clock is ahead, in seconds; None if no time was named."""

    status: int
    ahead: float | None

    @property
    def is_busy(self) -> bool:
        return self.status in ASKED_TO_WAIT or self.status >= SERVER_ERROR

    @property
    def is_webex(self) -> bool:
        """Whether it asks for a token, or is too busy to; a proxy's page and another path do neither."""
        return self.status == UNAUTHORIZED or self.is_busy


def greet(api_url: str) -> Greeting:
    """Ask once, before any token is sent there. Raises requests.RequestException if nothing answers."""
    before = time.time()
    with requests.Session() as session:
        session.trust_env = not is_loopback(api_url)
        said = session.get(f"{api_url}/people/me", timeout=PROBE_SECONDS, allow_redirects=False)
    return Greeting(said.status_code, _ahead(said.headers.get("Date", ""), before, time.time()))


def _ahead(date: str, before: float, after: float) -> float | None:
    """Compare with the middle of the call; the header has whole seconds, so half of one is added."""
    try:
        theirs = parsedate_to_datetime(date).timestamp() + 0.5
    except (TypeError, ValueError):
        return None
    return (before + after) / 2 - theirs
