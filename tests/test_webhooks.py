"""`webhooks sync`: exactly the bot's own webhooks, made and repaired, nobody else's touched."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from bot import webhooks
from bot.sandbox.server import RunningSandbox
from bot.webex.http import Patience
from bot.webex.messages import ChatGateway
from tests.chat import BOT_ID

SECRET = "a secret of more than thirty-two characters"
TARGET = "http://127.0.0.1:9/webhooks/webex"


class Webhooks:
    """The bot's webhooks in a sandbox, and the command that keeps them in order."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/v1/webhooks"
        self.chat = ChatGateway("sandbox-bot", f"{url}/v1", Patience(tries=1))
        self.headers = {"Authorization": "Bearer sandbox-bot"}

    def sync(self, public_url: str = "http://127.0.0.1:9", secret: str = SECRET, *, now: bool = False) -> list[str]:
        return list(webhooks.sync(self.chat, public_url, secret, now=now))

    def listed(self) -> list[dict[str, Any]]:
        return list(requests.get(self.url, headers=self.headers, timeout=10).json()["items"])

    def create(self, **fields: Any) -> None:
        given = {"targetUrl": TARGET, "resource": "messages", "event": "created", **fields}
        assert requests.post(self.url, headers=self.headers, json=given, timeout=10).ok


@pytest.fixture
def hooks() -> Iterator[Webhooks]:
    with RunningSandbox() as sandbox:
        yield Webhooks(sandbox.url)


def test_a_new_bot_gets_its_three_webhooks(hooks: Webhooks) -> None:
    assert hooks.sync() == ["messages: created", "attachmentActions: created", "memberships: created"]
    listed = {one["resource"]: one for one in hooks.listed()}
    assert {one["targetUrl"] for one in listed.values()} == {TARGET}
    assert {one["secret"] for one in listed.values()} == {SECRET}
    assert listed["memberships"]["filter"] == f"personId={BOT_ID}"


def test_what_is_in_order_is_left_alone(hooks: Webhooks) -> None:
    hooks.sync()
    before = hooks.listed()
    assert hooks.sync() == ["messages: in order", "attachmentActions: in order", "memberships: in order"]
    assert hooks.listed() == before


def test_a_new_address_or_secret_is_repaired_in_place(hooks: Webhooks) -> None:
    hooks.sync()
    ids = {one["id"] for one in hooks.listed()}
    other = "another secret of more than thirty-two"
    told = hooks.sync("http://127.0.0.1:10", other)
    assert told == ["messages: repaired", "attachmentActions: repaired", "memberships: repaired"]
    assert {one["id"] for one in hooks.listed()} == ids
    assert {one["targetUrl"] for one in hooks.listed()} == {"http://127.0.0.1:10/webhooks/webex"}
    assert {one["secret"] for one in hooks.listed()} == {other}


def test_doubles_are_deleted(hooks: Webhooks) -> None:
    hooks.sync()
    hooks.create(name="license-bot messages", secret=SECRET)
    assert "messages: deleted one too many" in hooks.sync()
    assert len(hooks.listed()) == 3


def test_webhooks_of_other_programs_stay(hooks: Webhooks) -> None:
    hooks.create(name="somebody else's")
    hooks.sync()
    hooks.sync("http://127.0.0.1:10")
    other = next(one for one in hooks.listed() if one["name"] == "somebody else's")
    assert other["targetUrl"] == TARGET


def test_a_wrong_token_is_a_sentence(hooks: Webhooks) -> None:
    hooks.chat = ChatGateway("sandbox-nobody", hooks.url.removesuffix("/webhooks"), Patience(tries=1))
    with pytest.raises(webhooks.SyncFailed, match="Is the bot's token right"):
        hooks.sync()


@pytest.mark.parametrize(
    ("name", "target"), [("license-bot messages", "http://127.0.0.1:9/elsewhere"), ("license-bots messages", TARGET)]
)
def test_one_of_somebody_else_stays_though_its_name_is_like_ours(hooks: Webhooks, name: str, target: str) -> None:
    hooks.create(name=name, targetUrl=target)
    before = hooks.listed()
    hooks.sync()
    hooks.sync("http://127.0.0.1:10")
    assert [one for one in hooks.listed() if one in before] == before
    assert len(hooks.listed()) == 4


def test_one_that_sleeps_is_woken_only_if_the_operator_says_so(hooks: Webhooks) -> None:
    hooks.sync()
    control = f"{hooks.url.removesuffix('/v1/webhooks')}/control/webhooks/{hooks.listed()[0]['id']}"
    assert requests.patch(control, json={"status": "inactive"}, timeout=10).ok
    with pytest.raises(webhooks.SyncFailed, match="let five minutes pass"):
        hooks.sync()
    assert [one["status"] for one in hooks.listed()].count("inactive") == 1
    assert [one for one in hooks.sync(now=True) if "repaired" in one] == ["messages: repaired"]
    assert {one["status"] for one in hooks.listed()} == {"active"}


def test_while_the_secret_is_changed_either_is_right_and_a_third_is_not(hooks: Webhooks) -> None:
    hooks.sync()
    new = webhooks.wanted("http://127.0.0.1:9", "the new secret of more than thirty-two", BOT_ID)[0]
    own = webhooks.own(hooks.chat)
    assert webhooks.faults_of(own, new, (new["secret"], SECRET)) == []
    assert [one.what for one in webhooks.faults_of(own, new, (new["secret"],))] == ["astray"]


def test_of_two_the_one_that_is_in_order_stays(hooks: Webhooks) -> None:
    hooks.create(name="license-bot messages", secret="an old one")
    hooks.create(name="license-bot messages", secret=SECRET)
    right = next(one for one in hooks.listed() if one["secret"] == SECRET)
    assert hooks.sync()[:2] == ["messages: in order", "messages: deleted one too many"]
    assert right in hooks.listed()
