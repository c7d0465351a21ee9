"""What an error left behind, rows of the ledger above all, is taken up by the sweep: late, and once."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.desk.states import State
from bot.operating.check import problems
from bot.store import ledger
from bot.store.ledger import Draft
from bot.store.models import OutgoingMessage
from bot.store.session import make_engine
from bot.webex.messages import ChatGateway
from bot.workflows import engine as engine_room
from bot.workflows.engine import Store
from tests.chat import Chat
from tests.database import fresh_sqlite
from tests.durability.test_weather import read_by, wait_out

WORDS = "This was left behind."
LATER = timedelta(minutes=11)


def left(chat: Chat, *, is_begun: bool) -> int:
    """Leave a message to the employee in the ledger, with nobody at it, as an error would."""
    now = chat.running.clock()
    with Session(chat.running.engine) as session, session.begin():
        (outgoing_id,) = ledger.write(
            session, [Draft("left", "reply", WORDS, to_person_id=chat.employee.person_id)], now
        )
        if is_begun:
            ledger.begin_attempt(session, outgoing_id, now)
    return outgoing_id


def sweep_later(chat: Chat) -> None:
    chat.running.clock.ahead += LATER
    chat.running.sweep()


@contextmanager
def refused(chat: Chat, table: str, unless: str) -> Iterator[None]:
    """The database refuses every change of this table's rows, unless a row's `state` is then like that."""
    if chat.running.settings.is_sqlite:
        begin = (
            f"CREATE TRIGGER refused BEFORE UPDATE ON {table} WHEN NOT NEW.state {unless} "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
        end = "DROP TRIGGER refused"
    else:
        begin = f"ALTER TABLE {table} ADD CONSTRAINT refused CHECK (state {unless}) NOT VALID"
        end = f"ALTER TABLE {table} DROP CONSTRAINT refused"
    with chat.running.engine.begin() as connection:
        connection.execute(text(begin))
    try:
        yield
    finally:
        with chat.running.engine.begin() as connection:
            connection.execute(text(end))


def nothing_can_be_sent(chat: Chat) -> AbstractContextManager[None]:
    """The database refuses to note an attempt."""
    return refused(chat, "outgoing_messages", unless="<> 'sending'")


@pytest.mark.thorough
def test_an_error_while_messages_are_sent_stops_no_assignment_and_they_are_sent_later(chat: Chat) -> None:
    chat.employee.says("request messaging because new desk")
    number = chat.last_number()
    with nothing_can_be_sent(chat), structlog.testing.capture_logs() as logged:
        assert chat.manager.presses("Approve") == ""
    assert {line["event"] for line in logged if line["log_level"] == "error"} == {"message_left_behind"}
    assert chat.state_of(number) is State.GRANTED
    sweep_later(chat)
    sweep_later(chat)
    assert read_by(chat.employee, f"Request #{number}: done") == 1
    assert read_by(chat.manager, f"Request #{number}: approved") == 1
    assert read_by(chat.manager, "went wrong") == 0


def test_a_message_that_nobody_is_at_is_sent_by_the_sweep_once_it_is_ten_minutes_old(chat: Chat) -> None:
    chat.employee.says("help")
    left(chat, is_begun=False)
    chat.running.sweep()
    assert read_by(chat.employee, WORDS) == 0
    sweep_later(chat)
    sweep_later(chat)
    assert read_by(chat.employee, WORDS) == 1


def test_a_message_whose_attempt_was_cut_off_is_looked_for_before_it_is_sent_again(chat: Chat) -> None:
    chat.employee.says("help")
    outgoing_id = left(chat, is_begun=True)
    sent = ChatGateway("sandbox-bot", chat.running.settings.webex_api_url).send(
        {"to_person_id": chat.employee.person_id, "space_id": None, "parent_id": None, "markdown": WORDS, "card": None}
    )
    sweep_later(chat)
    assert read_by(chat.employee, WORDS) == 1
    with Session(chat.running.engine) as session:
        row = session.get_one(OutgoingMessage, outgoing_id)
    assert sent["kind"] == "ok"
    assert (row.state, row.message_id) == ("sent", sent["value"]["message_id"])


@pytest.mark.thorough
def test_a_message_that_waits_for_a_busy_webex_is_left_to_who_is_at_it(chat: Chat) -> None:
    chat.employee.says("request")
    chat.weather(method="POST", path="/v1/messages", status=503, every=1)
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"))
    before = chat.running.workflows("DELAYED")
    sweep_later(chat)
    assert chat.running.workflows("DELAYED") == before
    chat.running.control("DELETE", "weather")
    wait_out(chat)
    assert read_by(chat.employee, f"Request #{chat.last_number()} is sent") == 1


@pytest.mark.thorough
def test_a_message_of_yesterday_is_no_news_any_more(chat: Chat) -> None:
    chat.employee.says("help")
    left(chat, is_begun=False)
    chat.running.clock.ahead += timedelta(days=1)
    sweep_later(chat)
    assert read_by(chat.employee, WORDS) == 0


@pytest.mark.thorough
def test_a_request_whose_assignment_never_began_is_begun_by_the_sweep(chat: Chat) -> None:
    chat.employee.says("request messaging because new desk")
    number = chat.last_number()
    with Session(chat.running.engine) as session, session.begin():
        session.execute(
            text("UPDATE requests SET state = 'approved', attempt = 1, decided_at = :now WHERE id = :id"),
            {"now": f"{chat.running.clock():%Y-%m-%d %H:%M:%S}.000000", "id": number},
        )
    chat.running.sweep()
    assert chat.state_of(number) is State.APPROVED
    sweep_later(chat)
    assert chat.state_of(number) is State.GRANTED
    assert read_by(chat.admin, "still not applied") == 0


@pytest.mark.parametrize(("is_begun", "words"), [(False, "wait for over an hour"), (True, "being sent")])
def test_what_is_left_behind_is_named_by_the_check_of_the_database(chat: Chat, is_begun: bool, words: str) -> None:
    outgoing_id = left(chat, is_begun=is_begun)
    url, now = chat.running.settings.database_url, chat.running.clock()
    assert problems(url, now) == []
    (told,) = problems(url, now + timedelta(hours=2))
    assert words in told
    assert f"#{outgoing_id}" in told


def test_a_database_that_cannot_be_reached_for_a_moment_is_asked_again(tmp_path: Path) -> None:
    folder = tmp_path / "mounted late"
    engine = make_engine(fresh_sqlite(folder), pool_size=1)
    store = Store(engine, None)  # type: ignore[arg-type]  # which only `step` needs
    mount = threading.Timer(0.3, folder.mkdir)
    mount.start()
    try:
        with store.begin() as session:
            assert session.scalar(text("SELECT 1")) == 1
    finally:
        mount.join()
        engine.dispose()


def test_a_database_that_stays_away_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_room, "NO_CONNECTION_WAITS", (0.0,))
    engine = make_engine(fresh_sqlite(tmp_path / "nowhere"), pool_size=1)
    with pytest.raises(SQLAlchemyError), Store(engine, None).begin():  # type: ignore[arg-type]  # as above
        pass
    engine.dispose()
