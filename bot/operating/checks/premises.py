"""Whether this machine is in order: catalog file, database, tables, disk, work that is stuck, the stored token."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from bot.licensing.catalog_file import not_in
from bot.operating.checks.tokens import NEW_ADMIN_TOKEN
from bot.operating.probes import Finding, NotNow, Visit, broken, fine, skipped, warning
from bot.operating.queues import queue_stats
from bot.settings import SettingsError
from bot.store import schema
from bot.store.tokens import NotOpened, refusal_of, seed_of
from bot.store.upkeep import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bot.licensing.catalog_file import Entry
    from bot.store.tokens import Kept

SERVER = "See that the server runs, and that DATABASE_URL names it: user, password, host, database."
UPGRADE = "Run `license-bot db upgrade`."
READ = (
    "See that this user may read and write the file and its folder. Then run `license-bot db check`: "
    "a damaged file is replaced by the latest backup."
)
FIXED_SQLITE = (3, 51, 3)
"""From here on a rare bug is gone that could damage a file in WAL mode when two processes write."""
LEAST_FREE = 500 * 1024 * 1024
OLDEST_WAITING = 300
"""Seconds; what waits for longer while nothing is wrong is waiting for a worker."""
SOON = timedelta(days=14)


def database(visit: Visit) -> Iterator[Finding]:
    url = make_url(visit.settings.database_url)
    try:
        _ = visit.engine
    except NotNow as why:
        yield broken(str(why), _remedy_of(visit.sqlite_file))
    else:
        kind = "SQLite" if visit.sqlite_file else "PostgreSQL"
        yield fine(f"{kind} answers ({(url.database or '').rpartition('/')[2]}).")


def _remedy_of(file: Path | None) -> str:
    if file is None:
        return SERVER
    return READ if file.is_file() else f"{UPGRADE} Or is it another file that DATABASE_URL should name?"


def migrations(visit: Visit) -> Iterator[Finding]:
    if schema.is_current(visit.engine):
        yield fine("The tables are those of this version.")
    else:
        yield broken("The tables are not those of this version of the bot, so neither web nor worker starts.", UPGRADE)


def sqlite_version(visit: Visit) -> Iterator[Finding]:
    if visit.sqlite_file is None:
        yield skipped("The database is PostgreSQL.")
    elif sqlite3.sqlite_version_info < FIXED_SQLITE:
        yield warning(
            f"SQLite {sqlite3.sqlite_version} has a rare bug that can damage the file; 3.51.3 has not.",
            "Use a Python with a newer SQLite, or PostgreSQL; and keep backups.",
        )
    else:
        yield fine(f"SQLite {sqlite3.sqlite_version}.")


def disk(visit: Visit) -> Iterator[Finding]:
    if visit.sqlite_file is None:
        yield skipped("The database is elsewhere.")
        return
    free = shutil.disk_usage(visit.sqlite_file.resolve().parent).free
    words = f"{free // 1024**2:,} MB are free where the database is"
    if free < LEAST_FREE:
        yield warning(f"Only {words}.", "Make room: on a full disk no delivery is stored, and webhooks fall asleep.")
    else:
        yield fine(f"{words}.")


def work(visit: Visit) -> Iterator[Finding]:
    stats = queue_stats(visit.tables)
    if stats.stuck:
        yield broken(
            f"Work that will not finish by itself: {stats.stuck}.",
            "The worker told the admins of each, with a reference. See the runbook, docs/operating.md.",
        )
    if stats.queued and stats.oldest_age > OLDEST_WAITING:
        yield broken(
            f"Work that waits: {stats.queued}, the oldest for {stats.oldest_age / 60:.0f} minutes.",
            "Is a worker running? Start one, or see what its log says.",
        )
    elif not stats.stuck:
        yield fine(f"{stats.running} running, {stats.queued} waiting, {stats.delayed} for later; none stuck.")


def renewal(visit: Visit) -> Iterator[Finding]:
    """Look at the refreshed admin token: can it be opened, is it renewed, when does its refresh token end."""
    if not visit.settings.renews_admin_token:
        yield skipped("No admin token that renews itself is set here.")
        return
    try:
        kept = visit.kept
    except NotOpened as why:
        yield broken(str(why).partition(". ")[0] + ".", str(why).partition(". ")[2])
        return
    if kept is None:
        raise NotNow("No worker has fetched an admin token yet. Start one.")
    ends, refused = kept.refresh_expires_at, _is_refused(visit)
    if refused:
        yield broken("Webex refuses to renew the admin token.", NEW_ADMIN_TOKEN)
    if visit.has_ended(ends):
        yield broken(f"The refresh token ended on {ends:%Y-%m-%d}.", NEW_ADMIN_TOKEN)
    elif ends is not None and ends - datetime.now(UTC) < SOON:
        yield warning(f"The refresh token ends on {ends:%Y-%m-%d}.", NEW_ADMIN_TOKEN)
    elif not refused:
        yield _renewed(visit, kept)


def _renewed(visit: Visit, kept: Kept) -> Finding:
    if visit.has_ended(kept.expires_at):
        return warning(
            f"The stored token ended on {kept.expires_at:%Y-%m-%d %H:%M} UTC, and nobody has renewed it.",
            "Start a worker: it does so at once. If one runs, its log says what stands in the way.",
        )
    ends = kept.refresh_expires_at
    return fine(f"Renewed on {kept.refreshed_at:%Y-%m-%d}" + (f", can be until {ends:%Y-%m-%d}." if ends else "."))


def _is_refused(visit: Visit) -> bool:
    settings = visit.settings
    seed = seed_of(settings.webex_admin_client_id, settings.webex_admin_refresh_token.get_secret_value())
    with visit.sessions() as session:
        return session.get(Mark, refusal_of(seed)) is not None


def catalog_file(visit: Visit) -> Iterator[Finding]:
    path = visit.settings.catalog_file
    if not path:
        yield skipped("None is set: licenses are shown as Webex names them.")
        return
    try:
        entries = visit.entries
    except SettingsError as error:
        for problem in error.problems:
            yield broken(problem, "Correct the file, then restart the worker, which would not start with it.")
        return
    strange = _strange(visit, entries)
    for entry in strange:
        yield warning(f"Line {entry.line} names a license that Webex does not list.", "Correct the name, or remove it.")
    if not strange:
        yield fine(f"{len(entries)} entries.")


def _strange(visit: Visit, entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries that speak of no license; none where a catalog cannot be read, which is told elsewhere."""
    strange = list(entries)
    try:
        for answer in visit.catalogs:
            strange = not_in(answer["value"], strange) if answer["kind"] == "ok" else []
    except NotNow:
        return []
    return strange
