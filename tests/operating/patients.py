"""A bot for the doctor to look at: a sandbox, a database with its tables, and settings that fit, each to be spoiled."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import webhooks
from bot.operating.doctor import CHECKS, Told, look
from bot.operating.probes import Level, Visit
from bot.sandbox.server import RunningSandbox
from bot.settings import DEMO_WEBHOOK_SECRET, Settings
from bot.webex.http import Patience
from bot.webex.messages import ChatGateway
from bot.workflows.catalog import entries_in
from tests.running import settings_for
from tests.webex.company import Company

ANY: frozenset[Level] = frozenset({"ok", "skipped", "warning", "broken"})


class Patient:
    """One bot; `settings` is what its operator has set."""

    def __init__(self, sandbox: RunningSandbox, tables: Path, folder: Path) -> None:
        self.sandbox = sandbox
        self.company = Company(sandbox.url)
        self.file = folder / "bot.sqlite"
        shutil.copy(tables, self.file)
        self.settings = settings_for(f"sqlite:///{self.file}", sandbox, 9, allowed_orgs=(), approvers=(), role="tools")
        self.chat = ChatGateway("sandbox-bot", self.settings.webex_api_url, Patience(tries=1))

    def set(self, **changed: Any) -> None:
        given = {name: SecretStr(value) if _is_secret(name) else value for name, value in changed.items()}
        self.settings = Settings(**(dict(self.settings) | given))

    def sync(self, secret: str = DEMO_WEBHOOK_SECRET) -> None:
        list(webhooks.sync(self.chat, self.settings.public_url, secret))

    def refuse(self, path: str, status: int = 403, method: str = "GET") -> None:
        self.company.weather(method=method, path=path, status=status, times=9)

    def shown(self, check: str, *levels: Level) -> list[Told]:
        """Return what the doctor says of one thing, of these levels or of all."""
        with self.visit() as visit:
            return [one for one in look(check, CHECKS[check], visit) if one.level in (levels or ANY)]

    def only(self, check: str, level: Level) -> str:
        """Return the one line of this level, with its remedy."""
        (told,) = self.shown(check, level)
        assert bool(told.remedy) == (level in {"warning", "broken"})
        return f"{told.says} {told.remedy}".strip()

    @contextmanager
    def visit(self) -> Iterator[Visit]:
        visit = Visit(
            self.settings, lambda all_: entries_in(all_.catalog_file, allow_full_update=all_.allow_full_update)
        )
        try:
            yield visit
        finally:
            visit.end()


def _is_secret(name: str) -> bool:
    return Settings.model_fields[name].annotation is SecretStr


def live_token(bot: Patient, key: str) -> None:
    """Let it renew its admin token by itself, sealed with this key."""
    bot.set(
        webex_admin_access_token="",
        webex_admin_client_id="C1",
        webex_admin_client_secret="secret-of-the-application",
        webex_admin_refresh_token="refresh-1",
        token_key=key,
    )
