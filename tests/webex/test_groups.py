"""Hybrid Services: resource groups are listed, memberships found, and somebody is moved and moved back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.outfit import DEFAULT_GROUP
from bot.sandbox.seed import license_id, person_id
from bot.webex.admin import AdminGateway
from bot.webex.http import Patience
from tests.webex.company import EMPLOYEE, MANAGER, Company, refusal_of, value_of
from tests.webex.oddities import Odd, Say
from tests.webex.two_sides import ONCE, TOKEN

if TYPE_CHECKING:
    from bot.webex.groups import Membership

AWARE, CONNECT, RAJ = license_id("aware"), license_id("connect"), person_id("raj.patel")
RAW = {
    "id": "m1",
    "resourceGroupId": "g1",
    "licenseId": "l1",
    "personId": "p1",
    "personOrgId": "o1",
    "status": "activated",
}
MEMBERSHIP: Membership = {
    "membership_id": "m1",
    "group_id": "g1",
    "license_id": "l1",
    "person_id": "p1",
    "person_org_id": "o1",
    "status": "activated",
}


def gateway(odd: Odd, patience: Patience = ONCE) -> AdminGateway:
    return AdminGateway(TOKEN, f"{odd.url}/v1", patience)


def group_named(admin: AdminGateway, name: str) -> str:
    found: list[str] = [one["group_id"] for one in value_of(admin.resource_groups()) if one["name"] == name]
    assert len(found) == 1, name
    return found[0]


@pytest.fixture
def served(admin: AdminGateway, company: Company) -> Membership:
    """The employee's membership by Hybrid Call Aware."""
    company.control("PATCH", f"people/{EMPLOYEE}", {"licenses": [AWARE, CONNECT]})
    found: Membership = value_of(admin.membership(AWARE, EMPLOYEE))
    return found


def test_the_resource_groups_have_names(admin: AdminGateway) -> None:
    assert {one["name"] for one in value_of(admin.resource_groups())} == {"Default", "Europe", "Americas"}


def test_somebody_is_moved_to_a_group_and_back_to_the_default_one(admin: AdminGateway, served: Membership) -> None:
    assert (served["group_id"], served["status"]) == (DEFAULT_GROUP, "activated")
    assert (served["license_id"], served["person_id"]) == (AWARE, EMPLOYEE)
    moved = value_of(admin.move(served, group_named(admin, "Europe")))
    assert moved == {**served, "group_id": group_named(admin, "Europe")}
    assert value_of(admin.membership(AWARE, EMPLOYEE)) == moved
    assert value_of(admin.move(moved, DEFAULT_GROUP)) == served
    assert value_of(admin.membership(AWARE, EMPLOYEE)) == served


def test_moving_twice_is_as_good_as_once(admin: AdminGateway, served: Membership) -> None:
    europe = group_named(admin, "Europe")
    assert value_of(admin.move(served, europe)) == value_of(admin.move(served, europe))


def test_one_license_is_moved_and_the_other_stays(admin: AdminGateway, served: Membership) -> None:
    europe = group_named(admin, "Europe")
    value_of(admin.move(served, europe))
    groups = {one["license_id"]: one["group_id"] for one in value_of(admin.memberships_of(EMPLOYEE))}
    assert groups == {AWARE: europe, CONNECT: DEFAULT_GROUP}


def test_who_does_not_hold_the_license_is_served_nowhere(admin: AdminGateway) -> None:
    assert value_of(admin.membership(AWARE, MANAGER)) is None
    assert value_of(admin.memberships_of(MANAGER)) == []


def test_a_membership_that_is_pending_is_not_moved(admin: AdminGateway) -> None:
    pending = value_of(admin.membership(AWARE, RAJ))
    assert pending["status"] == "pending"
    answer = admin.move(pending, group_named(admin, "Europe"))
    assert refusal_of(answer)[0] == 400
    assert value_of(admin.membership(AWARE, RAJ)) == pending


def test_an_unknown_group_and_an_unknown_membership_are_refused(admin: AdminGateway, served: Membership) -> None:
    assert refusal_of(admin.move(served, "nowhere"))[0] == 400
    assert refusal_of(admin.move({**served, "membership_id": "nothing"}, DEFAULT_GROUP))[0] == 404


def test_a_token_without_the_scopes_is_refused(company: Company, served: Membership) -> None:
    bot = AdminGateway("sandbox-bot", f"{company.url}/v1", ONCE)
    answers = [bot.resource_groups(), bot.membership(AWARE, EMPLOYEE), bot.memberships_of(EMPLOYEE)]
    assert [refusal_of(answer)[0] for answer in [*answers, bot.move(served, DEFAULT_GROUP)]] == [403] * 4


def test_a_move_names_all_that_webex_requires_and_is_repeated_while_webex_is_busy(odd: Odd) -> None:
    odd.says(Say(503), Say(breaks=True), Say(200, {**RAW, "resourceGroupId": "g2"}))
    moved = value_of(gateway(odd, Patience(sleep=lambda _: None)).move(MEMBERSHIP, "g2"))
    assert moved == {**MEMBERSHIP, "group_id": "g2"}
    assert [asked.method for asked in odd.asked] == ["PUT"] * 3
    body = {name: value for name, value in RAW.items() if name != "id"}
    assert odd.asked[2].body == {**body, "resourceGroupId": "g2"}


def test_a_success_without_words_is_believed_until_it_is_read_again(odd: Odd) -> None:
    assert value_of(gateway(odd.says(Say(204, ""))).move(MEMBERSHIP, "g2"))["group_id"] == "g2"


def test_whose_membership_it_is_is_looked_at_again(odd: Odd) -> None:
    odd.says(Say(200, {"items": [{**RAW, "personId": "p2"}, {**RAW, "licenseId": "l2"}]}))
    assert value_of(gateway(odd).membership("l1", "p1")) is None
    assert [one["license_id"] for one in value_of(gateway(odd).memberships_of("p1"))] == ["l2"]


def test_memberships_come_from_all_pages(odd: Odd) -> None:
    odd.says(
        Say(200, {"items": [{**RAW, "licenseId": "l2"}]}, {"Link": f'<{odd.url}/v1/more>; rel="next"'}),
        Say(200, {"items": [RAW]}),
    )
    assert value_of(gateway(odd).membership("l1", "p1")) == MEMBERSHIP


@pytest.mark.parametrize("body", [None, [], {}, {"items": [{}]}, {"items": [{"id": "m1"}]}], ids=repr)
def test_a_list_that_cannot_be_read_is_a_broken_line(odd: Odd, body: Any) -> None:
    odd.says(Say(200, body))
    assert gateway(odd).membership("l1", "p1")["kind"] == "busy"
    assert gateway(odd).memberships_of("p1")["kind"] == "busy"
