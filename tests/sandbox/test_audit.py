"""Admin audit events: one for every change that an administrator's token made."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.clients import Webex

PATH = "adminAudit/events"


def period(days: int = 0) -> dict[str, str]:
    now = datetime.now(UTC) + timedelta(days=days)
    return {"from": (now - timedelta(hours=1)).isoformat(), "to": (now + timedelta(hours=1)).isoformat()}


def events(webex: Webex, **params: str) -> list[dict[str, Any]]:
    admin = webex.caller("admin")
    found: list[dict[str, Any]] = admin.get(PATH, **{"orgId": admin.who["orgId"], **period(), **params})["items"]
    return found


def test_every_change_is_written_down_with_who_did_it(webex: Webex) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    assert events(webex) == []
    headers = {"TrackingID": "my-change"}
    body = {"personId": employee.person_id, "licenses": [{"id": webex.license("Messaging")}]}
    admin.call("PATCH", "licenses/users", json=body, headers=headers)
    admin.status("PUT", f"people/{employee.person_id}", admin.get(f"people/{employee.person_id}"))
    admin.delete(f"people/{employee.person_id}")
    removed, updated, granted = events(webex)
    assert [one["data"]["eventCategory"] for one in (removed, updated, granted)] == ["USERS", "USERS", "LICENSES"]
    assert (granted["actorId"], granted["data"]["actorEmail"]) == (admin.person_id, admin.email)
    assert (granted["data"]["targetId"], granted["data"]["targetName"]) == (employee.person_id, employee.email)
    assert (granted["data"]["trackingId"], granted["data"]["eventDescription"]) == ("my-change", "added Messaging")
    assert granted["data"]["adminRoles"] == ["Full Administrator"]


def test_what_was_refused_is_no_change(webex: Webex) -> None:
    webex.assign(webex.caller("employee").person_id, webex.add("Messenger"))
    assert events(webex) == []


def test_events_are_narrowed_and_paged(webex: Webex) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    for operation in (webex.add, webex.remove, webex.add):
        webex.assign(employee.person_id, operation("Messaging"))
    params = {"orgId": admin.who["orgId"], **period(), "max": "2"}
    answer = admin.call("GET", PATH, params=params)
    assert (len(answer.json()["items"]), "next" in answer.links) == (2, True)
    assert len(admin.call("GET", answer.links["next"]["url"].partition("/v1/")[2]).json()["items"]) == 1
    assert len(events(webex, eventCategories="licenses,users", actorId=admin.person_id)) == 3
    assert events(webex, eventCategories="USERS") == events(webex, actorId="x") == events(webex, **period(9)) == []


@pytest.mark.parametrize("change", [{"from": ""}, {"to": "yesterday"}, {"to": "2020-01-01T00:00:00Z"}, {"orgId": ""}])
def test_a_period_is_needed(webex: Webex, change: dict[str, str]) -> None:
    admin = webex.caller("admin")
    assert admin.status("GET", PATH, **{"orgId": admin.who["orgId"], **period(), **change}) == 400


def test_events_are_for_full_administrators(webex: Webex) -> None:
    assert webex.caller("bot").status("GET", PATH) == 403
    assert webex.caller("bot").status("GET", "adminAudit/eventCategories") == 403
    assert "LICENSES" in webex.caller("admin").get("adminAudit/eventCategories")["eventCategories"]
