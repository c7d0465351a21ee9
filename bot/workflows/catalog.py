"""The catalog for the worker: remembered for a while, read again on doubt, dressed by the operator's file."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from bot.chat.parse import Args, names_in, site_in
from bot.desk.facts import LicenseFacts
from bot.desk.orgs import key_of
from bot.licensing.catalog import find
from bot.licensing.catalog_file import Entry, dress, not_in, read
from bot.settings import SettingsError
from bot.webex.admin import AdminGateway, Order
from bot.webex.budget import NO_LIMIT, Budget
from bot.webex.http import PATIENT, Answer, Patience, ok
from bot.webex.line import TokenSource

log = structlog.get_logger()

LIFETIME = 60.0
"""Seconds for which the catalog is taken as it was read. What is about to be said no to is read again before."""
MOST_NAMES = 20

Ticks = Callable[[], float]
"""Seconds that only ever grow; from when does not matter."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """What Webex answered, when it was asked, and in which era: one ends whenever the memory is emptied."""

    answer: Answer
    asked: float
    era: object


class AdminWithMemory(AdminGateway):
    """The admin gateway of one organization, which remembers its catalog.

    `catalog` reads it now, `known_catalog` when there is a reason to; what either hears, both know.
    Threads that want it at the same time share one call.
    """

    def __init__(
        self,
        token: str | TokenSource,
        api_url: str,
        patience: Patience = PATIENT,
        *,
        org_id: str = "",
        entries: Sequence[Entry] = (),
        ticks: Ticks = time.monotonic,
        budget: Budget = NO_LIMIT,
    ) -> None:
        super().__init__(token, api_url, patience, org_id, budget)
        self.entries = entries
        self._told: set[str] = set()
        self._reading = threading.Lock()
        self._heard: _Heard | None = None
        self._era = object()
        self.ticks = ticks

    def catalog(self) -> Answer:
        return self.known_catalog(since=self.ticks())

    def known_catalog(self, since: float = 0.0) -> Answer:
        """Return what was read at `since` or later, and within the lifetime; else read it."""
        now = self.ticks()
        oldest = max(since, now - LIFETIME)
        heard = self._heard
        if heard and self._serves(heard, oldest, now):
            return heard.answer
        with self._reading:
            heard = self._heard
            if heard is None or not self._serves(heard, oldest, now):
                heard = self._heard = self._listen()
            return heard.answer

    def _serves(self, heard: _Heard, oldest: float, now: float) -> bool:
        """Whether this answers who asks `now`. A failure does only if Webex was asked since then, by another thread."""
        since = oldest if heard.answer["kind"] == "ok" else now
        return heard.asked >= since and heard.era is self._era

    def _listen(self) -> _Heard:
        asked, era = self.ticks(), self._era
        answer = super().catalog()
        if answer["kind"] == "ok":
            self._warn_of_strange_names(answer["value"])
            answer = ok(dress(answer["value"], self.entries), answer["status"])
        return _Heard(answer, asked, era)

    def assign(self, order: Order) -> Answer:
        """Assign, and doubt what was remembered: units have moved, or Webex refused what it had offered."""
        try:
            return super().assign(order)
        finally:
            self.forget()

    def forget(self) -> None:
        self._era = object()

    def _warn_of_strange_names(self, catalog: Sequence[LicenseFacts]) -> None:
        """Say once of each entry of the file that Webex lists no such license: a typing error, or it was canceled."""
        for entry in not_in(catalog, self.entries):
            if entry.key not in self._told:
                self._told.add(entry.key)
                log.warning("catalog_file_names_no_license", license=entry.key, line=entry.line)


class Admins:
    """The admin side of each organization, by its id: one gateway and one memory each, so that nothing mixes."""

    def __init__(
        self,
        token: str | TokenSource,
        api_url: str,
        patience: Patience = PATIENT,
        entries: Sequence[Entry] = (),
        budget: Budget = NO_LIMIT,
    ) -> None:
        self._make = partial(AdminWithMemory, token, api_url, patience, entries=entries, budget=budget)
        self._lock = threading.Lock()
        self._known: dict[str, AdminWithMemory] = {}

    def of(self, org_id: str) -> AdminWithMemory:
        """Return the gateway of this organization; however its id is written, it is the same one."""
        with self._lock:
            key = key_of(org_id)
            if key not in self._known:
                self._known[key] = self._make(org_id=org_id)
            return self._known[key]

    def forget(self) -> None:
        """Doubt all that is remembered."""
        with self._lock:
            for one in self._known.values():
                one.forget()


def entries_in(path: str, *, allow_full_update: bool = False) -> tuple[Entry, ...]:
    """Read the operator's file, "" for none. Raises SettingsError with everything that is wrong with it.

    `via: people` is refused unless the operator has also switched it on: it rewrites whole records of people.
    """
    if not path:
        return ()
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(f"CATALOG_FILE cannot be read: {why}. Give the path of a YAML file.") from None
    name = Path(path).name
    entries = read(text, name)
    bold = [one for one in entries if one.says.get("via")]
    if bold and not allow_full_update:
        raise SettingsError(*(f"{name} line {one.line}, `via`: needs ALLOW_FULL_UPDATE=true as well." for one in bold))
    return entries


def is_doubtful(args: Args, catalog: Sequence[LicenseFacts]) -> bool:
    """Whether a command names what this catalog does not know, or has no units left of: then it may be out of date."""
    chosen = args.get("license_ids") or []
    by_id = {one["license_id"]: one for one in catalog}
    if any(one not in by_id or by_id[one]["left"] == 0 for one in chosen):
        return True
    said = (args.get("wanted"), args.get("instead"), args.get("text"))
    return any(_is_doubtful(text, catalog) for text in said if text)


def _is_doubtful(text: str, catalog: Sequence[LicenseFacts]) -> bool:
    whole = find(text, catalog).license
    names = [name for name in names_in(text)[:MOST_NAMES] if not site_in(name)] if whole is None else []
    found = [find(name, catalog) for name in names]
    if not all(one.license or one.several for one in found):
        return True
    licenses = [whole, *(one.license for one in found)]
    return any(one is not None and one["left"] == 0 for one in licenses)
