"""The wiring: settings in, a running web or worker out. The only file that may import every room."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot import clock as clocks
from bot import live_token, logs, webhooks
from bot import settings as configuration
from bot.chat.door import Desk
from bot.errors import CannotStart
from bot.operating import metrics
from bot.store import budget, schema, seals
from bot.store.session import MOST_WORKERS, make_engine, make_sessions
from bot.web.server import create_web
from bot.web.serving import Serving
from bot.web.webhook import Event, NotStorable
from bot.webex.http import PATIENT, Patience
from bot.webex.messages import ChatGateway
from bot.workflows import catching_up, engine, healing, sweeps, tokens, upkeep
from bot.workflows.asking import Asking
from bot.workflows.assigning import Assigning
from bot.workflows.catalog import Admins, entries_in
from bot.workflows.catching_up import CatchingUp
from bot.workflows.facts import Gatherer
from bot.workflows.follow_ups import FollowUps
from bot.workflows.hands import Hands
from bot.workflows.healing import Address, Healing
from bot.workflows.inbox import Inbox, Own
from bot.workflows.inviting import Inviting
from bot.workflows.keeping import Acceptor, Unstorable
from bot.workflows.moving import Moving
from bot.workflows.roster import Roster, desks_of
from bot.workflows.slots import FileSlot, Taken, WorkerSlot
from bot.workflows.speaking import Clock, Speaking
from bot.workflows.sweeps import Sweeps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy import Engine

    from bot.settings import Settings
    from bot.webex.line import TokenSource

log = structlog.get_logger()

POLLING = 0.1
"""Seconds between looks into a queue: the time a person waits for nothing, against a little of a core."""
WEB_WAITS = 3.0
"""Seconds that a delivery waits for a connection to PostgreSQL: Webex is rather answered 503 than nothing."""
ENOUGH_WORKERS = f"{MOST_WORKERS} workers are running on this database, which is as many as it takes."
SECOND_WEB = "Another web process is running on this SQLite file, so this one does not start. Use PostgreSQL for more."


def upgrade(database_url: str) -> None:
    """Bring our tables and the engine's up to date: the release step."""
    ours = make_engine(database_url, pool_size=1)
    try:
        schema.upgrade(ours)
    finally:
        ours.dispose()
    engine.migrate(database_url)


def web() -> Flask:
    """Return the web application of one process, for gunicorn: `gunicorn "bot.app:web()"`."""
    settings = configuration.load("web")
    logs.set_up(settings.log_format, settings.secrets)
    return build_web(settings)


def clock_for(settings: Settings) -> Clock:
    """Return what tells the time; the settings refuse the sandbox's anywhere but beside a sandbox on this machine."""
    return clocks.SandboxClock(settings.webex_api_url) if settings.clock == "sandbox" else clocks.machine


def build_web(settings: Settings, clock: Clock | None = None) -> Flask:
    """Return the application, or raise CannotStart: without the release step, or a second one on SQLite."""
    slot = _web_slot(settings.database_url) if settings.is_sqlite else None
    # One connection on SQLite: threads then queue in Python, which is fair, instead of in its busy handler.
    database = make_engine(settings.database_url, pool_size=1 if settings.is_sqlite else 8, wait=WEB_WAITS)
    sessions, clock = make_sessions(database), clock or clock_for(settings)
    with suppress(OperationalError):  # away, though it was there a moment ago: `/readyz` says no until it is back
        schema.check_current(database)
        with sessions.begin() as session:
            seals.note_taken(session, settings.webhook_secrets, clock())
    accept = partial(_accept, Acceptor(sessions, engine.Queues(database), clock))
    app = create_web(accept, settings.webhook_secrets, _pings(database))

    def close() -> None:
        database.dispose()
        if slot is not None:
            slot.release()

    app.extensions["close"] = close  # also what keeps the slot for as long as the application lives
    return app


def _web_slot(database_url: str) -> FileSlot:
    slot = FileSlot(database_url, "web")
    try:
        slot.take()
    except Taken:
        raise CannotStart(SECOND_WEB) from None
    return slot


def _accept(acceptor: Acceptor, event: Event) -> None:
    try:
        acceptor.accept(event)
    except Unstorable:
        raise NotStorable from None


def _pings(database: Engine) -> dict[str, Callable[[], object]]:
    """Return what has to be there for this process to do its work."""
    return {"database": partial(_ping, database), "migrations": partial(schema.check_can_serve, database)}


def _ping(database: Engine) -> None:
    with database.connect() as connection:
        connection.execute(text("SELECT 1"))


class Worker:
    """Everything that happens after a webhook was answered. Build it once per process: the engine is global."""

    def __init__(
        self, settings: Settings, *, clock: Clock | None = None, polling: float = POLLING, patience: Patience = PATIENT
    ) -> None:
        entries = entries_in(settings.catalog_file, allow_full_update=settings.allow_full_update)
        self._slot = WorkerSlot(settings.database_url, _lost_the_slot)
        try:
            self._slot.take()
        except Taken:
            raise CannotStart(ENOUGH_WORKERS) from None
        self._metrics_at = settings.metrics_host, settings.metrics_port
        self._clock = clock = clock or clock_for(settings)
        url = settings.webex_api_url
        chat = ChatGateway(settings.webex_teams_access_token.get_secret_value(), url, patience, waits_for_token=True)
        self.book = budget.open_book(settings.database_url, settings.webex_calls_per_minute)
        self.engine = engine.DurableEngine(settings.database_url, polling, self._slot.executor)
        schema.check_current(self.engine.engine)
        self.token = self._admin_token(settings)
        self.admins = Admins(self.token, url, patience, entries, self.book)
        self.roster = Roster(chat, self.admins, make_sessions(self.engine.engine))
        bot_id, bots_org = self.roster.ourselves(clock())
        self.house = desks_of(settings, self.roster, bots_org, clock())
        self.roster.resolve(self.house, settings.admins, settings.approvers, clock())
        own = Own(bot_id, patience, settings.messages_per_minute)
        self._address = Address.of(settings.public_url, settings.webhook_secrets)
        self._build(chat, Desk(self.house, settings.request_ttl), own, clock)

    def _admin_token(self, settings: Settings) -> TokenSource:
        """Return the admin side's token, or raise CannotStart if what is stored of it cannot be opened."""
        token = live_token.admin_token(settings, make_sessions(self.engine.engine), self._clock)
        if isinstance(token, live_token.LiveToken):
            token.check()
        return token

    def _build(self, chat: ChatGateway, desk: Desk, own: Own, clock: Clock) -> None:
        store, follow_ups = self.engine.store, FollowUps(self.engine.queues)
        speaking = Speaking(store, follow_ups, chat, clock, own.patience)
        hands = Hands(store, follow_ups, speaking, clock)
        gatherer = Gatherer(chat, self.admins, store, desk.house)
        self.inbox = Inbox(hands, chat, gatherer, desk, own)
        Asking(hands, gatherer)
        Assigning(hands, self.admins, desk, own.patience)
        Inviting(hands, self.admins, desk.house)
        Moving(hands, self.admins, desk.house, own.patience)
        self.sweeps = Sweeps(hands)
        self.upkeep = upkeep.Upkeep(hands, desk.house)
        self.token_care = tokens.TokenCare(hands, self.token, desk.house)
        self.catching_up = CatchingUp(hands, chat, self.engine.queues, own.bot_id)
        self.healing = Healing(hands, chat, desk.house, own.bot_id, self._address)

    def launch(self) -> None:
        self._slot.outlast_predecessor(self.engine.executors_at_work())
        self.engine.launch()
        self._slot.go_round(self.engine.executors_at_work, engine.hand_on)
        sweeps.schedule(self.sweeps)
        upkeep.schedule(self.upkeep)
        tokens.begin(self.token_care)
        catching_up.schedule(self.catching_up)
        healing.schedule(self.healing)
        self.catching_up.soon()
        if isinstance(self._clock, clocks.SandboxClock):
            self._clock.when_it_jumps(lambda: sweeps.sweep_soon(self.sweeps))
            self._clock.when_it_jumps(lambda: tokens.look_soon(self.token_care))
        self._stop_metrics = metrics.serve_worker(*self._metrics_at, self.engine.for_looking)
        log.info("worker_started", executor=self._slot.executor)

    def shut_down(self) -> None:
        if isinstance(self._clock, clocks.SandboxClock):
            self._clock.stop()
        self._slot.stay()
        self._stop_metrics()
        self.engine.shut_down()
        self.book.close()
        self._slot.release()


def _lost_the_slot() -> None:
    """End at once: without the lock another worker may already be doing our work."""
    log.critical("worker_slot_lost")
    os._exit(1)


def check_ready(database_url: str) -> None:
    """Raise CannotStart unless the release step has run."""
    database = make_engine(database_url, pool_size=1)
    try:
        schema.check_current(database)
    finally:
        database.dispose()


def serve_web(settings: Settings) -> None:
    """Run gunicorn until it is told to stop. Engines are made after the fork, so that no connection is shared.

    Raises CannotStart for a second one on SQLite: said here already, since gunicorn would bury it in a traceback.
    """
    if settings.is_sqlite:
        _web_slot(settings.database_url).release()  # the process that serves takes it for itself
    serve_metrics = partial(metrics.serve_web, settings.metrics_host, settings.metrics_port)
    Serving(settings, partial(build_web, settings), serve_metrics).run()


def sync_webhooks(settings: Settings, *, now: bool) -> Iterator[str]:
    """Yield a line for each of the bot's webhooks. Raises CannotStart if Webex refuses, or one is left asleep."""
    chat = ChatGateway(settings.webex_teams_access_token.get_secret_value(), settings.webex_api_url)
    try:
        yield from webhooks.sync(chat, settings.public_url, settings.webhook_secrets[0], now=now)
    except webhooks.SyncFailed as failed:
        raise CannotStart(str(failed)) from None
