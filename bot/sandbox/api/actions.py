"""Attachment actions: submitting a card, and reading what was submitted."""

from typing import Any

from flask import Blueprint, Response

from bot.sandbox import ids, views
from bot.sandbox.api import call
from bot.sandbox.faults import bad, not_found
from bot.sandbox.fields import Fields
from bot.sandbox.model import Press

routes = Blueprint("actions", __name__)
OWN_CARD = 'Unable to post attachment action: "Author of a card cannot submit a cardAction on that card"'


@routes.post("/attachment/actions")
def submit() -> Response:
    """By any member of the space, any number of times: nothing marks a card as used."""
    body, world, me = call.json_body(), call.world(), call.caller()
    if body.needed("type") != "submit":
        raise bad("type must be submit")
    message = world.messages.get(body.needed("messageId"))
    if message is None or message.is_deleted or me.person_id not in world.spaces[message.space_id].members:
        raise not_found("Could not find a message with provided ID.")
    if not message.attachments:
        raise bad("The message has no card")
    if message.person_id == me.person_id:
        raise bad(OWN_CARD)
    press = Press(
        action_id=ids.fresh("ATTACHMENT_ACTION"),
        message_id=message.message_id,
        space_id=message.space_id,
        person_id=me.person_id,
        inputs=_inputs(body),
        created=world.now(),
    )
    world.presses[press.action_id] = press
    call.herald().press(press, message.person_id)
    return call.answer(views.press(press))


@routes.get("/attachment/actions/<action_id>")
def one(action_id: str) -> Response:
    """For the author of the card and for the one who pressed; inputs are private to them."""
    press = call.world().presses.get(action_id)
    if press is None or call.caller().person_id not in {press.person_id, _author(press)}:
        raise not_found()
    return call.answer(views.press(press))


def _author(press: Press) -> str:
    return call.world().messages[press.message_id].person_id


def _inputs(body: Fields) -> dict[str, Any]:
    inputs = body.values.get("inputs", {})
    if not isinstance(inputs, dict):
        raise bad("inputs must be an object")
    for name, value in inputs.items():
        if not isinstance(value, str | int | float | bool):
            raise bad(f"inputs: {name} must be a string, a number, true or false")
    return inputs
