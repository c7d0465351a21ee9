"""Somebody who is not in Webex yet, when others ask for the same address, admins change and Webex is slow."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.desk.states import State
from bot.store.models import Request
from tests.chat import Chat
from tests.scenarios.test_inviting import ASK, NEW, newcomers

pytestmark = pytest.mark.thorough
RUDE = f"request hybrid call aware for {NEW} named Fired Soon Loser"


@pytest.fixture
def inviting(chat: Chat) -> Iterator[Chat]:
    """The bot as it is with ALLOW_INVITE."""
    with chat.running.desks(allow_invite=True):
        yield chat


def test_a_newcomer_is_invited_under_the_name_that_was_approved_whatever_others_type(inviting: Chat) -> None:
    inviting.employee.says(ASK)
    card = inviting.admin.card_with("Approve")
    assert "Request #2 is sent" in inviting.colleague.says(RUDE)
    assert "Fired Soon Loser" not in inviting.employee.says("status 1")
    inviting.admin.presses("Approve", on=card)
    (person,) = newcomers(inviting)
    assert person["displayName"] == "Nora New"
    assert "Fired Soon Loser" not in inviting.employee.last()


def test_a_name_that_somebody_else_typed_first_does_not_stick(inviting: Chat) -> None:
    inviting.colleague.says(RUDE)
    inviting.employee.says(ASK)
    assert "Fired Soon Loser" not in inviting.admin.last()
    assert "Request #1 is denied" in inviting.admin.says("deny 1 because no such person")
    inviting.admin.says("approve 2")
    (person,) = newcomers(inviting)
    assert (person["displayName"], inviting.state_of(2)) == ("Nora New", State.GRANTED)


def test_the_same_license_for_the_same_address_is_asked_for_once_whatever_the_name(inviting: Chat) -> None:
    inviting.employee.says(ASK)
    said = inviting.colleague.says(f"request messaging for {NEW} named Eleonora New")
    assert "Somebody has already asked for Messaging" in said
    assert inviting.count(Request) == 1


def test_two_names_for_one_address_make_one_person(inviting: Chat) -> None:
    inviting.employee.says(ASK)
    inviting.colleague.says(f"request hybrid call aware for {NEW} named Eleonora New")
    inviting.admin.says("approve 1")
    inviting.admin.says("approve 2")
    (person,) = newcomers(inviting)
    assert (person["displayName"], inviting.state_of(2)) == ("Nora New", State.GRANTED)
    assert len(inviting.calls("POST", "/v1/people")) == 1


def test_who_was_created_but_is_not_listed_at_once_is_found_all_the_same(inviting: Chat) -> None:
    inviting.employee.says(ASK)
    inviting.weather(method="POST", path="/people", half_done=True)
    inviting.weather(method="GET", path="/people", delay=0, times=1)  # the look before
    inviting.weather(method="GET", path="/people", status=200, body={"items": []}, times=1)
    inviting.admin.presses("Approve")
    assert inviting.state_of(1) is State.GRANTED
    assert len(newcomers(inviting)) == 1


def test_the_requester_hears_that_an_invitation_has_to_wait(inviting: Chat) -> None:
    inviting.weather(method="POST", path="/people", status=429, times=20, headers={"Retry-After": "3000"})
    inviting.employee.says(ASK)
    inviting.admin.presses("Approve")
    said = "Request #1 is approved. Webex is busy, so I go on by myself in about 50 minutes."
    assert said in inviting.employee.last()


def test_an_address_that_is_in_use_elsewhere_is_told_with_what_can_help(inviting: Chat) -> None:
    inviting.weather(method="POST", path="/people", status=409, body={"message": "Conflict"})
    inviting.employee.says(ASK)
    inviting.admin.presses("Approve")
    assert inviting.state_of(1) is State.REFUSED
    assert "nora.new@example.com" not in [one["email"] for one in newcomers(inviting)]
    assert "The address is in use in Webex already, but by nobody in this organization" in inviting.employee.last()
    assert "Ask again with another address of the person" in inviting.employee.last()
    assert "Add the person in Control Hub" not in inviting.employee.last()


def test_nobody_writes_to_who_is_not_there_yet_when_phone_details_change(inviting: Chat) -> None:
    who = inviting.employee
    who.says(f"request calling professional for {NEW} named Nora New")
    who.presses("Continue", location=inviting.location_id("Denver"))
    who.presses("Continue", extension="1177")
    assert "now says" in who.says("details 1 ext 1188")
    inviting.running.settle()
    assert [call["status"] for call in inviting.calls("POST", "/v1/messages") if call["status"] >= 400] == []


@pytest.mark.parametrize(
    "named", ["Nora New and hybrid call aware", "Nora New, hybrid call aware", "Nora New Hybrid Call Aware"]
)
def test_a_license_that_slips_into_a_name_is_told_instead_of_invited(inviting: Chat, named: str) -> None:
    said = inviting.employee.says(f"request messaging for {NEW} named {named}")
    assert "I cannot tell where the name ends" in said
    assert inviting.count(Request) == 0


def test_a_dot_after_an_address_is_no_part_of_it(inviting: Chat) -> None:
    inviting.employee.says("request messaging named Nora New for nora.new@example.com.")
    assert "nora.new@example.com is not in Webex yet" in inviting.admin.last()
    assert "Request #2 is sent" in inviting.employee.says("request messaging for colleague@example.com, because new")


def test_who_became_an_admin_meanwhile_decides_on_an_invitation(inviting: Chat) -> None:
    inviting.employee.says(ASK)
    inviting.running.resolve(admins=("director@example.com",))
    assert "only license admins may approve" in inviting.admin.says("approve 1")
    assert "Request #1 is denied" in inviting.director.says("deny 1 because no budget")
    assert inviting.state_of(1) is State.DENIED
    assert "Dirk Olsen" in inviting.employee.last()


def test_who_is_an_admin_at_the_reminder_is_the_one_who_gets_it(inviting: Chat) -> None:
    inviting.employee.says(ASK)
    inviting.running.resolve(admins=("director@example.com",))
    before = inviting.admin.last()
    inviting.running.clock.ahead = timedelta(hours=25)
    inviting.running.sweep()
    assert inviting.admin.last() == before
    assert "Nora New" in inviting.director.last()
    inviting.director.presses("Approve")
    assert inviting.state_of(1) is State.GRANTED


def test_an_admin_finds_what_is_asked_for_an_address_before_and_after_somebody_has_it(inviting: Chat) -> None:
    inviting.employee.says(ASK)
    inviting.colleague.says(RUDE)
    before = inviting.admin.says(f"status {NEW}")
    assert "nora.new@example.com is not in Webex yet" in before
    assert all(number in before for number in ("#1", "#2"))
    nora = inviting.newcomer(displayName="Nora New", email=NEW)
    after = inviting.admin.says(f"status {NEW}")
    assert all(number in after for number in ("#1", "#2"))
    for said in ("status 1", "cancel 1", "approve 1", "details 1 ext 1188"):
        assert "I know no request #1" in nora.says(said), "an address opens nothing: it may have been given on"
    assert "You have no requests yet" in nora.says("my requests")
