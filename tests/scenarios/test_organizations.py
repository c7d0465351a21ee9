"""Two organizations at one bot, people and licenses of the same names: neither sees the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import pytest

from bot.desk.policy import Rules
from bot.desk.states import State
from bot.errors import CannotStart
from bot.sandbox.seed import FULL_ADMIN, ORG
from bot.workflows.roster import desks_of
from tests.chat import BOT_ID, IT_SPACE, Chat, Someone, buttons_of, data_of
from tests.running import ALLIED_ORG

ADMINS = ("admin@example.com", "ada@nordic.example")


@dataclass
class Twins:
    """The company of the seed, and Nordic: the same names, other people, and licenses of its own."""

    chat: Chat
    org_id: str
    licenses: dict[str, str]
    employee: Someone
    manager: Someone
    admin: Someone

    def holdings(self, who: Someone) -> list[str]:
        snapshot = self.chat.running.control("GET", "snapshot")
        return [str(one) for one in snapshot["people"][who.person_id]["licenses"]]


@pytest.fixture
def twins(chat: Chat) -> Iterator[Twins]:
    made = chat.running.control(
        "POST", "organizations", {"displayName": "Nordic Twins", "managedBy": [chat.admin.person_id]}
    )
    org_id = str(made["id"])
    free = [made["licenses"][name] for name in ("Basic Messaging", "Basic Meetings")]

    def hire(name: str, email: str, **more: Any) -> Someone:
        return chat.newcomer(displayName=name, email=email, orgId=org_id, licenses=free, **more)

    admin = hire("Ada Novak", "ada@nordic.example", roles=[FULL_ADMIN])
    manager = hire("Mona Weiss", "mona@nordic.example")
    employee = hire("Emil Berg", "emil@nordic.example", managerId=manager.person_id)
    first = Rules(ORG, (ORG,), (), org_name="Example Corporation")
    second = Rules(org_id, (org_id,), (), org_name="Nordic Twins")
    with chat.running.desks(first, second):
        chat.running.resolve(admins=ADMINS, approvers=())
        yield Twins(chat, org_id, dict(made["licenses"]), employee, manager, admin)


@pytest.mark.thorough
def test_each_request_goes_its_own_way_and_says_whose_it_is(twins: Twins) -> None:
    ours, theirs = twins.chat.license_id("Messaging"), twins.licenses["Messaging"]
    assert "Request #1 is sent" in twins.chat.employee.says("request messaging because here")
    assert "Request #2 is sent" in twins.employee.says("request messaging because there")
    assert "Example Corporation" in twins.chat.manager.last()
    assert "Nordic Twins" in twins.manager.last()
    twins.chat.manager.presses("Approve")
    twins.manager.presses("Approve")
    assert [twins.chat.state_of(number) for number in (1, 2)] == [State.GRANTED, State.GRANTED]
    assert ours in twins.holdings(twins.chat.employee)
    assert theirs not in twins.holdings(twins.chat.employee)
    assert theirs in twins.holdings(twins.employee)
    assert ours not in twins.holdings(twins.employee)
    assert "Nordic Twins" in twins.employee.says("status 2")


@pytest.mark.thorough
def test_no_command_shows_an_admin_what_belongs_to_the_other_organization(twins: Twins) -> None:
    twins.chat.employee.says("request messaging because of the secret project")
    twins.chat.manager.presses("Approve")
    twins.chat.employee.says("request screen share because of the secret project")
    for said in (
        "pending",
        "history 50",
        "licenses",
        "who messaging",
        "who basic messaging",
        "find emil",
        "find employee@example.com",
        "status employee@example.com",
        "status 1",
        "status 2",
        "retry 1",
        "cancel 2",
        "approve 2",
        "deny 2 because no",
        "confirm 2",
        "details 2 ext 1177",
        "resource groups employee@example.com",
        "move raj.patel@example.com to Europe",
        "my requests",
        "waiting",
    ):
        answer = twins.admin.says(said)
        assert answer, said
        for secret in ("secret", "Screen Share (", "employee@example.com (", "Emil Berg (employee", "Raj", "#2 ·"):
            assert secret not in answer, (said, answer)
        assert "Example Corporation" not in answer
    assert twins.chat.state_of(2) is State.PENDING


@pytest.mark.thorough
def test_find_and_who_name_the_twin_of_ones_own_organization_only(twins: Twins) -> None:
    found = twins.admin.says("find emil")
    assert "emil@nordic.example" in found
    assert "employee@example.com" not in found
    assert "employee@example.com" in twins.chat.admin.says("find emil")
    assert "emil@nordic.example" not in twins.chat.admin.says("find emil")
    holders = twins.admin.says("who basic messaging")
    assert "3 people" in holders
    assert "example.com" not in holders


@pytest.mark.thorough
def test_nobody_asks_for_somebody_of_the_other_organization(twins: Twins) -> None:
    for one, email in ((twins.employee, "employee@example.com"), (twins.chat.employee, "emil@nordic.example")):
        assert f"I found nobody in Webex with the e-mail {email}" in one.says(f"request messaging for {email}")


@pytest.mark.thorough
def test_no_button_of_the_other_organization_works_even_in_a_shared_space(twins: Twins) -> None:
    chat = twins.chat
    chat.employee.says("request messaging")
    card = chat.manager.card_with("Approve")
    twins.manager.says("help")
    own = twins.manager.cards()[-1]
    twins.manager.submits(own["id"], data_of(card, "Approve"))
    chat.running.settle()
    assert chat.state_of(1) is State.PENDING
    chat.employee.call(
        "POST", "memberships", json={"roomId": chat.employee.space(IT_SPACE), "personId": twins.admin.person_id}
    )
    twins.admin.mentions("approve 1")
    assert "I know no request #1" in twins.admin.last()
    assert chat.state_of(1) is State.PENDING


@pytest.mark.thorough
def test_a_space_that_decides_for_one_organization_decides_for_no_other(twins: Twins) -> None:
    chat = twins.chat
    space = chat.employee.space(IT_SPACE)
    chat.employee.call("POST", "memberships", json={"roomId": space, "personId": twins.admin.person_id})
    desks = [Rules(ORG, (ORG,), (space,)), Rules(twins.org_id, (twins.org_id,), ())]
    chat.change(chat.employee, managerId=None)
    chat.change(twins.employee, managerId=None)
    with chat.running.desks(*desks):
        chat.employee.says("request messaging")
        [card] = [one for one in chat.employee.reads_in(IT_SPACE) if "Approve" in buttons_of_any(one)]
        twins.admin.submits(card["id"], data_of(card, "Approve"))
        chat.running.settle()
        assert "I know no request #1" in twins.admin.last()
        assert chat.state_of(1) is State.PENDING
        assert "Nobody may decide" in twins.employee.says("request messaging")
        chat.manager.submits(card["id"], data_of(card, "Approve"))
        chat.running.settle()
        assert chat.state_of(1) is State.GRANTED


def test_who_changes_over_to_the_other_organization_is_no_admin_there(twins: Twins) -> None:
    twins.chat.change(twins.admin, orgId=ORG)
    assert "for license admins only" in twins.admin.says("pending")


@pytest.mark.thorough
def test_one_newcomer_asked_for_at_two_desks_is_somebody_else_at_each(twins: Twins) -> None:
    with twins.chat.running.desks(allow_invite=True):
        twins.chat.employee.says("request messaging for nora.new@example.com named Nora New")
        twins.employee.says("request messaging for nora.new@example.com named Secret Project")
        assert "Nora New" in twins.chat.employee.says("status 1")
        assert "Secret Project" not in twins.chat.employee.last()


def test_people_of_a_third_organization_are_served_by_neither(twins: Twins) -> None:
    assert "I only serve people of the organization that runs me" in twins.chat.external.says("request messaging")


@pytest.mark.thorough
def test_every_call_names_the_organization_it_is_about(twins: Twins) -> None:
    before = len(calls_of_the_admin_side(twins))
    twins.employee.says("request calling professional at Denver ext 1177")
    twins.manager.presses("Approve")
    twins.admin.says("resource groups")
    twins.admin.says("licenses")
    made = calls_of_the_admin_side(twins)[before:]
    assert len({call["path"] for call in made}) > 4
    assert [call for call in made if parse_qs(call["query"]).get("orgId") != [twins.org_id]] == []


def test_the_desks_are_what_the_operator_set(twins: Twins) -> None:
    running = twins.chat.running
    space = twins.chat.employee.space(IT_SPACE)
    told = {"org_ids": (ORG, twins.org_id), "allowed_orgs": (ALLIED_ORG, ORG), "approvers": (f"space:{space}",)}
    house = desks_of(running.settings.model_copy(update=told), running.worker.roster, ORG, running.clock())
    assert [desk.org_name for desk in house.desks] == ["Example Corporation", "Nordic Twins"]
    assert [desk.allowed_orgs for desk in house.desks] == [(ORG, ALLIED_ORG), (twins.org_id,)]
    assert [desk.approver_spaces for desk in house.desks] == [(space,), ()]


def test_a_desk_without_an_admin_of_its_own_does_not_open(twins: Twins) -> None:
    with pytest.raises(CannotStart, match="for organization"):
        twins.chat.running.resolve(admins=("admin@example.com",))


def calls_of_the_admin_side(twins: Twins) -> list[dict[str, Any]]:
    """List what was read with the admin token; the change itself names its organization in its body."""
    calls = twins.chat.running.control("GET", "snapshot")["calls"]
    return [one for one in calls if one["actor"] == twins.chat.admin.person_id and one["method"] == "GET"]


def buttons_of_any(message: dict[str, Any]) -> list[str]:
    return buttons_of(message) if message.get("attachments") and message["personId"] == BOT_ID else []
