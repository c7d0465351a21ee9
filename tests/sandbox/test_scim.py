"""SCIM users: the language, the department and the manager of somebody."""

import base64

import requests

from tests.sandbox.clients import Caller, Webex

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def bare(webex_id: str) -> str:
    return base64.urlsafe_b64decode(webex_id + "==").decode().rpartition("/")[2]


def scim(caller: Caller, path: str, **params: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {caller.who['token']}"}
    return caller.session.get(f"{caller.url}/identity/scim/{path}", headers=headers, params=params, timeout=10)


def users(caller: Caller) -> str:
    return f"{bare(caller.who['orgId'])}/v2/Users"


def test_a_user_by_bare_ids(webex: Webex) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    user = scim(admin, f"{users(admin)}/{bare(employee.person_id)}").json()
    assert (user["userName"], user["preferredLanguage"], user["locale"]) == (employee.email, "en_US", "en_US")
    assert user[ENTERPRISE]["department"] == "Sales"
    assert user[ENTERPRISE]["manager"]["value"] == bare(webex.caller("manager").person_id)
    assert user[ENTERPRISE]["manager"]["displayName"] == "Mona Weiss"
    assert scim(admin, f"{users(admin)}/unknown").status_code == 404
    assert scim(admin, f"{users(admin)}/{bare(webex.caller('external').person_id)}").status_code == 404


def test_a_user_by_name(webex: Webex) -> None:
    admin = webex.caller("admin")
    body = scim(admin, users(admin), filter='userName eq "Colleague@example.com"').json()
    assert (body["totalResults"], body["startIndex"]) == (1, 1)
    assert body["Resources"][0]["preferredLanguage"] == "de_DE"
    assert scim(admin, users(admin), filter='userName eq "x@example.com"').json()["Resources"] == []
    assert scim(admin, users(admin), filter="userName sw x").status_code == 400
    assert scim(admin, users(admin), filter='shoeSize eq "9"').status_code == 400


def test_users_are_counted_off(webex: Webex) -> None:
    admin = webex.caller("admin")
    first = scim(admin, users(admin), count="5").json()
    second = scim(admin, users(admin), count="50", startIndex="6").json()
    assert len(first["Resources"]) + len(second["Resources"]) == first["totalResults"] == 12


def test_a_language_can_be_changed(webex: Webex) -> None:
    employee = webex.caller("employee")
    webex.change(employee.person_id, preferredLanguage="fr-FR", locale="fr_FR")
    me = scim(employee, "v2/Users/me").json()
    assert (me["id"], me["preferredLanguage"]) == (bare(employee.person_id), "fr-FR")


def test_others_are_seen_by_administrators_of_the_organization(webex: Webex) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    assert scim(employee, users(employee)).status_code == 403
    assert scim(admin, users(webex.caller("external"))).status_code == 403
    assert webex.session.get(f"{webex.url}/identity/scim/v2/Users/me", timeout=10).status_code == 401
