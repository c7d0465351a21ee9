"""The whole record of a person: what replacing it keeps and drops, and how it tells that it has changed."""

from typing import Any

import pytest

from tests.sandbox.clients import Caller, Webex

CALLING = {"callingData": "true"}
RECORD = {
    "firstName": "Emil", "lastName": "Berg", "nickName": "Emmi", "avatar": "https://example.com/emil.png",
    "department": "Sales", "title": "Account Manager", "manager": "Somebody",
    "addresses": [{"type": "work", "country": "DE", "locality": "Berlin", "postalCode": "10115"}],
    "phoneNumbers": [{"type": "mobile", "value": "+4915112345678"}, {"type": "fax", "value": "+493023125999"}],
}  # fmt: skip
"""All that somebody who does not call can have on top of what everybody has."""


def read(admin: Caller, person_id: str) -> Any:
    return admin.get(f"people/{person_id}", **CALLING)


def put(admin: Caller, body: dict[str, Any]) -> Any:
    answer = admin.call("PUT", f"people/{body['id']}", json=body, params=CALLING)
    assert answer.status_code == 200, answer.text
    return answer.json()


def without_time(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "lastModified"}


def test_control_hub_fills_the_whole_record_and_administrators_read_it(webex: Webex) -> None:
    admin, person_id = webex.caller("admin"), webex.caller("employee").person_id
    webex.change(person_id, **RECORD)
    assert read(admin, person_id).items() >= RECORD.items()
    seen_by_the_bot = webex.caller("bot").get(f"people/{person_id}")
    assert seen_by_the_bot["phoneNumbers"] == []
    assert not seen_by_the_bot.keys() & {"addresses", "manager", "title"}


@pytest.mark.parametrize("name", ["employee", "colleague", "manager", "admin"])
def test_a_record_that_is_put_back_as_it_was_read_loses_nothing(webex: Webex, name: str) -> None:
    admin, person_id = webex.caller("admin"), webex.caller(name).person_id
    webex.change(person_id, **RECORD)
    before = read(admin, person_id)
    assert without_time(put(admin, before)) == without_time(before) == without_time(read(admin, person_id))


@pytest.mark.parametrize("field", [*RECORD, "managerId", "licenses", "roles"])
def test_what_is_left_out_is_dropped_and_nothing_else(webex: Webex, field: str) -> None:
    admin, person_id = webex.caller("admin"), webex.caller("employee").person_id
    webex.change(person_id, **RECORD, roles=["role"])
    before = read(admin, person_id)
    after = without_time(put(admin, {key: value for key, value in before.items() if key != field}))
    assert after.get(field, []) == []
    assert after | {field: before[field]} == without_time(before)


def test_what_cannot_be_written_is_ignored(webex: Webex) -> None:
    admin, person_id = webex.caller("admin"), webex.caller("employee").person_id
    before = read(admin, person_id)
    odd = {"created": "x", "timezone": "Europe/Rome", "status": "inactive", "type": "bot", "invitePending": "true"}
    assert without_time(put(admin, before | odd | {"lastModified": "x", "lastActivity": "x"})) == without_time(before)


@pytest.mark.parametrize("bad", [{"addresses": "x"}, {"phoneNumbers": ["x"]}, {"nickName": 7}, {"licenses": "x"}])
def test_a_malformed_record_changes_nothing(webex: Webex, bad: dict[str, Any]) -> None:
    admin, person_id = webex.caller("admin"), webex.caller("employee").person_id
    before = read(admin, person_id)
    assert admin.status("PUT", f"people/{person_id}", before | {"licenses": [], "title": "x"} | bad, **CALLING) == 400
    assert read(admin, person_id) == before


def test_every_change_moves_last_modified_forward(webex: Webex) -> None:
    admin, person_id = webex.caller("admin"), webex.caller("employee").person_id
    webex.control("POST", "clock", {"offset": -400 * 86_400})  # a clock that was set back moves it all the same
    times = [read(admin, person_id)["lastModified"]]

    def note() -> None:
        times.append(read(admin, person_id)["lastModified"])

    put(admin, read(admin, person_id))
    note()
    webex.assign(person_id, webex.add("Messaging"))
    note()
    webex.change(person_id, department="Support")
    note()
    webex.change(person_id, department="Sales")
    note()
    assert times == sorted(set(times))
    webex.assign(person_id, webex.add("Messenger"))
    webex.weather(method="PATCH", path="/licenses/users", unapplied=True)
    webex.assign(person_id, webex.remove("Messaging"))
    assert read(admin, person_id)["lastModified"] == times[-1]


def test_the_record_adds_and_removes_what_an_assignment_may_not_touch(webex: Webex) -> None:
    admin, person_id, key = webex.caller("admin"), webex.caller("employee").person_id, webex.license("Messenger")
    assert webex.assign(person_id, webex.add("Messenger")).json()["errors"][0]["errorCode"] == 400118
    before = read(admin, person_id)
    after = put(admin, before | {"licenses": [*before["licenses"], key]})
    assert after["licenses"] == [*before["licenses"], key]
    assert put(admin, after | {"licenses": before["licenses"]})["licenses"] == before["licenses"]


def test_the_record_keeps_to_the_other_rules(webex: Webex) -> None:
    """Nothing left, and Call Connect without Call Aware: skipped silently, as unknown licenses are."""
    admin, person_id = webex.caller("admin"), webex.caller("employee").person_id
    webex.control("PATCH", f"licenses/{webex.license('Messenger')}", {"totalUnits": 1})
    before = read(admin, person_id)
    wanted = [*before["licenses"], webex.license("Messenger"), webex.license("Hybrid Call Connect")]
    assert put(admin, before | {"licenses": wanted})["licenses"] == before["licenses"]


def test_somebody_else_changes_the_record_right_after_it_was_read(webex: Webex) -> None:
    admin, person_id = webex.caller("admin"), webex.caller("employee").person_id
    webex.weather(method="GET", path="/people/*", touches={"title": "Boss", "roles": ["role"]})
    before = read(admin, person_id)
    after = read(admin, person_id)
    assert (before["title"], after["title"], after["roles"]) == ("Account Manager", "Boss", ["role"])
    assert after["lastModified"] > before["lastModified"]
    assert read(admin, person_id) == after


@pytest.mark.parametrize("touches", [{"color": "red"}, {"title": 7}, "x"])
def test_a_touch_that_makes_no_sense_is_refused_when_it_is_ordered(webex: Webex, touches: Any) -> None:
    assert webex.control("POST", "weather", {"path": "/people/*", "touches": touches}).status_code == 400


def test_hybrid_services_begin_pending_when_it_is_ordered(webex: Webex) -> None:
    admin, person_id = webex.caller("admin"), webex.caller("employee").person_id
    webex.weather(path="/licenses/users", seats_pending=True)
    webex.assign(person_id, webex.add("Hybrid Call Aware"), webex.add("Messaging"))
    webex.assign(person_id, webex.add("Hybrid Call Connect"))
    seats = admin.get("resourceGroup/memberships", personId=person_id)["items"]
    assert [one["status"] for one in seats] == ["pending", "activated"]
    assert webex.control("PATCH", f"resourceGroup/memberships/{seats[0]['id']}", {"status": "activated"}).ok
    assert admin.get(f"resourceGroup/memberships/{seats[0]['id']}")["status"] == "activated"


def test_no_two_people_ever_have_one_address(webex: Webex) -> None:
    person_id = webex.caller("employee").person_id
    for body in ({"email": "manager@example.com"}, {"emails": ["Manager@example.com"]}):
        assert webex.control("PATCH", f"people/{person_id}", body).status_code == 400
    webex.change(person_id, email="EMPLOYEE@example.com")
