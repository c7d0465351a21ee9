"""What the bot said long ago is forgotten at night; what a late press is answered by stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.store.models import OutgoingMessage
from bot.workflows import upkeep
from tests.chat import Chat

SECRET = "a secret project"


def pass_by(chat: Chat, days: int) -> None:
    """Let all messages there are be so old, and two nights come: the first frees what the second can take."""
    with Session(chat.running.engine) as session, session.begin():
        session.execute(update(OutgoingMessage).values(created_at=chat.running.clock() - timedelta(days=days)))
    for _ in range(2):
        chat.running.worker.upkeep.tidy(chat.running.worker.upkeep.time())


def rows(chat: Chat) -> list[OutgoingMessage]:
    with Session(chat.running.engine) as session:
        return list(session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.id)))


def said(chat: Chat) -> str:
    return " ".join(f"{row.markdown} {row.card} {row.context}" for row in rows(chat))


@pytest.fixture
def asked(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """Somebody has chatted, corrected a form and asked, and was granted it. No old card was taken away."""
    monkeypatch.setattr(upkeep, "BATCH", 2)
    chat.weather(method="DELETE", path="/v1/messages/*", status=403, every=1)
    chat.employee.says("help")
    chat.employee.says("my requests")
    chat.employee.says("request")
    chat.employee.presses("Send request", license="", reason=SECRET)
    chat.employee.says(f"request messaging because {SECRET}")
    chat.manager.presses("Approve")
    return chat


@pytest.mark.thorough
def test_after_ninety_days_no_words_are_left_but_what_a_late_press_needs(asked: Chat) -> None:
    before = len(rows(asked))
    pass_by(asked, 89)
    assert len(rows(asked)) == before
    assert SECRET in said(asked)
    pass_by(asked, 91)
    assert SECRET not in said(asked)
    left = rows(asked)
    assert {(row.markdown, str(row.card or "")) for row in left} == {("", "")}
    assert all(row.request_id or (row.closed_at is None and row.card is not None) for row in left)
    assert 0 < len(left) < before


@pytest.mark.thorough
def test_a_late_press_is_answered_as_if_nothing_were_forgotten(asked: Chat) -> None:
    decided, status = asked.manager.card_with("Approve"), asked.employee.card_with("Status")
    usual = asked.manager.presses("Approve", on=decided), asked.employee.presses("Status", on=status)
    assert "was already approved" in usual[0]
    pass_by(asked, 91)
    assert (asked.manager.presses("Approve", on=decided), asked.employee.presses("Status", on=status)) == usual
    assert "Your latest requests" in asked.employee.presses("My requests", on=asked.employee.card_with("My requests"))


@pytest.mark.thorough
def test_a_request_that_still_waits_is_decided_on_its_old_card(chat: Chat) -> None:
    chat.employee.says(f"request messaging because {SECRET}")
    pass_by(chat, 91)
    chat.manager.presses("Approve")
    assert "done" in chat.employee.last()


def test_what_was_not_sent_yet_is_not_forgotten(chat: Chat) -> None:
    chat.employee.says("my requests")
    with Session(chat.running.engine) as session, session.begin():
        session.execute(update(OutgoingMessage).values(state="sending", message_id=None))
    before = said(chat)
    pass_by(chat, 91)
    assert said(chat) == before


def test_each_scrape_counts_by_an_index_alone(chat: Chat) -> None:
    if not chat.running.settings.is_sqlite:
        pytest.skip("PostgreSQL reads a table this small as a whole")
    count = select(OutgoingMessage.state, func.count()).group_by(OutgoingMessage.state)
    with chat.running.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {count.compile(connection)}").all()
    assert "COVERING INDEX" in str(plan)
