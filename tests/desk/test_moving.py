"""The verb `move`: ordered once, given way to a later order, settled once, and written into the audit each time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from bot.desk import moving
from bot.desk.moving import Result, Wanted
from bot.desk.states import ItemState, MoveState, State, Verb
from bot.errors import BadInput
from bot.store import moves, queries
from bot.store.models import AuditEntry, Base, Decision, Move, Person, Request, RequestItem

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TO_EUROPE = Wanted("org", "emil", "aware", "Hybrid Call Aware", "g1", "Europe", "ada")
TO_AMERICAS = replace(TO_EUROPE, group_id="g2", group_name="Americas")


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as opened:
        for name in ("emil", "ada", "mona"):
            opened.add(
                Person(person_id=name, email=f"{name}@x.de", name=name, org_id="org", kind="person", seen_at=NOW)
            )
        opened.flush()
        yield opened
    engine.dispose()


def ordered(session: Session, wanted: Wanted) -> Move:
    (follow_up,) = moving.order(session, wanted, NOW)
    assert moving.news_in(follow_up) == "ordered"
    return moving.move_of(session, follow_up)


def audit(session: Session) -> list[tuple[str, str | None, str | None, str | None]]:
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(one.verb, one.actor_id, one.before, one.after) for one in entries]


def test_an_order_is_recorded_with_who_gave_it(session: Session) -> None:
    row = ordered(session, TO_EUROPE)
    assert (row.state, row.tries, row.person.name, row.group_name) == (MoveState.OPEN, 0, "emil", "Europe")
    assert audit(session) == [(Verb.MOVE, "ada", None, "open")]


def test_who_orders_what_is_under_way_already_is_told_with_the_others_and_nothing_begins(session: Session) -> None:
    row = ordered(session, TO_EUROPE)
    for asked_by in ("ada", "mona", "mona", None):
        again = replace(TO_EUROPE, group_id=None, group_name="EUROPE", asked_by=asked_by)
        assert moving.order(session, again, NOW) == []
    assert moving.who_asked(row) == ["ada", "mona"]
    ordered(session, replace(TO_EUROPE, license_id="connect"))
    ordered(session, replace(TO_EUROPE, person_id="mona"))


def test_an_order_gives_way_to_a_later_one_and_cannot_be_settled_any_more(session: Session) -> None:
    first = ordered(session, TO_EUROPE)
    begins, ends = moving.order(session, TO_AMERICAS, NOW)
    second = moving.move_of(session, begins)
    assert (moving.news_in(ends), moving.move_of(session, ends)) == ("settled", first)
    assert first.error == {"superseded": True, "by": "ada", "group": "Americas"}
    assert (first.state, second.state) == (MoveState.REFUSED, MoveState.OPEN)
    assert moving.settle(session, first.id, 0, Result(MoveState.MOVED), NOW) == []
    assert [one.id for one in moves.open_moves_of(session, "emil")] == [second.id]


def test_a_move_is_settled_once_and_only_by_the_try_that_counts(session: Session) -> None:
    row = ordered(session, TO_EUROPE)
    row.tries = 2
    failed = Result(MoveState.FAILED, {"sentence": "no"}, "T-1")
    assert moving.settle(session, row.id, 1, failed, NOW) == []
    (follow_up,) = moving.settle(session, row.id, 2, failed, NOW)
    assert (moving.news_in(follow_up), moving.move_of(session, follow_up)) == ("settled", row)
    assert moving.settle(session, row.id, 2, Result(MoveState.MOVED), NOW) == []
    assert (row.state, row.error, row.tracking_id, row.settled_at) == ("failed", {"sentence": "no"}, "T-1", NOW)
    assert audit(session)[1:] == [(Verb.MOVE, None, "open", "failed")]


def a_request(session: Session) -> Request:
    titles = {"aware": "Hybrid Call Aware", "messaging": "Messaging"}
    row = Request(
        state=State.APPROVED,
        org_id="org",
        requester_id="emil",
        beneficiary_id="emil",
        reason="",
        created_at=NOW,
        expires_at=NOW,
        items=[
            RequestItem(position=at, license_id=key, title=title, operation="add", state=ItemState.GRANTED, errors=[])
            for at, (key, title) in enumerate(titles.items())
        ],
        decisions=[Decision(approver_id="mona", asked_at=NOW, verdict="approved", decided_by="mona")],
    )
    session.add(row)
    session.flush()
    return queries.request(session, row.id)


def test_a_group_is_chosen_for_what_is_hybrid_and_the_move_follows_the_grant_once(session: Session) -> None:
    row = a_request(session)
    assert moving.after_grant(session, row, NOW) == []
    moving.choose(session, row.id, {"aware"}, "g1", "Europe")
    assert [(one.group_id, one.group_name) for one in row.items] == [("g1", "Europe"), (None, None)]
    row.items[0].state = ItemState.REFUSED
    assert moving.after_grant(session, row, NOW) == []
    row.items[0].state = ItemState.GRANTED
    (follow_up,) = moving.after_grant(session, row, NOW)
    made = moving.move_of(session, follow_up)
    assert (made.request_id, made.asked_by, made.license_id, made.group_id) == (row.id, "mona", "aware", "g1")
    moving.settle(session, made.id, 0, Result(MoveState.MOVED), NOW)
    assert moving.after_grant(session, row, NOW) == []


def test_a_grant_orders_nothing_that_an_admin_has_ordered_by_hand(session: Session) -> None:
    row = a_request(session)
    moving.choose(session, row.id, {"aware"}, "g1", "Europe")
    by_hand = ordered(session, TO_EUROPE)
    assert moving.after_grant(session, row, NOW) == []
    assert moving.who_asked(by_hand) == ["ada", "mona"]


def test_a_group_for_a_request_without_hybrid_licenses_is_refused(session: Session) -> None:
    row = a_request(session)
    with pytest.raises(BadInput, match="no_hybrid_asked"):
        moving.choose(session, row.id, {"connect"}, "g1", "Europe")
    row.items[0].operation = "remove"
    with pytest.raises(BadInput, match="no_hybrid_asked"):
        moving.choose(session, row.id, {"aware"}, "g1", "Europe")


def test_what_a_rule_has_chosen_nobody_asked_for(session: Session) -> None:
    row = a_request(session)
    row.items[0].group_name = "Europe"
    (follow_up,) = moving.after_grant(session, row, NOW)
    made = moving.move_of(session, follow_up)
    assert (made.asked_by, made.group_id, made.group_name) == (None, None, "Europe")
