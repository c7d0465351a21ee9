"""Bad weather on order, for calls and for deliveries."""

from typing import Any

import pytest
import requests

from tests.sandbox.clients import Receiver, Webex
from tests.sandbox.test_messages import CARD, DESK
from tests.sandbox.test_webhooks import hook

FREE = {"Basic Messaging", "Basic Meetings"}
PATCH = {"method": "PATCH", "path": "/v1/licenses/users"}


def test_a_status_is_answered_so_many_times(webex: Webex) -> None:
    webex.weather(method="GET", path="/v1/people/me", status=503, times=2)
    statuses = [webex.caller("bot").status("GET", "people/me") for _ in range(3)]
    assert statuses == [503, 503, 200]


def test_every_kth_call_goes_wrong(webex: Webex) -> None:
    webex.weather(path="/people/me", status=502, every=3)
    assert [webex.caller("bot").status("GET", "people/me") for _ in range(6)] == [200, 200, 502] * 2


def test_headers_and_body_are_as_ordered(webex: Webex) -> None:
    headers = {"Retry-After": "rand(30),add(30)"}
    webex.weather(method="GET", path="/people/*", status=429, headers=headers, body="<h1>slow down</h1>")
    answer = webex.caller("bot").call("GET", "people/unknown")
    assert (answer.status_code, answer.text) == (429, "<h1>slow down</h1>")
    assert answer.headers["Retry-After"] == "rand(30),add(30)"
    assert answer.headers["Content-Type"] == "text/html"


@pytest.mark.parametrize(
    ("path", "meets"),
    [("/people/*", True), ("/v1/people/**", True), ("**", True), ("/people", False), ("/people/*/x", False)],
)
def test_paths_match_by_segments(webex: Webex, path: str, *, meets: bool) -> None:
    webex.weather(path=path, status=503)
    assert (webex.caller("bot").status("GET", "people/me") == 503) == meets


def test_a_line_that_breaks_before_the_effect(webex: Webex) -> None:
    employee = webex.caller("employee")
    webex.weather(**PATCH, reset=True)
    with pytest.raises(requests.ConnectionError):
        webex.assign(employee.person_id, webex.add("Messaging"))
    assert webex.held_by(employee.person_id) == FREE


def test_an_answer_that_is_lost_after_the_effect(webex: Webex) -> None:
    employee = webex.caller("employee")
    webex.weather(**PATCH, lost=True)
    with pytest.raises(requests.ConnectionError):
        webex.assign(employee.person_id, webex.add("Messaging"))
    assert webex.held_by(employee.person_id) == FREE | {"Messaging"}
    assert [one["status"] for one in webex.snapshot()["calls"] if one["method"] == "PATCH"] == [200]


def test_a_200_that_was_not_applied(webex: Webex) -> None:
    employee = webex.caller("employee")
    webex.weather(**PATCH, unapplied=True)
    answer = webex.assign(employee.person_id, webex.add("Messaging"))
    assert webex.license("Messaging") in answer.json()["licenses"]
    assert webex.held_by(employee.person_id) == FREE


def test_a_206_that_names_its_failures(webex: Webex) -> None:
    webex.weather(**PATCH, errors_in_206=True)
    answer = webex.assign(webex.caller("employee").person_id, webex.add("Messaging"), webex.add("Messenger"))
    assert answer.status_code == 206
    assert [error["errorCode"] for error in answer.json()["errors"]] == [400118]


def test_a_card_that_is_lost_without_an_error_status(webex: Webex) -> None:
    webex.weather(method="POST", path="/messages", cards_lost=True)
    bot = webex.caller("bot")
    sent = bot.post("messages", toPersonEmail="employee@example.com", markdown="fallback", attachments=[CARD])
    assert "attachments" not in sent
    assert sent["errors"]["attachments"]["code"] == "invalid_attachments"
    assert bot.get(f"messages/{sent['id']}")["errors"] == sent["errors"]


def test_a_delayed_call_still_happens(webex: Webex) -> None:
    webex.weather(path="/people/me", delay=0.01)
    assert webex.caller("bot").status("GET", "people/me") == 200


def test_cleared_weather_is_over(webex: Webex) -> None:
    webex.weather(path="**", status=503, times=9)
    assert webex.control("DELETE", "weather").status_code == 204
    assert webex.caller("bot").status("GET", "people/me") == 200


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"path": "/people"},
        {"status": 503, "color": "grey"},
        {"status": "503"},
        {"status": 20},
        {"status": 503, "times": 0},
        {"delay": -1},
        {"webhooks": "hail"},
        {"webhooks": "drop", "status": 503},
    ],
)
def test_weather_that_nobody_understands_is_refused(webex: Webex, order: dict[str, Any]) -> None:
    assert webex.control("POST", "weather", order).status_code == 400


def deliveries(webex: Webex, receiver: Receiver, weather: dict[str, Any], messages: int = 2) -> list[dict[str, Any]]:
    """Send messages to the bot under this weather; what was delivered, with the number of its message as `n`."""
    hook(webex.caller("bot"), receiver, secret="s" * 32)
    webex.weather(**weather)
    sent = [webex.caller("employee").post("messages", toPersonEmail=DESK, text="x")["id"] for _ in range(messages)]
    webex.wait_until_quiet()
    done = webex.snapshot()["deliveries"]
    return [{"n": sent.index(one["body"]["data"]["id"]), "status": one["status"]} for one in done]


def test_a_delivery_comes_twice(webex: Webex, receiver: Receiver) -> None:
    assert sorted(one["n"] for one in deliveries(webex, receiver, {"webhooks": "double"})) == [0, 0, 1]


def test_a_delivery_is_dropped(webex: Webex, receiver: Receiver) -> None:
    assert {one["n"]: one["status"] for one in deliveries(webex, receiver, {"webhooks": "drop"})} == {0: None, 1: 200}


@pytest.mark.thorough
@pytest.mark.parametrize("weather", [{"webhooks": "reorder", "seconds": 30}, {"webhooks": "delay", "seconds": 2}])
def test_a_delivery_is_overtaken(webex: Webex, receiver: Receiver, weather: dict[str, Any]) -> None:
    assert [one["n"] for one in deliveries(webex, receiver, weather)] == [1, 0]


def test_a_reordered_delivery_with_nothing_behind_it_still_comes(webex: Webex, receiver: Receiver) -> None:
    assert [one["n"] for one in deliveries(webex, receiver, {"webhooks": "reorder", "seconds": 0.01}, 1)] == [0]


def test_a_delivery_is_tampered_with_or_comes_unsealed(webex: Webex, receiver: Receiver) -> None:
    hook(webex.caller("bot"), receiver, secret="s" * 32)
    sealed = []
    for weather in ("tamper", "unsigned"):
        webex.weather(webhooks=weather)
        webex.caller("employee").post("messages", toPersonEmail=DESK, text="x")
        headers, body = receiver.next_raw()
        sealed.append(("X-Spark-Signature" in headers, b'"status":"inactive"' in body))
    assert sealed == [(True, True), (False, False)]
