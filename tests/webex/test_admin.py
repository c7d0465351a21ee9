"""The admin gateway against a Webex that refuses what Webex refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.seed import ORG, SITES, license_id, location_id
from bot.webex.admin import AdminGateway, Order, OrderItem
from tests.webex.company import COLLEAGUE, EMPLOYEE, EXTERNAL, LEAVER, MANAGER, Company, refusal_of, value_of

if TYPE_CHECKING:
    from bot.webex.http import ErrorEntry


def item(
    what: str, *, location: str | None = None, number: str | None = None, extension: str | None = None
) -> OrderItem:
    """`+msg` adds, `-msg` removes; what contains a dot is a site."""
    key = what[1:]
    return {
        "license_id": None if "." in key else license_id(key),
        "site_url": key if "." in key else None,
        "operation": "add" if what[0] == "+" else "remove",
        "location_id": location_id(location) if location else None,
        "phone_number": number,
        "extension": extension,
    }


def order(*items: OrderItem, person_id: str = EMPLOYEE) -> Order:
    return {"person_id": person_id, "org_id": ORG, "items": list(items)}


def test_a_person_is_read_with_what_only_admins_see(admin: AdminGateway) -> None:
    manager = value_of(admin.person(MANAGER))
    assert (manager["person_id"], manager["email"], manager["name"]) == (MANAGER, "manager@example.com", "Mona Weiss")
    assert (manager["kind"], manager["active"], manager["org_id"]) == ("person", True, ORG)
    assert {license_id("msg"), license_id("pro")} <= set(manager["licenses"])
    assert (manager["location_id"], manager["phone_number"], manager["extension"]) == (
        location_id("denver"),
        "+13035550101",
        "1101",
    )
    assert value_of(admin.person(EMPLOYEE))["manager_id"] == MANAGER
    assert value_of(admin.person(COLLEAGUE))["manager_id"] is None


def test_sites_are_read_with_their_account_in_lower_case(admin: AdminGateway, company: Company) -> None:
    company.control("PATCH", f"people/{EMPLOYEE}", {"attendeeSites": [SITES[0]]})
    assert value_of(admin.person(EMPLOYEE))["sites"] == [{"site_url": SITES[0], "account_type": "attendee"}]


def test_who_has_left_is_not_active(admin: AdminGateway) -> None:
    assert value_of(admin.person(LEAVER))["active"] is False


def test_an_unknown_person_is_refused(admin: AdminGateway) -> None:
    assert refusal_of(admin.person("nobody"))[0] in {400, 404}


def test_an_address_finds_the_person_with_licenses(admin: AdminGateway) -> None:
    found = value_of(admin.person_by_email("MANAGER@example.com"))
    assert found == value_of(admin.person(MANAGER))


@pytest.mark.parametrize("email", ["nobody@example.com", "anager@example.com", "manager+x@example.com"])
def test_an_address_of_nobody_finds_nobody(admin: AdminGateway, email: str) -> None:
    assert value_of(admin.person_by_email(email)) is None


def test_the_catalog_counts_what_is_left(admin: AdminGateway) -> None:
    catalog = {one["license_id"]: one for one in value_of(admin.catalog())}
    assert len(catalog) == 16
    suite = catalog[license_id("suite")]
    assert (suite["name"], suite["total"], suite["used"], suite["left"]) == ("Webex Suite Meetings 1000", 2, 1, 1)
    assert (suite["site_url"], suite["subscription_id"]) == (SITES[0], "Sub-100600")
    assert catalog[license_id("mc2")]["left"] == 0
    hybrid = catalog[license_id("aware")]
    assert (hybrid["total"], hybrid["used"], hybrid["left"]) == (None, None, None)


@pytest.mark.thorough
def test_holders_come_from_all_pages(admin: AdminGateway, company: Company) -> None:
    for number in range(310):
        company.control("POST", "people", {"email": f"p{number}@example.com", "licenses": [license_id("msg")]})
    holders = value_of(admin.holders(license_id("msg"), 3))
    assert holders["total"] == 312
    assert [one["name"] for one in holders["first"]] == ["Dirk Olsen", "Mona Weiss", "p0"]
    assert {one["is_external"] for one in holders["first"]} == {False}


@pytest.mark.thorough
def test_whether_one_person_holds_a_license_is_asked_for_no_longer_than_needed(
    admin: AdminGateway, company: Company
) -> None:
    for number in range(310):
        company.control("POST", "people", {"email": f"p{number}@example.com", "licenses": [license_id("msg")]})
    assert value_of(admin.holds(license_id("msg"), EXTERNAL)) is False
    company.control("PATCH", f"people/{EXTERNAL}", {"licenses": [license_id("mc1")]})
    assert value_of(admin.holds(license_id("mc1"), EXTERNAL)) is True


def test_an_external_holder_is_marked(admin: AdminGateway, company: Company) -> None:
    company.control("PATCH", f"people/{EXTERNAL}", {"licenses": [license_id("mc1")]})
    holders = value_of(admin.holders(license_id("mc1"), 20))
    assert {one["person_id"] for one in holders["first"] if one["is_external"]} == {EXTERNAL}


def test_locations_have_names(admin: AdminGateway) -> None:
    found = value_of(admin.locations())
    assert {one["name"] for one in found} == {"Denver", "Berlin", "London"}
    assert location_id("denver") in {one["location_id"] for one in found}


def test_a_license_is_assigned_and_read_back(admin: AdminGateway) -> None:
    answer = admin.assign(order(item("+msg")))
    assert (answer["kind"], answer["status"]) == ("ok", 200)
    assert license_id("msg") in value_of(answer)["licenses"]
    assert value_of(answer)["tracking_id"]
    assert license_id("msg") in value_of(admin.person(EMPLOYEE))["licenses"]


def test_assigning_twice_changes_nothing_the_second_time(admin: AdminGateway) -> None:
    first, second = admin.assign(order(item("+msg"))), admin.assign(order(item("+msg")))
    assert value_of(first)["licenses"] == value_of(second)["licenses"]


def test_a_calling_license_takes_its_details_along(admin: AdminGateway) -> None:
    wish = item("+pro", location="berlin", number="+493023125104", extension="2104")
    value_of(admin.assign(order(wish)))
    person = value_of(admin.person(EMPLOYEE))
    assert (person["location_id"], person["phone_number"], person["extension"]) == (
        location_id("berlin"),
        "+493023125104",
        "2104",
    )


def test_details_are_not_sent_with_what_is_removed(admin: AdminGateway) -> None:
    value_of(admin.assign(order(item("-pro", extension="1101"), person_id=MANAGER)))
    assert license_id("pro") not in value_of(admin.person(MANAGER))["licenses"]


def test_a_site_is_given_as_attendee_and_taken_again(admin: AdminGateway) -> None:
    given = value_of(admin.assign(order(item(f"+{SITES[0]}"))))
    assert given["sites"] == [{"site_url": SITES[0], "account_type": "attendee"}]
    assert value_of(admin.assign(order(item(f"-{SITES[0]}"))))["sites"] == []


def test_a_part_that_webex_left_out_shows_by_its_absence(admin: AdminGateway) -> None:
    answer = admin.assign(order(item("+msg"), item("+console", location="berlin", extension="2150")))
    assert answer["status"] == 206
    assert license_id("msg") in value_of(answer)["licenses"]
    assert license_id("console") not in value_of(answer)["licenses"]
    assert value_of(answer)["errors"] == []


def test_errors_in_a_partial_success_are_kept(admin: AdminGateway, company: Company) -> None:
    company.weather(method="PATCH", path="licenses/users", errors_in_206=True)
    answer = admin.assign(order(item("+msg"), item("+console", location="berlin", extension="2150")))
    errors: list[ErrorEntry] = value_of(answer)["errors"]
    assert [error["code"] for error in errors] == [400408]


def test_a_refusal_keeps_every_code_and_the_tracking_id(admin: AdminGateway) -> None:
    answer = admin.assign(order(item("+console", location="berlin", extension="2150"), item("+pro")))
    assert refusal_of(answer) == (400, [400408, 400411])
    assert answer["kind"] == "refused"
    assert answer["tracking_id"]


def test_an_external_person_has_it_pending(admin: AdminGateway) -> None:
    assigned = value_of(admin.assign(order(item("+mc1"), person_id=EXTERNAL)))
    assert (assigned["licenses"], assigned["pending_licenses"]) == ([], [license_id("mc1")])


def test_the_token_of_a_bot_may_not_assign(company: Company) -> None:
    answer = AdminGateway("sandbox-bot", f"{company.url}/v1").assign(order(item("+msg")))
    assert refusal_of(answer)[0] == 403


def test_an_unknown_token_is_refused(company: Company) -> None:
    assert refusal_of(AdminGateway("nobody's", f"{company.url}/v1").person(EMPLOYEE))[0] == 401


def test_the_answer_to_a_change_that_was_made_can_be_lost(admin: AdminGateway, company: Company) -> None:
    company.weather(method="PATCH", path="licenses/users", lost=True)
    answer = admin.assign(order(item("+msg")))
    assert (answer["kind"], answer["status"]) == ("busy", 0)
    assert len(company.calls("PATCH")) == 1
    assert license_id("msg") in value_of(admin.person(EMPLOYEE))["licenses"]


def test_a_change_before_which_the_line_broke_is_not_repeated(admin: AdminGateway, company: Company) -> None:
    company.weather(method="PATCH", path="licenses/users", reset=True)
    assert admin.assign(order(item("+msg")))["kind"] == "busy"
    assert license_id("msg") not in company.held_by(EMPLOYEE)


def test_a_read_outlives_short_bad_weather(admin: AdminGateway, company: Company) -> None:
    company.weather(method="GET", path="people/*", status=503, times=1)
    company.weather(method="GET", path="people/*", reset=True, times=1)
    assert value_of(admin.person(EMPLOYEE))["person_id"] == EMPLOYEE


def test_webex_asking_for_an_hour_is_passed_on(admin: AdminGateway, company: Company) -> None:
    company.weather(method="PATCH", path="licenses/users", status=429, headers={"Retry-After": "3600"})
    answer = admin.assign(order(item("+msg")))
    assert answer["kind"] == "busy"
    assert (answer["status"], answer["seconds"]) == (429, 3600)


def test_many_threads_share_a_gateway(admin: AdminGateway) -> None:
    with ThreadPoolExecutor(8) as pool:
        people = list(pool.map(lambda _: value_of(admin.person(EMPLOYEE))["person_id"], range(40)))
    assert people == [EMPLOYEE] * 40
