"""Resource groups: memberships come with a hybrid license, move, and go with it."""

from typing import Any

import pytest

from tests.sandbox.clients import Webex

AWARE = "Hybrid Call Aware"
DEFAULT = "Y2lzY29zcGFyazovL3VzL1JFU09VUkNFX0dST1VQL2RlZmF1bHQ"
PATH = "resourceGroup/memberships"


def seats(webex: Webex, **params: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = webex.caller("admin").get(PATH, **params)["items"]
    return found


def europe(webex: Webex) -> str:
    groups = webex.caller("admin").get("resourceGroups")["items"]
    return next(str(one["id"]) for one in groups if one["name"] == "Europe")


def test_groups_are_listed_with_the_default_one(webex: Webex) -> None:
    admin = webex.caller("admin")
    groups = admin.get("resourceGroups", orgId=admin.who["orgId"])["items"]
    assert DEFAULT in [one["id"] for one in groups]
    assert admin.get(f"resourceGroups/{groups[1]['id']}") == groups[1]
    assert admin.status("GET", "resourceGroups/unknown") == 404


def test_a_membership_comes_and_goes_with_the_license(webex: Webex) -> None:
    person_id = webex.caller("employee").person_id
    assert seats(webex, personId=person_id) == []
    assert webex.assign(person_id, webex.add(AWARE)).status_code == 200
    (seat,) = seats(webex, personId=person_id, licenseId=webex.license(AWARE))
    assert (seat["resourceGroupId"], seat["status"]) == (DEFAULT, "activated")
    admin = webex.caller("admin")
    moved = admin.call("PUT", f"{PATH}/{seat['id']}", json=seat | {"resourceGroupId": europe(webex)})
    assert moved.json() == admin.get(f"{PATH}/{seat['id']}") == seat | {"resourceGroupId": europe(webex)}
    assert webex.assign(person_id, webex.remove(AWARE)).status_code == 200
    assert admin.status("GET", f"{PATH}/{seat['id']}") == 404
    webex.assign(person_id, webex.add(AWARE))
    assert seats(webex, personId=person_id) == [seat]


def test_a_pending_membership_cannot_be_changed_until_it_is_set_up(webex: Webex) -> None:
    admin = webex.caller("admin")
    (seat,) = seats(webex, status="pending")
    body = seat | {"resourceGroupId": europe(webex)}
    assert admin.status("PUT", f"{PATH}/{seat['id']}", body) == 400
    assert webex.control("PATCH", f"{PATH}/{seat['id']}", {"status": "activated"}).ok
    assert admin.status("PUT", f"{PATH}/{seat['id']}", body | {"status": "activated"}) == 200
    assert seats(webex, status="pending") == []


@pytest.mark.parametrize("name", ["resourceGroupId", "licenseId", "personId", "personOrgId", "status"])
def test_every_field_is_required_and_only_the_group_changes(webex: Webex, name: str) -> None:
    webex.assign(webex.caller("employee").person_id, webex.add(AWARE))
    (seat,) = seats(webex, status="activated")
    path = f"{PATH}/{seat['id']}"
    assert webex.caller("admin").status("PUT", path, {k: v for k, v in seat.items() if k != name}) == 400
    assert webex.caller("admin").status("PUT", path, seat | {name: "other"}) == 400
    assert seats(webex, status="activated") == [seat]


def test_the_second_list_has_its_own_words(webex: Webex) -> None:
    (first,) = seats(webex)
    admin = webex.caller("admin")
    (second,) = admin.get(f"{PATH}/v2", id=first["personId"], type="User")["items"]
    assert (second["id"], second["orgId"], second["type"]) == (first["personId"], first["personOrgId"], "User")
    assert admin.get(f"{PATH}/v2", type="Workspace")["items"] == []
    assert admin.status("GET", f"{PATH}/v2", type="Robot") == 400
    assert admin.status("GET", PATH, status="odd") == 400


def test_groups_are_for_administrators(webex: Webex) -> None:
    (seat,) = seats(webex)
    bot = webex.caller("bot")
    for path in ("resourceGroups", f"resourceGroups/{DEFAULT}", PATH, f"{PATH}/v2", f"{PATH}/{seat['id']}"):
        assert bot.status("GET", path) == 403
    assert bot.status("PUT", f"{PATH}/{seat['id']}", seat) == 403
