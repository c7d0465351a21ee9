"""The admin side's token, always one that is good: renewed ahead of time, and when Webex refuses it.

Of all threads and processes one renews; the others go on with the token at hand, or wait briefly for the new one.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.settings import Settings
from bot.store.session import Sessions
from bot.store.tokens import Kept, NotOpened, Vault, seed_of
from bot.webex.http import Answer, busy, refused
from bot.webex.line import FixedToken, NoToken, TokenSource
from bot.webex.tokens import Application, Pair, trade

log = structlog.get_logger()

AHEAD = timedelta(days=1)
"""So long before its end a token is renewed, or when a tenth of its life is left, if that is later."""
UNTOLD = timedelta(days=14)
"""How long a token is taken to live if Webex does not say; if it ends earlier, Webex refuses it and it is renewed."""
AFTER_REFUSAL = timedelta(minutes=5)
AFTER_FORCE = timedelta(seconds=30)
"""For so long nothing is renewed again because Webex refuses what was renewed just now."""
LOOK_EVERY = 0.1
MOST_LOOKS = 80
"""How often a process looks for the token that another one is fetching, before it says that Webex is busy."""


class LiveToken:
    """A `TokenSource` for a Service App or an integration. May be shared by threads."""

    def __init__(self, application: Application, first: str, vault: Vault, clock: Callable[[], datetime]) -> None:
        """`first` is the refresh token of the environment: what is stored wins, unless this one was changed since."""
        self._application = application
        self._first = first
        self.seed = seed_of(application.client_id, first)
        self._vault = vault
        self._clock = clock
        self._started = clock()
        self._renewing = threading.Lock()
        self._kept: Kept | None = None
        self._unsaved: Callable[[], Kept] | None = None
        """Stores the token at hand, if the database did not take it yet."""
        self._why: Answer | None = None
        """What stood in the way of the last renewal, if it failed."""
        self._rest_from = self._rest_until = clock()

    def check(self) -> None:
        """Raise CannotStart unless the keys open what is stored."""
        self._vault.read()

    def current(self) -> str:
        now, kept = self._clock(), self._kept
        if kept is not None and not self._is_due(kept, now) and (self._unsaved is None or self._rests()):
            return kept.access
        if not self._renewing.acquire(blocking=not _lives(kept, now)):
            return kept.access if kept else ""  # it lives, and another thread is renewing it
        try:
            return self._ahead_of_time(now).access
        finally:
            self._renewing.release()

    def renew(self, spent: str) -> bool:
        """Whether there is another token than this one. Raises NoToken if Webex is too busy to tell."""
        with self._renewing:
            with self._whatever_the_database_does():
                self._look()
            if self._kept is not None and self._kept.access != spent:
                return True
            if not self._rests():
                self._rest(AFTER_FORCE)
                with self._whatever_the_database_does():
                    if self._renew(self._kept, is_good=False):
                        return True
        if self._why is not None and self._why["kind"] == "busy":
            raise NoToken(self._why)
        return False

    def _ahead_of_time(self, now: datetime) -> Kept:
        if not self._rests():
            with self._whatever_the_database_does():
                self._look()
                if self._kept is None or self._is_due(self._kept, now):
                    self._renew(self._kept, is_good=_lives(self._kept, now))
        if self._kept is not None and _lives(self._kept, self._clock()):
            return self._kept
        raise NoToken(self._why or busy(0))

    def _look(self) -> None:
        self._save()
        newest = self._newest(self._vault.read())
        if newest is not None:
            self._take(newest)

    def _newest(self, stored: Kept | None) -> Kept | None:
        """Return the stored token, or the one at hand where that could not be stored."""
        if self._kept is None or (stored is not None and stored.refreshed_at >= self._kept.refreshed_at):
            return stored
        return self._kept

    def _renew(self, known: Kept | None, *, is_good: bool) -> bool:
        """Renew, or leave it to who is doing that; with a token that is good there is no need to wait for them."""
        for _ in range(MOST_LOOKS):
            if self._vault.claim(self._clock()):
                return self._trade(known)
            if is_good:
                return False
            time.sleep(LOOK_EVERY)
            self._look()
            if _is_another(self._kept, known):
                return True
        self._why = busy(0)
        return False

    def _trade(self, known: Kept | None) -> bool:
        """Call Webex; the claim is ours."""
        asked, stored = self._clock(), self._vault.read()
        if stored is not None and _is_another(stored, known) and not self._is_due(stored, asked):
            self._vault.release()
            self._take(stored)
            return True
        newest = self._newest(stored)
        ours = newest if newest is not None and newest.seed == self.seed else None
        answer = trade(self._application, ours.refresh if ours else self._first)
        if answer["kind"] != "ok":
            self._note(answer, asked)
            return False
        new = self._kept_of(answer["value"], ours, asked)
        self._take(new)  # good, whatever the database does next
        self._why, self._unsaved = None, partial(self._vault.keep, new, stored)
        self._save()
        log.info("admin_access_renewed", until=new.expires_at.isoformat())
        return True

    def _save(self) -> None:
        """Store what is not stored yet, or let it rest: Webex may take no older refresh token any more."""
        if self._unsaved is None:
            return
        try:
            self._take(self._unsaved())
        except SQLAlchemyError as problem:
            self._rest(AFTER_FORCE)
            log.warning("admin_access_not_stored", error=type(problem).__name__)
        else:
            self._unsaved = None

    def _kept_of(self, pair: Pair, ours: Kept | None, asked: datetime) -> Kept:
        lives = timedelta(seconds=pair["lives"]) if pair["lives"] else UNTOLD
        ends = ours.refresh_expires_at if ours else None
        return Kept(
            access=pair["access"],
            refresh=pair["refresh"] or (ours.refresh if ours else self._first),
            seed=self.seed,
            expires_at=asked + lives,
            refresh_expires_at=asked + timedelta(seconds=pair["refresh_lives"]) if pair["refresh_lives"] else ends,
            refreshed_at=asked,
        )

    def _note(self, answer: Answer, asked: datetime) -> None:
        """Remember what stands in the way, and let it rest: nobody asks Webex again for every call."""
        if answer["kind"] == "refused":
            self._why = refused(401, "The bot's refresh token is not accepted.", tracking_id=answer["tracking_id"])
            self._rest(AFTER_REFUSAL)
            log.error("admin_access_not_renewed", status=answer["status"], tracking_id=answer["tracking_id"])
            self._vault.note_refusal(self.seed, asked, answer["status"], answer["tracking_id"])
        elif answer["kind"] == "busy":
            self._why = answer
            self._rest(timedelta(seconds=answer["seconds"]))
            log.warning("admin_access_renewal_waits", status=answer["status"], seconds=answer["seconds"])
        self._vault.release()

    def _take(self, kept: Kept) -> None:
        logs.hide(kept.access, kept.refresh)
        self._kept = kept

    def _rest(self, how_long: timedelta) -> None:
        now = self._clock()
        self._rest_from, self._rest_until = now, now + how_long

    def _rests(self) -> bool:
        """Whether to leave Webex alone. A clock that was set back ends it: it may have come from far ahead."""
        return self._rest_from <= self._clock() < self._rest_until

    def _is_due(self, kept: Kept, now: datetime) -> bool:
        """Whether it is to be renewed. One from another refresh token is, unless it is newer than this process."""
        if kept.seed != self.seed:
            return kept.refreshed_at <= self._started or now >= kept.expires_at
        life = kept.expires_at - kept.refreshed_at
        return now >= kept.expires_at - min(AHEAD, life / 10)

    @contextmanager
    def _whatever_the_database_does(self) -> Iterator[None]:
        """Go on with the token at hand, if there is one, when the stored one cannot be read or opened."""
        try:
            yield
        except SQLAlchemyError as problem:
            log.warning("stored_token_not_reached", error=type(problem).__name__)
            self._why = busy(0)
        except NotOpened:
            log.error("stored_token_not_opened")  # noqa: TRY400 a traceback would say nothing more
            self._why = refused(401, "The bot cannot open its stored token.")


def _lives(kept: Kept | None, now: datetime) -> bool:
    return kept is not None and now < kept.expires_at


def _is_another(kept: Kept | None, known: Kept | None) -> bool:
    return kept is not None and (known is None or kept.access != known.access)


def admin_token(settings: Settings, sessions: Sessions, clock: Callable[[], datetime]) -> TokenSource:
    """Return what the settings give: a token that the operator renews, or one that renews itself."""
    if not settings.renews_admin_token:
        return FixedToken(settings.webex_admin_access_token.get_secret_value())
    application = Application(
        settings.webex_admin_client_id,
        settings.webex_admin_client_secret.get_secret_value(),
        settings.webex_api_url,
    )
    vault = Vault(sessions, settings.token_keys)
    return LiveToken(application, settings.webex_admin_refresh_token.get_secret_value(), vault, clock)
