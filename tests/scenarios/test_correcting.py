"""Phone details are changed while a request waits, by whose it is; who decides sees what they say yes to."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.desk.states import State
from bot.store import queries
from tests.cards import checking
from tests.chat import IT_SPACE, Chat, Message, buttons_of, content_of
from tests.scenarios.misusing import FORGED, HIDDEN, answers

pytestmark = pytest.mark.thorough

ONE, OTHER, MANAGERS = "+13035550103", "+13035550104", "+13035550101"
CHANGE = "Change the phone details"
CHANGED = "The phone details were changed after I first asked you about this."
NO_LONGER = "That card is no longer in use, so nothing was changed."
DECIDED = "Request #1 was already approved by Mona Weiss"


def with_details(chat: Chat, line: str = f"number {ONE} ext 1109") -> None:
    """Let the employee's request wait for the manager."""
    chat.employee.says(f"request calling professional at Denver {line} because new desk")


def details_in(chat: Chat) -> str:
    """What the request says now, as its status tells the employee."""
    lines = chat.employee.says("status 1").splitlines()
    return next(line.strip(" -") for line in lines if line.strip(" -").startswith("at "))


def fields(card: Message) -> dict[str, dict[str, Any]]:
    return checking.inputs(content_of(card))


def open_form(chat: Chat) -> Message:
    chat.employee.presses(CHANGE)
    return chat.employee.card_with("Continue")


def test_a_line_changes_the_details_and_the_manager_decides_on_a_fresh_card(chat: Chat) -> None:
    with_details(chat)
    old = chat.manager.card_with("Approve")["id"]
    answer = chat.employee.says(f"details 1 at Denver number {OTHER}")
    assert f"Request #1 now says: at Denver, number {OTHER}." in answer

    fresh = chat.manager.card_with("Approve")
    assert old not in {message["id"] for message in chat.manager.inbox()}
    assert CHANGED in fresh["text"]
    assert f"at Denver, number {OTHER}" in fresh["text"]
    assert "phone details changed by Emil Berg" in chat.employee.says("status 1")
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.GRANTED
    assert f"at Denver, number {OTHER}" in chat.employee.last()


def test_the_audit_keeps_what_the_request_said_before_and_after(chat: Chat) -> None:
    with_details(chat)
    chat.employee.says("details 1 at Denver ext 1110")
    with Session(chat.running.engine) as session:
        entry = queries.audit_of(session, 1)[-1]
    assert (entry.verb, entry.before, entry.after) == ("correct", "pending", "pending")
    assert entry.actor_id == chat.employee.person_id
    said = [(entry.facts[when]["phone_number"], entry.facts[when]["extension"]) for when in ("before", "after")]
    assert said == [(ONE, "1109"), (None, "1110")]


def test_what_a_line_does_not_name_stays_and_a_location_says_all_anew(chat: Chat) -> None:
    with_details(chat)
    said = {
        "ext 1110": f"at Denver, number {ONE}, extension 1110",
        f"number {OTHER}": f"at Denver, number {OTHER}, extension 1110",
        "number +493023125103": "at Berlin, number +493023125103, extension 1110",
        "at Denver ext 1110": "at Denver, extension 1110",
    }
    for line, now in said.items():
        assert f"now says: {now}." in chat.employee.says(f"details 1 {line}")
    assert "now says" not in chat.employee.says("details 1 at Berlin")
    assert fields(chat.employee.card_with("Continue"))["extension"]["value"] == "1110"


def test_the_button_begins_with_what_is_known_and_the_form_gives_way_to_the_answer(chat: Chat) -> None:
    with_details(chat)
    form = open_form(chat)
    shown = fields(form)
    assert (shown["number"]["value"], shown["extension"]["value"]) == (ONE, "1109")
    assert f"{MANAGERS} is not free at Denver" in chat.employee.presses("Continue", digits=MANAGERS, number=ONE)
    assert "Request #1 now says: at Denver, extension 1109." in chat.employee.presses(
        "Continue", number="none", digits=MANAGERS, extension="1109"
    )
    assert [one for one in chat.employee.cards() if "Continue" in buttons_of(one)] == []
    assert details_in(chat) == "at Denver, extension 1109"
    assert CHANGE in buttons_of(chat.employee.card_with("Cancel request")), "it can be changed once more, from status"


def test_a_form_of_a_request_leads_to_another_location_too(chat: Chat) -> None:
    with_details(chat)
    open_form(chat)
    chat.employee.presses("Other location")
    chat.employee.presses("Continue", location=chat.location_id("Berlin"))
    form = chat.employee.card_with("Continue")
    assert ONE not in str(form), "a number belongs to its location"
    assert "now says: at Berlin, extension 1109." in chat.employee.presses("Continue", extension="1109")


def test_both_whose_request_it_is_may_change_it_and_the_other_reads_of_it(chat: Chat) -> None:
    chat.give(chat.colleague)
    chat.employee.says("request calling professional for colleague@example.com at Denver ext 1109")
    assert "now says: at Denver, extension 1110" in chat.colleague.says("details 1 ext 1110")
    news = "changed the phone details of request #1. It now says: at Denver, extension"
    assert f"Carla Ruiz {news} 1110." in chat.employee.last()
    chat.employee.says("details 1 ext 1111")
    assert f"Emil Berg {news} 1111." in chat.colleague.last()
    assert sum(CHANGED in card["text"] for card in chat.director.cards()) == 1


def test_nobody_approves_details_that_their_card_does_not_show(chat: Chat) -> None:
    with_details(chat)
    chat.manager.says("status 1")
    first, looked_up = [card for card in chat.manager.cards() if "Approve" in buttons_of(card)]
    chat.weather(method="DELETE", path="/v1/messages/*", every=1, status=403)
    chat.employee.says("details 1 ext 1110")
    before = chat.standing()
    for card in (first, looked_up):
        assert answers(chat.manager, chat, card, {"do": "approve", "request": 1})[0].startswith(NO_LONGER)
    assert chat.standing() == before
    chat.manager.presses("Approve")
    assert "extension 1110" in chat.manager.last()
    assert chat.state_of(1) is State.GRANTED


def test_nobody_else_changes_the_details(chat: Chat) -> None:
    for someone in (chat.manager, chat.admin, chat.colleague):
        someone.says("help", settle=False)
    with_details(chat)
    open_form(chat)
    before, details = chat.standing(), details_in(chat)
    for someone, refusal in ((chat.manager, "is not yours"), (chat.admin, "is not yours"), (chat.colleague, HIDDEN)):
        assert refusal in someone.says("details 1 ext 1110")
        card = someone.card_with("Request a license")
        assert answers(someone, chat, card, {"do": "correct", "request": 1, "extension": "1110"}) == [FORGED]
    assert (chat.standing(), details_in(chat)) == (before, details)


def test_a_card_in_another_space_changes_nothing(chat: Chat) -> None:
    with_details(chat)
    chat.employee.mentions("help")
    before = chat.standing()
    card = [message for message in chat.employee.reads_in(IT_SPACE) if message.get("attachments")][-1]
    assert answers(chat.employee, chat, card, {"do": "correct", "request": 1, "extension": "1110"}) == [FORGED]
    assert chat.standing() == before
    said = chat.employee.mentions("details 1 ext 1110")
    assert "1110" not in said
    assert details_in(chat).endswith("extension 1110"), "the answer came 1:1"


def test_after_the_decision_neither_line_nor_button_nor_form_changes_anything(chat: Chat) -> None:
    with_details(chat)
    form = open_form(chat)
    leads_there = chat.employee.card_with(CHANGE)
    chat.manager.presses("Approve")
    before = chat.standing()
    assert DECIDED in chat.employee.says("details 1 ext 1110")
    assert DECIDED in answers(chat.employee, chat, leads_there, {"do": "change_details", "request": 1})[0]
    assert DECIDED in answers(chat.employee, chat, form, {"do": "correct", "request": 1, "extension": "1110"})[0]
    assert chat.standing() == before
    assert CHANGE not in buttons_of(chat.employee.cards()[-1])


def test_what_is_sent_twice_changes_the_details_once(chat: Chat) -> None:
    with_details(chat)
    form = open_form(chat)
    sent = {"do": "correct", "request": 1, "number": OTHER}
    said = answers(chat.employee, chat, form, sent, sent)
    assert [one.startswith(NO_LONGER) for one in said].count(True) == 1
    assert "says that already" in chat.employee.says(f"details 1 at Denver number {OTHER}")
    assert chat.employee.says("status 1").count("phone details changed by Emil Berg") == 1


def test_forged_details_are_refused_or_asked_for_again(chat: Chat) -> None:
    with_details(chat)
    chat.employee.says("request messaging")
    form = open_form(chat)
    before = chat.standing()
    claims: list[dict[str, Any]] = [{"request": 2}, {"request": ""}, {"extension": 1110}, {"number": True}]
    attempts = [{"do": "correct", "request": 1, "extension": "1110", **claim} for claim in claims]
    attempts += [{"do": do, "request": 1, "extension": "1110"} for do in ("calling_details", "cancel", "approve")]
    assert answers(chat.employee, chat, form, *attempts) == [FORGED] * len(attempts)

    asked_again = {
        "extension": ("<@all>", "is not an extension"),
        "location": ("../locations", "I know no location"),
        "number": ("+15555555555", "is not free"),
    }
    for name, (value, problem) in asked_again.items():
        card = chat.employee.card_with("Continue")
        assert problem in answers(chat.employee, chat, card, {"do": "correct", "request": 1, name: value})[0]
    assert chat.standing() == before
    assert details_in(chat) == f"at Denver, number {ONE}, extension 1109"


def test_a_request_without_phone_details_has_none_to_change(chat: Chat) -> None:
    chat.employee.says("request messaging")
    assert CHANGE not in buttons_of(chat.employee.card_with("Cancel request"))
    assert "has no phone details" in chat.employee.says("details 1 at Denver ext 1109")
    assert "I know no request #2" in chat.employee.says("details 2 ext 1109")
    assert "Which request?" in chat.employee.says("details ext 1109")
