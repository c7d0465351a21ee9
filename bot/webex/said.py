"""Messages, presses, spaces and webhooks out of Webex's JSON. Pure; people and licenses are in `reading.py`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any, TypedDict

from bot.webex.mentions import without_mention_of
from bot.webex.reading import Unreadable, needed, record, records, same_id, text

if TYPE_CHECKING:
    from collections.abc import Callable

_HALF = re.compile("[\ud800-\udfff]")


class Message(TypedDict):
    """`mentions` are the ids of the people mentioned, the bot left out."""

    message_id: str
    space_id: str
    space_kind: str
    person_id: str
    email: str
    text: str
    mentions: list[str]
    parent_id: str | None
    created_at: str


class Listed(TypedDict):
    """A message of a list, without its words."""

    message_id: str
    person_id: str
    email: str
    created_at: str


class Press(TypedDict):
    action_id: str
    message_id: str
    space_id: str
    person_id: str
    inputs: dict[str, Any]
    created_at: str


class Sent(TypedDict):
    """`card_shown` is False for a message without a card and for one whose card Webex dropped."""

    message_id: str
    space_id: str
    card_shown: bool


class Space(TypedDict):
    """`org_id` is the organization that owns the space, "" where Webex does not tell."""

    space_id: str
    title: str
    kind: str
    org_id: str


class Webhook(TypedDict):
    webhook_id: str
    name: str
    target_url: str
    resource: str
    event: str
    filter: str | None
    secret: str | None
    active: bool


def message(value: Any, bot_id: str) -> Message:
    raw = record(value)
    mentioned = raw.get("mentionedPeople")
    return {
        "message_id": needed(raw, "id"),
        "space_id": needed(raw, "roomId"),
        "space_kind": "direct" if text(raw, "roomType") == "direct" else "group",
        "person_id": needed(raw, "personId"),
        "email": text(raw, "personEmail"),
        "text": without_mention_of(bot_id, text(raw, "text"), text(raw, "html")),
        "mentions": [one for one in _strings(mentioned) if not same_id(one, bot_id)],
        "parent_id": text(raw, "parentId") or None,
        "created_at": text(raw, "created"),
    }


def listed(page: Any, since_iso: str) -> list[Listed]:
    """Return the messages of one page that were posted after `since_iso`."""
    since = moment(since_iso)
    return [
        {
            "message_id": needed(raw, "id"),
            "person_id": needed(raw, "personId"),
            "email": text(raw, "personEmail"),
            "created_at": moment(text(raw, "created")).isoformat(),
        }
        for raw in records(page, "items")
        if moment(text(raw, "created")) > since
    ]


def reaches(page: Any, since_iso: str) -> bool:
    """Whether a page, newest first, goes back as far as that; also one that cannot be read, so that nobody asks on."""
    try:
        return len(listed(page, since_iso)) < len(records(page, "items"))
    except Unreadable:
        return True


def press(value: Any) -> Press:
    raw = record(value)
    inputs = raw.get("inputs")
    return {
        "action_id": needed(raw, "id"),
        "message_id": needed(raw, "messageId"),
        "space_id": needed(raw, "roomId"),
        "person_id": needed(raw, "personId"),
        "inputs": _flat(inputs) if isinstance(inputs, dict) else {},
        "created_at": text(raw, "created"),
    }


def _flat(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return what a card could have sent. Anybody can send more: what is nested or no number is an empty list instead.

    A reader refuses that, and it crosses steps and gets into the database, as what Webex lets through need not.
    """
    return {
        _whole(name): _whole(value) if isinstance(value, str) else _plain_value(value) for name, value in inputs.items()
    }


def _plain_value(value: Any) -> Any:
    is_plain = value is None or isinstance(value, int) or (isinstance(value, float) and isfinite(value))
    return value if is_plain else []


def _whole(words: str) -> str:
    """Put a sign in place of half a character, which nothing can store or send."""
    return _HALF.sub("\ufffd", words)


def sent(value: Any) -> Sent:
    """Read what was posted; a dropped card shows in `attachments` and `errors` only, not in the status."""
    raw = record(value)
    return {
        "message_id": needed(raw, "id"),
        "space_id": needed(raw, "roomId"),
        "card_shown": bool(raw.get("attachments")) and not raw.get("errors"),
    }


def space(value: Any) -> Space:
    raw = record(value)
    return {
        "space_id": needed(raw, "id"),
        "title": text(raw, "title"),
        "kind": "direct" if text(raw, "type") == "direct" else "group",
        "org_id": text(raw, "ownerId"),
    }


def webhook(value: Any) -> Webhook:
    raw = record(value)
    return {
        "webhook_id": needed(raw, "id"),
        "name": text(raw, "name"),
        "target_url": text(raw, "targetUrl"),
        "resource": text(raw, "resource"),
        "event": text(raw, "event"),
        "filter": text(raw, "filter") or None,
        "secret": text(raw, "secret") or None,
        "active": text(raw, "status") == "active",
    }


def names(memberships: Any, space_id: str, person_id: str) -> bool:
    """Whether a list of memberships has this person in this space; the query alone is not trusted to have filtered."""
    return any(
        text(raw, "roomId") == space_id and same_id(text(raw, "personId"), person_id)
        for raw in records(memberships, "items")
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a message of ours must look like to be the one that was being sent."""

    own_id: str
    markdown: str
    parent_id: str | None
    has_card: bool
    since_iso: str
    may_be: Callable[[str], bool] = lambda _: True
    """Whether a message id is free to be this one: the same words may have been sent twice, each for its own reason."""


def find(wanted: Wanted, newest_first: list[dict[str, Any]]) -> Sent | None:
    """Find the wanted message. It may lack its card or its thread, since `send` goes on without; never have another."""
    since = moment(wanted.since_iso)
    matches = [raw for raw in newest_first if moment(text(raw, "created")) >= since and _is_wanted(wanted, raw)]
    found = next((raw for raw in reversed(matches) if wanted.may_be(needed(raw, "id"))), None)
    return sent(found) if found else None


def _is_wanted(wanted: Wanted, raw: dict[str, Any]) -> bool:
    return (
        same_id(text(raw, "personId"), wanted.own_id)
        and _plain(text(raw, "markdown") or text(raw, "text")) == _plain(wanted.markdown)
        and (wanted.has_card or not raw.get("attachments"))
        and text(raw, "parentId") in {"", wanted.parent_id or ""}
    )


def _plain(markdown: str) -> str:
    return " ".join(markdown.split())


def moment(iso: str) -> datetime:
    """Read a time in whole milliseconds, since Webex gives no more: ours would else be later by the rest."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        raise Unreadable from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.replace(microsecond=aware.microsecond // 1000 * 1000)


def _strings(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
