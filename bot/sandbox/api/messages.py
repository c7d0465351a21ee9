"""Messages: post, read, list, edit, delete."""

from datetime import UTC, datetime

from flask import Blueprint, Response

from bot.sandbox import ids, views
from bot.sandbox.api import call
from bot.sandbox.api.composing import NO_MESSAGE, content_of, destination_of, lose_card, posted, words_of, write
from bot.sandbox.api.contents import keep
from bot.sandbox.api.rooms import announce_members, check_may_post, may_moderate
from bot.sandbox.events import may_read
from bot.sandbox.faults import bad, forbidden, not_found
from bot.sandbox.model import Message, Space

routes = Blueprint("messages", __name__)
MAX_EDITS = 10
MENTIONS_ONLY = "A bot reads a group room only with mentionedPeople=me."


@routes.post("/messages")
def post() -> Response:
    body = posted()
    words, attachments, upload = content_of(body)
    me, world = call.caller(), call.world()
    space, parent_id, is_new = destination_of(body)
    check_may_post(space, me)
    message = Message(
        message_id=ids.fresh("MESSAGE"),
        space_id=space.space_id,
        person_id=me.person_id,
        email=me.email,
        created=world.now(),
        parent_id=parent_id,
        attachments=attachments,
    )
    write(message, space, *words)
    if attachments and call.weather_wants("cards_lost"):
        lose_card(message)
    if upload is not None:
        message.files = [keep(upload, space)]
    world.messages[message.message_id] = message
    space.message_ids.append(message.message_id)
    space.last_activity = message.created
    if is_new:
        announce_members(space, me)
    call.herald().message("created", message, me)
    return call.answer(views.message(message, space.kind))


@routes.get("/messages/<message_id>")
def one(message_id: str) -> Response:
    message, space = _readable(message_id)
    return call.answer(views.message(message, space.kind))


@routes.put("/messages/<message_id>")
def edit(message_id: str) -> Response:
    message, space = _readable(message_id)
    body = call.json_body()
    if body.needed("roomId") != space.space_id:
        raise bad("roomId is not the room of this message")
    text, markdown = words_of(body)
    if message.person_id != call.caller().person_id:
        raise forbidden()
    if message.attachments or message.files:
        raise bad("A message with a card or a file cannot be edited.")
    check_may_post(space, call.caller())
    if message.edits >= MAX_EDITS:
        raise bad(f"A message can be edited {MAX_EDITS} times at most.")
    if not (text or markdown):
        raise bad("Both text and file cannot be empty.")
    write(message, space, text, markdown)
    message.edits += 1
    message.updated = call.world().now()
    return call.answer(views.message(message, space.kind))


@routes.delete("/messages/<message_id>")
def delete(message_id: str) -> Response:
    message, space = _readable(message_id)
    me = call.caller()
    if message.person_id != me.person_id and not (space.is_locked and may_moderate(space, me)):
        raise forbidden()
    message.is_deleted = True
    call.herald().message("deleted", message, me)
    return call.nothing()


@routes.get("/messages")
def many() -> Response:
    query, me = call.query(), call.caller()
    space = call.world().space_of(query.needed("roomId"), me.person_id)
    mentioned = query.text("mentionedPeople")
    if me.kind == "bot" and space.kind == "group" and mentioned not in {"me", me.person_id}:
        raise forbidden(MENTIONS_ONLY)
    return _listed(space, me.person_id if mentioned == "me" else mentioned)


@routes.get("/messages/direct")
def direct() -> Response:
    query, me, world = call.query(), call.caller(), call.world()
    person_id, email = query.text("personId"), query.text("personEmail")
    if (person_id is None) == (email is None):
        raise bad("Exactly one of personId and personEmail is required")
    other = world.people.get(person_id) if person_id else world.person_by_email(email or "")
    space = world.direct_space(me.person_id, other.person_id) if other else None
    if space is None:
        raise not_found()
    return _listed(space, None)


def _readable(message_id: str) -> tuple[Message, Space]:
    """Find a message that the caller can see; what one may not see does not exist."""
    message, me = call.world().messages.get(message_id), call.caller()
    if message is None or message.is_deleted:
        raise not_found(NO_MESSAGE)
    space = call.world().spaces[message.space_id]
    if me.person_id not in space.members or not may_read(me, space, message):
        raise not_found(NO_MESSAGE)
    return message, space


def _listed(space: Space, mentioned: str | None) -> Response:
    """Newest first; the next page begins before the last message of this one."""
    query, me = call.query(), call.caller()
    size = query.page_size(50, 100 if mentioned else 1000)
    parent, before, until = query.text("parentId"), query.text("before"), query.text("beforeMessage")
    shown: list[Message] = []
    for message in reversed(_up_to(space, until)):
        if message.is_deleted or not may_read(me, space, message):
            continue
        if mentioned and mentioned not in message.mentioned_people:
            continue
        if (parent and message.parent_id != parent) or (before and _moment(message.created) >= _moment(before)):
            continue
        shown.append(message)
        if len(shown) > size:
            break
    response = call.answer({"items": [views.message(message, space.kind) for message in shown[:size]]})
    if len(shown) > size:
        call.link_next(response, beforeMessage=shown[size - 1].message_id)
    return response


def _up_to(space: Space, until: str | None) -> list[Message]:
    if until is not None and until not in space.message_ids:
        raise not_found(NO_MESSAGE)
    keys = space.message_ids[: space.message_ids.index(until)] if until else space.message_ids
    return [call.world().messages[key] for key in keys]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad("before must be a date and time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
