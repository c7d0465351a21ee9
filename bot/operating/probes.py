"""What the doctor looks at: settings, Webex with both tokens, the database; each asked once, when it is first needed.

A check returns findings. What it needs and cannot have ends it as `NotNow`: told, and no second complaint.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import requests
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.operating.greeting import greet
from bot.store import schema
from bot.store.session import make_engine, make_sessions
from bot.store.tokens import NotOpened, Vault
from bot.webex import reading
from bot.webex.admin import AdminGateway
from bot.webex.http import Answer, Patience
from bot.webex.line import Wire
from bot.webex.messages import ChatGateway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

    from bot.licensing.catalog_file import Entry
    from bot.operating.greeting import Greeting
    from bot.settings import Settings
    from bot.store.tokens import Kept

Level: TypeAlias = Literal["ok", "skipped", "warning", "broken"]

ONCE = Patience(tries=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor. `skipped` is what could not be looked at from here, and is nobody's fault."""

    level: Level
    says: str
    remedy: str = ""


class NotNow(Exception):
    """A check needs something that is not there, as a sentence."""


def fine(says: str) -> Finding:
    return Finding("ok", says)


def skipped(says: str) -> Finding:
    return Finding("skipped", says)


def warning(says: str, remedy: str) -> Finding:
    return Finding("warning", says, remedy)


def broken(says: str, remedy: str) -> Finding:
    return Finding("broken", says, remedy)


def how(answer: Answer) -> str:
    """Say in words what came instead of an answer."""
    if answer["kind"] == "busy":
        return "Webex gives no usable answer" if not answer["status"] else f"Webex is busy (status {answer['status']})"
    return f"Webex refuses (status {answer['status']})"


class Visit:
    """One run of the doctor. It renews no token and writes nothing, so it may run beside the bot at any time."""

    def __init__(self, settings: Settings, read_entries: Callable[[Settings], Sequence[Entry]]) -> None:
        self.settings = settings
        self._read_entries = read_entries

    @cached_property
    def greeting(self) -> Greeting:
        try:
            return greet(self.settings.webex_api_url)
        except requests.RequestException as error:
            name = type(error).__name__
            raise NotNow(f"Webex cannot be reached at {self.settings.webex_api_url} ({name}).") from None

    @cached_property
    def chat(self) -> ChatGateway:
        token = self.settings.webex_teams_access_token.get_secret_value()
        if not token:
            raise NotNow("WEBEX_TEAMS_ACCESS_TOKEN is not set.")
        self._expect_webex()
        return ChatGateway(token, self.settings.webex_api_url, ONCE)

    @cached_property
    def me(self) -> Answer:
        """Value: `Profile` of the bot."""
        return self.chat.me()

    @property
    def bot(self) -> reading.Profile:
        if self.me["kind"] != "ok":
            raise NotNow("The bot's token does not work; see above.")
        profile: reading.Profile = self.me["value"]
        return profile

    @cached_property
    def kept(self) -> Kept | None:
        """The pair that a worker has renewed last. Raises NotOpened for a wrong TOKEN_KEY."""
        return Vault(self.sessions, self.settings.token_keys).read() if self.settings.token_keys else None

    @cached_property
    def admin_token(self) -> str:
        if fixed := self.settings.webex_admin_access_token.get_secret_value():
            return fixed
        if not self.settings.renews_admin_token:
            raise NotNow("No admin token is set here.")
        try:
            kept = self.kept
        except NotOpened:
            raise NotNow("The stored admin token cannot be opened; see renewal.") from None
        if kept is None:
            raise NotNow("No worker has fetched an admin token yet. Start one.")
        if self.has_ended(kept.expires_at):
            raise NotNow("The stored admin token has ended. Start a worker: it fetches the next one.")
        return kept.access

    def has_ended(self, moment: datetime | None) -> bool:
        """Whether this lies in the past; of a sandbox, whose clock only the bot knows, nothing does."""
        return moment is not None and self.settings.clock == "machine" and moment <= datetime.now(UTC)

    @cached_property
    def admin(self) -> Wire:
        token = self.admin_token
        self._expect_webex()
        return Wire(token, self.settings.webex_api_url, ONCE)

    def desks(self) -> Iterator[AdminGateway]:
        """Yield the admin side of each organization whose licenses are managed."""
        for org_id in self.settings.org_ids or ("",):
            yield AdminGateway(self.admin_token, self.settings.webex_api_url, ONCE, org_id)

    @cached_property
    def owner_answer(self) -> Answer:
        return reading.in_our_words(self.admin.get("people/me").answer, reading.record)

    @property
    def owner(self) -> dict[str, Any]:
        """Who the admin token speaks for, as Webex tells it."""
        if self.owner_answer["kind"] != "ok":
            raise NotNow("The admin token does not work; see above.")
        record: dict[str, Any] = self.owner_answer["value"]
        return record

    @cached_property
    def catalogs(self) -> list[Answer]:
        """Values: list of `License`, of each organization whose licenses are managed."""
        return [self.licenses_of(org_id) for org_id in self.settings.org_ids or ("",)]

    def licenses_of(self, org_id: str) -> Answer:
        answer = self.admin.get("licenses", {"orgId": org_id} if org_id else {}).answer
        return reading.in_our_words(answer, lambda body: list(map(reading.license_, reading.records(body, "items"))))

    def _expect_webex(self) -> None:
        try:
            greeting = self.greeting
        except NotNow:
            raise NotNow("Webex cannot be reached; see above.") from None
        if not greeting.is_webex:
            raise NotNow("What answers is not Webex, so no token was sent to it; see above.")

    @property
    def sqlite_file(self) -> Path | None:
        return Path(make_url(self.settings.database_url).database or "") if self.settings.is_sqlite else None

    @cached_property
    def engine(self) -> Engine:
        """Opens no database that is not there: SQLite would make an empty file."""
        if self.sqlite_file is not None and not self.sqlite_file.is_file():
            raise NotNow(f"There is no file {self.sqlite_file.name}.")
        engine = make_engine(self.settings.database_url, pool_size=1, is_for_deciding=False)
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            engine.dispose()
            raise NotNow(f"The database does not answer ({type(error.__cause__ or error).__name__}).") from None
        return engine

    @cached_property
    def tables(self) -> Engine:
        """The database, if its tables are those of this version."""
        if not schema.is_current(self.engine):
            raise NotNow("The tables are not those of this version; see above.")
        return self.engine

    @cached_property
    def sessions(self) -> sessionmaker[Session]:
        return make_sessions(self.tables)

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """What the operator's catalog file says. Raises SettingsError."""
        return self._read_entries(self.settings)

    def end(self) -> None:
        if "engine" in self.__dict__:
            self.engine.dispose()
