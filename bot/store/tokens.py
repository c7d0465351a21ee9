"""The tokens that Webex has renewed, encrypted at rest; and who is renewing them at this moment."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from bot.errors import CannotStart
from bot.store.session import Sessions, insert_if_new
from bot.store.upkeep import Mark, Token

ADMIN = "admin"
"""The name of the one token there is: the admin side's."""
LEASE = timedelta(seconds=60)
"""For so long whoever renews is left to it; longer than a call can take, or a second one would begin."""
NOT_OPENED = (
    "TOKEN_KEY does not open the token that is stored for Webex's admin side. Set the key that it was sealed with; "
    "a new one goes in front of it: new,old. If that key is lost, run `license-bot tokens forget`, and set "
    "WEBEX_ADMIN_REFRESH_TOKEN to a refresh token that is valid."
)


class NotOpened(CannotStart):
    """None of the keys opens what is stored."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A pair of tokens with its dates. `seed` tells from which refresh token of the environment it descends."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seed: str = field(repr=False)
    expires_at: datetime
    refresh_expires_at: datetime | None
    refreshed_at: datetime


class Vault:
    """The stored token, opened and sealed with these keys: the first seals, all open. No call of it touches a network.

    A renewal is claimed first, with a lease that ends by itself, so that no row stays locked while Webex thinks.
    """

    def __init__(self, sessions: Sessions, keys: Sequence[str], name: str = ADMIN) -> None:
        self._sessions = sessions
        self._keys = MultiFernet([Fernet(key) for key in keys])
        self._name = name
        self._me = uuid4().hex

    def read(self) -> Kept | None:
        """Return what is stored, None if nothing is. Raises NotOpened."""
        with self._sessions() as session, session.begin():
            row = session.get(Token, self._name)
            return None if row is None else self._open(row)

    def claim(self, now: datetime) -> bool:
        """Whether it is now upon the caller to renew; it ends with `keep`, `release`, or the lease."""
        claimed = {"at": now + LEASE, "facts": {"by": self._me}}
        with self._sessions() as session, session.begin():
            if insert_if_new(session, Mark, {"name": self._claim, **claimed}):
                return True
            ended = (Mark.name == self._claim, Mark.at <= now)
            return _changed(session, update(Mark).where(*ended).values(**claimed))

    def release(self) -> None:
        with self._sessions() as session, session.begin():
            self._release(session)

    def keep(self, new: Kept, instead_of: Kept | None) -> Kept:
        """Store `new`, unless somebody else has stored another one meanwhile: return what is stored now."""
        with self._sessions() as session, session.begin():
            self._release(session)
            row = session.get(Token, self._name, with_for_update=True)
            if row is None:
                values = {"name": self._name, **self._columns(new)}
                if insert_if_new(session, Token, values):
                    return self._kept(session, new)
                row = session.get_one(Token, self._name, with_for_update=True)
            if row.refreshed_at != (instead_of.refreshed_at if instead_of else None):
                return self._open(row)
            for name, value in self._columns(new).items():
                setattr(row, name, value)
            return self._kept(session, new)

    def note_refusal(self, seed: str, now: datetime, status: int, tracking_id: str) -> None:
        """Remember that Webex refuses to renew, until it does so again; whoever tells the admins reads this."""
        with self._sessions() as session, session.begin():
            facts = {"status": status, "tracking": tracking_id}
            session.merge(Mark(name=refusal_of(seed, self._name), at=now, facts=facts))

    @property
    def _claim(self) -> str:
        return f"refreshing:{self._name}"

    def _release(self, session: Session) -> None:
        row = session.get(Mark, self._claim, with_for_update=True)
        if row is not None and (row.facts or {}).get("by") == self._me:
            session.delete(row)

    def _kept(self, session: Session, new: Kept) -> Kept:
        _forget_refusals(session, self._name)
        return new

    def _columns(self, new: Kept) -> dict[str, Any]:
        secret = json.dumps({"access": new.access, "refresh": new.refresh, "seed": new.seed})
        return {
            "sealed": self._keys.encrypt(secret.encode()).decode(),
            "expires_at": new.expires_at,
            "refresh_expires_at": new.refresh_expires_at,
            "refreshed_at": new.refreshed_at,
        }

    def _open(self, row: Token) -> Kept:
        try:
            secret: dict[str, str] = json.loads(self._keys.decrypt(row.sealed.encode()))
        except InvalidToken:
            raise NotOpened(NOT_OPENED) from None
        return Kept(
            **secret,
            expires_at=row.expires_at,
            refresh_expires_at=row.refresh_expires_at,
            refreshed_at=row.refreshed_at,
        )


def seed_of(client_id: str, first: str) -> str:
    """Return what tells all that descends from this refresh token of the environment from anything else."""
    return sha256(f"{client_id}:{first}".encode()).hexdigest()


def refusal_of(seed: str, name: str = ADMIN) -> str:
    """Return the name of the mark that stands while Webex refuses to renew what descends from `seed`.

    One for each: a worker that was left behind with an old refresh token speaks for itself alone.
    """
    return f"refresh_refused:{name}:{seed}"


def _forget_refusals(session: Session, name: str) -> None:
    session.execute(delete(Mark).where(Mark.name.startswith(refusal_of("", name), autoescape=True)))


def forget(session: Session, name: str = ADMIN) -> bool:
    """Remove what is stored of a token, sealed with whatever key; whether there was any."""
    _forget_refusals(session, name)
    session.execute(delete(Mark).where(Mark.name == f"refreshing:{name}"))
    return _changed(session, delete(Token).where(Token.name == name))


def _changed(session: Session, statement: Any) -> bool:
    result = session.execute(statement)
    return isinstance(result, CursorResult) and result.rowcount > 0
