"""A token of the admin side that renews itself: how the sandbox's integration and service app give it, and to whom."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.live_token import LiveToken
from bot.sandbox.accounts import ADMINS_REFRESH_TOKEN, INTEGRATION, SERVICE_APP
from bot.sandbox.seed import ORG
from bot.store.session import make_sessions
from bot.store.tokens import ADMIN, Vault
from bot.store.upkeep import Token
from bot.webex.tokens import Application
from tests.chat import Chat, Someone

if TYPE_CHECKING:
    from datetime import datetime

KEY = "20bYyjKsO37pEnpA38KP74giY_0_c0dRfx6jlBDoB5M="
OTHER_KEY = "Zr0n2l5mJ0v3m1m0mX1Zb3cQ0o5m1f1l8q1sVqv1lYQ="


def application(chat: Chat, *, is_service_app: bool = False) -> Application:
    app = SERVICE_APP if is_service_app else INTEGRATION
    return Application(app.client_id, app.client_secret, chat.running.settings.webex_api_url)


def vault(chat: Chat, *keys: str, engine: Engine | None = None) -> Vault:
    return Vault(make_sessions(engine or chat.running.engine), keys or (KEY,))


def live_token(
    chat: Chat, first: str = ADMINS_REFRESH_TOKEN, *, kept_in: Vault | None = None, clock: Any = None
) -> LiveToken:
    """Return what one process would have; it is the service app's unless `first` is the integration's."""
    whose = application(chat, is_service_app=first != ADMINS_REFRESH_TOKEN)
    when: Callable[[], datetime] = clock or chat.running.clock
    return LiveToken(whose, first, kept_in or vault(chat), when)


def first_of_service_app(chat: Chat) -> str:
    """Return a refresh token as the developer portal shows it once the app is authorized."""
    body = {"clientId": SERVICE_APP.client_id, "clientSecret": SERVICE_APP.client_secret, "targetOrgId": ORG}
    pair = Someone(chat.running, "admin").call("POST", f"applications/{SERVICE_APP.application_id}/token", json=body)
    return str(pair["refresh_token"])


def trades(chat: Chat) -> list[int]:
    """Return the statuses of all trades of a refresh token."""
    return [call["status"] for call in chat.calls("POST", "/v1/access_token")]


def end(chat: Chat, value: str) -> None:
    """Let Webex end a token now, whatever it had promised."""
    chat.running.control("PATCH", f"tokens/{value}", {"expiresIn": 0})


def stored(chat: Chat) -> Token:
    with Session(chat.running.engine) as session:
        return session.get_one(Token, ADMIN)


@contextmanager
def renewing(chat: Chat, token: LiveToken) -> Iterator[LiveToken]:
    """Have the running worker use this token, as if it had been started with it."""
    worker = chat.running.worker
    wires = [worker.admins.of(desk.home_org)._wire for desk in worker.house.desks]  # noqa: SLF001 no other way in
    before = [wire._token for wire in wires], worker.token_care.token  # noqa: SLF001 the same
    for wire in wires:
        wire._token = token  # noqa: SLF001 the same
    worker.token_care.token = token
    try:
        yield token
    finally:
        for wire, was in zip(wires, before[0], strict=True):
            wire._token = was  # noqa: SLF001 the same
        worker.token_care.token = before[1]
