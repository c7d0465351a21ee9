"""A license that only a replacement of the whole record can change: nothing else of the person changes."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.desk.states import State, Verb
from bot.licensing.catalog_file import read
from bot.sandbox.seed import ORG
from bot.store import queries
from tests.chat import Chat, buttons_of

FILE = "Messenger: {via: people}"


@pytest.fixture
def by_record(chat: Chat) -> Iterator[Chat]:
    """The bot as it is with ALLOW_FULL_UPDATE and `via: people` for Messenger in the catalog file."""
    admin = chat.running.worker.admins.of(ORG)
    admin.entries = read(FILE, "catalog.yaml")
    admin.forget()
    with chat.running.desks(allow_full_update=True):
        yield chat
    admin.entries = ()
    admin.forget()


def record(chat: Chat) -> dict[str, Any]:
    """Read the employee as an admin does, without what moves by itself."""
    told = chat.admin.call("GET", f"people/{chat.employee.person_id}", params={"callingData": "true"})
    return {name: value for name, value in told.items() if name not in {"lastModified", "lastActivity", "status"}}


def update_noted(chat: Chat, request_id: int) -> Any:
    with Session(chat.running.engine) as session:
        entries = queries.audit_of(session, request_id)
        return next(one.facts.get("full_update") for one in entries if one.verb == Verb.SETTLE)


def touch(chat: Chat, after_reads: int, **fields: Any) -> None:
    """Let somebody else change the employee's record once it has been read so many times from now on."""
    path = f"/people/{chat.employee.person_id}"
    for _ in range(after_reads - 1):
        chat.weather(method="GET", path=path, delay=0)
    chat.weather(method="GET", path=path, touches=fields)


@pytest.mark.thorough
def test_the_license_comes_and_goes_and_every_other_field_stays(by_record: Chat) -> None:
    before = record(by_record)
    by_record.employee.says("request messenger because our partner uses it")
    assert "the person's whole record in Webex is read and written back" in by_record.manager.last()
    by_record.manager.presses("Approve")
    assert by_record.state_of(1) is State.GRANTED
    assert "Messenger" in by_record.employee.holds()
    after = record(by_record)
    assert {name for name in before if before[name] != after.get(name)} == {"licenses"}
    assert set(before["licenses"]) < set(after["licenses"])
    assert update_noted(by_record, 1) == ["licenses"]
    by_record.employee.says("return messenger")
    by_record.employee.presses("Return it")
    assert record(by_record) == before


@pytest.mark.thorough
def test_a_request_may_go_both_ways_at_once(by_record: Chat) -> None:
    by_record.employee.says("request messenger and messaging")
    by_record.manager.presses("Approve")
    assert by_record.state_of(1) is State.GRANTED
    assert by_record.employee.holds() >= {"Messenger", "Messaging"}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"department": "Legal"}, "Somebody else changed this person's record at the same moment (department)"),
        ({"roles": ["Y2lzY29zcGFyazovL3VzL1JPTEUvaWRfdXNlcl9hZG1pbg"]}, "administrator roles changed"),
    ],
    ids=["a field", "the roles"],
)
@pytest.mark.thorough
def test_a_record_that_changed_in_between_is_not_written(by_record: Chat, fields: Any, told: str) -> None:
    by_record.employee.says("request messenger")
    card = by_record.manager.card_with("Approve")
    touch(by_record, 2, **fields)  # the person and the record are read, then somebody changes it, then it is read again
    by_record.manager.presses("Approve", on=card)
    assert by_record.state_of(1) is State.REFUSED
    assert by_record.calls("PUT", "/v1/people") == []
    assert told in by_record.employee.last()
    by_record.admin.says("retry 1")
    assert by_record.state_of(1) is State.GRANTED


@pytest.mark.thorough
def test_half_a_change_of_webex_is_seen_by_reading(by_record: Chat) -> None:
    """Webex can answer 400 and have changed the licenses all the same."""
    by_record.employee.says("request messenger")
    by_record.weather(method="PUT", path="/people/*", half_done=True)
    by_record.manager.presses("Approve")
    assert by_record.state_of(1) is State.GRANTED


@pytest.mark.thorough
def test_what_else_is_not_as_it_was_is_told_to_the_admins(by_record: Chat) -> None:
    by_record.employee.says("request messenger")
    touch(by_record, 4, title="Changed after the update")  # after the read-back, before the comparison of the fields
    by_record.manager.presses("Approve")
    assert by_record.state_of(1) is State.GRANTED
    assert "these fields are not as they were: title" in by_record.admin.last()


@pytest.mark.thorough
def test_where_the_operator_switched_it_off_meanwhile_nothing_is_written(by_record: Chat) -> None:
    by_record.employee.says("request messenger")
    with by_record.running.desks(allow_full_update=False):
        by_record.manager.presses("Approve")
    assert by_record.state_of(1) is State.REFUSED
    assert "switched off" in by_record.employee.last()
    assert by_record.calls("PUT", "/v1/people") == []


def test_without_the_file_messenger_is_refused_before_anybody_is_asked(chat: Chat) -> None:
    assert "Messenger licenses cannot be managed through the bot" in chat.employee.says("request messenger")
    assert not any("Approve" in buttons_of(one) for one in chat.manager.cards())
