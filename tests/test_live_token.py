"""The token that renews itself: in time, once for all, whatever Webex and the database do; and encrypted at rest."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot import logs
from bot.errors import CannotStart
from bot.live_token import AFTER_FORCE, AFTER_REFUSAL, LiveToken
from bot.sandbox.accounts import ADMINS_REFRESH_TOKEN, INTEGRATION
from bot.store import tokens
from bot.store.session import make_engine, make_sessions
from bot.store.tokens import LEASE, NOT_OPENED, Kept, Vault, refusal_of
from bot.store.upkeep import Mark
from bot.webex.admin import AdminGateway
from bot.webex.http import Answer
from bot.webex.line import NoToken
from tests.chat import Chat
from tests.live import KEY, OTHER_KEY, end, first_of_service_app, live_token, stored, trades, vault
from tests.running import QUICK

SOON_OVER = timedelta(days=13, hours=1)
"""After so long, less than a day is left of a token of fourteen."""


def why_none(token: LiveToken) -> Answer:
    with pytest.raises(NoToken) as caught:
        token.current()
    return caught.value.answer


def catalog(chat: Chat, token: LiveToken) -> Answer:
    return AdminGateway(token, chat.running.settings.webex_api_url, QUICK).catalog()


@contextmanager
def another_process(chat: Chat) -> Iterator[LiveToken]:
    """Yield what a second process would have: connections and a claim of its own."""
    engine = make_engine(chat.running.settings.database_url, pool_size=1)
    try:
        yield live_token(chat, kept_in=vault(chat, engine=engine))
    finally:
        engine.dispose()


def test_it_is_fetched_once_and_then_renewed_when_less_than_a_day_is_left(chat: Chat) -> None:
    token = live_token(chat)
    first = token.current()
    chat.running.clock.ahead = timedelta(days=12, hours=23)
    assert token.current() == first
    assert trades(chat) == [200]
    chat.running.clock.ahead = SOON_OVER
    assert token.current() != first
    assert trades(chat) == [200, 200]
    assert stored(chat).expires_at - chat.running.clock() > timedelta(days=13)


@pytest.mark.thorough
def test_a_short_life_is_renewed_when_a_tenth_of_it_is_left(chat: Chat) -> None:
    chat.weather(method="POST", path="/v1/access_token", status=200, body={"access_token": "a", "expires_in": 3600})
    token = live_token(chat)
    assert token.current() == "a"
    chat.running.clock.ahead = timedelta(minutes=53)
    assert token.current() == "a"
    chat.running.clock.ahead = timedelta(minutes=55)
    assert token.current() != "a"


def test_a_token_that_webex_ends_early_is_renewed_within_the_call(chat: Chat) -> None:
    token = live_token(chat)
    end(chat, token.current())
    assert catalog(chat, token)["kind"] == "ok"
    assert trades(chat) == [200, 200]
    assert [call["status"] for call in chat.calls("GET", "/v1/licenses")][-2:] == [401, 200]


@pytest.mark.thorough
def test_a_call_that_every_token_is_refused_for_does_not_renew_again_and_again(chat: Chat) -> None:
    token = live_token(chat)
    chat.weather(method="GET", path="/v1/licenses", status=401, times=9)
    for _ in range(3):
        assert catalog(chat, token)["status"] == 401
    assert trades(chat) == [200, 200]


def test_the_next_start_goes_on_with_the_stored_token(chat: Chat) -> None:
    first = live_token(chat).current()
    assert live_token(chat).current() == first
    assert trades(chat) == [200]


def test_the_refresh_token_that_came_back_wins_over_the_environment_s(chat: Chat) -> None:
    old, new = first_of_service_app(chat), first_of_service_app(chat)
    body = {"access_token": "a", "expires_in": 60, "refresh_token": new, "refresh_token_expires_in": 999_999}
    chat.weather(method="POST", path="/v1/access_token", status=200, body=body, times=1)
    assert live_token(chat, old).current() == "a"
    chat.running.control("DELETE", f"tokens/{old}")
    chat.running.clock.ahead = timedelta(minutes=1)
    assert catalog(chat, live_token(chat, old))["kind"] == "ok"
    assert trades(chat) == [200, 200]


@pytest.mark.thorough
def test_without_a_refresh_token_in_the_answer_the_old_one_is_kept_with_its_date(chat: Chat) -> None:
    token = live_token(chat)
    token.current()
    ends = stored(chat).refresh_expires_at
    chat.weather(method="POST", path="/v1/access_token", status=200, body={"access_token": "a"}, times=1)
    chat.running.clock.ahead = SOON_OVER
    assert token.current() == "a"
    assert stored(chat).refresh_expires_at == ends
    chat.running.clock.ahead = 2 * SOON_OVER
    assert catalog(chat, token)["kind"] == "ok"


@pytest.mark.thorough
def test_a_refresh_token_that_the_operator_changed_wins_over_the_stored_one(chat: Chat) -> None:
    live_token(chat).current()
    token = live_token(chat, first_of_service_app(chat))
    assert catalog(chat, token)["kind"] == "ok"
    assert trades(chat) == [200, 200]
    assert chat.calls("GET", "/v1/licenses")[-1]["actor"] != chat.calls("POST", "/v1/applications")[-1]["actor"]


def test_of_many_threads_in_two_processes_one_fetches_the_token_and_all_use_it(chat: Chat) -> None:
    chat.weather(method="POST", path="/v1/access_token", delay=0.2, times=9)
    with another_process(chat) as theirs:
        both, start, seen = [live_token(chat), theirs], threading.Barrier(8), []

        def use(token: LiveToken) -> None:
            start.wait()
            seen.append(token.current())

        threads = [threading.Thread(target=use, args=(both[one % 2],)) for one in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(seen), len(set(seen)), trades(chat)) == (8, 1, [200])


class CountingVault(Vault):
    reads = 0

    def read(self) -> Kept | None:
        self.reads += 1
        return super().read()


def test_while_another_process_renews_nobody_waits_who_has_a_good_token(chat: Chat) -> None:
    counting = CountingVault(make_sessions(chat.running.engine), (KEY,))
    token = live_token(chat, kept_in=counting)
    first = token.current()
    chat.running.clock.ahead = SOON_OVER
    assert vault(chat).claim(chat.running.clock())
    counting.reads = 0
    assert token.current() == first
    assert (trades(chat), counting.reads) == ([200], 1)


@pytest.mark.thorough
def test_the_claim_of_a_process_that_died_ends_by_itself(chat: Chat) -> None:
    dead = vault(chat)
    assert dead.claim(chat.running.clock())
    assert not vault(chat).claim(chat.running.clock() + LEASE / 2)
    chat.running.clock.ahead = LEASE
    assert live_token(chat).current()
    assert trades(chat) == [200]


@pytest.mark.thorough
def test_who_was_overtaken_takes_the_token_of_the_other(chat: Chat) -> None:
    token = live_token(chat)
    token.current()
    slow, before = vault(chat), vault(chat).read()
    assert slow.claim(chat.running.clock())
    chat.running.clock.ahead = SOON_OVER
    newest = token.current()
    assert before is not None
    assert slow.keep(before, before).access == newest
    assert live_token(chat).current() == newest


def test_a_refused_renewal_is_noted_and_rests_while_the_token_at_hand_serves_to_its_end(chat: Chat) -> None:
    token = live_token(chat)
    first = token.current()
    chat.running.control("DELETE", f"tokens/{ADMINS_REFRESH_TOKEN}")
    chat.running.clock.ahead = SOON_OVER
    assert [token.current() for _ in range(3)] == [first] * 3
    assert trades(chat) == [200, 400]
    with Session(chat.running.engine) as session:
        assert session.get_one(Mark, refusal_of(token.seed)).facts["status"] == 400  # type: ignore[index]
    chat.running.clock.ahead = timedelta(days=14)
    answer = catalog(chat, token)
    assert (answer["kind"], answer["status"], trades(chat)) == ("refused", 401, [200, 400, 400])
    body = {"access_token": "sandbox-admin"}
    chat.weather(method="POST", path="/v1/access_token", status=200, body=body)
    chat.running.clock.ahead += AFTER_REFUSAL
    assert catalog(chat, token)["kind"] == "ok"
    with Session(chat.running.engine) as session:
        assert session.get(Mark, refusal_of(token.seed)) is None


@pytest.mark.thorough
def test_a_first_refresh_token_that_is_not_accepted_is_a_401_in_words_as_ever(chat: Chat) -> None:
    answer = catalog(chat, live_token(chat, "no such token"))
    assert (answer["kind"], answer["status"], trades(chat)) == ("refused", 401, [400])
    assert 401 not in [call["status"] for call in chat.calls("GET", "/v1/licenses")]


@pytest.mark.thorough
def test_a_busy_webex_is_waited_for_and_no_call_is_taken_for_refused(chat: Chat) -> None:
    token = live_token(chat)
    end(chat, token.current())
    chat.weather(method="POST", path="/v1/access_token", status=429, headers={"Retry-After": "40"}, times=1)
    answer = catalog(chat, token)
    assert answer["kind"] == "busy"
    assert (answer["status"], answer["seconds"]) == (429, 40)
    assert catalog(chat, token)["kind"] == "busy"
    assert trades(chat) == [200, 429]
    chat.running.clock.ahead = timedelta(seconds=41)
    assert catalog(chat, token)["kind"] == "ok"


def test_a_database_that_is_away_does_not_take_a_good_token_away(chat: Chat) -> None:
    nowhere = make_sessions(make_engine("sqlite:////nowhere/at/all.sqlite", pool_size=1))
    there = make_sessions(chat.running.engine)
    where = [nowhere]

    def sessions() -> Session:
        return where[0]()

    token = live_token(chat, kept_in=Vault(sessions, (KEY,)))
    assert why_none(token)["kind"] == "busy"
    where[0] = there
    first = token.current()
    where[0], chat.running.clock.ahead = nowhere, SOON_OVER
    assert token.current() == first


class ForgetfulVault(Vault):
    """One whose database is away whenever a new pair has to be stored, until it `is_back`."""

    is_back = False

    def keep(self, new: Kept, instead_of: Kept | None) -> Kept:
        if self.is_back:
            return super().keep(new, instead_of)
        raise OperationalError("INSERT", {}, Exception("the database went away"))


def test_a_pair_that_could_not_be_stored_is_stored_as_soon_as_that_can_be_done(chat: Chat) -> None:
    kept_in = ForgetfulVault(make_sessions(chat.running.engine), (KEY,))
    token = live_token(chat, kept_in=kept_in)
    first = token.current()
    assert vault(chat).read() is None
    kept_in.is_back = True
    assert token.current() == first
    chat.running.clock.ahead = AFTER_FORCE
    assert token.current() == first
    kept = vault(chat).read()
    assert kept is not None
    assert (kept.access, trades(chat)) == (first, [200])


def test_a_call_goes_on_with_a_renewed_pair_that_could_not_be_stored(chat: Chat) -> None:
    kept_in = ForgetfulVault(make_sessions(chat.running.engine), (KEY,))
    kept_in.is_back = True
    token = live_token(chat, kept_in=kept_in)
    spent = token.current()
    kept_in.is_back = False
    assert token.renew(spent)
    assert token.current() != spent
    assert trades(chat) == [200, 200]


def test_a_process_that_was_left_with_an_old_refresh_token_uses_the_newer_stored_pair_and_trades_nothing(
    chat: Chat,
) -> None:
    old = live_token(chat)
    old.current()
    chat.running.control("DELETE", f"tokens/{ADMINS_REFRESH_TOKEN}")
    chat.running.clock.ahead = timedelta(hours=1)
    newest = live_token(chat, first_of_service_app(chat)).current()
    end(chat, old.current())
    assert catalog(chat, old)["kind"] == "ok"
    chat.running.clock.ahead = SOON_OVER
    assert old.current() == newest
    assert trades(chat) == [200, 200]


@pytest.mark.thorough
def test_a_refresh_token_that_could_not_be_stored_is_not_lost_while_the_process_lives(chat: Chat) -> None:
    old, new = first_of_service_app(chat), first_of_service_app(chat)
    body = {"access_token": "a", "expires_in": 60, "refresh_token": new}
    chat.weather(method="POST", path="/v1/access_token", status=200, body=body, times=1)
    token = live_token(chat, old, kept_in=ForgetfulVault(make_sessions(chat.running.engine), (KEY,)))
    assert token.current() == "a"
    chat.running.control("DELETE", f"tokens/{old}")
    chat.running.clock.ahead = 2 * LEASE
    assert catalog(chat, token)["kind"] == "ok"


def test_what_is_stored_shows_neither_token(chat: Chat) -> None:
    access = live_token(chat).current()
    with chat.running.engine.connect() as connection:
        rows = [str(row) for table in ("tokens", "marks") for row in connection.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608 our own names
    kept = vault(chat).read()
    secrets = (access, ADMINS_REFRESH_TOKEN, INTEGRATION.client_secret)
    assert kept is not None
    assert kept.access == access
    assert not [one for one in secrets for shown in (*rows, repr(kept), repr(live_token(chat))) if one in shown]


def test_no_log_line_shows_a_token_that_webex_gave(chat: Chat) -> None:
    access, first = live_token(chat).current(), first_of_service_app(chat)
    live_token(chat, first).current()
    renderer = structlog.processors.KeyValueRenderer()
    said = logs.DiscreetFormatter([], renderer, ()).format(logging.makeLogRecord({"msg": f"{access} {first}"}))
    assert logs.REMOVED in said
    assert access not in said
    assert first not in said


def test_another_key_opens_nothing_and_says_what_to_do(chat: Chat) -> None:
    first = live_token(chat).current()
    with pytest.raises(CannotStart, match="TOKEN_KEY does not open"):
        live_token(chat, kept_in=vault(chat, OTHER_KEY)).check()
    assert why_none(live_token(chat, kept_in=vault(chat, OTHER_KEY)))["status"] == 401
    assert live_token(chat).current() == first
    assert "tokens forget" in NOT_OPENED
    with Session(chat.running.engine) as session, session.begin():
        assert tokens.forget(session)
    assert live_token(chat, kept_in=vault(chat, OTHER_KEY)).current() != first


@pytest.mark.thorough
def test_keys_are_changed_without_a_new_authorization(chat: Chat) -> None:
    first = live_token(chat).current()
    changing = live_token(chat, kept_in=vault(chat, OTHER_KEY, KEY))
    changing.check()
    assert changing.current() == first
    chat.running.clock.ahead = SOON_OVER
    second = changing.current()
    assert live_token(chat, kept_in=vault(chat, OTHER_KEY)).current() == second
    with pytest.raises(CannotStart):
        live_token(chat).check()


@pytest.mark.thorough
def test_a_clock_that_is_set_back_ends_a_rest(chat: Chat) -> None:
    ahead = [timedelta(days=400)]

    def clock() -> datetime:
        return chat.running.clock() + ahead[0]

    token = live_token(chat, clock=clock)
    chat.weather(method="POST", path="/v1/access_token", status=503, times=1)
    assert why_none(token)["kind"] == "busy"
    ahead[0] = timedelta(0)
    assert token.current()
