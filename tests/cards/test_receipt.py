from dataclasses import replace
from typing import get_args

import pytest

from cards.receipt import Outcome, ReceiptItem, ReceiptView, State, receipt
from cards.words import Operation
from tests.cards import checking

REFUSED = ReceiptItem(
    name="Attendant Console",
    operation="add",
    outcome="refused",
    meaning="It needs Calling Professional first.",
    remedy="Ask for Calling Professional.",
    who_acts="requester",
    error_code="400408",
)


@pytest.mark.parametrize(("operation", "said"), [("add", "assigned and checked"), ("remove", "returned and checked")])
def test_what_was_seen_in_webex_is_said_to_be_checked(operation: Operation, said: str) -> None:
    told = receipt(ReceiptView(42, "Ada", "granted", (ReceiptItem("Messaging", operation, "granted"),))).markdown
    assert f"✔ Messaging: {said}" in told


@pytest.mark.parametrize("outcome", get_args(Outcome))
@pytest.mark.parametrize("operation", get_args(Operation))
@pytest.mark.parametrize("state", get_args(State))
def test_every_outcome_has_words(outcome: Outcome, operation: Operation, state: State) -> None:
    post = receipt(ReceiptView(42, "Ada", state, (ReceiptItem("Messaging", operation, outcome),)))
    assert checking.faults(post.card) == []
    assert ("and checked" in post.markdown) == (outcome == "granted")


def test_a_refused_part_says_what_it_means_what_to_do_and_who_has_to() -> None:
    told = receipt(ReceiptView(42, "Ada", "partial", (REFUSED,), tracking_id="NA_8b-3")).markdown
    for fact in (
        "It needs Calling Professional first.",
        "What to do: Ask for Calling Professional.",
        "Who has to act: the person who asked",
        "Error code: 400408",
        "Tracking ID: NA_8b-3",
    ):
        assert fact in told


def test_a_tracking_id_is_shown_where_somebody_needs_it() -> None:
    granted = (ReceiptItem("Messaging", "add", "granted"),)
    assert "NA_1" not in receipt(ReceiptView(42, "Ada", "granted", granted, "NA_1")).markdown
    assert "NA_1" in receipt(ReceiptView(42, "Ada", "granted", granted, "NA_1", for_admin=True)).markdown


@pytest.mark.parametrize(("state", "for_admin", "offered"), [
    ("partial", True, True), ("partial", False, False), ("granted", True, False), ("awaiting", True, False),
])  # fmt: skip
def test_only_an_admin_may_retry_and_only_what_went_wrong(state: State, *, for_admin: bool, offered: bool) -> None:
    post = receipt(ReceiptView(42, "Ada", state, (REFUSED,), for_admin=for_admin))
    assert ("Retry what failed" in checking.submits(post.card)) is offered
    assert ("`retry 42`" in post.markdown) is offered


@pytest.mark.parametrize("state", get_args(State))
def test_the_approvers_note_is_told_where_there_is_one(state: State) -> None:
    view = ReceiptView(42, "Ada", state, (), note="see you on *Monday*")
    assert "- Approver's note: see you on \u2217Monday\u2217" in receipt(view).markdown
    assert "note" not in receipt(replace(view, note="")).markdown


def test_words_of_the_caller_about_who_acts_are_kept() -> None:
    item = ReceiptItem("Messaging", "add", "refused", who_acts="the help desk")
    assert "Who has to act: the help desk" in receipt(ReceiptView(42, "Ada", "partial", (item,))).markdown
