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
    """A space the bot has heard from: where to look for messages whose delivery was lost."""

    __tablename__ = "spaces"

    space_id: Mapped[str] = mapped_column(WEBEX_ID, primary_key=True)
    is_group: Mapped[bool] = mapped_column(default=False)
    heard_at: Mapped[datetime] = mapped_column(index=True)
    """The newest delivery from there."""
    caught_up_at: Mapped[datetime | None]
    """Until when every message there is known to be handled."""


class CallBudget(Base):
    """What an organization's admin side has cost Webex in the running window, counted by all workers together."""

    __tablename__ = "call_budgets"

    org_id: Mapped[str] = mapped_column(WEBEX_ID, primary_key=True)
    window: Mapped[datetime]
    """When it began."""
    used: Mapped[int] = mapped_column(default=0)


class Mark(Base):
    """When something was last done, seen or told that must not be forgotten by a restart."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any] | None]
