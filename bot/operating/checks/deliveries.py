"""Does what happens in Webex arrive: webhooks, the seal, the last delivery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import requests
from sqlalchemy import func, select

from bot import webhooks
from bot.operating.checks.tokens import LATER
from bot.operating.greeting import PROBE_SECONDS
from bot.operating.probes import Finding, NotNow, Visit, broken, fine, warning
from bot.store.models import Delivery
from bot.webex.signature import seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.webex.messages import NewWebhook
    from bot.webex.said import Webhook

SYNC = "Run `license-bot webhooks sync`."
ASLEEP = (
    "See first that the web process answers at PUBLIC_URL. Then let five minutes pass since it fell asleep, because "
    "before that one more failure ends it again. Run `license-bot webhooks sync --now`."
)
SEAL = "X-Spark-Signature"
NOTHING_NEW = b'{"resource": "doctor", "event": "checked"}'
"""Genuine once it is sealed, and of no interest to the bot: it is answered as any delivery, and nothing is stored."""
NOTHING_COMES = (
    "See `webhooks` above, and that PUBLIC_URL leads from the internet to the web process. Presses of buttons are lost "
    "meanwhile: nobody can look for them."
)
UNITS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"))
OK, NO_CONTENT, UNAUTHORIZED = 200, 204, 401


def subscriptions(visit: Visit) -> Iterator[Finding]:
    """Compare the bot's webhooks with what they should be, by the very rule that repairs them."""
    settings, me = visit.settings, visit.bot
    if not settings.public_url or not settings.webhook_secrets:
        raise NotNow("PUBLIC_URL or WEBEX_WEBHOOK_SECRET is not set here, so nothing says what they should be.")
    try:
        existing = webhooks.own(visit.chat)
    except webhooks.SyncFailed as failed:
        yield warning(str(failed), LATER)
        return
    right = True
    for new in webhooks.wanted(settings.public_url, settings.webhook_secrets[0], me["person_id"]):
        for finding in _faults(existing, new, settings.webhook_secrets):
            right = False
            yield finding
    if right:
        yield fine("All three are there, awake, sealed, and lead to PUBLIC_URL.")


def _faults(existing: Sequence[Webhook], new: NewWebhook, secrets: Sequence[str]) -> Iterator[Finding]:
    resource = new["resource"]
    faults = webhooks.faults_of(existing, new, secrets)
    for fault in faults:
        yield _fault(fault.what, resource)
    if not faults and webhooks.faults_of(existing, new, secrets[:1]):
        yield warning(f"{resource}: the webhook is not sealed with the newest secret yet.", SYNC)


def _fault(what: webhooks.What, resource: str) -> Finding:
    if what == "missing":
        return broken(f"{resource}: there is no webhook, so Webex tells the bot nothing of them.", SYNC)
    if what == "double":
        return warning(f"{resource}: there is more than one webhook, so events come more than once.", SYNC)
    if what == "asleep":
        return broken(
            f"{resource}: Webex has put the webhook to sleep, after 100 failed deliveries in five minutes.", ASLEEP
        )
    return broken(f"{resource}: the webhook leads elsewhere than PUBLIC_URL, or has a secret that is not ours.", SYNC)


def seal_check(visit: Visit) -> Iterator[Finding]:
    """Deliver to the web process on this machine what it accepts without keeping it, and the same with a wrong seal."""
    settings = visit.settings
    if not settings.webhook_secrets or not settings.port:
        raise NotNow("WEBEX_WEBHOOK_SECRET or a fixed PORT is not set here.")
    where = f"http://127.0.0.1:{settings.port}"
    with requests.Session() as session:
        session.trust_env = False
        if _status(session.get, f"{where}/healthz") is None:
            raise NotNow(f"No web process answers here at port {settings.port}. Run this where it runs.")
        for position, secret in enumerate(settings.webhook_secrets, start=1):
            yield _delivered(session, where, secret, "The secret" if position == 1 else "The old secret")
        yield _tampered(session, where, settings.webhook_secrets[0])
        if _status(session.get, f"{where}/readyz") != OK:
            yield warning(
                "The web process says that it is not ready.",
                "Its log names what is missing, in the event `not ready`: database or migrations. "
                "Without that event it is about to end.",
            )


def _delivered(session: requests.Session, where: str, secret: str, name: str) -> Finding:
    status = _status(session.post, where + webhooks.PATH, data=NOTHING_NEW, headers={SEAL: seal(NOTHING_NEW, secret)})
    if status == NO_CONTENT:
        return fine(f"{name} opens what it sealed.")
    if status == UNAUTHORIZED:
        return broken(
            f"{name} is another one than the web process has.", "Restart the web process with this environment."
        )
    return broken(
        f"The web process answers a genuine delivery with status {status or 'none'}.",
        f"See its log; or is something else at port {where.rpartition(':')[2]}?",
    )


def _tampered(session: requests.Session, where: str, secret: str) -> Finding:
    headers = {SEAL: seal(NOTHING_NEW, secret)}
    status = _status(session.post, where + webhooks.PATH, data=NOTHING_NEW + b" ", headers=headers)
    if status == UNAUTHORIZED:
        return fine("A forged delivery is refused.")
    return broken(
        f"A forged delivery is answered with status {status or 'none'}.",
        "What answers there is not the bot, or not this version of it. Stop it before anything else.",
    )


def _status(call: Callable[..., requests.Response], url: str, **content: Any) -> int | None:
    try:
        return call(url, timeout=PROBE_SECONDS, allow_redirects=False, **content).status_code
    except requests.RequestException:
        return None


def last_delivery(visit: Visit) -> Iterator[Finding]:
    """Only a delivery proves that Webex reaches us: no machine can see itself from outside."""
    with visit.tables.connect() as connection:
        newest = select(func.max(Delivery.received_at))
        last = connection.scalar(newest.where(Delivery.was_found.is_(False)))
        found = connection.scalar(newest.where(Delivery.was_found.is_(True)))
    if found is not None and (last is None or found > last):
        since = f"the last one came {_ago(last)}" if last else "none has come yet"
        yield warning(
            f"What was said {_ago(found)} had to be looked for, since Webex delivered nothing: {since}.", NOTHING_COMES
        )
    elif last is None:
        yield warning(
            "None yet, so it is unproven that Webex reaches PUBLIC_URL until one arrives.", "Write `help` to the bot."
        )
    else:
        yield fine(f"Came {_ago(last)}, so Webex reached the web process then.")


def _ago(then: datetime) -> str:
    ago = max(timedelta(0), datetime.now(UTC) - then)  # a sandbox's clock may be ahead
    number, unit = next(
        ((ago // one, unit) for one, unit in UNITS if ago >= 2 * one), (ago // timedelta(minutes=1), "minute")
    )
    return f"{number} {unit}{'' if number == 1 else 's'} ago ({then:%Y-%m-%d %H:%M} UTC)"
