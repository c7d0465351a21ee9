"""The control API: reset, snapshot, changes behind Webex's back; and who may use it."""

import pytest

from bot.sandbox.seed import tokens
from tests.sandbox.clients import Receiver, Webex
from tests.sandbox.test_messages import DESK
from tests.sandbox.test_webhooks import hook

PUBLISHED_CODES = {
    400, 400000, 400112, 400118, 400216, 400404, 400406, 400407, 400408, 400410, 400411, 400413,
    700003, 700004, 700005, 700006,
}  # fmt: skip
"""Of the assign call ("Webex: Assign Licenses to Users"), copied by hand."""
HYBRID_TEXTS = {
    "Cannot enable call connect service without call aware service",
    "Cannot enable both exchange and google calendar service for the same user",
}
"""Without a code ("Webex: Managing Hybrid Services Licenses")."""


def test_a_reset_brings_the_seed_back_with_the_same_ids(webex: Webex, receiver: Receiver) -> None:
    before = webex.snapshot()
    hook(webex.caller("bot"), receiver)
    webex.weather(path="**", status=503, times=100)
    webex.weather(webhooks="delay", seconds=600)
    webex.control("DELETE", f"people/{webex.caller('manager').person_id}")
    webex.weather(webhooks="delay", seconds=600)
    assert webex.control("POST", "reset").status_code == 204
    after = webex.snapshot()
    assert (after["people"], after["licenses"]) == (before["people"], before["licenses"])
    assert after["messages"] == after["webhooks"] == after["deliveries"] == after["calls"] == []
    assert webex.caller("bot").status("GET", "people/me") == 200


def test_a_reset_drops_what_was_queued(webex: Webex, receiver: Receiver) -> None:
    hook(webex.caller("bot"), receiver)
    webex.weather(webhooks="delay", seconds=600)
    webex.caller("employee").post("messages", toPersonEmail=DESK, text="hi")
    assert webex.control("GET", "idle").json() == {"undelivered": 1}
    webex.control("POST", "reset")
    assert webex.control("GET", "idle").json() == {"undelivered": 0}
    assert receiver.arrived.empty()


def test_the_snapshot_tells_who_called_what(webex: Webex) -> None:
    webex.control("POST", "reset")
    employee = webex.caller("employee")
    employee.status("GET", "licenses")
    call = webex.snapshot()["calls"][-1]
    assert (call["method"], call["path"], call["status"]) == ("GET", "/v1/licenses", 403)
    assert call["actor"] == employee.person_id


def test_a_new_person_has_a_token_and_can_speak(webex: Webex) -> None:
    manager_id = webex.caller("manager").person_id
    eve = webex.hire(email="eve.small@example.com", displayName="Eve Small", managerId=manager_id)
    assert eve.who["token"] == "sandbox-eve-small"
    assert eve.post("messages", toPersonEmail=DESK, text="hi")["personEmail"] == "eve.small@example.com"
    assert webex.snapshot()["people"][eve.person_id]["managerId"] == manager_id
    assert webex.hire(email="eve.small@elsewhere.example").who["token"] == "sandbox-eve-small-2"
    assert webex.control("POST", "people", {"email": "eve.small@example.com"}).status_code == 400


def test_any_field_of_a_person_can_be_changed(webex: Webex) -> None:
    person_id = webex.caller("employee").person_id
    change = {
        "managerId": None,
        "orgId": webex.caller("external").who["orgId"],
        "emails": ["renamed@example.com"],
        "licenses": [webex.license("Messaging")],
        "type": "appuser",
        "status": "inactive",
    }
    webex.change(person_id, **change)
    shown = webex.snapshot()["people"][person_id]
    assert shown["email"] == "renamed@example.com"
    assert {key: shown[key] for key in change if key != "emails"} == {k: v for k, v in change.items() if k != "emails"}


@pytest.mark.parametrize(
    "body", [{"color": "red"}, {"licenses": "x"}, {"emails": []}, {"status": 7}, {"loginEnabled": 1}]
)
def test_a_change_that_makes_no_sense_is_refused(webex: Webex, body: dict[str, object]) -> None:
    person_id = webex.caller("employee").person_id
    assert webex.control("PATCH", f"people/{person_id}", body).status_code == 400
    assert webex.control("PATCH", "people/unknown", {}).status_code == 404


def test_units_of_a_license_can_be_changed(webex: Webex) -> None:
    key = webex.license("Messaging")
    assert webex.control("PATCH", f"licenses/{key}", {"totalUnits": 0}).ok
    assert webex.caller("admin").get(f"licenses/{key}")["totalUnits"] == 0
    assert webex.assign(webex.caller("employee").person_id, webex.add("Messaging")).status_code == 400
    assert webex.control("PATCH", "licenses/unknown", {"totalUnits": 0}).status_code == 404
    assert webex.control("PATCH", f"licenses/{key}", {}).status_code == 400


@pytest.mark.parametrize("headers", [{"Host": "example.com"}, {"Origin": "https://example.com"}, {"Origin": "null"}])
def test_a_foreign_page_cannot_use_the_control_api(webex: Webex, headers: dict[str, str]) -> None:
    assert webex.control("GET", "snapshot", headers=headers).status_code == 403
    assert webex.control("POST", "reset", headers=headers).status_code == 403


def test_the_own_page_can(webex: Webex) -> None:
    assert webex.control("GET", "idle", headers={"Origin": webex.url}).status_code == 200


def test_tokens_are_told_with_all_that_a_tester_needs(webex: Webex) -> None:
    told = {one["token"].removeprefix("sandbox-"): one for one in tokens()}
    assert set(told) == {"bot", "admin", "employee", "colleague", "manager", "director", "external"}
    keys = {"token", "personId", "email", "displayName", "orgId", "roles", "managerId"}
    assert all(set(one) == keys for one in told.values())
    assert told["employee"]["managerId"] == told["manager"]["personId"]
    assert told["colleague"]["managerId"] is None
    assert told["bot"]["email"].endswith("@webex.bot")
    assert webex.control("GET", "tokens").json()["items"] == tokens()


def test_every_published_refusal_is_told_in_the_words_in_which_it_comes(webex: Webex) -> None:
    told = webex.control("GET", "refusals").json()["items"]
    codes = [one["code"] for one in told if one["code"] is not None]
    assert sorted(codes) == sorted(PUBLISHED_CODES)
    assert {one["description"] for one in told if one["code"] is None} == HYBRID_TEXTS
    refused = webex.assign(webex.caller("employee").person_id, webex.add("Webex Calling - Attendant Console")).json()
    (error,) = refused["errors"]
    listed = next(one for one in told if one["code"] == error["errorCode"])
    named = listed["description"].replace("{licenses}", webex.license("Webex Calling - Attendant Console"))
    assert (listed["message"], named) == (refused["message"], error["description"])
