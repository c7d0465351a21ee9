"""A gateway of one organization says which one with every call, and shows nobody of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.sandbox.seed import ORG, license_id, person_id
from bot.webex.admin import AdminGateway
from tests.webex.company import EMPLOYEE, Company, refusal_of, value_of
from tests.webex.oddities import Odd, Say
from tests.webex.two_sides import ONCE, ORDER, PERSON, TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.webex.admin import OrderItem
    from bot.webex.http import Answer

READS: dict[str, Callable[[AdminGateway], Answer]] = {
    "person": lambda admin: admin.person("p1"),
    "person_by_email": lambda admin: admin.person_by_email("p@example.com"),
    "search": lambda admin: admin.search("P", 2, 5),
    "names_of": lambda admin: admin.names_of(["p1"]),
    "record": lambda admin: admin.record("p1"),
    "organization": lambda admin: admin.organization("o"),
    "catalog": lambda admin: admin.catalog(),
    "holders": lambda admin: admin.holders("l1", 5),
    "holds": lambda admin: admin.holds("l1", "p1"),
    "locations": lambda admin: admin.locations(),
    "free_numbers": lambda admin: admin.free_numbers("l1", "", "", 5),
    "takers_of": lambda admin: admin.takers_of("12", "l1"),
    "resource_groups": lambda admin: admin.resource_groups(),
    "membership": lambda admin: admin.membership("l1", "p1"),
    "memberships_of": lambda admin: admin.memberships_of("p1"),
}


def gateway(odd: Odd, org_id: str = "org-1") -> AdminGateway:
    return AdminGateway(TOKEN, f"{odd.url}/v1", ONCE, org_id)


def orgs_asked(odd: Odd) -> list[list[str]]:
    return [parse_qs(urlsplit(asked.path).query).get("orgId", []) for asked in odd.asked]


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_every_read_names_the_organization_once(odd: Odd, read: Callable[[AdminGateway], Answer]) -> None:
    following = {"Link": f'<{odd.url}/v1/next?orgId=org-1>; rel="next"'}
    body = {**PERSON, "items": [PERSON], "users": [], "phoneNumbers": []}
    odd.says(Say(200, body, following), Say(200, body))
    read(gateway(odd))
    assert odd.asked
    assert orgs_asked(odd) == [["org-1"]] * len(odd.asked)
    odd.asked.clear()
    read(gateway(odd, ""))
    assert orgs_asked(odd) == [[]] * len(odd.asked)


def test_every_read_there_is_is_tried_here() -> None:
    changes = {"assign", "create_person", "move", "replace_licenses"}
    public = {name for name in dir(AdminGateway) if not name.startswith("_")}
    assert public == READS.keys() | changes


@pytest.mark.parametrize(("of_the_order", "sent"), [("o", "o"), ("", "org-1")])
def test_an_order_may_name_another_owner_of_the_licenses(odd: Odd, of_the_order: str, sent: str) -> None:
    gateway(odd.says(Say(200))).assign({**ORDER, "org_id": of_the_order})
    assert odd.asked[0].body["orgId"] == sent


def test_somebody_of_another_organization_is_not_found_even_if_webex_lists_them(odd: Odd) -> None:
    odd.says(Say(200, {**PERSON, "items": [PERSON]}))
    assert value_of(gateway(odd).search("P", 1, 5))["people"] == []
    assert value_of(gateway(odd).person_by_email("p@example.com")) is None
    for same in ("o", ""):
        assert len(value_of(gateway(odd, same).search("P", 1, 5))["people"]) == 1
        assert value_of(gateway(odd, same).person_by_email("p@example.com"))["person_id"] == "p1"


class Partner:
    """The seed's admin, who manages a customer too: a gateway for each, and somebody of the same name in each."""

    def __init__(self, company: Company) -> None:
        body = {"displayName": "Customer", "managedBy": [person_id("admin")]}
        self.made: dict[str, Any] = company.control("POST", "organizations", body)
        self.org_id: str = self.made["id"]
        self.aware: str = self.made["licenses"]["Hybrid Call Aware"]
        name = company.control("GET", "snapshot")["people"][EMPLOYEE]["displayName"]
        free = [self.made["licenses"][one] for one in ("Basic Messaging", "Basic Meetings")]
        twin = {"email": "twin@customer.example", "displayName": name, "orgId": self.org_id, "licenses": free}
        self.twin_id: str = company.control("POST", "people", twin)["id"]
        self.name: str = name
        self.own, self.customer = (
            AdminGateway("sandbox-admin", f"{company.url}/v1", ONCE, org_id) for org_id in (ORG, self.org_id)
        )


@pytest.fixture
def partner(company: Company) -> Partner:
    return Partner(company)


def test_people_of_one_name_are_found_each_in_their_own_organization(partner: Partner) -> None:
    own, theirs = (value_of(one.search(partner.name, 1, 9))["people"] for one in (partner.own, partner.customer))
    assert ([one["person_id"] for one in own], [one["person_id"] for one in theirs]) == ([EMPLOYEE], [partner.twin_id])
    assert value_of(partner.own.person_by_email("twin@customer.example")) is None
    assert value_of(partner.customer.person_by_email("employee@example.com")) is None
    assert value_of(partner.customer.person_by_email("twin@customer.example"))["person_id"] == partner.twin_id


def test_catalogs_locations_and_groups_are_each_of_their_own(partner: Partner) -> None:
    def ids_of(admin: AdminGateway) -> set[str]:
        places = {one["location_id"] for one in value_of(admin.locations())}
        return places | {one["license_id"] for one in value_of(admin.catalog())}

    assert ids_of(partner.own)
    assert not ids_of(partner.own) & ids_of(partner.customer)
    groups = {one["name"]: one["group_id"] for one in value_of(partner.customer.resource_groups())}
    assert groups == partner.made["groups"]
    assert value_of(partner.customer.organization(partner.org_id)) == "Customer"


def test_a_license_is_given_and_moved_in_the_customers_organization_only(partner: Partner, company: Company) -> None:
    admin = partner.customer
    wish: OrderItem = {**ORDER["items"][0], "license_id": partner.aware}
    assigned = value_of(admin.assign({"person_id": partner.twin_id, "org_id": "", "items": [wish]}))
    assert partner.aware in assigned["licenses"]
    served = value_of(admin.membership(partner.aware, partner.twin_id))
    europe = partner.made["groups"]["Europe"]
    assert value_of(admin.move(served, europe))["group_id"] == europe
    assert value_of(partner.own.memberships_of(partner.twin_id)) == []
    assert refusal_of(partner.own.move(served, europe))[0] in {400, 403, 404}
    assert value_of(admin.membership(partner.aware, partner.twin_id))["group_id"] == europe
    assert partner.aware not in company.held_by(EMPLOYEE)


def test_a_record_is_replaced_by_its_own_organization_only(partner: Partner, company: Company) -> None:
    messenger = partner.made["licenses"]["Messenger"]
    known = value_of(partner.customer.record(partner.twin_id))
    assert partner.own.replace_licenses(partner.twin_id, known, [license_id("messenger")], [])["kind"] == "refused"
    assert company.calls("PUT") == []
    value_of(partner.customer.replace_licenses(partner.twin_id, known, [messenger], []))
    assert messenger in company.held_by(partner.twin_id)


def test_somebody_is_invited_into_the_organization_that_was_meant(partner: Partner) -> None:
    invited = value_of(partner.customer.create_person("new@customer.example", "Nina New"))
    assert invited["org_id"] == partner.org_id
    assert value_of(partner.own.person_by_email("new@customer.example")) is None
    assert refusal_of(partner.own.create_person("twin@customer.example", "Nina New"))[0] in {400, 409}


def test_an_organization_that_is_not_managed_is_refused(company: Company) -> None:
    made = company.control("POST", "organizations", {"displayName": "Strangers", "managedBy": []})
    stranger = AdminGateway("sandbox-admin", f"{company.url}/v1", ONCE, made["id"])
    assert [refusal_of(one)[0] for one in (stranger.catalog(), stranger.search("Emil", 1, 5))] == [403, 403]
