"""What somebody wants to post: where to, the words, the card, the file, each with Webex's limits."""

from typing import Any

from flask import request

from bot.sandbox import cards, rich_text
from bot.sandbox.api import call
from bot.sandbox.api.contents import named, uploaded
from bot.sandbox.faults import Fault, bad, not_found
from bot.sandbox.fields import Fields
from bot.sandbox.model import Message, Space, Upload

MAX_BYTES = 7439
NO_MESSAGE = "Could not find a message with provided ID."
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}


def posted() -> Fields:
    if request.mimetype in FORM_TYPES:
        return Fields(request.form.to_dict())
    return call.json_body()


def content_of(body: Fields) -> tuple[tuple[str | None, str | None], list[dict[str, Any]], Upload | None]:
    """Words, at most one card, at most one file: whatever is wrong with them, before anything happens."""
    words = words_of(body)
    attachments = _card(body)
    upload = uploaded() or named(body)
    if not any(words) and attachments:
        raise bad("A card needs text or markdown beside it.")
    if not any(words) and upload is None:
        raise bad("Both text and file cannot be empty.")
    return words, attachments, upload


def words_of(body: Fields) -> tuple[str | None, str | None]:
    text, markdown = body.text("text"), body.text("markdown")
    for name, value in (("text", text), ("markdown", markdown)):
        if value is not None and len(value.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise bad(f"{name} is longer than {MAX_BYTES} bytes")
    return text, markdown


def _card(body: Fields) -> list[dict[str, Any]]:
    attachments = body.objects("attachments")
    if len(attachments) > 1:
        raise bad("Only one card per message is supported.")
    for attachment in attachments:
        if attachment.get("contentType") != cards.CONTENT_TYPE:
            raise bad(f"attachments: contentType must be {cards.CONTENT_TYPE}")
        if found := cards.problems(attachment.get("content")):
            raise Fault(400, "Unable to post message: Invalid Adaptive Card Json", [{"description": p} for p in found])
    return [{"contentType": cards.CONTENT_TYPE, "content": a["content"]} for a in attachments]


def destination_of(body: Fields) -> tuple[Space, str | None, bool]:
    """Find the space, the message that is answered, and whether this opens the space.

    A reply may name its parent alone.
    """
    given = {name: body.text(name) for name in ("roomId", "toPersonId", "toPersonEmail")}
    named = {name: value for name, value in given.items() if value}
    parent_id, me = body.text("parentId"), call.caller()
    if len(named) > 1 or (not named and not parent_id):
        raise bad(f"Exactly one of the destination fields must not be empty: {', '.join(given)}")
    is_new = False
    if room_id := named.get("roomId"):
        space = call.world().space_of(room_id, me.person_id)
    elif named:
        space, is_new = _direct_with(given["toPersonId"], given["toPersonEmail"])
    else:
        space = _parent_space(parent_id or "")
    if parent_id:
        _check_parent(parent_id, space)
    return space, parent_id, is_new


def _direct_with(person_id: str | None, email: str | None) -> tuple[Space, bool]:
    world, me = call.world(), call.caller()
    other = world.people.get(person_id) if person_id else world.person_by_email(email or "")
    if other is None:
        raise not_found("Could not find a person with provided ID or email.")
    if other.person_id == me.person_id:
        raise bad("A message to oneself is not supported.")
    found = world.direct_space(me.person_id, other.person_id)
    return found or world.open_space(other.name, me, [me, other], "direct"), found is None


def _parent_space(parent_id: str) -> Space:
    parent = call.world().messages.get(parent_id)
    if parent is None:
        raise not_found(NO_MESSAGE)
    return call.world().space_of(parent.space_id, call.caller().person_id)


def _check_parent(parent_id: str, space: Space) -> None:
    parent = call.world().messages.get(parent_id)
    if parent is None or parent.is_deleted or parent.space_id != space.space_id:
        raise not_found(NO_MESSAGE)
    if parent.parent_id:
        raise bad("parentId must be a message that is not a reply itself.")


def write(message: Message, space: Space, text: str | None, markdown: str | None) -> None:
    def lookup(kind: str, value: str) -> tuple[str, str] | None:
        world = call.world()
        who = world.people.get(value) if kind == "personId" else world.person_by_email(value)
        return (who.person_id, who.name) if who and who.person_id in space.members else None

    message.text, message.markdown, message.html = text or "", markdown or "", ""
    if markdown:
        done = rich_text.render(markdown, lookup)
        message.html = done.html
        message.text = text or done.text
        message.mentioned_people, message.mentioned_groups = done.people, done.groups


def lose_card(message: Message) -> None:
    message.attachments = []
    message.attachment_errors = {
        "code": "invalid_attachments",
        "reason": "Invalid Adaptive Card Json",
        "attachmentErrors": ["#/body/0: extraneous key [weather] is not permitted"],
    }
