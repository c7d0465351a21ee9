"""Creating people and replacing their record: the rules, and the traps that Webex has there."""

from typing import Any

import pytest

from tests.sandbox.clients import Webex

PRO = "Webex Calling - Professional"
NEW = {"emails": ["nora.lind@example.com"], "displayName": "Nora Lind", "department": "Sales"}


def test_a_person_is_created(webex: Webex) -> None:
    made = webex.caller("admin").post("people", **NEW)
    assert (made["displayName"], made["invitePending"], made["department"]) == ("Nora Lind", "true", "Sales")
    assert webex.caller("bot").get("people", email="NORA.lind@example.com")["items"][0]["id"] == made["id"]
    assert webex.held_by(made["id"]) == {"Basic Messaging", "Basic Meetings"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"emails": []}, 400),
        ({"emails": ["a@example.com", "b@example.com"]}, 400),
        ({"emails": ["nonsense"]}, 400),
        ({"displayName": ""}, 400),
        ({"displayName": "", "firstName": "Nora"}, 200),
        ({"emails": ["Employee@example.com"]}, 409),
        ({"orgId": "other"}, 403),
        ({"licenses": "x"}, 400),
        ({"licenses": ["unknown"]}, 200),
    ],
)
def test_what_a_new_person_needs(webex: Webex, change: dict[str, Any], status: int) -> None:
    people = len(webex.snapshot()["people"])
    assert webex.caller("admin").status("POST", "people", NEW | change) == status
    assert len(webex.snapshot()["people"]) == people + (status == 200)


def test_a_newcomer_who_calls_needs_a_desk(webex: Webex) -> None:
    admin, denver = webex.caller("admin"), webex.location("Denver")
    body = NEW | {"licenses": [webex.license(PRO)]}
    desk = {"locationId": denver, "extension": "1199"}
    assert admin.status("POST", "people", body | desk) == 400
    assert admin.status("POST", "people", body | {"extension": "1199"}, callingData="true") == 400
    assert admin.status("POST", "people", body | desk | {"extension": "1101"}, callingData="true") == 400
    answer = admin.call("POST", "people", json=body | desk, params={"callingData": "true"})
    assert (answer.json()["locationId"], answer.json()["extension"]) == (denver, "1199")
    assert PRO in webex.held_by(answer.json()["id"])


def test_a_refused_license_creates_nobody(webex: Webex) -> None:
    body = NEW | {"licenses": [webex.license("Messenger")]}
    answer = webex.caller("admin").call("POST", "people", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["errorCode"]) == (400, 400118)
    assert webex.caller("admin").status("POST", "people", NEW) == 200


def test_in_bad_weather_a_400_has_created_somebody_all_the_same(webex: Webex) -> None:
    webex.weather(method="POST", path="/people", half_done=True)
    assert webex.caller("admin").status("POST", "people", NEW) == 400
    assert webex.caller("admin").status("POST", "people", NEW) == 409


def test_in_bad_weather_a_refused_update_has_changed_the_licenses(webex: Webex) -> None:
    admin, manager = webex.caller("admin"), webex.caller("manager")
    path = f"people/{manager.person_id}"
    before = admin.get(path, callingData="true")
    webex.weather(method="PUT", path="/people/*", half_done=True)
    kept = [key for key in before["licenses"] if key != webex.license("Messaging")]
    assert admin.status("PUT", path, before | {"licenses": kept, "title": "Boss"}) == 400
    after = admin.get(path, callingData="true")
    assert (after["licenses"], after["title"]) == (kept, before["title"])


def test_an_update_without_licenses_takes_all_away_but_the_implicit(webex: Webex) -> None:
    admin, director = webex.caller("admin"), webex.caller("director")
    body = {"displayName": "Dirk Olsen", "emails": [director.email]}
    assert admin.status("PUT", f"people/{director.person_id}", body) == 200
    assert webex.held_by(director.person_id) == {"Screen Share"}


def test_unknown_licenses_are_skipped_silently(webex: Webex) -> None:
    admin = webex.caller("admin")
    path = f"people/{webex.caller('employee').person_id}"
    before = admin.get(path)
    assert admin.status("PUT", path, before | {"licenses": [*before["licenses"], "unknown"]}) == 200
    assert admin.get(path)["licenses"] == before["licenses"]


def test_attendee_rights_are_dropped_only_with_show_all_types(webex: Webex) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    webex.change(employee.person_id, attendeeSites=["site2-example.webex.com"])
    path = f"people/{employee.person_id}"
    body = admin.get(path) | {"siteUrls": []}
    assert admin.call("PUT", path, json=body).json()["siteUrls"] == ["site2-example.webex.com#attendee"]
    params = {"showAllTypes": "true"}
    assert admin.call("PUT", path, json=body, params=params).json()["siteUrls"] == []


def test_a_minimal_answer_is_the_id(webex: Webex) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    body = admin.get(f"people/{employee.person_id}")
    answer = admin.call("PUT", f"people/{employee.person_id}", json=body, params={"minResponse": "true"})
    assert answer.json() == {"id": employee.person_id}


def test_with_calling_data_the_extension_moves_and_the_location_does_not(webex: Webex) -> None:
    admin, manager = webex.caller("admin"), webex.caller("manager")
    path, calling = f"people/{manager.person_id}", {"callingData": "true"}
    body = admin.get(path, **calling)
    assert admin.call("PUT", path, json=body | {"extension": "1155"}, params=calling).json()["extension"] == "1155"
    assert admin.status("PUT", path, body | {"locationId": webex.location("Berlin")}, **calling) == 400
    assert admin.status("PUT", path, {k: v for k, v in body.items() if k != "locationId"}) == 200
    assert admin.get(path, **calling)["extension"] == "1155"


def test_an_address_belongs_to_one_person(webex: Webex) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    path = f"people/{employee.person_id}"
    assert admin.status("PUT", path, admin.get(path) | {"emails": ["manager@example.com"]}) == 409
    assert admin.status("PUT", path, admin.get(path) | {"emails": ["emil@example.com"]}) == 200
    bot = webex.caller("bot")
    assert bot.get("people", email=employee.email)["items"] == []
    assert bot.get("people", email="emil@example.com")["items"][0]["id"] == employee.person_id


def test_roles_are_listed_for_administrators(webex: Webex) -> None:
    admin = webex.caller("admin")
    named = {one["name"]: one for one in admin.get("roles")["items"]}
    full = named["Full Administrator"]
    assert admin.get(f"roles/{full['id']}") == full
    assert [one["id"] for one in admin.get("people", roles=full["id"])["items"]] == [admin.person_id]
    assert admin.status("GET", "roles/unknown") == 404
    assert webex.caller("bot").status("GET", "roles") == 403


def test_lists_are_narrowed_and_bounded(webex: Webex) -> None:
    admin, denver = webex.caller("admin"), webex.location("Denver")
    found = admin.get("people", locationId=denver, excludeStatus="true", max=1000)["items"]
    assert [one["displayName"] for one in found] == ["Mona Weiss"]
    assert "status" not in found[0]
    assert admin.status("GET", "people", id=",".join(["x"] * 86)) == 400
    assert len(admin.get("people", id=",".join(["x"] * 85))["notFoundIds"]) == 85


def test_numbers_are_filtered(webex: Webex) -> None:
    admin, path = webex.caller("admin"), "telephony/config/numbers"

    def count(**params: str) -> int:
        return len(admin.get(path, max=100, **params)["phoneNumbers"])

    assert count() == count(state="ACTIVE") == count(phoneNumberType="PRIMARY") == 30
    assert count(state="INACTIVE") == count(tollFreeNumbers="true") == count(phoneNumberType="ALTERNATE") == 0
    assert count(reservedNumber="true") == 1
    assert count(numberType="EXTENSION") == 3
    assert count(ownerType="PEOPLE") == 3
    assert count(ownerName="weiss") == count(extension="1101") == count(ownerId=webex.caller("manager").person_id) == 1
    assert count(locationId=webex.location("Denver"), available="true") == 7
    numbers = [one["phoneNumber"] for one in admin.get(path, order="phoneNumber-desc")["phoneNumbers"]]
    assert numbers == sorted(numbers, reverse=True)
    for odd in ({"state": "x"}, {"order": "color"}, {"numberType": "EXTENSION", "state": "ACTIVE"},
                {"reservedNumber": "true", "available": "true"}):  # fmt: skip
        assert admin.status("GET", path, **odd) == 400
    assert admin.status("GET", path, orgId="other") == 403
    places = admin.get("telephony/config/locations", order="name-desc")["locations"]
    assert [one["name"] for one in places] == ["London", "Denver", "Berlin"]
    assert admin.get("locations", id=webex.location("Berlin"), name="BER")["items"][0]["name"] == "Berlin"
