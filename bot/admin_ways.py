"""The two ways to the admin side of Webex: a token that the operator renews, or what the bot needs to renew its own.

One of both has to be given, and whole. What is wrong is told under the name of the very setting.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

FIXED = "webex_admin_access_token"
LIVE = ("webex_admin_client_id", "webex_admin_client_secret", "webex_admin_refresh_token", "token_key")
"""What a Service App or an integration needs, so that the bot renews its token by itself; else the operator does."""


class Wrong(str):
    """Stands where a value is missing or too much, and says so."""

    __slots__ = ()


def marks(values: Mapping[str, Any]) -> dict[str, Wrong]:
    """Return what is wrong with the values that were given, by the name of the setting."""
    given = {name for name in (FIXED, *LIVE) if _plain(values.get(name))}
    if not given & set(LIVE[:-1]):  # the key alone is of no use, and does no harm
        return {} if FIXED in given else {FIXED: Wrong("is missing")}
    wrong = {name: Wrong("is missing") for name in LIVE if name not in given}
    if FIXED in given:
        wrong[FIXED] = Wrong("is given beside a token that renews itself: give one of both")
    return wrong


def unmarked(value: Any) -> Any:
    """Return a value that nothing is wrong with. Raises ValueError with what is."""
    if isinstance(value, Wrong):
        raise ValueError(str(value))  # noqa: TRY004 pydantic wants this one
    return value.strip() if isinstance(value, str) else value


def _plain(value: Any) -> str:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    return text.strip() if isinstance(text, str) else ""
