"""Webhooks: their life, what is delivered and to whom, the seal, and the switch-off after failures."""

import hashlib
import hmac
from typing import Any

import pytest

from tests.sandbox.clients import Caller, Receiver, Webex
from tests.sandbox.test_messages import CARD, DESK, group


def hook(caller: Caller, receiver: Receiver, resource: str = "messages", **more: Any) -> dict[str, Any]:
    body = {"name": "desk", "targetUrl": receiver.url, "resource": resource, "event": "created", **more}
    made: dict[str, Any] = caller.post("webhooks", **body)
    return made


def test_a_message_is_announced_without_its_words(webex: Webex, receiver: Receiver) -> None:
    employee, bot = webex.caller("employee"), webex.caller("bot")
    made = hook(bot, receiver, secret="s" * 32)
    sent = employee.post("messages", toPersonEmail=DESK, text="secret words")
    headers, body = receiver.next_raw()
    assert b"secret words" not in body
    assert headers["X-Spark-Signature"] == hmac.new(b"s" * 32, body, hashlib.sha1).hexdigest()
    assert headers["Content-Type"].startswith("application/json")
    told = webex.snapshot()
    webex.wait_until_quiet()
    envelope = webex.snapshot()["deliveries"][0]["body"]
    assert told["webhooks"][0]["secret"] == "s" * 32
    assert "secret" not in envelope
    assert (envelope["id"], envelope["resource"], envelope["event"]) == (made["id"], "messages", "created")
    assert (envelope["actorId"], envelope["createdBy"]) == (employee.person_id, bot.person_id)
    assert envelope["data"] == {
        "id": sent["id"],
        "roomId": sent["roomId"],
        "roomType": "direct",
        "personId": employee.person_id,
        "personEmail": employee.email,
        "created": sent["created"],
    }


def test_no_secret_no_seal(webex: Webex, receiver: Receiver) -> None:
    hook(webex.caller("bot"), receiver)
    webex.caller("employee").post("messages", toPersonEmail=DESK, text="hi")
    assert "X-Spark-Signature" not in receiver.next_raw()[0]


def test_a_bot_hears_in_group_spaces_only_its_mentions(webex: Webex, receiver: Receiver) -> None:
    employee, bot = webex.caller("employee"), webex.caller("bot")
    hook(bot, receiver)
    employee.post("messages", roomId=group(employee), text="not for bots")
    bot.post("messages", roomId=group(employee), text="own words")
    mention = employee.post("messages", roomId=group(employee), markdown=f"<@personEmail:{DESK}> help")
    employee.post("messages", roomId=group(employee, "Sales floor"), text="elsewhere")
    webex.wait_until_quiet()
    assert [one["body"]["data"]["id"] for one in webex.snapshot()["deliveries"]] == [mention["id"]]


def test_a_bot_hears_its_own_words_in_a_1to1_space(webex: Webex, receiver: Receiver) -> None:
    bot = webex.caller("bot")
    hook(bot, receiver)
    sent = bot.post("messages", toPersonEmail="employee@example.com", text="hi")
    assert receiver.next()["data"]["id"] == sent["id"]


def test_a_press_is_announced_to_the_author_of_the_card_without_inputs(webex: Webex, receiver: Receiver) -> None:
    employee, bot = webex.caller("employee"), webex.caller("bot")
    hook(bot, receiver, "attachmentActions")
    sent = bot.post("messages", roomId=group(employee), text="card", attachments=[CARD])
    press = employee.post("attachment/actions", type="submit", messageId=sent["id"], inputs={"note": "private"})
    envelope = receiver.next()
    assert envelope["data"] == {key: value for key, value in press.items() if key != "inputs"}
    assert envelope["actorId"] == employee.person_id


def test_a_press_is_nobody_elses_business(webex: Webex, receiver: Receiver) -> None:
    bot, employee = webex.caller("bot"), webex.caller("employee")
    hook(webex.caller("manager"), receiver, "attachmentActions")
    sent = bot.post("messages", roomId=group(employee), text="card", attachments=[CARD])
    employee.post("attachment/actions", type="submit", messageId=sent["id"], inputs={})
    webex.wait_until_quiet()
    assert webex.snapshot()["deliveries"] == []


def test_being_added_to_a_space_is_announced(webex: Webex, receiver: Receiver) -> None:
    manager, bot = webex.caller("manager"), webex.caller("bot")
    hook(bot, receiver, "memberships")
    room_id = group(manager, "Sales floor")
    added = manager.post("memberships", roomId=room_id, personEmail=DESK)
    told = receiver.next()
    assert (told["data"], told["actorId"]) == (added, manager.person_id)
    assert told["data"]["personOrgId"] == bot.who["orgId"]


def test_deleting_is_announced_to_those_who_asked(webex: Webex, receiver: Receiver) -> None:
    employee = webex.caller("employee")
    hook(webex.caller("bot"), receiver, event="deleted")
    sent = employee.post("messages", toPersonEmail=DESK, text="oops")
    employee.delete(f"messages/{sent['id']}")
    assert (receiver.next()["event"], receiver.arrived.empty()) == ("deleted", True)


@pytest.mark.parametrize(
    ("wanted", "heard"),
    [
        ("roomType=direct", ["direct"]),
        ("roomType=group", ["mention", "card"]),
        ("personEmail=MANAGER@example.com", ["card"]),
        ("mentionedPeople=me&roomType=group", ["mention", "card"]),
        ("personEmail=manager@example.com&roomType=direct", []),
    ],
)
def test_filters_are_joined_by_and(webex: Webex, receiver: Receiver, wanted: str, heard: list[str]) -> None:
    employee, manager = webex.caller("employee"), webex.caller("manager")
    hook(webex.caller("bot"), receiver, filter=wanted)
    room_id, mention = group(employee), f"<@personEmail:{DESK}> hi"
    sent = {
        "direct": employee.post("messages", toPersonEmail=DESK, text="hi")["id"],
        "mention": employee.post("messages", roomId=room_id, markdown=mention)["id"],
        "card": manager.post("messages", roomId=room_id, markdown=mention, attachments=[CARD])["id"],
    }
    webex.wait_until_quiet()
    got = {one["body"]["data"]["id"] for one in webex.snapshot()["deliveries"]}
    assert got == {sent[name] for name in heard}


@pytest.mark.parametrize(
    "change",
    [
        {"resource": "licenses"},
        {"event": "started"},
        {"resource": "attachmentActions", "event": "deleted"},
        {"filter": "colour=red"},
        {"filter": "roomId"},
        {"name": ""},
        {"targetUrl": "ftp://127.0.0.1/x"},
        {"targetUrl": "http://["},
        {"targetUrl": "https://example.com/hook"},
    ],
)
def test_a_webhook_that_makes_no_sense_is_refused(webex: Webex, receiver: Receiver, change: dict[str, str]) -> None:
    body = {"name": "desk", "targetUrl": receiver.url, "resource": "messages", "event": "created"} | change
    assert webex.caller("bot").status("POST", "webhooks", body) == 400


def test_an_organization_wide_webhook_is_not_for_bots(webex: Webex, receiver: Receiver) -> None:
    body = {"name": "x", "targetUrl": receiver.url, "resource": "messages", "event": "created", "ownedBy": "org"}
    assert webex.caller("bot").status("POST", "webhooks", body) == 403


def test_a_webhook_is_changed_and_deleted_by_its_owner_alone(webex: Webex, receiver: Receiver) -> None:
    bot, employee = webex.caller("bot"), webex.caller("employee")
    made = hook(bot, receiver)
    path, body = f"webhooks/{made['id']}", {"name": "new", "targetUrl": receiver.url, "resource": "rooms"}
    assert employee.status("PUT", path, body) == 404
    changed = bot.call("PUT", path, json=body).json()
    assert (changed["name"], changed["resource"]) == ("new", "messages")
    assert bot.status("PUT", path, body | {"status": "inactive"}) == 400
    assert bot.status("PUT", path, {"name": "new"}) == 400
    assert employee.get("webhooks")["items"] == []
    assert [one["id"] for one in bot.get("webhooks")["items"]] == [made["id"]]
    bot.delete(path)
    assert bot.status("GET", path) == 404


def test_a_failing_webhook_is_switched_off_after_a_hundred_and_then_sooner(webex: Webex) -> None:
    employee, bot = webex.caller("employee"), webex.caller("bot")
    with Receiver(status=500) as failing:
        made = hook(bot, failing)
        path, body = f"webhooks/{made['id']}", {"name": "x", "targetUrl": failing.url, "status": "active"}
        for _ in range(99):
            employee.post("messages", toPersonEmail=DESK, text="hi")
        webex.wait_until_quiet()
        assert bot.get(path)["status"] == "active"
        employee.post("messages", toPersonEmail=DESK, text="the hundredth")
        webex.wait_until_quiet()
        assert bot.get(path)["status"] == "inactive"
        employee.post("messages", toPersonEmail=DESK, text="unheard")
        webex.wait_until_quiet()
        assert failing.arrived.qsize() == 100
        assert bot.call("PUT", path, json=body).json()["status"] == "active"
        employee.post("messages", toPersonEmail=DESK, text="once more")
        webex.wait_until_quiet()
        assert bot.get(path)["status"] == "inactive"


def test_a_receiver_that_is_not_there_gets_no_second_try(webex: Webex) -> None:
    with Receiver() as gone:
        pass
    hook(webex.caller("bot"), gone)
    webex.caller("employee").post("messages", toPersonEmail=DESK, text="hi")
    webex.wait_until_quiet()
    assert [one["status"] for one in webex.snapshot()["deliveries"]] == [0]
