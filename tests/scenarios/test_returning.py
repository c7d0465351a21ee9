"""A return waits for nobody but who asked for it: where its card is lost, its status leads on."""

from datetime import timedelta

import pytest

from bot.desk.states import State
from tests.chat import Chat, buttons_of, data_of
from tests.scenarios.misusing import FORGED, answers

WAITS = "It waits for the requester to confirm it."


def asked_to_return(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Messaging")
    chat.employee.says("return messaging")


def test_a_return_whose_card_was_lost_is_confirmed_on_its_status(chat: Chat) -> None:
    asked_to_return(chat)
    chat.bot.call("DELETE", f"messages/{chat.employee.card_with('Keep it')['id']}")
    again = chat.employee.says("return messaging")
    assert again.startswith("That was asked for already")
    assert "Request #1 is already about Messaging for Emil Berg." in again
    status = chat.employee.presses("Show request #1")
    assert WAITS in status
    assert "Return it: confirm 1" in status
    chat.employee.presses("Return it")
    assert chat.state_of(1) is State.GRANTED
    assert "Messaging" not in chat.employee.holds()
    assert "returned and checked" in chat.employee.last()


@pytest.mark.thorough
def test_nobody_else_is_offered_to_confirm_a_return_nor_can(chat: Chat) -> None:
    chat.admin.says("help", settle=False)
    asked_to_return(chat)
    assert WAITS in chat.admin.says("status 1")
    card = chat.admin.card_with("Cancel request")
    assert buttons_of(card) == ["Cancel request"]
    before = chat.standing()
    told = answers(chat.admin, chat, card, {"do": "confirm", "request": 1}, {"do": "confirm", "request": 2})
    assert sorted(told) == ["Request #1 is not yours, so you cannot change it. Nothing was changed.", FORGED]
    assert chat.standing() == before


@pytest.mark.thorough
def test_what_is_no_return_cannot_be_confirmed_from_its_status(chat: Chat) -> None:
    chat.employee.says("request messaging")
    chat.employee.says("status 1")
    card = chat.employee.card_with("Cancel request")
    assert "Return it" not in buttons_of(card)
    before = chat.standing()
    assert "cannot be confirmed" in answers(chat.employee, chat, card, {"do": "confirm", "request": 1})[0]
    assert chat.standing() == before


@pytest.mark.thorough
def test_a_return_is_confirmed_once_however_often_its_status_is_pressed(chat: Chat) -> None:
    asked_to_return(chat)
    chat.employee.says("status 1")
    card = chat.employee.card_with("Return it")
    confirm = data_of(card, "Return it")
    told = answers(chat.employee, chat, card, confirm, confirm)
    assert sum("Request #1 was already approved" in one for one in told) == 1
    assert chat.standing()["changes"] == 1


@pytest.mark.thorough
def test_a_return_that_was_canceled_meanwhile_is_not_confirmed_from_its_status(chat: Chat) -> None:
    asked_to_return(chat)
    chat.employee.says("status 1")
    card = chat.employee.card_with("Return it")
    chat.employee.says("cancel 1")
    before = chat.standing()
    told = answers(chat.employee, chat, card, data_of(card, "Return it"))
    assert told == ["Request #1 was already canceled. Nothing was changed."]
    assert chat.standing() == before


def test_a_return_that_nobody_confirmed_is_not_told_as_undecided(chat: Chat) -> None:
    asked_to_return(chat)
    chat.running.clock.ahead += timedelta(days=14, minutes=1)
    chat.running.sweep()
    assert "It was not confirmed in time." in chat.employee.last()
    status = chat.employee.says("status 1")
    assert "It was not confirmed in time." in status
    assert "decided" not in chat.employee.last()


def test_what_is_lost_with_a_license_is_said_before_it_is_returned(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Webex Calling - Professional")
    told = chat.employee.says("return calling professional")
    assert "all Calling settings are lost. Asking for it again later does not bring them back." in told


@pytest.mark.thorough
def test_who_has_both_to_decide_and_to_confirm_reads_how_to_do_either(chat: Chat) -> None:
    chat.give(chat.manager, "Basic Messaging", "Basic Meetings", "Messaging")
    chat.employee.says("request messaging")
    assert chat.manager.says("waiting").endswith("Answer with approve <number> or deny <number> because ….")
    chat.manager.says("return messaging")
    how = "Answer with approve <number> or deny <number> because …. Confirm a return with confirm <number>."
    assert how in chat.manager.says("waiting")
    chat.manager.says("deny 1 because no")
    assert chat.manager.says("waiting").endswith("Confirm a return with confirm <number>.")
