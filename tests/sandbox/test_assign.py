"""Assigning licenses: 200, 206 and 400, Calling details, units, external people, faults of the request itself."""

import json
import socket
import sys
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sandbox.clients import PATIENCE, Webex, codes

PRO, CONSOLE = "Webex Calling - Professional", "Webex Calling - Attendant Console"
FULL, LAST_ONE = "Meeting - Webex Meeting Center 2", "Webex Suite Meetings 1000"
FREE = {"Basic Messaging", "Basic Meetings"}


def test_the_answer_is_the_whole_resulting_state(webex: Webex) -> None:
    employee = webex.caller("employee")
    body = webex.assign(employee.person_id, webex.add("Messaging")).json()
    assert set(body) == {"orgId", "personId", "email", "licenses", "siteUrls"}
    assert body["personId"] == employee.person_id
    assert body["email"] == employee.email
    assert webex.held_by(employee.person_id) == FREE | {"Messaging"}


def test_an_email_alone_names_the_person(webex: Webex) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    body = {"email": employee.email.upper(), "licenses": [{"id": webex.license("Messaging")}]}
    assert admin.status("PATCH", "licenses/users", body) == 200
    assert "Messaging" in webex.held_by(employee.person_id)


def test_some_good_and_some_bad_is_206_without_saying_which(webex: Webex) -> None:
    person_id = webex.caller("employee").person_id
    answer = webex.assign(person_id, webex.add("Messaging"), webex.add(CONSOLE, extension="3777", locationId="x"))
    assert answer.status_code == 206
    assert "errors" not in answer.json()
    assert webex.license("Messaging") in answer.json()["licenses"]
    assert webex.held_by(person_id) == FREE | {"Messaging"}


def test_when_all_fail_there_is_one_entry_each(webex: Webex) -> None:
    person_id = webex.caller("employee").person_id
    answer = webex.assign(person_id, webex.add("Messenger"), webex.add(PRO), {"id": "unknown"})
    assert codes(answer) == [400118, 400411, 400000]
    assert answer.json()["message"] == "License management not supported"
    assert answer.json()["trackingId"] == answer.headers["trackingid"]


def test_what_relies_on_a_refused_operation_falls_with_it(webex: Webex) -> None:
    person_id = webex.caller("employee").person_id
    console = webex.add(CONSOLE, locationId=webex.location("London"), extension="3777")
    assert codes(webex.assign(person_id, webex.add(PRO), console)) == [400411, 400408]


def test_adding_what_is_held_and_removing_what_is_not_change_nothing(webex: Webex) -> None:
    person_id = webex.caller("manager").person_id
    before = webex.snapshot()["people"][person_id]
    answer = webex.assign(person_id, webex.add(PRO), webex.add("Messaging"), webex.remove(CONSOLE))
    assert answer.status_code == 200
    assert webex.snapshot()["people"][person_id] == before


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ({"phoneNumber": "+13035550101"}, "is not available"),
        ({"phoneNumber": "+13035550100"}, "is not available"),
        ({"phoneNumber": "+13035550109"}, "is not available"),
        ({"phoneNumber": "+19995550100"}, "does not exist"),
        ({"extension": "1101"}, "already in use"),
        ({"extension": "one"}, "2 to 10 digits"),
        ({"extension": "3777", "phoneNumber": "+493023125105"}, "belongs to another location"),
    ],
    ids=["taken", "main number", "reserved", "unknown", "extension taken", "no digits", "elsewhere"],
)
def test_a_number_that_cannot_be_had_is_refused_without_a_code(
    webex: Webex, properties: dict[str, str], text: str
) -> None:
    details = {"locationId": webex.location("Denver"), **properties}
    answer = webex.assign(webex.caller("employee").person_id, webex.add(PRO, **details))
    assert codes(answer) == [None]
    assert text in answer.json()["errors"][0]["description"]


def test_calling_details_are_seen_and_leave_with_the_license(webex: Webex) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    webex.assign(employee.person_id, webex.add(PRO, phoneNumber="13035550104", extension="1104"))
    seen = admin.get(f"people/{employee.person_id}", callingData="true")
    assert seen["phoneNumbers"] == [{"type": "work", "value": "+13035550104", "primary": True}]
    assert (seen["extension"], seen["locationId"]) == ("1104", webex.location("Denver"))
    assert "extension" not in admin.get(f"people/{employee.person_id}")
    webex.assign(employee.person_id, webex.remove(PRO))
    seen = admin.get(f"people/{employee.person_id}", callingData="true")
    assert seen["phoneNumbers"] == []
    assert "locationId" not in seen


def test_a_number_is_free_again_after_its_license_left(webex: Webex) -> None:
    webex.assign(webex.caller("manager").person_id, webex.remove(PRO))
    answer = webex.assign(webex.caller("employee").person_id, webex.add(PRO, phoneNumber="+13035550101"))
    assert answer.status_code == 200


def test_no_units_left_is_a_refusal_without_a_code(webex: Webex) -> None:
    answer = webex.assign(webex.caller("employee").person_id, webex.add(FULL))
    assert codes(answer) == [None]
    assert answer.json()["errors"][0]["description"].startswith("No available licenses")


def test_no_units_left_fails_alone_in_a_larger_request(webex: Webex) -> None:
    person_id = webex.caller("employee").person_id
    assert webex.assign(person_id, webex.add(FULL), webex.add("Messaging")).status_code == 206
    assert webex.held_by(person_id) == FREE | {"Messaging"}


def test_consumed_units_move_at_once(webex: Webex) -> None:
    admin, key = webex.caller("admin"), webex.license("Messaging")
    before = admin.get(f"licenses/{key}")["consumedUnits"]
    webex.assign(webex.caller("employee").person_id, webex.add("Messaging"))
    assert admin.get(f"licenses/{key}")["consumedUnits"] == before + 1


def all_at_once(webex: Webex, bodies: list[dict[str, Any]]) -> list[int]:
    """PATCH on one line each, held back at the last byte, so that the server has them all in the same moment."""
    split = urlsplit(webex.url)
    with ExitStack() as stack:
        lines = []
        for body in bodies:
            raw = json.dumps(body).encode()
            head = (
                "PATCH /v1/licenses/users HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                "Content-Type: application/json\r\n"
                f"Authorization: Bearer sandbox-admin\r\nContent-Length: {len(raw)}\r\n\r\n"
            )
            line = stack.enter_context(socket.create_connection((split.hostname, split.port), timeout=PATIENCE))
            line.sendall(head.encode() + raw[:-1])
            lines.append(line)
        for line in lines:
            line.sendall(b"}")
        return [int(stack.enter_context(line.makefile("rb")).read()[9:12]) for line in lines]


def test_the_last_unit_is_sold_once_however_many_ask_together(webex: Webex) -> None:
    free = [webex.license(name) for name in FREE]
    people = [webex.hire(email=f"p{n}@example.com", licenses=free).person_id for n in range(24)]
    # The unknown ones make each judgment long enough for another to fall into the middle of it.
    wanted = [webex.add(LAST_ONE), *({"id": f"unknown {n}"} for n in range(60))]
    patience = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        statuses = all_at_once(webex, [{"personId": person_id, "licenses": wanted} for person_id in people])
    finally:
        sys.setswitchinterval(patience)
    key = webex.license(LAST_ONE)
    shown = webex.caller("admin").get(f"licenses/{key}", includeAssignedTo="user")
    assert shown["consumedUnits"] == shown["totalUnits"] == len(shown["users"]) == 2
    assert sorted(statuses) == [206] + [400] * 23


def test_an_external_person_gets_meetings_only_after_a_yes(webex: Webex) -> None:
    external, name = webex.caller("external"), "Meeting - Webex Meeting Center"
    site = {"siteUrl": "site2-example.webex.com", "accountType": "attendee"}
    body = webex.assign(external.person_id, webex.add(name), siteUrls=[site]).json()
    assert (body["licenses"], body["pendingLicenses"]) == ([], [webex.license(name)])
    assert body["pendingSiteUrls"][0]["siteUrl"] == site["siteUrl"]
    assert webex.control("POST", "accept", {"personId": external.person_id}).ok
    assert webex.held_by(external.person_id) == {name}
    users = webex.caller("admin").get(f"licenses/{webex.license(name)}", includeAssignedTo="user")["users"]
    assert {"EXTERNAL", "INTERNAL"} == {user["type"] for user in users}
    assert codes(webex.assign(external.person_id, webex.add("Messaging"))) == [None]


def test_somebody_who_left_is_not_found(webex: Webex) -> None:
    employee = webex.caller("employee")
    assert webex.control("DELETE", f"people/{employee.person_id}").status_code == 204
    assert webex.assign(employee.person_id, webex.add("Messaging")).status_code == 404


@pytest.mark.parametrize("name", ["bot", "employee", "external"])
def test_only_administrators_assign(webex: Webex, name: str) -> None:
    body = {"personId": webex.caller("employee").person_id, "licenses": [{"id": webex.license("Messaging")}]}
    assert webex.caller(name).status("PATCH", "licenses/users", body) == 403


def test_a_scope_without_the_role_is_not_enough(webex: Webex) -> None:
    webex.change(webex.caller("admin").person_id, roles=[])
    assert webex.assign(webex.caller("employee").person_id, webex.add("Messaging")).status_code == 403


def test_a_role_without_the_scope_is_not_enough(webex: Webex) -> None:
    manager, admin = webex.caller("manager"), webex.caller("admin")
    webex.change(manager.person_id, roles=admin.who["roles"])
    body = {"personId": manager.person_id, "licenses": [{"id": webex.license("Messaging")}]}
    assert manager.status("PATCH", "licenses/users", body) == 403


BROKEN: list[tuple[dict[str, Any], int]] = [
    ({}, 400),
    ({"licenses": [{"id": "x"}]}, 400),
    ({"email": "employee@example.com"}, 400),
    ({"email": "employee@example.com", "licenses": []}, 400),
    ({"email": "employee@example.com", "licenses": [{}]}, 400),
    ({"email": "employee@example.com", "licenses": ["x"]}, 400),
    ({"email": "employee@example.com", "licenses": {"id": "x"}}, 400),
    ({"email": "employee@example.com", "licenses": [{"id": 7}]}, 400),
    ({"email": "employee@example.com", "licenses": [{"id": "x", "operation": "set"}]}, 400),
    ({"email": "employee@example.com", "licenses": [{"id": "x"}, {"id": "x"}]}, 400),
    ({"email": "employee@example.com", "siteUrls": [{"siteUrl": "x", "accountType": "host"}]}, 400),
    ({"email": "employee@example.com", "personId": "nobody", "licenses": [{"id": "x"}]}, 404),
    ({"email": "nobody@example.com", "licenses": [{"id": "x"}]}, 404),
    ({"email": "employee@example.com", "licenses": [{"id": "x"}], "orgId": "other"}, 403),
]


@pytest.mark.parametrize(("body", "status"), BROKEN)
def test_a_faulty_request_is_refused_as_a_whole(webex: Webex, body: dict[str, Any], status: int) -> None:
    assert webex.caller("admin").status("PATCH", "licenses/users", body) == status


def test_email_and_id_of_two_people_are_refused(webex: Webex) -> None:
    person_id = webex.caller("employee").person_id
    answer = webex.assign(person_id, webex.add("Messaging"), email="manager@example.com")
    assert answer.status_code == 400
