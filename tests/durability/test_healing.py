"""Webhooks that Webex switched off, that are gone, doubled or lead elsewhere: put right, and the admins know."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.store import seals
from bot.webex.http import Patience
from bot.webex.messages import ChatGateway
from bot.workflows.healing import PROBATION
from tests.chat import BOT_ID, Chat
from tests.running import TOO_LONG

A_MOMENT = timedelta(seconds=10)
A_WHILE = timedelta(minutes=2)
SWITCHED_OFF, PUT_RIGHT, WELL = "no longer tells me", "putting that right", "in order for a while now"


class Webhooks:
    """What the bot's token sees of webhooks in Webex; time passes for the bot and the sandbox alike."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def listed(self) -> list[dict[str, Any]]:
        found = self._chat.bot.call("GET", "webhooks")["items"]
        return sorted(({**one, "created": ""} for one in found), key=lambda one: str(one["id"]))

    def of(self, resource: str) -> dict[str, Any]:
        return next(one for one in self.listed() if one["resource"] == resource)

    def create(self, name: str, target: str, **more: str) -> str:
        body = {"name": name, "targetUrl": target, "resource": "messages", "event": "created", **more}
        return str(self._chat.bot.call("POST", "webhooks", json=body)["id"])

    def change(self, resource: str, **fields: Any) -> None:
        one = self.of(resource)
        body = {"name": one["name"], "targetUrl": one["targetUrl"], **fields}
        self._chat.bot.call("PUT", f"webhooks/{one['id']}", json=body)

    def switch_off(self, resource: str) -> None:
        self._chat.running.control("PATCH", f"webhooks/{self.of(resource)['id']}", {"status": "inactive"})

    def heal(self, after: timedelta = timedelta(0)) -> None:
        """Let the bot look after its webhooks once, that much later."""
        self._chat.running.clock.ahead += after
        self._chat.running.control("POST", "clock", {"advance": after.total_seconds()})
        healing = self._chat.running.worker.healing
        healing.heal(healing.time())
        self._chat.running.settle()

    def told(self, words: str) -> int:
        return sum(words in one["text"] for one in self._chat.admin.inbox() if one["personId"] == BOT_ID)


@pytest.fixture
def hooks(chat: Chat) -> Webhooks:
    return Webhooks(chat)


def test_what_is_in_order_is_looked_at_and_left_alone(chat: Chat, hooks: Webhooks) -> None:
    before = hooks.listed()
    hooks.heal()
    hooks.heal(A_WHILE)
    assert hooks.listed() == before
    assert chat.admin.inbox() == []
    assert chat.calls("PUT", "/v1/webhooks") == []


def test_one_that_was_switched_off_is_woken_up_after_five_minutes_and_not_sooner(chat: Chat, hooks: Webhooks) -> None:
    chat.employee.says("help")  # from now on their words are one delivery each
    hooks.switch_off("messages")
    hooks.heal()
    assert hooks.told(SWITCHED_OFF) == 1
    hooks.heal(PROBATION - A_MOMENT)
    assert hooks.of("messages")["status"] == "inactive"
    hooks.heal(A_MOMENT)
    assert hooks.of("messages")["status"] == "active"
    chat.weather(webhooks="tamper")
    chat.employee.says("help")  # refused, and yet one failure does not end it again
    assert hooks.of("messages")["status"] == "active"
    assert "request" in chat.employee.says("help")


def test_one_that_falls_asleep_again_before_it_was_seen_well_is_left_alone_for_five_minutes_again(
    hooks: Webhooks,
) -> None:
    hooks.switch_off("messages")
    hooks.heal()
    hooks.heal(PROBATION)
    assert hooks.of("messages")["status"] == "active"
    hooks.switch_off("messages")
    hooks.heal(A_WHILE)
    hooks.heal(A_WHILE)
    assert hooks.of("messages")["status"] == "inactive"
    hooks.heal(PROBATION)
    assert hooks.of("messages")["status"] == "active"


@pytest.mark.thorough
def test_one_that_fell_asleep_while_something_else_was_wrong_is_left_alone_for_five_minutes_too(
    hooks: Webhooks,
) -> None:
    for resource in ("messages", "memberships"):
        hooks.change(resource, targetUrl="http://127.0.0.1:9/webhooks/webex")
    hooks.heal()
    hooks.switch_off("messages")
    hooks.heal(A_MOMENT)
    hooks.heal(PROBATION - A_MOMENT)
    assert (hooks.of("messages")["status"], hooks.of("memberships")["status"]) == ("inactive", "active")
    hooks.heal(A_MOMENT)
    assert hooks.of("messages")["status"] == "active"


@pytest.mark.thorough
def test_a_worker_whose_secret_web_does_not_take_leaves_all_as_it_is(chat: Chat, hooks: Webhooks) -> None:
    hooks.change("messages", secret="x" * 40)
    before = hooks.listed()
    with Session(chat.running.engine) as session, session.begin():
        seals.note_taken(session, ["y" * 40], chat.running.clock())
    hooks.heal()
    hooks.heal(A_WHILE)
    assert hooks.listed() == before


@pytest.mark.thorough
def test_woken_up_too_soon_one_failure_would_end_it_again(chat: Chat, hooks: Webhooks) -> None:
    """Why the bot waits: what an impatient one would come to."""
    chat.employee.says("help")
    hooks.switch_off("messages")
    hooks.change("messages", status="active")
    chat.weather(webhooks="tamper")
    chat.employee.says("help")
    assert hooks.of("messages")["status"] == "inactive"


@pytest.mark.thorough
def test_the_admins_are_told_once_and_once_more_when_all_has_been_well(hooks: Webhooks) -> None:
    hooks.switch_off("messages")
    hooks.switch_off("attachmentActions")
    for _ in range(5):
        hooks.heal(A_WHILE)
    assert {one["status"] for one in hooks.listed()} == {"active"}
    assert (hooks.told(SWITCHED_OFF), hooks.told("messages and presses of buttons"), hooks.told(WELL)) == (1, 1, 0)
    for _ in range(4):
        hooks.heal(A_WHILE)
    assert (hooks.told(SWITCHED_OFF), hooks.told(WELL)) == (1, 1)
    hooks.switch_off("messages")
    hooks.heal(A_WHILE)
    assert hooks.told(SWITCHED_OFF) == 2


@pytest.mark.thorough
def test_one_that_falls_asleep_again_at_once_is_no_news(hooks: Webhooks) -> None:
    hooks.switch_off("messages")
    for _ in range(4):
        hooks.heal(A_WHILE)
    assert hooks.of("messages")["status"] == "active"
    hooks.heal(A_WHILE)
    hooks.switch_off("messages")
    for _ in range(4):
        hooks.heal(A_WHILE)
    assert hooks.of("messages")["status"] == "active"
    assert (hooks.told(SWITCHED_OFF), hooks.told(WELL)) == (1, 0)


def test_one_that_is_gone_is_made_anew_unless_somebody_else_does_within_a_minute(chat: Chat, hooks: Webhooks) -> None:
    chat.bot.call("DELETE", f"webhooks/{hooks.of('messages')['id']}")
    hooks.heal()
    assert len(hooks.listed()) == 2
    hooks.heal(A_WHILE)
    assert len(hooks.listed()) == 3
    assert hooks.told(PUT_RIGHT) == 1
    assert "request" in chat.employee.says("help")


@pytest.mark.thorough
def test_a_repair_that_fails_was_announced_and_not_said_to_be_done(chat: Chat, hooks: Webhooks) -> None:
    chat.bot.call("DELETE", f"webhooks/{hooks.of('messages')['id']}")
    hooks.heal()
    chat.weather(method="POST", path="/v1/webhooks", status=503, every=1)
    hooks.heal(A_WHILE)
    assert len(hooks.listed()) == 2
    assert (hooks.told(f"{PUT_RIGHT}: the one for messages is gone."), hooks.told("so I put that right")) == (1, 0)


@pytest.mark.thorough
def test_one_that_an_operator_makes_meanwhile_is_not_made_twice_and_nobody_is_told(chat: Chat, hooks: Webhooks) -> None:
    one = hooks.of("messages")
    chat.bot.call("DELETE", f"webhooks/{one['id']}")
    hooks.heal()
    hooks.create(one["name"], one["targetUrl"], secret=one["secret"])
    hooks.heal(A_WHILE)
    hooks.heal(A_WHILE)
    assert len(hooks.listed()) == 3
    assert chat.admin.inbox() == []


@pytest.mark.thorough
@pytest.mark.parametrize("changed", [{"targetUrl": "http://127.0.0.1:9/webhooks/webex"}, {"secret": "x" * 40}])
def test_one_that_leads_elsewhere_or_has_a_strange_secret_is_put_right(
    chat: Chat, hooks: Webhooks, changed: dict[str, str]
) -> None:
    before = hooks.listed()
    hooks.change("messages", **changed)
    hooks.heal()
    hooks.heal(A_WHILE)
    assert hooks.listed() == before
    assert hooks.told("the one for messages leads elsewhere or has another secret") == 1
    assert "request" in chat.employee.says("help")


@pytest.mark.thorough
def test_of_two_the_one_that_works_is_kept(chat: Chat, hooks: Webhooks) -> None:
    one = hooks.of("messages")
    hooks.create(one["name"], one["targetUrl"], secret=one["secret"])
    chat.running.control("PATCH", f"webhooks/{one['id']}", {"status": "inactive"})
    hooks.heal()
    hooks.heal(A_WHILE)
    left = [hook for hook in hooks.listed() if hook["resource"] == "messages"]
    assert [hook["status"] for hook in left] == ["active"]
    assert "request" in chat.employee.says("help")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("license-bot messages", "http://127.0.0.1:9/somebody/elses"),
        ("license-bot-of-sales messages", "http://127.0.0.1:9/webhooks/webex"),
        ("License-Bot messages", "http://127.0.0.1:9/webhooks/webex"),
        ("my license-bot messages", "http://127.0.0.1:9/webhooks/webex"),
    ],
)
def test_webhooks_of_others_stay_as_they_are_however_alike_their_names(
    chat: Chat, hooks: Webhooks, name: str, target: str
) -> None:
    theirs = hooks.create(name, target)
    chat.running.control("PATCH", f"webhooks/{theirs}", {"status": "inactive"})
    before = hooks.listed()
    for _ in range(4):
        hooks.heal(A_WHILE)
    assert hooks.listed() == before
    assert chat.admin.inbox() == []


@pytest.mark.thorough
def test_while_webex_is_busy_nothing_is_concluded(chat: Chat, hooks: Webhooks) -> None:
    chat.weather(method="GET", path="/v1/webhooks", status=503, every=1)
    hooks.heal()
    hooks.heal(A_WHILE)
    assert chat.admin.inbox() == []
    chat.running.control("DELETE", "weather")
    hooks.switch_off("messages")
    hooks.heal()
    chat.weather(method="PUT", path="/v1/webhooks/*", status=503, every=1)
    hooks.heal(PROBATION)
    assert hooks.of("messages")["status"] == "inactive"
    chat.running.control("DELETE", "weather")
    hooks.heal(A_WHILE)
    assert hooks.of("messages")["status"] == "active"


@pytest.mark.thorough
def test_after_a_hundred_refused_deliveries_the_bot_hears_again_and_answers_what_it_missed(
    chat: Chat, hooks: Webhooks
) -> None:
    people = (chat.employee, chat.colleague, chat.manager, chat.director)
    for someone in people:
        someone.says("help")
    chat.weather(webhooks="tamper", every=1)
    for _ in range(100 // len(people)):
        for someone in people:
            someone.says("help", settle=False)
    chat.running.settle()
    chat.running.control("DELETE", "weather")
    assert hooks.of("messages")["status"] == "inactive"
    chat.employee.says("request messaging because new desk")
    hooks.heal()
    hooks.heal(PROBATION)
    assert hooks.of("messages")["status"] == "active"
    chat.running.worker.catching_up.catch_up(chat.running.clock().isoformat())
    chat.running.settle(within=3 * TOO_LONG)  # a hundred answers
    assert f"Request #{chat.last_number()} is sent" in chat.employee.last()


@pytest.mark.thorough
def test_the_gateway_and_the_sandbox_agree_on_what_is_switched_off(chat: Chat, hooks: Webhooks) -> None:
    hooks.switch_off("messages")
    seen = ChatGateway("sandbox-bot", chat.running.settings.webex_api_url, Patience(tries=1)).webhooks()
    assert seen["kind"] == "ok"
    assert [one["active"] for one in seen["value"] if one["resource"] == "messages"] == [False]
