"""The bot's own webhooks, made and repaired: right target, right secret, awake. Anybody else's are left alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from bot.webex.http import Answer
from bot.webex.messages import ChatGateway, NewWebhook
from bot.webex.said import Webhook

PATH = "/webhooks/webex"
NAME = "license-bot"

What = Literal["missing", "asleep", "astray", "double", "outdated"]
"""Webex puts one to sleep that keeps failing; astray is one with another target, or a secret that we do not know.

Outdated is one that is in order but for its secret, which is an old one.
"""
STILL_ASLEEP = (
    "Woken within five minutes of falling asleep, a webhook is put to sleep again by one more failure. See that web "
    "answers, let five minutes pass, then run `license-bot webhooks sync --now`."
)


class SyncFailed(Exception):
    """Webex would not do it; the text says what and why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one webhook; `webhook_id` is "" for one that is missing."""

    what: What
    resource: str
    webhook_id: str = ""

    @property
    def key(self) -> str:
        return f"{self.what}:{self.resource}:{self.webhook_id}"


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


def sync(chat: ChatGateway, public_url: str, secret: str, *, now: bool = False) -> Iterator[str]:
    """Create what is missing, repair what is wrong, delete doubles. Yields a line for each. Raises SyncFailed.

    One that sleeps is woken only if told so, since nothing says for how long it has slept; it fails in the end.
    """
    bot_id = _value(chat.me(), "read who the bot is")["person_id"]
    existing, sleeps = own(chat), False
    for new in wanted(public_url, secret, bot_id):
        faults = faults_of(existing, new, (secret,))
        if all(fault.what == "double" for fault in faults):
            yield f"{new['resource']}: in order"
        for fault in faults:
            if fault.what == "asleep" and not now:
                sleeps = True
                yield f"{new['resource']}: asleep, left as it is"
            else:
                repair(chat, fault, new)
                yield f"{new['resource']}: {_DONE[fault.what]}"
    if sleeps:
        raise SyncFailed(STILL_ASLEEP)


_DONE = {"missing": "created", "asleep": "repaired", "astray": "repaired", "double": "deleted one too many"}


def own(chat: ChatGateway) -> list[Webhook]:
    """Return the webhooks that are ours: they have our name and lead to our path, wherever that was. Or SyncFailed."""
    listed = _value(chat.webhooks(), "list the webhooks")
    return [one for one in listed if one["name"].startswith(f"{NAME} ") and _path_of(one).endswith(PATH)]


def faults_of(existing: Iterable[Webhook], new: NewWebhook, secrets: Sequence[str]) -> list[Fault]:
    """Return what is wrong about one that should exist, which may be sealed with any of the secrets; doubles last."""
    mine = [one for one in existing if (one["resource"], one["event"]) == (new["resource"], new["event"])]
    fitting = [one for one in mine if _is_for(one, new)]
    fitting.sort(key=lambda one: _fault_of(one, new, secrets) is not None)  # one in order is the one to keep
    doubles = [Fault("double", one["resource"], one["webhook_id"]) for one in mine if one not in fitting[:1]]
    if not fitting:
        return [Fault("missing", new["resource"]), *doubles]
    what = _fault_of(fitting[0], new, secrets)
    return [*([Fault(what, new["resource"], fitting[0]["webhook_id"])] if what else []), *doubles]


def outdated(existing: Iterable[Webhook], new: NewWebhook, old: Sequence[str]) -> list[Fault]:
    """Return one that should exist, and is in order, if it is still sealed with one of the old secrets."""
    mine = [one for one in existing if _is_for(one, new) and one["secret"] in old]
    return [Fault("outdated", one["resource"], one["webhook_id"]) for one in mine]


def repair(chat: ChatGateway, fault: Fault, new: NewWebhook) -> None:
    """Mend one fault of the webhook that should be like `new`. Raises SyncFailed."""
    resource = new["resource"]
    match fault.what:
        case "missing":
            _value(chat.create_webhook(new), f"create the webhook for {resource}")
        case "double":
            _value(chat.delete_webhook(fault.webhook_id), f"delete a webhook for {resource} that is not needed")
        case _:
            answer = chat.update_webhook(fault.webhook_id, new["name"], new["target_url"], new["secret"], active=True)
            _value(answer, f"repair the webhook for {resource}")


def _is_for(one: Webhook, new: NewWebhook) -> bool:
    same = (one["resource"], one["event"]) == (new["resource"], new["event"])
    return same and (one["filter"] or None) == new["filter"]


def _fault_of(one: Webhook, new: NewWebhook, secrets: Sequence[str]) -> What | None:
    """Asleep comes before astray: waking one up rights it as well, and has to wait."""
    if not one["active"]:
        return "asleep"
    return None if one["target_url"] == new["target_url"] and one["secret"] in secrets else "astray"


def _path_of(one: Webhook) -> str:
    try:
        return urlsplit(one["target_url"]).path
    except ValueError:
        return ""


def _value(answer: Answer, what: str) -> Any:
    if answer["kind"] != "ok":
        raise SyncFailed(f"Webex did not let me {what} (status {answer['status']}). Is the bot's token right?")
    return answer["value"]
