"""Several organizations: whoever administers them names one with each call, and each has its own of everything."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.sandbox.clients import Caller, Webex, codes, good

PRO, MEETING, AWARE = "Webex Calling - Professional", "Meeting - Webex Meeting Center", "Hybrid Call Aware"
LISTS = {
    "people": "items",
    "licenses": "items",
    "locations": "items",
    "telephony/config/locations": "locations",
    "telephony/config/numbers": "phoneNumbers",
    "telephony/config/people/primary/availableNumbers": "phoneNumbers",
    "resourceGroup/memberships": "items",
    "resourceGroup/memberships/v2": "items",
}


@dataclass
class Customer:
    """An organization that the seed's admin administers, and somebody in it with the name of the seed's employee."""

    webex: Webex
    org_id: str
    licenses: dict[str, str]
    things: dict[str, Any]
    person: Caller

    def assign(self, person_id: str, *operations: dict[str, Any]) -> Any:
        return self.webex.assign(person_id, *operations, orgId=self.org_id)

    def add(self, name: str, **properties: str) -> dict[str, Any]:
        operation: dict[str, Any] = {"id": self.licenses[name], "operation": "add"}
        return operation | ({"properties": properties} if properties else {})


@pytest.fixture
def customer(webex: Webex) -> Customer:
    body = {"displayName": "Customer", "managedBy": [webex.caller("admin").person_id]}
    made = good(webex.control("POST", "organizations", body))
    free = [made["licenses"]["Basic Messaging"], made["licenses"]["Basic Meetings"]]
    person = webex.hire(email="emil@customer.example", displayName="Emil Berg", orgId=made["id"], licenses=free)
    return Customer(webex, made["id"], made["licenses"], made, person)


def test_an_organization_has_licenses_of_the_same_names_with_ids_of_its_own(webex: Webex, customer: Customer) -> None:
    assert customer.licenses.keys() == webex.licenses.keys()
    assert not {*customer.licenses.values()} & {*webex.licenses.values()}
    admin = webex.caller("admin")
    groups = [{one["name"]: one["id"] for one in admin.get("resourceGroups", orgId=org)["items"]}
              for org in (admin.who["orgId"], customer.org_id)]  # fmt: skip
    assert groups[0].keys() == groups[1].keys() == {"Default", "Europe", "Americas"}
    assert set(groups[0].values()) & set(groups[1].values()) == {groups[0]["Default"]}
    assert groups[1] == customer.things["groups"]


@pytest.mark.parametrize("path", LISTS)
def test_lists_hold_the_things_of_one_organization(webex: Webex, customer: Customer, path: str) -> None:
    admin = webex.caller("admin")
    assert customer.assign(customer.person.person_id, customer.add(AWARE)).status_code == 200

    def keys(**params: str) -> set[str]:
        return {one.get("id") or one["phoneNumber"] for one in admin.get(path, max=1000, **params)[LISTS[path]]}

    own, other = keys(), keys(orgId=customer.org_id)
    assert own
    assert other
    assert not own & other
    assert own == keys(orgId=admin.who["orgId"])


def test_things_are_found_only_in_the_organization_that_was_named(webex: Webex, customer: Customer) -> None:
    admin = webex.caller("admin")
    customer.assign(customer.person.person_id, customer.add(AWARE))
    (seat,) = admin.get("resourceGroup/memberships", orgId=customer.org_id)["items"]
    europe = customer.things["groups"]["Europe"]
    for path in (
        f"licenses/{customer.licenses['Messaging']}",
        f"locations/{customer.things['locations']['Denver']}",
        f"resourceGroups/{europe}",
        f"resourceGroup/memberships/{seat['id']}",
    ):
        assert admin.status("GET", path) == 404, path
        assert admin.status("GET", path, orgId=customer.org_id) == 200, path
    path = f"resourceGroup/memberships/{seat['id']}"
    assert admin.status("PUT", path, seat | {"resourceGroupId": webex.caller("admin").who["orgId"]}) == 400
    assert admin.call("PUT", path, json=seat | {"resourceGroupId": europe}).json()["resourceGroupId"] == europe


@pytest.mark.parametrize("path", [*LISTS, "resourceGroups", "people/me", "organizations"])
def test_who_does_not_administer_an_organization_is_refused(webex: Webex, customer: Customer, path: str) -> None:
    stranger = webex.hire(email="root@example.com", roles=webex.caller("admin").who["roles"])
    expected = 200 if path in {"people/me", "organizations"} else 403
    assert stranger.status("GET", path) == 200
    assert stranger.status("GET", path, orgId=customer.org_id) == expected


def test_only_its_own_administrators_and_partners_change_an_organization(webex: Webex, customer: Customer) -> None:
    roles = webex.caller("admin").who["roles"]
    stranger = webex.hire(email="root@example.com", roles=roles)
    own = webex.hire(email="root@customer.example", roles=roles, orgId=customer.org_id)
    person_id, added = customer.person.person_id, customer.add("Messaging")
    body = {"personId": person_id, "licenses": [added]}
    newcomer = {"emails": ["nora@customer.example"], "displayName": "Nora Lind"}
    assert stranger.status("PATCH", "licenses/users", body | {"orgId": customer.org_id}) == 403
    assert stranger.status("POST", "people", newcomer | {"orgId": customer.org_id}) == 403
    record = own.get(f"people/{person_id}")
    assert stranger.status("PUT", f"people/{person_id}", record) == 403
    assert stranger.status("PUT", f"people/{person_id}", record | {"orgId": stranger.who["orgId"]}) == 404
    assert stranger.status("DELETE", f"people/{person_id}") == 404
    assert own.call("PATCH", "licenses/users", json=body).status_code == 200
    assert own.post("people", **newcomer)["orgId"] == customer.org_id
    assert own.status("GET", "licenses", orgId=stranger.who["orgId"]) == 403


def test_people_of_the_same_name_are_two(webex: Webex, customer: Customer) -> None:
    admin, bot = webex.caller("admin"), webex.caller("bot")
    ours, theirs = webex.caller("employee").person_id, customer.person.person_id
    assert [one["id"] for one in admin.get("people", displayName="Emil Berg")["items"]] == [ours]
    named = {"orgId": customer.org_id}
    assert [one["id"] for one in admin.get("people", displayName="Emil", **named)["items"]] == [theirs]
    assert admin.get("people", email="emil@customer.example")["items"] == []
    assert [one["id"] for one in admin.get("people", email="emil@customer.example", **named)["items"]] == [theirs]
    assert bot.get("people", email="emil@customer.example")["items"] == []
    assert admin.get("people", id=f"{ours},{theirs}", **named)["items"][1]["displayName"] == "Emil Berg"


def test_the_record_of_somebody_is_for_their_own_organization(webex: Webex, customer: Customer) -> None:
    """From another one they have a profile and what they hold of its licenses."""
    admin, path = webex.caller("admin"), f"people/{customer.person.person_id}"
    webex.change(customer.person.person_id, department="Sales", roles=["role"], title="Boss")
    assert webex.assign(customer.person.person_id, webex.add(MEETING)).json()["pendingLicenses"]
    webex.control("POST", "accept", {"personId": customer.person.person_id})
    seen = admin.get(path, callingData="true")
    assert (seen["displayName"], seen["orgId"]) == ("Emil Berg", customer.org_id)
    assert (seen["licenses"], seen["roles"]) == ([webex.license(MEETING)], [])
    assert seen["siteUrls"] == ["site1-example.webex.com#host"]
    assert not seen.keys() & {"department", "title"}
    own = admin.get(path, callingData="true", orgId=customer.org_id)
    assert (own["department"], own["title"], own["roles"], own["siteUrls"]) == ("Sales", "Boss", ["role"], [])
    assert own["licenses"] == [customer.licenses["Basic Messaging"], customer.licenses["Basic Meetings"]]


def test_the_same_license_twice_is_two(webex: Webex, customer: Customer) -> None:
    admin, person_id = webex.caller("admin"), customer.person.person_id
    assert codes(customer.assign(person_id, webex.add("Messaging"))) == [400000]
    assert codes(webex.assign(webex.caller("employee").person_id, customer.add("Messaging"))) == [400000]
    answer = customer.assign(person_id, customer.add("Messaging")).json()
    assert (answer["orgId"], customer.licenses["Messaging"] in answer["licenses"]) == (customer.org_id, True)
    used = [admin.get(f"licenses/{key}", **named)["consumedUnits"]
            for key, named in ((webex.license("Messaging"), {}),
                               (customer.licenses["Messaging"], {"orgId": customer.org_id}))]  # fmt: skip
    assert used == [2, 1]
    path = f"licenses/{customer.licenses['Messaging']}"
    (holder,) = admin.get(path, orgId=customer.org_id, includeAssignedTo="user")["users"]
    assert (holder["id"], holder["type"]) == (person_id, "INTERNAL")


def test_external_is_who_is_of_another_organization_than_the_license(webex: Webex, customer: Customer) -> None:
    ours = webex.caller("employee")
    assert codes(customer.assign(ours.person_id, customer.add("Messaging"))) == [None]
    answer = customer.assign(ours.person_id, customer.add(MEETING)).json()
    assert (answer["licenses"], answer["pendingLicenses"]) == ([], [customer.licenses[MEETING]])
    webex.control("POST", "accept", {"personId": ours.person_id})
    path = f"licenses/{customer.licenses[MEETING]}"
    (holder,) = webex.caller("admin").get(path, includeAssignedTo="user", orgId=customer.org_id)["users"]
    assert (holder["email"], holder["type"]) == (ours.email, "EXTERNAL")
    shown = webex.caller("admin").get(f"people/{ours.person_id}")
    assert customer.licenses[MEETING] not in shown["licenses"]
    assert shown["siteUrls"] == []


def test_rules_look_at_the_licenses_of_one_organization(webex: Webex, customer: Customer) -> None:
    """A free license of another organization is no prerequisite."""
    person_id = customer.person.person_id
    webex.change(person_id, licenses=[webex.license("Basic Messaging"), webex.license("Basic Meetings")])
    assert codes(customer.assign(person_id, customer.add("Messaging"))) == [700003]


def test_somebody_sits_at_a_location_of_their_own_organization(webex: Webex, customer: Customer) -> None:
    admin, person_id = webex.caller("admin"), customer.person.person_id
    own, ours = customer.things["locations"]["Denver"], webex.location("Denver")
    assert codes(customer.assign(person_id, customer.add(PRO, locationId=ours, extension="1101"))) == [400]
    number = admin.get("telephony/config/people/primary/availableNumbers")["phoneNumbers"][0]["phoneNumber"]
    assert codes(customer.assign(person_id, customer.add(PRO, phoneNumber=number))) == [None]
    assert customer.assign(person_id, customer.add(PRO, locationId=own, extension="1101")).status_code == 200
    shown = admin.get(f"people/{person_id}", callingData="true", orgId=customer.org_id)
    assert (shown["locationId"], shown["extension"]) == (own, "1101")


def test_people_are_created_and_replaced_in_the_organization_that_was_named(webex: Webex, customer: Customer) -> None:
    admin = webex.caller("admin")
    body = {"emails": ["nora@customer.example"], "displayName": "Nora Lind", "orgId": customer.org_id}
    made = admin.post("people", **body)
    free = [customer.licenses["Basic Messaging"], customer.licenses["Basic Meetings"]]
    assert (made["orgId"], made["licenses"]) == (customer.org_id, free)
    wanted = made | {"licenses": [*free, customer.licenses["Messaging"], webex.license("Messenger")]}
    after = admin.call("PUT", f"people/{made['id']}", json=wanted).json()
    assert after["licenses"] == [*free, customer.licenses["Messaging"]]
    assert admin.status("PUT", f"people/{made['id']}", {k: v for k, v in wanted.items() if k != "orgId"}) == 404
    assert admin.status("POST", "people", body | {"orgId": admin.who["orgId"]}) == 409  # an address is one person's


def test_replacing_a_record_leaves_what_another_organization_gave(webex: Webex, customer: Customer) -> None:
    admin, ours = webex.caller("admin"), webex.caller("employee")
    customer.assign(ours.person_id, customer.add(MEETING))
    webex.control("POST", "accept", {"personId": ours.person_id})
    record = admin.get(f"people/{ours.person_id}")
    assert admin.status("PUT", f"people/{ours.person_id}", record | {"licenses": []}) == 200
    assert webex.snapshot()["people"][ours.person_id]["licenses"] == [customer.licenses[MEETING]]


def test_a_partner_lists_the_organizations_they_administer(webex: Webex, customer: Customer) -> None:
    admin, manager = webex.caller("admin"), webex.hire(email="x@example.com", roles=webex.caller("admin").who["roles"])
    names = [one["displayName"] for one in admin.get("organizations")["items"]]
    assert names == ["Example Corporation", "Customer"]
    assert admin.get(f"organizations/{customer.org_id}")["displayName"] == "Customer"
    assert [one["displayName"] for one in manager.get("organizations")["items"]] == ["Example Corporation"]
    assert manager.status("GET", f"organizations/{customer.org_id}") == 404


def test_what_was_changed_is_told_in_the_organization_in_which_it_was(webex: Webex, customer: Customer) -> None:
    admin = webex.caller("admin")
    customer.assign(customer.person.person_id, customer.add("Messaging"))
    period = {"from": "2020-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z"}
    assert admin.get("adminAudit/events", orgId=admin.who["orgId"], **period)["items"] == []
    (event,) = admin.get("adminAudit/events", orgId=customer.org_id, **period)["items"]
    data = event["data"]
    assert (data["actorOrgName"], data["targetOrgName"]) == ("Example Corporation", "Customer")


def test_several_customers_never_share_a_license_a_site_or_a_number(webex: Webex) -> None:
    admin = webex.caller("admin")
    body = {"displayName": "Same", "managedBy": [admin.person_id]}
    made = [good(webex.control("POST", "organizations", body)) for _ in range(12)]
    assert len({site for one in made for site in one["sites"]}) == 24
    assert len({key for one in made for key in one["licenses"].values()}) == 12 * len(webex.licenses)
    lists = [admin.get("telephony/config/numbers", orgId=one["id"])["phoneNumbers"] for one in made]
    assert len({number["phoneNumber"] for numbers in lists for number in numbers}) == 12 * 30


@pytest.mark.parametrize(
    ("body", "status"), [({}, 400), ({"displayName": "x", "managedBy": ["unknown"]}, 404), ({"displayName": 7}, 400)]
)
def test_an_organization_that_makes_no_sense_is_refused(webex: Webex, body: dict[str, Any], status: int) -> None:
    assert webex.control("POST", "organizations", body).status_code == status
