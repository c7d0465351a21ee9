"""Whether Webex is there, the time is right, and both tokens are good."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from bot.operating.greeting import UNAUTHORIZED
from bot.operating.probes import Finding, NotNow, Visit, broken, fine, how, skipped, warning
from bot.webex import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_SECONDS_APART = 30
HOUR, DAY = 3600, 86_400
FORBIDDEN = 403
LATER = "Run `license-bot doctor` again in a minute."
NEW_BOT_TOKEN = (
    "Regenerate the bot's token on developer.webex.com, My Webex Apps, set WEBEX_TEAMS_ACCESS_TOKEN, "  # noqa: S105 a sentence
    "and restart web and worker."
)
NEW_ADMIN_TOKEN = (
    "Let a full admin authorize the Service App or integration again, set its new token, "  # noqa: S105 a sentence
    "and restart the worker."
)
ADDRESS = "Check WEBEX_API_URL, and that no proxy between here and Webex answers in its place."


def webex(visit: Visit) -> Iterator[Finding]:
    url = visit.settings.webex_api_url
    try:
        greeting = visit.greeting
    except NotNow as why:
        yield broken(str(why), "Look at DNS, firewall and proxy (HTTPS_PROXY) of this machine.")
        return
    if greeting.is_busy:
        yield warning(f"{url} is busy (status {greeting.status}).", LATER)
    elif greeting.is_webex:
        yield fine(f"{url} answers.")
    else:
        yield broken(f"What answers at {url} is not Webex (status {greeting.status} without a token).", ADDRESS)


def clock(visit: Visit) -> Iterator[Finding]:
    if visit.settings.clock == "sandbox":
        yield skipped("The sandbox's clock is used, whatever the time is here.")
        return
    ahead = visit.greeting.ahead
    if ahead is None:
        yield skipped("Webex named no time to compare with.")
    elif abs(ahead) > MOST_SECONDS_APART:
        word = "ahead of" if ahead > 0 else "behind"
        yield warning(
            f"This machine's clock is {abs(ahead):.0f} seconds {word} Webex's, so reminders and deadlines are off.",
            "Turn on time synchronization (systemd-timesyncd, chrony or the host's).",
        )
    else:
        yield fine("This machine's clock agrees with Webex's.")


def bot_token(visit: Visit) -> Iterator[Finding]:
    answer = visit.me
    if answer["kind"] == "busy":
        yield warning(f"{how(answer)}, so the bot's token was not tried.", LATER)
    elif answer["kind"] == "refused":
        remedy = NEW_BOT_TOKEN if answer["status"] == UNAUTHORIZED else ADDRESS
        yield broken(f"{how(answer)} WEBEX_TEAMS_ACCESS_TOKEN.", remedy)
    elif visit.bot["kind"] != "bot":
        yield broken("WEBEX_TEAMS_ACCESS_TOKEN is not a bot's token but a person's.", NEW_BOT_TOKEN)
    else:
        yield fine("It is a bot's, and Webex takes it.")


def admin_token(visit: Visit) -> Iterator[Finding]:
    answer = visit.owner_answer
    if answer["kind"] == "busy":
        yield warning(f"{how(answer)}, so the admin token was not tried.", LATER)
    elif answer["kind"] == "refused":
        yield broken(f"{how(answer)} the admin token.", _remedy_of_admin_token(answer["status"]))
    elif reading.profile(visit.owner)["kind"] == "bot":
        yield broken("The admin token is a bot's. Bots never see licenses.", NEW_ADMIN_TOKEN)
    else:
        yield fine("Webex takes it, and it is not a bot's.")
        yield from _end_of(visit)


def _remedy_of_admin_token(status: int) -> str:
    """Order a new token for nothing but what only a new one mends."""
    if status == FORBIDDEN:
        return f"Compare the scopes of its app with those of the README. {ADDRESS}"
    return NEW_ADMIN_TOKEN if status == UNAUTHORIZED else ADDRESS


def _end_of(visit: Visit) -> Iterator[Finding]:
    answer = visit.admin.get("authorizations/tokenExpiry").answer
    said = answer["value"] if answer["kind"] == "ok" else None
    ends = said.get("exp") if isinstance(said, dict) else None
    if not isinstance(ends, int) or isinstance(ends, bool):
        yield skipped("Webex does not tell when it ends.")
        return
    left = ends / 1000 - time.time()
    is_renewed = visit.settings.renews_admin_token
    if left > 2 * DAY or is_renewed:
        how_long = "renews itself" if is_renewed else f"is good for {math.floor(left / DAY)} more days"
        yield fine(f"It {how_long}.")
    else:
        yield warning(
            f"It ends in {max(0, math.floor(left / 3600))} hours, and nothing renews it.",
            "Set WEBEX_ADMIN_CLIENT_ID, WEBEX_ADMIN_CLIENT_SECRET, WEBEX_ADMIN_REFRESH_TOKEN and TOKEN_KEY instead.",
        )
