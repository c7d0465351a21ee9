"""Somebody who is not in Webex yet: invited once an admin agrees, and the license follows as for everybody."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.desk.states import State
from bot.store.models import Request
from tests.chat import Chat, Someone, buttons_of
from tests.scenarios.misusing import UNKNOWN_CARD, answers, lost_card

NEW = "nora.new@example.com"
ASK = f"request messaging for {NEW} named Nora New because she starts on Monday"


@pytest.fixture
def inviting(chat: Chat) -> Iterator[Chat]:
    """The bot as it is with ALLOW_INVITE."""
    with chat.running.desks(allow_invite=True):
        yield chat


def newcomers(chat: Chat) -> list[dict[str, Any]]:
    people = chat.running.control("GET", "snapshot")["people"].values()
    return [one for one in people if one["email"] == NEW]


def names_of(chat: Chat, person: dict[str, Any]) -> set[str]:
    listed = {one["id"]: one["name"] for one in chat.running.control("GET", "snapshot")["licenses"]}
    return {listed[one] for one in person["licenses"]}


@pytest.mark.thorough
def test_an_admin_lets_somebody_new_be_invited_and_the_license_follows(inviting: Chat) -> None:
    chat = inviting
    said = chat.employee.says(f"request messaging for {NEW} because she starts on Monday")
    assert "I found nobody in Webex with the e-mail nora.new@example.com" in said
    assert "Request #1 is sent" in chat.employee.presses("Ask to invite them", named="Nora New")
    assert "Nora New" in chat.admin.last()
    assert "nora.new@example.com is not in Webex yet" in chat.admin.last()
    assert "Holds now: no licenses" in chat.admin.last()
    assert newcomers(chat) == []
    chat.admin.presses("Approve")
    [person] = newcomers(chat)
    assert (person["displayName"], person["roles"]) == ("Nora New", [])
    assert "Messaging" in names_of(chat, person)
    assert "Request #1: done" in chat.employee.last()
    assert "invited to Webex" in chat.employee.says("status 1")


def test_the_same_is_asked_for_in_one_line(inviting: Chat) -> None:
    assert "Request #1 is sent" in inviting.employee.says(ASK)
    assert "Request #1 waits for you" in inviting.admin.last()


@pytest.mark.thorough
@pytest.mark.parametrize(
    "wrong", [{"half_done": True}, {"lost": True}, {"status": 503}], ids=lambda one: next(iter(one))
)
def test_nobody_is_invited_twice_and_nobody_lost_whatever_webex_answers(inviting: Chat, wrong: dict[str, Any]) -> None:
    inviting.weather(method="POST", path="/people", **wrong)
    inviting.employee.says(ASK)
    inviting.admin.presses("Approve")
    inviting.running.run_delayed()
    assert inviting.state_of(1) is State.GRANTED
    [person] = newcomers(inviting)
    assert "Messaging" in names_of(inviting, person)


@pytest.mark.thorough
def test_what_webex_will_not_take_is_told_in_words_and_can_be_tried_again(inviting: Chat) -> None:
    refusal = {"message": "The domain is not yours", "errors": [{"description": "The domain is not yours"}]}
    inviting.weather(method="POST", path="/people", status=400, body=refusal)
    inviting.employee.says(ASK)
    inviting.admin.presses("Approve")
    assert inviting.state_of(1) is State.REFUSED
    assert "Webex did not take the invitation. Webex said: The domain is not yours" in inviting.employee.last()
    inviting.admin.says("retry 1")
    assert inviting.state_of(1) is State.GRANTED


@pytest.mark.thorough
def test_two_requests_for_one_newcomer_invite_once(inviting: Chat) -> None:
    inviting.employee.says(ASK)
    assert "Request #1 is already about Messaging" in inviting.employee.says(ASK)
    inviting.employee.says(f"request hybrid call aware for {NEW} named Nora New")
    inviting.admin.says("approve 1")
    inviting.admin.says("approve 2")
    [person] = newcomers(inviting)
    assert names_of(inviting, person) >= {"Messaging", "Hybrid Call Aware"}
    assert len(inviting.calls("POST", "/v1/people")) == 1


@pytest.mark.thorough
def test_who_came_to_webex_while_the_request_waited_is_not_invited_again(inviting: Chat) -> None:
    inviting.employee.says(ASK)
    inviting.newcomer(displayName="Nora New", email=NEW, licenses=[inviting.license_id("Basic Messaging")])
    inviting.admin.presses("Approve")
    assert inviting.state_of(1) is State.GRANTED
    assert inviting.calls("POST", "/v1/people") == []


@pytest.mark.thorough
def test_only_admins_are_asked_and_never_about_their_own(inviting: Chat) -> None:
    inviting.employee.says(ASK)
    assert "I know no request #1" in inviting.manager.says("approve 1")
    assert "I know no request #1" in inviting.director.says("approve 1")
    assert "is your own" in inviting.employee.says("approve 1")
    said = inviting.admin.says("request messaging for olga.new@example.com named Olga New")
    assert "Request #2 is denied. Only another license admin may let somebody be invited" in said
    assert newcomers(inviting) == []


@pytest.mark.thorough
def test_who_got_the_newcomers_address_before_their_yes_cannot_give_it(inviting: Chat) -> None:
    inviting.employee.says(ASK)
    card = inviting.admin.card_with("Approve")
    inviting.change(inviting.admin, email=NEW.title())
    before = inviting.standing()
    for verb in ("approve 1", "deny 1 because no"):
        assert inviting.admin.says(verb).startswith("Request #1 is for you, so somebody else has to decide on it.")
    assert "is for you" in inviting.admin.presses("Approve", on=card)
    lost = answers(inviting.admin, inviting, lost_card(inviting, inviting.admin), {"do": "approve", "request": 1})
    assert lost[0].startswith(UNKNOWN_CARD)
    assert inviting.standing() == before


@pytest.mark.thorough
def test_who_gets_the_newcomers_address_after_their_yes_gets_nothing_by_it(inviting: Chat) -> None:
    inviting.weather(method="POST", path="/people", status=503, times=3)
    inviting.employee.says(ASK)
    inviting.admin.presses("Approve")
    assert inviting.state_of(1) is State.APPROVED, "Webex is still too busy to invite anybody"
    inviting.change(inviting.admin, email=NEW)
    held = inviting.admin.holds()
    inviting.running.run_delayed()
    assert inviting.state_of(1) is State.REFUSED
    said = "That address now belongs to who decided on this request, and nobody decides for themselves."
    assert said in inviting.employee.last()
    inviting.admin.says("retry 1")
    inviting.running.run_delayed()
    assert inviting.state_of(1) is State.REFUSED
    assert (inviting.admin.holds(), inviting.calls("PATCH", "/v1/licenses/users")) == (held, [])


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("who", "said"),
    [
        ({"loginEnabled": False}, "That address belongs to somebody whose account is not active"),
        ({"type": "bot"}, "That address belongs to no person"),
    ],
    ids=["left", "a bot"],
)
def test_an_address_of_nobody_who_could_hold_a_license_is_refused_in_words(
    inviting: Chat, who: dict[str, Any], said: str
) -> None:
    inviting.employee.says(ASK)
    inviting.running.control("POST", "people", {"displayName": "Nora New", "email": NEW, **who})
    inviting.admin.presses("Approve")
    assert inviting.state_of(1) is State.REFUSED
    assert said in inviting.employee.last()
    assert inviting.calls("PATCH", "/v1/licenses/users") == []


@pytest.mark.thorough
def test_who_is_no_admin_any_more_does_not_let_anybody_in(inviting: Chat) -> None:
    inviting.employee.says(ASK)
    inviting.running.resolve(admins=("director@example.com",))
    assert "only license admins may approve" in inviting.admin.says("approve 1")
    assert inviting.state_of(1) is State.PENDING


def test_without_the_operators_leave_nobody_is_offered_an_invitation(chat: Chat) -> None:
    assert "I found nobody in Webex" in chat.employee.says(ASK)
    assert not any("Ask to invite them" in buttons_of(one) for one in chat.employee.cards())
    assert chat.count(Request) == 0


def test_an_invitation_that_was_switched_off_meanwhile_invites_nobody(chat: Chat) -> None:
    with chat.running.desks(allow_invite=True):
        chat.employee.says(ASK)
    assert "invitations are switched off" in chat.admin.says("approve 1")
    assert (chat.state_of(1), newcomers(chat)) == (State.PENDING, [])


@pytest.mark.thorough
@pytest.mark.parametrize("named", ["", "   ", "x" * 101], ids=["none", "blank", "a novel"])
def test_a_name_that_is_none_is_asked_for_again(inviting: Chat, named: str) -> None:
    inviting.employee.says(f"request messaging for {NEW}")
    said = inviting.employee.presses("Ask to invite them", named=named)
    assert "name" in said
    assert inviting.count(Request) == 0
    assert "Request #1 is sent" in inviting.employee.presses("Ask to invite them", named="Nora New")


def test_a_forged_card_invites_whom_it_was_for_and_nobody_else(inviting: Chat) -> None:
    inviting.employee.says(f"request messaging for {NEW}")
    forged: dict[str, Any] = {"email": "spy@evil.example", "license_ids": "x", "beneficiary_id": "y", "roles": "admin"}
    inviting.employee.presses("Ask to invite them", named="Nora New", **forged)
    assert "nora.new@example.com" in inviting.admin.last()
    assert "spy@evil.example" not in inviting.admin.last()


def test_the_markdown_in_a_newcomers_name_stays_text(inviting: Chat) -> None:
    inviting.employee.says(f"request messaging for {NEW}")
    inviting.employee.presses("Ask to invite them", named="[click](http://evil.example) <@all>")
    html = str(inviting.admin.card_with("Approve").get("html", ""))
    assert "<a " not in html
    assert "<spark-mention" not in html


@pytest.mark.thorough
def test_no_button_of_a_newcomers_request_is_lost_on_the_way(inviting: Chat) -> None:
    """Calling details come on a card of their own, which has to remember who is to be invited."""
    who: Someone = inviting.employee
    who.says(f"request calling professional for {NEW} named Nora New")
    who.presses("Continue", location=inviting.location_id("Denver"))
    assert "Request #1 is sent" in who.presses("Continue", extension="1177")
    inviting.admin.presses("Approve")
    [person] = newcomers(inviting)
    assert "Webex Calling - Professional" in names_of(inviting, person)
    assert person["extension"] == "1177"
