"""Memberships: who is in a room, adding and removing people, and moderators."""

from flask import Blueprint, Response

from bot.sandbox import views
from bot.sandbox.api import call
from bot.sandbox.api.rooms import leave, may_moderate, set_locked
from bot.sandbox.faults import Fault, bad, forbidden, not_found
from bot.sandbox.model import Member, Person, Space

routes = Blueprint("memberships", __name__)

Seat = tuple[Space, Person]


@routes.get("/memberships")
def many() -> Response:
    query, me, world = call.query(), call.caller(), call.world()
    room_id, person_id, email = query.text("roomId"), query.text("personId"), query.text("personEmail")
    spaces = [world.space_of(room_id, me.person_id)] if room_id else _mine(me)
    if not room_id and not (person_id or email):
        person_id = me.person_id
    seats = [(space, world.people[key]) for space in spaces for key in space.members]
    found = [
        (space, who)
        for space, who in seats
        if person_id in {None, who.person_id} and (email is None or email.lower() == who.email.lower())
    ]
    return call.page(found, lambda seat: _shown(*seat))


@routes.post("/memberships")
def add() -> Response:
    body, world, me = call.json_body(), call.world(), call.caller()
    space = world.space_of(body.needed("roomId"), me.person_id)
    person_id, email = body.text("personId"), body.text("personEmail")
    if (person_id is None) == (email is None):
        raise bad("Exactly one of personId and personEmail is required")
    who = world.people.get(person_id) if person_id else world.person_by_email(email or "")
    if who is None:
        raise not_found("Could not find the person")
    if space.kind == "direct":
        raise bad("Nobody can be added to a direct room.")
    if not may_moderate(space, me):
        raise forbidden()
    if who.person_id in space.members:
        raise Fault(409, "Person is already in the room.")
    space.members[who.person_id] = Member(who.person_id, world.now())
    _set_moderator(space, who, wanted=body.flag("isModerator"))
    call.herald().membership("created", space, _shown(space, who), me)
    return call.answer(_shown(space, who))


@routes.get("/memberships/<membership_id>")
def one(membership_id: str) -> Response:
    return call.answer(_shown(*_find(membership_id)))


@routes.put("/memberships/<membership_id>")
def change(membership_id: str) -> Response:
    """Hide one's own 1:1 space, or make a moderator; the first moderator makes the space moderated."""
    (space, who), body, me = _find(membership_id), call.json_body(), call.caller()
    member = space.members[who.person_id]
    moderates = body.flag("isModerator", default=member.is_moderator)
    hidden = body.flag("isRoomHidden", default=member.is_hidden)
    if hidden != member.is_hidden and (space.kind != "direct" or who is not me):
        raise bad("isRoomHidden can be set for one's own membership of a direct room only.")
    if moderates != member.is_moderator and space.kind == "direct":
        raise bad("A direct room has no moderators.")
    if moderates != member.is_moderator and not may_moderate(space, me):
        raise forbidden()
    member.is_hidden = hidden
    _set_moderator(space, who, wanted=moderates)
    call.herald().membership("updated", space, _shown(space, who), me)
    return call.answer(_shown(space, who))


@routes.delete("/memberships/<membership_id>")
def remove(membership_id: str) -> Response:
    """Everybody may leave; others are sent away from a moderated room by its moderators only."""
    space, who = _find(membership_id)
    if space.kind == "direct":
        raise bad("A membership of a direct room cannot be deleted.")
    if who is not call.caller() and not may_moderate(space, call.caller()):
        raise forbidden()
    leave(space, who)
    return call.nothing()


def _shown(space: Space, who: Person) -> views.Json:
    return views.membership(space, space.members[who.person_id], who)


def _set_moderator(space: Space, who: Person, *, wanted: bool) -> None:
    space.members[who.person_id].is_moderator = wanted
    if bool(space.moderators()) != space.is_locked:
        set_locked(space, who, locked=wanted)


def _mine(me: Person) -> list[Space]:
    return [space for space in call.world().spaces.values() if me.person_id in space.members]


def _find(membership_id: str) -> Seat:
    for space in _mine(call.caller()):
        for person_id in space.members:
            if views.membership_id(space, person_id) == membership_id:
                return space, call.world().people[person_id]
    raise not_found()
