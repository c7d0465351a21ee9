"""What an operator can ask about the admin side's token: its kind and its dates, never a value."""

from collections.abc import Iterator
from datetime import UTC, datetime

from cryptography.fernet import Fernet

from bot.settings import Settings
from bot.store import tokens
from bot.store.session import Sessions
from bot.store.tokens import Kept, Vault, refusal_of, seed_of
from bot.store.upkeep import Mark
from bot.webex.tokens import ends_at

NOTHING_YET = "Nothing is stored yet: the worker fetches the first access token when it starts."
FORGOTTEN = "The stored token is forgotten. The worker begins again with WEBEX_ADMIN_REFRESH_TOKEN when it starts."
NOTHING_STORED = "No token is stored, so there was nothing to forget."


def new_key() -> str:
    """Return a key for TOKEN_KEY."""
    return Fernet.generate_key().decode()


def show(settings: Settings, sessions: Sessions) -> Iterator[str]:
    """Yield a line for each thing that is known. Raises CannotStart if TOKEN_KEY does not open what is stored."""
    if not settings.renews_admin_token:
        yield from _given(settings)
        return
    yield "The admin side's token renews itself (Service App or integration)."
    kept = Vault(sessions, settings.token_keys).read()
    yield from [NOTHING_YET] if kept is None else _stored(kept)
    seed = seed_of(settings.webex_admin_client_id, settings.webex_admin_refresh_token.get_secret_value())
    with sessions() as session:
        refusal = session.get(Mark, refusal_of(seed))
    if refusal is not None:
        status = (refusal.facts or {}).get("status")
        yield f"Webex refuses to renew it (status {status}, last tried {_moment(refusal.at)}): authorize the app again."


def forget(sessions: Sessions) -> str:
    with sessions() as session, session.begin():
        return FORGOTTEN if tokens.forget(session) else NOTHING_STORED


def _given(settings: Settings) -> Iterator[str]:
    yield "The admin side's token is WEBEX_ADMIN_ACCESS_TOKEN, which you renew yourself."
    answer = ends_at(settings.webex_admin_access_token.get_secret_value(), settings.webex_api_url)
    if answer["kind"] == "ok":
        yield f"It ends on {_moment(datetime.fromtimestamp(answer['value'], UTC))}."
    else:
        yield f"Webex does not tell when it ends (status {answer['status']})."


def _stored(kept: Kept) -> Iterator[str]:
    yield f"Renewed last on {_moment(kept.refreshed_at)}."
    yield f"The access token ends on {_moment(kept.expires_at)}; it is renewed before."
    if kept.refresh_expires_at is None:
        yield "Webex does not tell when the refresh token ends."
    else:
        yield f"The refresh token ends on {_moment(kept.refresh_expires_at)}, unless a renewal prolongs it."


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
