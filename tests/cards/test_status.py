from dataclasses import replace

import pytest

from cards.status import StatusItem, StatusStep, StatusView, status
from tests.cards import checking

STATES = (
    "pending", "approved", "awaiting", "granted", "partial", "refused", "failed", "denied", "canceled", "expired",
)  # fmt: skip

VIEW = StatusView(
    request_id=42,
    state="pending",
    headline="It waits for Grace Hopper.",
    requester="Ada",
    beneficiary="Alan",
    reason="new desk",
    items=(StatusItem("Messaging", "add", "open"),),
    steps=(StatusStep("May 1, 10:30", "Ada asked"),),
    waiting_for=("Grace Hopper",),
)


@pytest.mark.parametrize("state", [*STATES, "a_state_of_later"])
def test_every_state_can_be_shown(state: str) -> None:
    post = status(replace(VIEW, state=state))
    assert checking.faults(post.card) == []
    assert post.markdown.startswith(f"**Request #42: {state}**")
    assert bool(checking.of_type(post.card, "ColumnSet")) is (state in STATES)


@pytest.mark.parametrize(
    ("state", "way"),
    [
        ("pending", "● request → ◉ decision → ○ change → ○ check"),
        ("approved", "● request → ● decision → ◉ change → ○ check"),
        ("granted", "● request → ● decision → ● change → ● check"),
        ("refused", "● request → ● decision → ✖ change → ○ check"),
        ("denied", "● request → ✖ decision → ○ change → ○ check"),
    ],
)
def test_the_way_so_far_is_drawn_alike_on_card_and_in_text(state: str, way: str) -> None:
    post = status(replace(VIEW, state=state))
    columns = checking.of_type(post.card, "Column")
    drawn = " → ".join(" ".join(block["text"] for block in column["items"]) for column in columns[::2])
    assert drawn == way
    assert [block["text"] for column in columns[1::2] for block in column["items"]] == [checking.CONNECTOR] * 3
    assert way in post.markdown


@pytest.mark.parametrize(
    ("may", "buttons"),
    [
        ({}, []),
        ({"can_cancel": True}, ["Cancel request"]),
        ({"can_retry": True}, ["Retry"]),
        ({"can_decide": True}, ["Approve", "Deny"]),
        ({"can_confirm": True, "can_cancel": True}, ["Return it", "Cancel request"]),
    ],
)
def test_only_what_can_be_done_is_offered(may: dict[str, bool], buttons: list[str]) -> None:
    post = status(
        replace(
            VIEW,
            can_cancel=may.get("can_cancel", False),
            can_retry=may.get("can_retry", False),
            can_decide=may.get("can_decide", False),
            can_confirm=may.get("can_confirm", False),
        )
    )
    assert list(checking.submits(post.card)) == buttons
    assert ("Instead of a button" in post.markdown) is bool(buttons)


def test_a_decision_is_offered_as_on_the_approvers_own_card() -> None:
    assert "`approve 42`, or `approve 42 because …`" in status(replace(VIEW, can_decide=True)).markdown


def test_a_long_history_shows_its_beginning_and_its_end() -> None:
    steps = tuple(StatusStep("", f"step {number}") for number in range(50))
    told = status(replace(VIEW, steps=steps)).markdown
    assert "step 0\n- … 38 more …\n- step 39" in told
    assert "step 49" in told


def test_a_long_request_counts_what_it_does_not_show() -> None:
    items = tuple(StatusItem(f"license {number}", "add", "open") for number in range(30))
    assert "… and 18 more." in status(replace(VIEW, items=items)).markdown
