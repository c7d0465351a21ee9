"""Which webhook hears of what: resource and event, who may see it, the filter; and the envelope it is sent in."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from bot.sandbox import ids, views
from bot.sandbox.deliver import Courier
from bot.sandbox.faults import bad
from bot.sandbox.feed import Feed
from bot.sandbox.model import Message, Person, Press, Space, Webhook
from bot.sandbox.world import World

EVENTS = {
    "messages": {"created", "updated", "deleted"},
    "attachmentActions": {"created"},
    "memberships": {"created", "updated", "deleted"},
    "rooms": {"created", "updated", "migrated"},
}
FILTERS = {
    "messages": {"roomId", "roomType", "personId", "personEmail", "mentionedPeople", "hasFiles", "hasAttachments"},
    "attachmentActions": {"messageId", "personId", "roomId"},
    "memberships": {"roomId", "personId", "personEmail", "isModerator"},
    "rooms": {"type", "isLocked"},
}
FIREHOSE = {"messages", "memberships", "rooms"}


@dataclass(frozen=True, slots=True)
class _News:
    resource: str
    event: str
    actor_id: str
    data: dict[str, Any]
    facts: dict[str, str] = field(default_factory=dict)
    """More that filters may ask for and the delivery does not say."""


class Herald:
    """Called under the world's lock; the deliveries themselves leave from the courier's threads."""

    def __init__(self, world: World, courier: Courier, feed: Feed) -> None:
        self._world = world
        self._courier = courier
        self._feed = feed

    def message(self, event: str, what: Message, actor: Person) -> None:
        space = self._world.spaces[what.space_id]
        shown = {"message": views.message(what, space.kind), "members": list(space.members)}
        self._feed.publish("message", {"event": event, **shown})
        facts = {
            "hasFiles": "true" if what.files else "false",
            "hasAttachments": "true" if what.attachments else "false",
        }
        news = _News("messages", event, actor.person_id, views.message_head(what, space.kind), facts)
        for webhook in self._hearing(news):
            owner = self._world.people[webhook.owner_id]
            if owner.person_id in space.members and is_heard(owner, space, what):
                self._send(webhook, news)

    def press(self, what: Press, author_id: str) -> None:
        self._feed.publish("press", views.press(what))
        news = _News("attachmentActions", "created", what.person_id, views.press_head(what))
        for webhook in self._hearing(news):
            if webhook.owner_id == author_id:
                self._send(webhook, news)

    def membership(self, event: str, space: Space, data: dict[str, Any], actor: Person) -> None:
        self._feed.publish("membership", {"event": event, "membership": data})
        news = _News("memberships", event, actor.person_id, data)
        for webhook in self._hearing(news):
            if webhook.owner_id in space.members or webhook.owner_id == data["personId"]:
                self._send(webhook, news)

    def room(self, event: str, space: Space, data: dict[str, Any], actor: Person) -> None:
        self._feed.publish("room", {"event": event, "room": data, "members": list(space.members)})
        news = _News("rooms", event, actor.person_id, data)
        for webhook in self._hearing(news):
            if webhook.owner_id in space.members:
                self._send(webhook, news)

    def _hearing(self, news: _News) -> list[Webhook]:
        return [hook for hook in self._world.webhooks.values() if hook.status == "active" and _wants(hook, news)]

    def _send(self, webhook: Webhook, news: _News) -> None:
        owner = self._world.people[webhook.owner_id]
        envelope = views.webhook(webhook, owner.org_id) | {
            "resource": news.resource,
            "event": news.event,
            "actorId": news.actor_id,
            "data": news.data,
        }
        envelope.pop("secret", None)
        self._courier.accept(webhook, envelope)


def may_read(reader: Person, space: Space, what: Message) -> bool:
    """Tell whether somebody may read this: a bot in a group space only what mentions it, and its own words."""
    if reader.kind != "bot" or space.kind == "direct":
        return True
    return reader.person_id in what.mentioned_people or reader.person_id == what.person_id


def is_heard(owner: Person, space: Space, what: Message) -> bool:
    """Tell whether a webhook hears of this: a bot's in a group space only of what mentions the bot."""
    return owner.kind != "bot" or space.kind == "direct" or owner.person_id in what.mentioned_people


def check_filter(resource: str, text: str) -> None:
    """Refuse a filter that Webex would not understand."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=20)
    except ValueError:
        raise bad("Unable to parse the filter") from None
    known = FILTERS.get(resource, set())
    for key, value in pairs:
        if key not in known:
            raise bad(f"filter: {key} is not supported for {resource}")
        if not value:
            raise bad(f"filter: {key} is empty")


def _wants(webhook: Webhook, news: _News) -> bool:
    if webhook.resource == "all":
        return news.resource in FIREHOSE and webhook.event in {"all", news.event}
    if webhook.resource != news.resource or webhook.event not in {"all", news.event}:
        return False
    told = news.data | news.facts
    return all(_fits(told, key, value, webhook) for key, value in parse_qsl(webhook.filter or ""))


def _fits(told: dict[str, Any], key: str, value: str, webhook: Webhook) -> bool:
    if key == "mentionedPeople":
        wanted = webhook.owner_id if value == "me" else value
        return wanted in told.get("mentionedPeople", [])
    found = told.get(key)
    if isinstance(found, bool):
        return str(found).lower() == value.lower()
    if key == "personEmail":
        return str(found).lower() == value.lower()
    return bool(found == value) or (found is not None and ids.rest_of(str(found)) == ids.rest_of(value))
