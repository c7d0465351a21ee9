"""The bot's own webhooks, made and repaired: right target, right secret, awake. Anybody else's are left alone."""

from collections.abc import Iterator
from typing import Any

from bot.webex.http import Answer
from bot.webex.messages import ChatGateway, NewWebhook

PATH = "/webhooks/webex"
NAME = "license-bot"


class SyncFailed(Exception):
    """Webex would not do it; the text says what and why."""


def wanted(public_url: str, secret: str, bot_id: str) -> list[NewWebhook]:
    """Return what should exist. Being added to a space is told for the bot itself only, hence the filter."""
    target = f"{public_url.rstrip('/')}{PATH}"
    resources = (("messages", None), ("attachmentActions", None), ("memberships", f"personId={bot_id}"))
    return [
        {
            "name": f"{NAME} {resource}",
            "target_url": target,
            "resource": resource,
            "event": "created",
            "filter": filter_,
            "secret": secret,
        }
        for resource, filter_ in resources
    ]


def sync(chat: ChatGateway, public_url: str, secret: str) -> Iterator[str]:
    """Create what is missing, repair what is wrong, delete doubles. Yields a line for each. Raises SyncFailed."""
    bot_id = _value(chat.me(), "read who the bot is")["person_id"]
    existing = [one for one in _value(chat.webhooks(), "list the webhooks") if one["name"].startswith(f"{NAME} ")]
    for new in wanted(public_url, secret, bot_id):
        mine = [one for one in existing if (one["resource"], one["event"]) == (new["resource"], new["event"])]
        fitting = [one for one in mine if (one["filter"] or None) == new["filter"]]
        if not fitting:
            _value(chat.create_webhook(new), f"create the webhook for {new['resource']}")
            yield f"{new['resource']}: created"
        elif _is_right(fitting[0], new):
            yield f"{new['resource']}: in order"
        else:
            _repair(chat, fitting[0], new)
            yield f"{new['resource']}: repaired"
        for extra in [one for one in mine if one not in fitting[:1]]:
            _value(chat.delete_webhook(extra["webhook_id"]), "delete a webhook that is not needed")
            yield f"{new['resource']}: deleted one too many"


def _is_right(one: dict[str, Any], new: NewWebhook) -> bool:
    return bool(one["active"]) and one["target_url"] == new["target_url"] and one["secret"] == new["secret"]


def _repair(chat: ChatGateway, one: dict[str, Any], new: NewWebhook) -> None:
    answer = chat.update_webhook(one["webhook_id"], new["name"], new["target_url"], new["secret"], active=True)
    _value(answer, f"repair the webhook for {new['resource']}")


def _value(answer: Answer, what: str) -> Any:
    if answer["kind"] != "ok":
        raise SyncFailed(f"Webex did not let me {what} (status {answer['status']}). Is the bot's token right?")
    return answer["value"]
