"""Tables for what keeps the bot running: tokens, spaces to catch up with, the budget of calls, and marks."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.models import WEBEX_ID, Base


class Token(Base):
    """A token of the admin side as Webex last renewed it, encrypted with TOKEN_KEY. Who refreshes it locks its row."""

    __tablename__ = "tokens"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    """Access and refresh token, encrypted together."""
    expires_at: Mapped[datetime]
    refresh_expires_at: Mapped[datetime | None]
    refreshed_at: Mapped[datetime]


class Space(Base):
    """A space the bot is in: where to look for messages whose delivery was lost."""

    __tablename__ = "spaces"

    space_id: Mapped[str] = mapped_column(WEBEX_ID, primary_key=True)
    is_group: Mapped[bool] = mapped_column(default=False)
    heard_at: Mapped[datetime] = mapped_column(index=True)
    """The newest delivery from there, or what Webex told of later than that."""
    caught_up_at: Mapped[datetime | None]
    """Until when every message there is known to be handled."""
    failed_at: Mapped[datetime | None]
    """When it was looked into in vain, and never again since."""


class CallBudget(Base):
    """How many calls to Webex's admin side there are left: of all that may be made, or of what one person may cause."""

    __tablename__ = "call_budgets"

    name: Mapped[str] = mapped_column(WEBEX_ID, primary_key=True)
    at: Mapped[datetime]
    left: Mapped[float]
    """At that time; from then on it grows again."""


class Mark(Base):
    """When something was last done, seen or told that must not be forgotten by a restart."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any] | None]
