"""The sandbox's clock: what goes by it, and that a reset sets it right."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.sandbox.clients import Receiver, Webex
from tests.sandbox.test_messages import DESK
from tests.sandbox.test_webhooks import hook


def ahead(text: str) -> timedelta:
    return datetime.fromisoformat(text) - datetime.now(UTC)


def test_the_clock_is_set_and_advanced(webex: Webex) -> None:
    assert webex.control("GET", "clock").json()["offset"] == 0
    assert webex.control("POST", "clock", {"offset": 86_400}).json()["offset"] == 86_400
    told = webex.control("POST", "clock", {"advance": 86_400}).json()
    assert told["offset"] == 2 * 86_400
    assert timedelta(hours=47) < ahead(told["now"]) <= timedelta(days=2)
    webex.control("POST", "reset")
    assert webex.control("GET", "clock").json()["offset"] == 0


@pytest.mark.parametrize("body", [{}, {"offset": "x"}, {"advance": True}, {"offset": 1, "advance": 1}, {"odd": 1}])
def test_a_setting_that_makes_no_sense_is_refused(webex: Webex, body: dict[str, object]) -> None:
    assert webex.control("POST", "clock", body).status_code == 400


def test_messages_and_edits_carry_the_time_of_the_clock(webex: Webex) -> None:
    employee = webex.caller("employee")
    webex.control("POST", "clock", {"advance": 86_400})
    sent = employee.post("messages", toPersonEmail=DESK, text="tomorrow")
    assert ahead(sent["created"]) > timedelta(hours=23)
    body = {"roomId": sent["roomId"], "text": "edited"}
    assert ahead(employee.call("PUT", f"messages/{sent['id']}", json=body).json()["updated"]) > timedelta(hours=23)


@pytest.mark.thorough
def test_failures_are_forgotten_after_five_minutes_of_the_clock(webex: Webex, receiver: Receiver) -> None:
    receiver.status = 500
    bot = webex.caller("bot")
    webhook_id = hook(bot, receiver)["id"]

    def status_after(failures: int) -> str:
        for _ in range(failures):
            webex.caller("employee").post("messages", toPersonEmail=DESK, text="x")
        webex.wait_until_quiet()
        return str(bot.get(f"webhooks/{webhook_id}")["status"])

    assert status_after(60) == "active"
    webex.control("POST", "clock", {"advance": 301})
    assert status_after(60) == "active"
    assert status_after(40) == "inactive"
