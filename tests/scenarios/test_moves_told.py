"""Whoever ordered a move hears what became of it, and no move undoes what somebody decided meanwhile."""

from typing import Any

import pytest

from bot.desk.states import MoveState
from tests.chat import Chat
from tests.scenarios.serving import (
    AWARE,
    BORN_PENDING,
    SEATS,
    asked_in_europe,
    groups,
    moves,
    puts,
    read_by,
    seat,
    served_by,
    set_up,
)

NOT_LISTED: dict[str, Any] = {"method": "GET", "path": SEATS, "status": 200, "body": {"items": []}}


@pytest.mark.thorough
def test_whose_order_gave_way_to_another_one_is_told_by_whom_and_status_says_so(chat: Chat) -> None:
    chat.weather(**BORN_PENDING)
    asked_in_europe(chat)
    chat.admin.says("move employee@example.com to Americas")
    told = chat.manager.last()
    assert "Emil Berg was not moved to the resource group Europe for Hybrid Call Aware (request #1)" in told
    assert "Ada Novak ordered Americas instead" in told
    assert read_by(chat.admin, "was not moved") == 0  # who ordered the other one knows
    for someone in (chat.admin, chat.manager):
        assert "given up, because Ada Novak ordered Americas instead" in someone.says("status 1")


@pytest.mark.thorough
def test_two_who_order_the_same_move_both_hear_when_it_is_done(chat: Chat) -> None:
    chat.weather(**BORN_PENDING)
    asked_in_europe(chat)
    for _ in range(2):
        told = chat.admin.says("move employee@example.com to Europe")
        assert "under way already. I tell you when it is done." in told
    set_up(chat, chat.employee, "activated")
    chat.running.run_delayed()
    assert served_by(chat, chat.employee) == "Europe"
    assert [read_by(someone, "Done and checked") for someone in (chat.manager, chat.admin)] == [1, 1]


@pytest.mark.thorough
def test_a_group_that_somebody_chose_in_control_hub_meanwhile_stays(chat: Chat) -> None:
    chat.weather(**BORN_PENDING)
    asked_in_europe(chat)
    set_up(chat, chat.employee, "activated")
    place = seat(chat, chat.employee)
    chosen = {key: place[key] for key in ("licenseId", "personId", "personOrgId", "status")}
    chosen["resourceGroupId"] = groups(chat)["Americas"]
    chat.admin.call("PUT", f"resourceGroup/memberships/{place['id']}", json=chosen)
    chat.running.run_delayed()
    assert (served_by(chat, chat.employee), len(puts(chat))) == ("Americas", 1)
    assert moves(chat) == [MoveState.FAILED]
    for someone in (chat.manager, chat.admin):
        assert "put this person into another resource group meanwhile" in someone.last()
    chat.admin.says("move employee@example.com to Europe")
    assert served_by(chat, chat.employee) == "Europe"


@pytest.mark.thorough
def test_a_membership_that_webex_lists_late_is_waited_for_while_the_license_is_held(chat: Chat) -> None:
    chat.employee.says("request hybrid call aware because our cluster")
    europe = groups(chat)["Europe"]
    chat.weather(**NOT_LISTED, times=4)
    chat.manager.presses("Approve", group=europe)
    for _ in range(5):
        chat.running.run_delayed()
    assert moves(chat) == [MoveState.MOVED]
    assert served_by(chat, chat.employee, AWARE) == "Europe"
    assert read_by(chat.manager, "Done and checked") == 1


def test_a_group_that_is_gone_while_the_card_waits_is_said_to_be_gone(chat: Chat) -> None:
    chat.employee.says("request hybrid call aware")
    gone = "Y2lzY29zcGFyazovL3VzL1JFU09VUkNFX0dST1VQL2dvbmU1ZGVmLTEyMzQtNDU2Ny04OTAxLTIzNDU2Nzg5MDEyMw"
    told = chat.manager.presses("Approve", group=gone)
    assert gone not in told
    assert "That resource group is no longer there" in told
    assert "approve 1 in group" in told
    chat.manager.says("approve 1 in group Europe")
    assert served_by(chat, chat.employee) == "Europe"
