"""Submitting cards, as members, strangers and forgers do."""

from typing import Any

import pytest

from tests.sandbox.clients import Webex
from tests.sandbox.test_messages import CARD, group


def test_any_member_submits_any_number_of_times(webex: Webex) -> None:
    bot, employee = webex.caller("bot"), webex.caller("employee")
    sent = bot.post("messages", roomId=group(employee), text="card", attachments=[CARD])
    inputs = {"do": "approve", "request": 42, "sure": True, "note": ""}
    for name in ("employee", "employee", "manager"):
        who = webex.caller(name)
        press = who.post("attachment/actions", type="submit", messageId=sent["id"], inputs=inputs)
        seen = bot.get(f"attachment/actions/{press['id']}")
        assert (seen["personId"], seen["inputs"], seen["messageId"]) == (who.person_id, inputs, sent["id"])
        assert seen["roomId"] == sent["roomId"]


def test_inputs_are_read_by_author_and_submitter_only(webex: Webex) -> None:
    bot, employee = webex.caller("bot"), webex.caller("employee")
    sent = bot.post("messages", roomId=group(employee), text="card", attachments=[CARD])
    press = employee.post("attachment/actions", type="submit", messageId=sent["id"], inputs={})
    path = f"attachment/actions/{press['id']}"
    assert [webex.caller(name).status("GET", path) for name in ("employee", "bot", "manager")] == [200, 200, 404]


def test_the_author_of_a_card_cannot_submit_it(webex: Webex) -> None:
    bot = webex.caller("bot")
    sent = bot.post("messages", toPersonEmail="employee@example.com", text="card", attachments=[CARD])
    answer = bot.call("POST", "attachment/actions", json={"type": "submit", "messageId": sent["id"], "inputs": {}})
    assert answer.status_code == 400
    assert "Author of a card cannot submit a cardAction on that card" in answer.json()["message"]


def test_strangers_and_deleted_cards_are_not_found(webex: Webex) -> None:
    bot = webex.caller("bot")
    sent = bot.post("messages", toPersonEmail="employee@example.com", text="card", attachments=[CARD])
    body = {"type": "submit", "messageId": sent["id"], "inputs": {}}
    assert webex.caller("manager").status("POST", "attachment/actions", body) == 404
    bot.delete(f"messages/{sent['id']}")
    assert webex.caller("employee").status("POST", "attachment/actions", body) == 404


@pytest.mark.parametrize(
    "change", [{"type": "press"}, {"inputs": ["x"]}, {"inputs": {"a": {}}}, {"inputs": {"a": None}}]
)
def test_odd_submissions_are_refused(webex: Webex, change: dict[str, Any]) -> None:
    bot = webex.caller("bot")
    sent = bot.post("messages", toPersonEmail="employee@example.com", text="card", attachments=[CARD])
    body = {"type": "submit", "messageId": sent["id"], "inputs": {}} | change
    assert webex.caller("employee").status("POST", "attachment/actions", body) == 400


def test_a_message_without_a_card_cannot_be_submitted(webex: Webex) -> None:
    sent = webex.caller("bot").post("messages", toPersonEmail="employee@example.com", text="plain")
    body = {"type": "submit", "messageId": sent["id"], "inputs": {}}
    assert webex.caller("employee").status("POST", "attachment/actions", body) == 400
