"""Misuse of cards: forged, closed, unknown, somebody else's, or about another request. Nothing changes, and it is said.

A press counts only if its message is an open card of that request in the ledger, and the person was asked there.
"""

from typing import Any

import pytest

from bot.desk.states import State
from bot.store.models import Request
from tests.chat import IT_SPACE, Chat, Someone
from tests.scenarios.misusing import FORGED, OTHER_ORG, UNKNOWN_CARD, answers, asked, lost_card

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("name", ["employee", "manager", "colleague", "director", "admin"])
def test_a_verb_on_a_card_that_is_not_meant_for_it_is_refused(chat: Chat, name: str) -> None:
    someone: Someone = getattr(chat, name)
    before = asked(chat, someone)
    attempts = [{"do": do, "request": 1} for do in ("approve", "cancel", "confirm", "status")]
    attempts.append({"do": "deny", "request": 1, "reason": "no"})
    assert answers(someone, chat, someone.card_with("Request a license"), *attempts) == [FORGED] * len(attempts)
    assert chat.standing() == before


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("colleague", FORGED), ("manager", FORGED), ("employee", FORGED), ("admin", FORGED)],
)
def test_a_card_in_a_group_space_decides_nothing_whoever_presses_it(chat: Chat, name: str, refusal: str) -> None:
    before = asked(chat)
    chat.employee.mentions("help")
    card = [message for message in chat.employee.reads_in(IT_SPACE) if message.get("attachments")][-1]
    someone: Someone = getattr(chat, name)
    assert answers(someone, chat, card, {"do": "approve", "request": 1}) == [refusal]
    assert chat.standing() == before


def test_somebody_of_another_organization_cannot_press_what_stands_in_a_shared_space(chat: Chat) -> None:
    before = asked(chat)
    chat.employee.mentions("help", space="Partner project")
    card = [message for message in chat.employee.reads_in("Partner project") if message.get("attachments")][-1]
    for do in ("approve", "my_requests", "request"):
        assert answers(chat.external, chat, card, {"do": do, "request": 1})[0].startswith(OTHER_ORG)
    assert chat.standing() == before


def test_a_card_decides_about_its_own_request_only(chat: Chat) -> None:
    chat.employee.says("request messaging")
    first = chat.manager.cards()[-1]
    chat.employee.says("request webex meeting center site1")
    before = chat.standing()
    assert answers(chat.manager, chat, first, {"do": "approve", "request": 2}) == [FORGED]
    assert answers(chat.manager, chat, first, {"do": "deny", "request": 2, "reason": "no"}) == [FORGED]
    assert chat.standing() == before


def test_forged_numbers_are_refused_on_a_live_card(chat: Chat) -> None:
    before = asked(chat)
    card = chat.manager.card_with("Approve")
    numbers = (
        -1,
        0,
        1.0,
        1.5,
        2**40,
        10**40,
        True,
        "",
        " 1",
        "-1",
        "1.0",
        "1e0",
        "0x1",
        "\u0661",
        "one",
        "1, 2",
        "#1",
        "[1]",
    )
    attempts: list[dict[str, Any]] = [{"do": "approve", "request": number} for number in numbers]
    attempts.append({"do": "approve"})
    assert answers(chat.manager, chat, card, *attempts) == [FORGED] * len(attempts)
    assert chat.standing() == before


def test_forged_verbs_are_refused_on_a_live_card(chat: Chat) -> None:
    before = asked(chat)
    card = chat.manager.card_with("Approve")
    verbs = ("nuke", "", "APPROVE", "approve ", "approve 1", 1, True, "confirm", "cancel", "calling_details", "request")
    attempts: list[dict[str, Any]] = [{"do": do, "request": 1} for do in verbs]
    attempts += [{"request": 1}, {}, {"do": "approve", "request": 1, "note": 5}]
    attempts.append({"do": "submit", "request": 1, "licenses": chat.license_id("Messaging"), "reason": "mine"})
    assert answers(chat.manager, chat, card, *attempts) == [FORGED] * len(attempts)
    assert chat.standing() == before


def test_what_else_a_card_says_about_people_is_not_believed(chat: Chat) -> None:
    before = asked(chat)
    own = chat.employee.card_with("Cancel request")
    claims = {"personId": chat.manager.person_id, "approver": chat.manager.person_id, "is_admin": True}
    assert answers(chat.employee, chat, own, {"do": "approve", "request": 1, **claims}) == [FORGED]
    assert chat.standing() == before
    chat.manager.submits(
        chat.manager.card_with("Approve")["id"],
        {"do": "approve", "request": "1", "decided_by": chat.director.person_id},
    )
    chat.running.settle()
    assert chat.standing()["decisions"][0][3] == chat.manager.person_id


def test_details_of_calling_cannot_smuggle_in_another_person_or_license(chat: Chat) -> None:
    chat.employee.says("request calling professional because new desk")
    card = chat.employee.card_with("Continue")
    claims = {
        "license_ids": chat.license_id("Webex Calling - Attendant Console"),
        "beneficiary_id": chat.colleague.person_id,
        "email": chat.colleague.email,
        "wanted": "messaging",
    }
    chat.employee.submits(card["id"], {"do": "calling_details", "location": "Denver", "extension": "1109", **claims})
    chat.running.settle()
    assert chat.count(Request) == 1
    assert "Webex Calling - Professional" in chat.manager.last()
    assert "Carla Ruiz" not in chat.manager.last()


def test_a_license_that_no_catalog_has_cannot_be_chosen(chat: Chat) -> None:
    chat.employee.says("request")
    form = chat.employee.card_with("Send request")
    before = chat.standing()
    messaging = chat.license_id("Messaging")
    attempts = [{"do": "submit", "licenses": chosen} for chosen in ("x", f"{messaging},x", "../licenses", "0", "null")]
    assert answers(chat.employee, chat, form, *attempts) == [FORGED] * len(attempts)
    assert chat.standing() == before


def test_a_card_that_a_reminder_replaced_changes_nothing(chat: Chat) -> None:
    asked(chat)
    old = chat.manager.card_with("Approve")
    chat.weather(method="DELETE", path="/v1/messages/*", times=9, status=403)
    chat.running.clock.ahead += chat.running.settings.request_ttl / 2
    chat.running.sweep()
    assert chat.manager.card_with("Approve")["id"] != old["id"]
    before = chat.standing()
    assert answers(chat.manager, chat, old, {"do": "approve", "request": 1})[0].startswith("That card is no longer in")
    assert chat.standing() == before


def test_a_form_sent_twice_at_once_makes_one_request(chat: Chat) -> None:
    chat.employee.says("request")
    form = chat.employee.card_with("Send request")
    sent = {"do": "submit", "licenses": chat.license_id("Messaging")}
    said = answers(chat.employee, chat, form, sent, sent)
    assert sum(1 for one in said if one.startswith("That card is no longer in use")) == 1
    assert chat.count(Request) == 1


def test_an_approver_whose_card_was_lost_gets_a_fresh_one_that_works(chat: Chat) -> None:
    asked(chat)
    lost = lost_card(chat, chat.manager)
    before = chat.standing()
    said = answers(chat.manager, chat, lost, {"do": "approve", "request": 1})
    assert said[0].startswith("I could not match that card to my records, so I sent you a fresh one.")
    assert "Request #1 waits for you" in said[1]
    assert {**chat.standing(), "open cards": []} == {**before, "open cards": []}
    assert sum("Approve" in str(card["attachments"]) for card in chat.manager.cards()) == 1
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.GRANTED


@pytest.mark.parametrize("name", ["employee", "colleague", "director", "admin"])
def test_an_unknown_card_helps_nobody_who_was_not_asked(chat: Chat, name: str) -> None:
    before = asked(chat)
    someone: Someone = getattr(chat, name)
    lost = lost_card(chat, someone)
    attempts = [{"do": "approve", "request": 1}, {"do": "deny", "request": 1, "reason": "no"}]
    attempts += [{"do": "cancel", "request": 1}, {"do": "confirm", "request": 1}, {"do": "submit", "licenses": "x"}]
    assert [one.startswith(UNKNOWN_CARD) for one in answers(someone, chat, lost, *attempts)] == [True] * len(attempts)
    assert chat.standing() == before


def test_an_unknown_card_is_no_way_to_another_or_an_ended_request(chat: Chat) -> None:
    asked(chat)
    lost = lost_card(chat, chat.manager)
    for number in (2, 99_999_999_999, -1):
        assert answers(chat.manager, chat, lost, {"do": "approve", "request": number})[0].startswith(UNKNOWN_CARD)
    chat.employee.says("cancel 1")
    before = chat.standing()
    assert answers(chat.manager, chat, lost, {"do": "approve", "request": 1})[0].startswith(UNKNOWN_CARD)
    assert chat.standing() == before
