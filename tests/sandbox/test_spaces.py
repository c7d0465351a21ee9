"""Moderated, announcement-only and read-only spaces: who may speak, change, invite and send away."""

import pytest

from tests.sandbox.clients import Caller, Receiver, Webex
from tests.sandbox.test_messages import DESK, group
from tests.sandbox.test_webhooks import hook


def seat(caller: Caller, room_id: str, who: Caller) -> str:
    return str(caller.get("memberships", roomId=room_id, personId=who.person_id)["items"][0]["id"])


@pytest.fixture
def it(webex: Webex) -> str:
    return group(webex.caller("admin"))


def moderate(webex: Webex, room_id: str, **more: object) -> None:
    body = {"title": "IT requests", "isLocked": True, **more}
    assert webex.caller("admin").status("PUT", f"rooms/{room_id}", body) == 200


def test_who_makes_a_space_moderated_is_its_moderator(webex: Webex, it: str) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    moderate(webex, it)
    assert employee.get(f"rooms/{it}")["isLocked"] is True
    assert admin.get(f"memberships/{seat(admin, it, admin)}")["isModerator"] is True
    assert employee.status("PUT", f"rooms/{it}", {"title": "Mine", "isLocked": False}) == 403
    assert employee.status("POST", "messages", {"roomId": it, "text": "still allowed to speak"}) == 200


def test_announcements_come_from_moderators_only(webex: Webex, it: str) -> None:
    moderate(webex, it, isAnnouncementOnly=True)
    assert webex.caller("admin").status("POST", "messages", {"roomId": it, "text": "news"}) == 200
    for name in ("employee", "bot"):
        answer = webex.caller(name).call("POST", "messages", json={"roomId": it, "text": "me too"})
        assert (answer.status_code, set(answer.json())) == (403, {"message", "errors", "trackingId"})
    moderate(webex, it, isAnnouncementOnly=False)
    assert webex.caller("bot").status("POST", "messages", {"roomId": it, "text": "me too"}) == 200


def test_only_a_moderated_space_can_be_for_announcements(webex: Webex) -> None:
    employee = webex.caller("employee")
    assert employee.status("POST", "rooms", {"title": "x", "isAnnouncementOnly": True}) == 400
    made = employee.post("rooms", title="News", isLocked=True, isAnnouncementOnly=True)
    assert (made["isLocked"], made["isAnnouncementOnly"]) == (True, True)


def test_nobody_writes_in_a_read_only_space(webex: Webex, it: str) -> None:
    admin = webex.caller("admin")
    sent = admin.post("messages", roomId=it, text="before")
    assert admin.status("PUT", f"rooms/{it}", {"title": "x", "isReadOnly": True}) == 403
    assert webex.control("PATCH", f"rooms/{it}", {"isReadOnly": True}).json()["isReadOnly"] is True
    assert admin.status("POST", "messages", {"roomId": it, "text": "after"}) == 403
    assert admin.status("PUT", f"messages/{sent['id']}", {"roomId": it, "text": "changed"}) == 403
    assert admin.get(f"messages/{sent['id']}")["text"] == "before"


def test_in_a_moderated_space_moderators_invite_send_away_and_delete(webex: Webex, it: str) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    moderate(webex, it)
    said = employee.post("messages", roomId=it, text="oops")
    invitation = {"roomId": it, "personEmail": "director@example.com"}
    assert employee.status("POST", "memberships", invitation) == 403
    assert employee.status("DELETE", f"memberships/{seat(employee, it, admin)}") == 403
    assert admin.status("POST", "memberships", invitation) == 200
    admin.delete(f"messages/{said['id']}")
    admin.delete(f"memberships/{seat(admin, it, employee)}")
    assert employee.status("GET", f"rooms/{it}") == 404


def test_moderators_come_and_go_and_the_last_one_unlocks_the_space(webex: Webex, it: str) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    own = seat(employee, it, employee)
    assert employee.call("PUT", f"memberships/{own}", json={"isModerator": True}).json()["isModerator"] is True
    assert admin.get(f"rooms/{it}")["isLocked"] is True
    assert admin.status("PUT", f"memberships/{seat(admin, it, admin)}", {"isModerator": True}) == 403
    assert employee.status("PUT", f"memberships/{own}", {"isModerator": False}) == 200
    assert admin.get(f"rooms/{it}")["isLocked"] is False


def test_a_1to1_space_is_hidden_by_each_for_oneself(webex: Webex) -> None:
    employee, bot = webex.caller("employee"), webex.caller("bot")
    room_id = employee.post("messages", toPersonEmail=DESK, text="hi")["roomId"]
    own = seat(employee, room_id, employee)
    assert employee.call("PUT", f"memberships/{own}", json={"isRoomHidden": True}).json()["isRoomHidden"] is True
    assert bot.status("PUT", f"memberships/{own}", {"isRoomHidden": False}) == 400
    assert employee.status("PUT", f"memberships/{own}", {"isModerator": True}) == 400
    assert employee.status("DELETE", f"rooms/{room_id}") == 400


def test_who_is_no_moderator_only_leaves_a_space_that_they_delete(webex: Webex, it: str) -> None:
    admin, employee = webex.caller("admin"), webex.caller("employee")
    said = employee.post("messages", roomId=it, text="bye")
    employee.delete(f"rooms/{it}")
    assert (employee.status("GET", f"rooms/{it}"), admin.status("GET", f"rooms/{it}")) == (404, 200)
    admin.delete(f"rooms/{it}")
    assert admin.status("GET", f"rooms/{it}") == admin.status("GET", f"messages/{said['id']}") == 404


def test_a_change_of_a_space_is_heard(webex: Webex, it: str, receiver: Receiver) -> None:
    hook(webex.caller("employee"), receiver, resource="rooms", event="updated")
    moderate(webex, it, title="Renamed")
    heard = receiver.next()
    assert (heard["resource"], heard["event"], heard["data"]["title"]) == ("rooms", "updated", "Renamed")


def test_spaces_are_listed_in_the_order_that_was_asked_for_page_by_page(webex: Webex) -> None:
    employee = webex.caller("employee")
    first, second = (employee.post("rooms", title=title)["id"] for title in ("First", "Second"))
    employee.post("messages", roomId=first, text="the latest")

    def listed(order: str) -> list[str]:
        return [one["id"] for one in employee.get("rooms", sortBy=order)["items"]]

    assert listed("lastactivity")[:2] == [first, second]
    assert listed("created")[:2] == [second, first]
    assert listed("id") == sorted(listed("id"))
    answer = employee.call("GET", "rooms", params={"sortBy": "lastactivity", "max": 1})
    assert [one["id"] for one in answer.json()["items"]] == [first]
    assert "sortBy=lastactivity" in answer.links["next"]["url"]
    assert employee.status("GET", "rooms", sortBy="title") == 400
