"""Hybrid licenses and the resource groups that serve them: chosen on the approver's card, waited for, and seen."""

from collections.abc import Iterator

import pytest

from bot.desk.states import MoveState, State
from bot.licensing.catalog_file import read
from bot.sandbox.seed import ORG
from bot.store.models import Move
from bot.workflows import moving
from tests.chat import Chat, content_of
from tests.scenarios.serving import (
    AWARE,
    BORN_PENDING,
    FREE,
    asked_in_europe,
    groups,
    moves,
    offered,
    puts,
    read_by,
    served_by,
    set_up,
)

EXCHANGE = "Hybrid Exchange Calendar"


@pytest.mark.thorough
def test_the_five_steps_of_the_guide_are_one_conversation(chat: Chat) -> None:
    assert "Europe" in chat.admin.says("resource groups")
    assert AWARE in chat.admin.says("licenses")
    chat.employee.says("request hybrid call aware because our cluster")
    assert offered(chat.manager.card_with("Approve")) == ["Default", "Europe", "Americas"]
    chat.manager.presses("Approve", group=groups(chat)["Europe"])
    assert chat.state_of(1) is State.GRANTED
    assert AWARE in chat.employee.holds()
    assert served_by(chat, chat.employee) == "Europe"
    done = "Done and checked: Emil Berg is served by the resource group Europe for Hybrid Call Aware (request #1)"
    assert read_by(chat.manager, done) == 1
    assert puts(chat) == [200]
    assert "Hybrid Call Aware · Europe" in chat.admin.says("resource groups employee@example.com")
    assert "the move to its resource group: moved" in chat.admin.says("status 1")


@pytest.mark.thorough
def test_an_approver_types_the_group_and_the_reason(chat: Chat) -> None:
    chat.employee.says("request hybrid call aware")
    assert "approve 1 in group" in chat.manager.last()
    chat.manager.says("approve 1 in group Americas because of the data")
    assert (chat.state_of(1), served_by(chat, chat.employee)) == (State.GRANTED, "Americas")
    assert "of the data" in chat.employee.last() or "of the data" in chat.admin.says("status 1")


def test_without_a_choice_webex_chooses_and_nothing_is_moved(chat: Chat) -> None:
    chat.employee.says("request hybrid call aware")
    chat.manager.presses("Approve")
    assert served_by(chat, chat.employee) == "Default"
    assert (chat.count(Move), puts(chat)) == (0, [])


@pytest.mark.thorough
def test_other_licenses_know_no_groups(chat: Chat) -> None:
    chat.employee.says("request messaging")
    assert "group" not in str(content_of(chat.manager.card_with("Approve")))
    assert "adds no hybrid license" in chat.manager.says("approve 1 in group Europe")
    chat.manager.presses("Approve", group=groups(chat)["Europe"])  # a field that the card does not have
    assert "adds no hybrid license" in chat.manager.last()
    assert (chat.state_of(1), chat.count(Move)) == (State.PENDING, 0)


@pytest.mark.thorough
def test_a_group_that_is_not_there_approves_nothing(chat: Chat) -> None:
    chat.employee.says("request hybrid call aware")
    before = chat.standing()
    assert "Did you mean Europe?" in chat.manager.says("approve 1 in group Europa")
    assert "These are there: Default" in chat.manager.says("approve 1 in group Mars")
    assert "Which resource group?" in chat.manager.says("approve 1 in group")
    assert chat.standing() == before


@pytest.mark.thorough
def test_a_service_that_webex_is_still_setting_up_is_waited_for(chat: Chat) -> None:
    chat.weather(**BORN_PENDING)
    asked_in_europe(chat)
    assert chat.state_of(1) is State.GRANTED
    for _ in range(2):
        chat.running.run_delayed()
        assert (served_by(chat, chat.employee), puts(chat)) == ("Default", [])
    waits = "Webex is still setting up Hybrid Call Aware for Emil Berg, so I wait."
    assert (read_by(chat.manager, waits), read_by(chat.employee, waits)) == (1, 0)
    assert "on its way to Europe" in chat.admin.says("resource groups employee@example.com")
    set_up(chat, chat.employee, "activated")
    chat.running.run_delayed()
    assert served_by(chat, chat.employee) == "Europe"
    assert read_by(chat.manager, "Done and checked") == 1
    assert chat.running.workflows("DELAYED") == []


@pytest.mark.thorough
def test_a_service_that_is_never_set_up_ends_with_words_to_whoever_can_act(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "WAITS", (15, 3600))
    chat.weather(**BORN_PENDING)
    asked_in_europe(chat)
    while chat.running.workflows("DELAYED"):
        chat.running.run_delayed()
    assert moves(chat) == [MoveState.FAILED]
    for someone in (chat.manager, chat.admin):
        assert "A day later Webex was still setting up" in someone.last()
        assert "Who has to act: a Webex admin" in someone.last()
    assert "move employee@example.com to Europe for Hybrid Call Aware" in chat.admin.last()
    assert "To try again" not in chat.manager.last()


@pytest.mark.thorough
def test_a_service_in_error_is_not_touched(chat: Chat) -> None:
    chat.weather(**BORN_PENDING)
    asked_in_europe(chat)
    set_up(chat, chat.employee, "error")
    chat.running.run_delayed()
    assert (moves(chat), puts(chat)) == ([MoveState.REFUSED], [])
    assert "the membership is in error" in chat.manager.last()


@pytest.mark.thorough
def test_a_license_that_was_taken_away_meanwhile_cannot_be_moved(chat: Chat) -> None:
    chat.weather(**BORN_PENDING)
    asked_in_europe(chat)
    chat.give(chat.employee, *FREE)
    while chat.running.workflows("DELAYED"):
        chat.running.run_delayed()
    assert moves(chat) == [MoveState.REFUSED]
    assert "Webex shows no membership" in chat.manager.last()


@pytest.mark.thorough
def test_an_approver_is_asked_without_groups_when_webex_does_not_tell_them(chat: Chat) -> None:
    chat.weather(method="GET", path="/v1/resourceGroups", status=403)
    chat.employee.says("request hybrid call aware")
    assert '"group"' not in str(content_of(chat.manager.card_with("Approve"))).replace("'", '"')
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.GRANTED


@pytest.mark.thorough
def test_a_group_is_chosen_by_nobody_but_the_approver(chat: Chat) -> None:
    chat.employee.says("request hybrid call aware")
    before = chat.standing()
    for someone in (chat.employee, chat.colleague):
        someone.says("approve 1 in group Europe")
    assert chat.standing() == before
    card = chat.manager.card_with("Approve")
    chat.manager.submits(card["id"], {"do": "approve", "request": 1, "group": "forged"})
    chat.running.settle()
    assert "I know no resource group called “forged”" in chat.manager.last()
    assert chat.standing() == before


@pytest.mark.thorough
def test_a_second_press_and_one_that_comes_late_move_nobody_again(chat: Chat) -> None:
    chat.employee.says("request hybrid call aware")
    card, ids = chat.manager.card_with("Approve"), groups(chat)
    chat.manager.presses("Approve", on=card, group=ids["Europe"], settle=False)
    chat.manager.presses("Approve", on=card, group=ids["Americas"], settle=False)
    chat.running.settle()
    assert "was already approved" in chat.manager.says("approve 1 in group Americas")
    assert (moves(chat), puts(chat)) == ([MoveState.MOVED], [200])  # whichever of the two presses came first


@pytest.mark.thorough
def test_the_same_move_twice_is_under_way_and_another_takes_its_place(chat: Chat) -> None:
    chat.weather(**BORN_PENDING)
    asked_in_europe(chat)
    assert "is under way already" in chat.admin.says("move employee@example.com to Europe")
    chat.admin.says("move employee@example.com to Americas")
    set_up(chat, chat.employee, "activated")
    while chat.running.workflows("DELAYED"):
        chat.running.run_delayed()
    assert (served_by(chat, chat.employee), puts(chat)) == ("Americas", [200])
    assert moves(chat) == [MoveState.REFUSED, MoveState.MOVED]


@pytest.fixture
def with_rule(chat: Chat) -> Iterator[Chat]:
    """The bot as it is when the operator's file has a resource group for each hybrid license; one is not there."""
    admin = chat.running.worker.admins.of(ORG)
    admin.entries = read(f"{AWARE}: {{resource_group: europe}}\n{EXCHANGE}: {{resource_group: Mars}}", "catalog.yaml")
    yield chat
    admin.entries = ()
    admin.forget()


@pytest.mark.thorough
def test_a_rule_chooses_unless_the_approver_does(with_rule: Chat) -> None:
    chat = with_rule
    chat.employee.says("request hybrid call aware")
    assert "Resource group chosen so far: Europe" in chat.manager.last()
    chat.manager.says("approve 1")
    assert served_by(chat, chat.employee) == "Europe"
    assert read_by(chat.manager, "Done and checked") == 0  # a rule asked for it, and a rule reads nothing
    chat.colleague.says("request hybrid call aware")
    chat.director.presses("Approve", group=groups(chat)["Americas"])
    assert served_by(chat, chat.colleague) == "Americas"


@pytest.mark.thorough
def test_a_rule_that_names_no_group_of_webex_is_told_to_the_admins(with_rule: Chat) -> None:
    chat = with_rule
    chat.employee.says("request hybrid exchange calendar")
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.GRANTED
    assert served_by(chat, chat.employee, EXCHANGE) == "Default"
    assert "Webex lists no resource group of this name" in chat.admin.last()
    assert "(request #1)" in chat.admin.last()
