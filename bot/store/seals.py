"""Which secrets the web process takes deliveries with. It alone knows that for sure, and the workers have to."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from bot.store.session import insert_if_new
from bot.store.upkeep import Mark

TAKEN = "webhook_secrets"


def digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def note_taken(session: Session, secrets: Iterable[str], now: datetime) -> None:
    """Remember what the web process that started last was given; digests, since others may read the database."""
    row = {"name": TAKEN, "at": now, "facts": {"digests": [digest(one) for one in secrets]}}
    if not insert_if_new(session, Mark, row):  # web's processes start together, and each of them tells
        session.merge(Mark(**row))


def taken(session: Session) -> frozenset[str] | None:
    """Return the digests, or None if no web process has told yet."""
    mark = session.get(Mark, TAKEN)
    return None if mark is None else frozenset((mark.facts or {})["digests"])
