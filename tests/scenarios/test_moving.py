"""Admins move people between resource groups: what goes well, what Webex refuses, and what makes no sense."""

from typing import Any

import pytest

from bot.desk.states import MoveState
from bot.store.models import Move
from tests.chat import Chat
from tests.scenarios.serving import AWARE, CONNECT, FREE, PUT, SEATS, moves, puts, read_by, served_by

READ_SEATS = {"method": "GET", "path": SEATS}
SCOPE = "spark-admin:resource_group_memberships_"


REFUSALS: dict[str, tuple[dict[str, Any], str, str]] = {
    "may not read": (READ_SEATS | {"status": 403, "every": 2}, "may not read who is in which", f"{SCOPE}read"),
    "may not write": (PUT | {"status": 403}, "may not move people between resource groups", f"{SCOPE}write"),
    "bad token": (PUT | {"status": 401}, "does not accept the bot's access token", "Set a new admin token"),
    "gone": (PUT | {"status": 404}, "no longer knows this membership", "resource groups <email>"),
    "bad request": (PUT | {"status": 400}, "did not accept the move", "in Control Hub"),
    "unheard of": (PUT | {"status": 418}, "does not know", "Look up the tracking ID"),
    "no effect": (PUT | {"status": 204, "body": ""}, "Webex said yes, but", "in Control Hub"),
}
"""What Webex answers while somebody is moved → what happened and what to do. The first read is the command's own."""


@pytest.mark.thorough
def test_every_refusal_of_a_step_has_its_words(chat: Chat, subtests: pytest.Subtests) -> None:
    chat.give(chat.employee, *FREE, AWARE)
    for name, (weather, means, to_do) in REFUSALS.items():
        with subtests.test(name):
            chat.weather(**weather)
            chat.admin.says("move employee@example.com to Europe")
            chat.running.control("DELETE", "weather")
            told = chat.admin.last().replace("‹", "<").replace("›", ">")
            assert "Emil Berg was not moved to the resource group Europe for Hybrid Call Aware" in told
            assert (means in told, to_do in told) == (True, True)
            assert ("Tracking ID: NA_" in told) == (name != "no effect")
            assert served_by(chat, chat.employee) == "Default"
    assert "To try again: move employee@example.com to Europe for Hybrid Call Aware" in chat.admin.last()
    chat.admin.says("move employee@example.com to Europe for Hybrid Call Aware")
    assert served_by(chat, chat.employee) == "Europe"


def test_what_webex_does_not_let_the_bot_look_up_is_said_at_once(chat: Chat) -> None:
    for path in ("/v1/resourceGroups", SEATS):
        chat.weather(method="GET", path=path, status=403)
        assert "did not let me look that up (status 403)" in chat.admin.says("move employee@example.com to Europe")
    assert chat.count(Move) == 0


@pytest.mark.thorough
def test_a_move_whose_answer_was_lost_is_made_once_in_effect(chat: Chat, subtests: pytest.Subtests) -> None:
    chat.give(chat.employee, *FREE, AWARE)
    weather: dict[str, dict[str, Any]] = {
        "Europe": {"lost": True},
        "Americas": {"reset": True},
        "Default": {"status": 503},
    }
    for group, trouble in weather.items():
        with subtests.test(group):
            chat.weather(**PUT, **trouble)
            chat.admin.says(f"move employee@example.com to {group}")
            assert served_by(chat, chat.employee) == group
            assert read_by(chat.admin, f"Done and checked: Emil Berg is served by the resource group {group}") == 1
    assert set(moves(chat)) == {MoveState.MOVED}


@pytest.mark.thorough
def test_a_busy_webex_is_waited_out_and_told_once(chat: Chat) -> None:
    chat.give(chat.employee, *FREE, AWARE)
    chat.weather(**PUT, status=429, headers={"Retry-After": "120"}, times=2)
    chat.admin.says("move employee@example.com to Europe")
    chat.running.run_delayed()
    assert read_by(chat.admin, "Webex is busy, so moving Emil Berg for Hybrid Call Aware takes longer") == 1
    chat.running.run_delayed()
    assert (served_by(chat, chat.employee), puts(chat)) == ("Europe", [429, 429, 200])


@pytest.mark.thorough
def test_admins_move_people_and_back_to_the_default_group(chat: Chat) -> None:
    chat.give(chat.employee, *FREE, AWARE)
    told = chat.admin.says("move employee@example.com to europe")
    assert "I move Emil Berg to the resource group Europe for Hybrid Call Aware" in told
    assert served_by(chat, chat.employee) == "Europe"
    chat.admin.says("move employee@example.com to default group for call aware")
    assert served_by(chat, chat.employee) == "Default"
    assert "already. Nothing was changed" in chat.admin.says("move employee@example.com to default")
    assert moves(chat) == [MoveState.MOVED, MoveState.MOVED]


def test_of_several_hybrid_licenses_the_one_that_is_named_moves(chat: Chat) -> None:
    chat.give(chat.employee, *FREE, AWARE, CONNECT)
    told = chat.admin.says("move employee@example.com to Europe")
    assert "Hybrid Call Aware and Hybrid Call Connect" in told
    assert "move employee@example.com to Europe for Hybrid Call Aware" in told
    chat.admin.says("move employee@example.com to Europe for call connect")
    assert (served_by(chat, chat.employee), served_by(chat, chat.employee, CONNECT)) == ("Default", "Europe")


NONSENSE = {
    "move": "Whom, and where to?",
    "move employee@example.com": "Whom, and where to?",
    "move nobody@example.com to Europe": "I found nobody in Webex",
    "move employee@example.com to Mars": "These are there: Default",
    "move employee@example.com to Europa": "Did you mean Europe?",
    "move director@example.com to Europe": "holds no hybrid license",
    "move employee@example.com to Europe for Messaging": "is not a hybrid license",
    "move employee@example.com to Europe for call connect": "does not hold Hybrid Call Connect",
    "move employee@example.com to Europe for calendar": "could be",
    "move employee@example.com to Europe for nonsense": "I know no license",
}


@pytest.mark.thorough
def test_a_move_that_makes_no_sense_is_refused_with_what_would(chat: Chat, subtests: pytest.Subtests) -> None:
    chat.give(chat.employee, *FREE, AWARE)
    before = chat.standing()
    for typed, reads in NONSENSE.items():
        with subtests.test(typed):
            assert reads in chat.admin.says(typed)
    assert (chat.standing(), chat.count(Move)) == (before, 0)


def test_groups_are_for_admins(chat: Chat) -> None:
    chat.give(chat.employee, *FREE, AWARE)
    for typed in ("resource groups", "resource groups manager@example.com", "move employee@example.com to Europe"):
        assert "for license admins only" in chat.employee.says(typed)
    assert chat.count(Move) == 0
    assert (chat.calls("GET", "/v1/resourceGroups"), chat.calls("GET", SEATS)) == ([], [])
