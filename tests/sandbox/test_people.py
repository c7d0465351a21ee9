"""People, spaces, locations and numbers: who may read what, and in which shape."""

from tests.sandbox.clients import Webex
from tests.sandbox.test_messages import DESK, group

ADMIN_ONLY = {"licenses", "roles", "siteUrls", "invitePending", "loginEnabled", "managerId", "manager"}


def test_everybody_knows_who_they_are(webex: Webex) -> None:
    for name in ("bot", "admin", "employee", "colleague", "manager", "director", "external"):
        who = webex.caller(name)
        me = who.get("people/me")
        assert (me["id"], me["emails"], me["orgId"]) == (who.person_id, [who.email], who.who["orgId"])
    assert webex.caller("bot").get("people/me")["type"] == "bot"


def test_the_line_of_managers(webex: Webex) -> None:
    admin = webex.caller("admin")
    employee = admin.get(f"people/{webex.caller('employee').person_id}")
    manager = admin.get(f"people/{employee['managerId']}")
    assert manager["id"] == webex.caller("manager").person_id
    assert manager["managerId"] == webex.caller("director").person_id
    assert employee["manager"] == manager["displayName"]
    assert "managerId" not in admin.get(f"people/{webex.caller('colleague').person_id}")


def test_only_an_admins_token_sees_licenses(webex: Webex) -> None:
    path = f"people/{webex.caller('employee').person_id}"
    assert not webex.caller("bot").get(path).keys() & ADMIN_ONLY
    assert webex.caller("admin").get(path).keys() >= ADMIN_ONLY
    by_id = webex.caller("admin").get("people", id=path.partition("/")[2])["items"][0]
    assert not by_id.keys() & ADMIN_ONLY


def test_a_host_is_told_from_an_attendee_by_the_license_of_the_site(webex: Webex) -> None:
    admin, director = webex.caller("admin"), webex.caller("director")
    webex.change(director.person_id, attendeeSites=["site2-example.webex.com"])
    sites = admin.get(f"people/{director.person_id}")["siteUrls"]
    assert sites == ["site1-example.webex.com#host", "site2-example.webex.com#attendee"]


def test_people_are_found_by_email_within_the_organization(webex: Webex) -> None:
    bot = webex.caller("bot")
    assert bot.get("people", email="Employee@example.com")["items"][0]["id"] == webex.caller("employee").person_id
    assert bot.get("people", email=webex.caller("external").email)["items"] == []
    assert bot.get("people", displayName="emil")["items"][0]["displayName"] == "Emil Berg"
    assert bot.status("GET", "people") == 400


def test_unknown_ids_are_told_apart(webex: Webex) -> None:
    known = webex.caller("employee").person_id
    body = webex.caller("bot").get("people", id=f"{known},unknown")
    assert [one["id"] for one in body["items"]] == [known]
    assert body["notFoundIds"] == ["unknown"]
    assert webex.caller("bot").status("GET", "people/unknown") == 404


def test_an_admin_lists_everybody_page_by_page(webex: Webex) -> None:
    admin = webex.caller("admin")
    answer = admin.call("GET", "people", params={"max": 5})
    found = [one["id"] for one in answer.json()["items"]]
    while "next" in answer.links:
        answer = admin.call("GET", answer.links["next"]["url"].partition("/v1/")[2])
        found += [one["id"] for one in answer.json()["items"]]
    assert len(found) == len(set(found)) == 14
    assert admin.status("GET", "people", cursor="nonsense") == 400


def test_replacing_a_person_takes_away_what_is_left_out(webex: Webex) -> None:
    admin, manager = webex.caller("admin"), webex.caller("manager")
    path = f"people/{manager.person_id}"
    before = admin.get(path, callingData="true")
    kept = [key for key in before["licenses"] if key != webex.license("Messaging")]
    assert admin.status("PUT", path, before | {"licenses": kept, "title": "Boss"}) == 200
    after = admin.get(path, callingData="true")
    assert (after["licenses"], after["title"]) == (kept, "Boss")
    assert after["phoneNumbers"] == before["phoneNumbers"]
    assert admin.status("PUT", path, {"emails": ["x"]}) == 400
    assert manager.status("PUT", path, before) == 403


def test_a_deleted_person_is_gone_and_their_token_too(webex: Webex) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    admin.delete(f"people/{employee.person_id}")
    assert admin.status("GET", f"people/{employee.person_id}") == 404
    assert employee.status("GET", "people/me") == 401


def test_who_is_only_away_has_a_valid_token(webex: Webex) -> None:
    employee = webex.caller("employee")
    webex.change(employee.person_id, status="inactive")
    assert employee.status("GET", "people/me") == 200


def test_who_may_not_sign_in_has_no_valid_token(webex: Webex) -> None:
    employee = webex.caller("employee")
    webex.change(employee.person_id, loginEnabled=False)
    answer = employee.call("GET", "people/me")
    assert answer.status_code == 401
    assert answer.json()["message"].startswith("The request requires a valid access token")


def test_the_seed_has_a_leaver_and_the_bot_of_someone_else(webex: Webex) -> None:
    people = webex.snapshot()["people"].values()
    assert [one["email"] for one in people if one["loginEnabled"] == "false" and one["status"] == "inactive"]
    assert len([one for one in people if one["type"] == "bot"]) == 2
    assert len({one["department"] for one in people}) > 5


def test_spaces_are_seen_by_their_members(webex: Webex) -> None:
    bot, director = webex.caller("bot"), webex.caller("director")
    titles = {room["title"]: room for room in bot.get("rooms", type="group")["items"]}
    assert set(titles) == {"IT requests", "Partner project"}
    assert titles["Partner project"]["ownerId"] == webex.caller("external").who["orgId"]
    assert director.status("GET", f"rooms/{titles['IT requests']['id']}") == 404
    assert director.status("GET", "rooms", type="odd") == 400
    members = bot.get("memberships", roomId=titles["IT requests"]["id"])["items"]
    assert {one["personEmail"].partition("@")[0] for one in members} == {
        "admin", "employee", "manager", "colleague", "license-desk",
    }  # fmt: skip


def test_a_space_is_made_joined_and_left(webex: Webex) -> None:
    employee, bot = webex.caller("employee"), webex.caller("bot")
    room_id = employee.post("rooms", title="New")["id"]
    seat = employee.post("memberships", roomId=room_id, personEmail=DESK)
    again = {"roomId": room_id, "personId": bot.person_id}
    answer = employee.call("POST", "memberships", json=again)
    assert (answer.status_code, answer.json()["message"]) == (409, "Person is already in the room.")
    assert bot.get("memberships", roomId=room_id, personId=employee.person_id)["items"][0]["roomId"] == room_id
    assert bot.get(f"memberships/{seat['id']}") == seat
    employee.delete(f"memberships/{seat['id']}")
    assert bot.status("GET", f"rooms/{room_id}") == 404
    assert employee.status("POST", "memberships", {"roomId": room_id}) == 400
    assert employee.status("POST", "memberships", {"roomId": room_id, "personEmail": "x@example.com"}) == 404
    assert webex.caller("manager").status("POST", "memberships", again) == 404


def test_nobody_joins_a_1to1_space(webex: Webex) -> None:
    employee = webex.caller("employee")
    sent = employee.post("messages", toPersonEmail=DESK, text="hi")
    body = {"roomId": sent["roomId"], "personEmail": "manager@example.com"}
    assert employee.status("POST", "memberships", body) == 400


def test_locations_and_numbers_are_for_administrators(webex: Webex) -> None:
    admin, bot = webex.caller("admin"), webex.caller("bot")
    for path in ("locations", "telephony/config/locations", "telephony/config/numbers", "organizations"):
        assert bot.status("GET", path) == 403
        assert admin.status("GET", path) == 200
    assert [one["name"] for one in admin.get("locations")["items"]] == ["Denver", "Berlin", "London"]
    own = admin.get("organizations")["items"]
    assert admin.get(f"organizations/{own[0]['id']}") == own[0]
    assert admin.status("GET", "organizations/unknown") == 404


def test_available_numbers_are_neither_taken_nor_reserved(webex: Webex) -> None:
    admin, denver = webex.caller("admin"), webex.location("Denver")
    every = admin.get("telephony/config/numbers", locationId=denver)["phoneNumbers"]
    free = admin.get("telephony/config/people/primary/availableNumbers", locationId=denver)["phoneNumbers"]
    taken = [one for one in every if "owner" in one]
    reserved = [one for one in every if one["isReservedNumber"]]
    assert (len(every), len(taken), len(reserved), len(free)) == (10, 2, 1, 7)
    assert admin.get("telephony/config/numbers", locationId=denver, available="true")["phoneNumbers"] == free
    assert admin.status("GET", "telephony/config/numbers", available="true", ownerType="PEOPLE") == 400
    assert admin.status("GET", "telephony/config/people/primary/availableNumbers", licenseType="Basic") == 400


def test_numbers_page_by_link(webex: Webex) -> None:
    admin = webex.caller("admin")
    answer = admin.call("GET", "telephony/config/numbers", params={"max": 20})
    assert len(answer.json()["phoneNumbers"]) == 20
    rest = admin.call("GET", answer.links["next"]["url"].partition("/v1/")[2])
    assert len(rest.json()["phoneNumbers"]) == 10
    assert "next" not in rest.links


def test_a_partner_is_seen_by_id_though_not_found_by_email(webex: Webex) -> None:
    external = webex.caller("external")
    assert webex.caller("bot").get(f"people/{external.person_id}")["orgId"] == external.who["orgId"]
    assert group(external, "Partner project")
