"""The durable engine: plain JSON in its tables, work that stands or falls with its transaction, ids that run once."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from inspect import signature
from typing import Any

import pytest
from dbos import DBOS
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.desk.states import State
from bot.workflows.engine import APPLICATION_VERSION, PlainJson, StepFailed, hand_on
from bot.workflows.slots import EXECUTOR, WorkerSlot
from tests.chat import Chat
from tests.running import Running

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["$time", "$raised", "$$"]), inner),
    max_leaves=10,
)


@pytest.mark.filterwarnings("ignore:Do not use the `random` module")  # a bot of other tests runs in this process
@given(JSON)
def test_whatever_is_json_comes_back_as_it_was(value: Any) -> None:
    assert PlainJson().deserialize(PlainJson().serialize(value)) == value


@pytest.mark.parametrize(
    "inputs",
    [{"$time": "noon"}, {"$time": 7}, {"$raised": "Something"}, {"args": 1, "kwargs": 2}, {"args": [1], "kwargs": {}}],
    ids=str,
)
def test_what_somebody_forged_into_a_form_comes_back_as_it_was(inputs: dict[str, Any]) -> None:
    """A press carries whatever its author likes; after a crash it is read back out of a checkpoint."""
    pressed = {"kind": "pressed", "inputs": inputs}
    assert PlainJson().deserialize(PlainJson().serialize(pressed)) == pressed


@pytest.mark.parametrize(
    "value",
    [{1, 2}, b"bytes", object(), Decimal(1), State, float("nan"), float("inf")],
    ids=["set", "bytes", "object", "decimal", "class", "nan", "infinity"],
)
def test_what_is_not_json_does_not_cross_a_step(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        PlainJson().serialize({"inside": [value]})


def test_an_exception_comes_back_without_what_it_said() -> None:
    written = PlainJson().serialize(ValueError("a token"))
    assert "a token" not in written
    raised = PlainJson().deserialize(written)
    assert isinstance(raised, StepFailed)
    assert raised.args == ("ValueError",)


def test_the_time_of_a_schedule_and_the_arguments_of_a_workflow_come_back() -> None:
    given_to_a_workflow = {"args": (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "x", 7), "kwargs": {}}
    assert PlainJson().deserialize(PlainJson().serialize(given_to_a_workflow)) == given_to_a_workflow


def test_the_version_never_changes_so_that_a_deploy_strands_nothing() -> None:
    """Work that waits is picked up only by its own version: to change these two, drain the queues first."""
    assert (APPLICATION_VERSION, EXECUTOR.format(number=1)) == ("stable-1", "slot-1")


def test_taking_over_stands_on_a_private_name_that_was_tried_with_this_version_of_the_engine() -> None:
    """Before another version goes in here: read `reenqueue_for_recovery`, then run tests/durability/test_take_over.py.

    What we count on: a run is put back into its queue only if it is pending under the dead executor's name, and a step
    of whoever lost it can be noted no more.
    """
    assert version("dbos").startswith("3.4.")
    assert list(signature(DBOS._recover_pending_workflows).parameters) == ["executor_ids"]  # noqa: SLF001 see above


def rows_of(chat: Chat, workflow_id: str) -> list[list[Any]]:
    found = rows(chat.running, "workflow_status", "workflow_uuid", "status", "executor_id", "queue_name")
    return [rest for name, *rest in found if name == workflow_id]


def pretend(chat: Chat, workflow_id: str, **columns: Any) -> None:
    """Write into the engine's row of a workflow what another worker, or time, would have left there."""
    name = "workflow_status" if chat.running.settings.is_sqlite else "dbos.workflow_status"
    sets = ", ".join(f"{column} = :{column}" for column in columns)
    with chat.running.engine.begin() as connection:
        connection.execute(
            text(f"UPDATE {name} SET {sets} WHERE workflow_uuid = :id"),  # noqa: S608 our own names
            columns | {"id": workflow_id},
        )


def test_work_of_a_dead_executor_is_done_by_a_living_one(chat: Chat) -> None:
    chat.employee.says("request messaging")
    other = WorkerSlot(chat.running.settings.database_url, lambda: None)
    other.take()
    with Session(chat.running.engine) as session, session.begin():
        chat.running.worker.engine.queues.enqueue(
            session, "Asking.ask", "left behind", chat.last_number(), "reminder", delay=3600
        )
    pretend(chat, "left behind", status="PENDING", executor_id=other.executor, delay_until_epoch_ms=None)
    assert hand_on("slot-9") == 0
    assert rows_of(chat, "left behind") == [["PENDING", other.executor, "errands"]]
    other.release()
    chat.running.settle()
    assert rows_of(chat, "left behind") == [["SUCCESS", "slot-1", "errands"]]
    assert "Reminder" in chat.manager.last()


def rows(running: Running, table: str, *columns: str) -> list[tuple[Any, ...]]:
    name = table if running.settings.is_sqlite else f"dbos.{table}"
    with running.engine.connect() as connection:
        found = connection.execute(text(f"SELECT {', '.join(columns)} FROM {name}"))  # noqa: S608 our own names
        return [tuple(row) for row in found]


def enqueue_card(chat: Chat, session: Session, workflow_id: str, request_id: int) -> None:
    chat.running.worker.engine.queues.enqueue(session, "Asking.ask", workflow_id, request_id, "reminder")


def test_work_enqueued_in_a_transaction_that_is_rolled_back_was_never_there(chat: Chat) -> None:
    chat.employee.says("request messaging")
    before = chat.running.workflows("SUCCESS")
    with Session(chat.running.engine) as session:
        enqueue_card(chat, session, "rolled back", chat.last_number())
        session.rollback()
    chat.running.settle()
    assert chat.running.workflows("SUCCESS", "ENQUEUED", "PENDING", "ERROR") == before


def test_work_enqueued_in_a_transaction_runs_after_its_commit(chat: Chat) -> None:
    chat.employee.says("request messaging")
    with Session(chat.running.engine) as session, session.begin():
        enqueue_card(chat, session, "committed", chat.last_number())
    chat.running.settle()
    assert "committed" in chat.running.workflows("SUCCESS")
    assert "Reminder" in chat.manager.last()


def test_an_id_that_is_known_is_not_run_again(chat: Chat) -> None:
    chat.employee.says("request messaging")
    number = chat.last_number()
    before = [message["id"] for message in chat.manager.inbox()]
    with Session(chat.running.engine) as session, session.begin():
        enqueue_card(chat, session, f"ask:{number}:first", number)
    chat.running.settle()
    assert [message["id"] for message in chat.manager.inbox()] == before


def test_a_whole_conversation_leaves_nothing_but_json_and_no_error_in_the_engines_tables(chat: Chat) -> None:
    chat.employee.says("request messaging because new desk")
    chat.weather(method="PATCH", path="/v1/licenses/users", lost=True)
    chat.manager.presses("Approve")
    chat.admin.says("nonsense")
    steps = rows(chat.running, "operation_outputs", "output", "error", "serialization")
    assert len(steps) > 10
    for output, error, serialization in steps:
        json.loads(output)
        assert (error, serialization) == (None, "plain_json")
    flows = rows(chat.running, "workflow_status", "status", "application_version", "executor_id")
    assert set(flows) == {("SUCCESS", APPLICATION_VERSION, "slot-1")}
