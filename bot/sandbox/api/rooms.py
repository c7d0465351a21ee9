"""Rooms and memberships: what the caller is in, and who else is."""

from flask import Blueprint, Response

from bot.sandbox import views
from bot.sandbox.api import call
from bot.sandbox.faults import Fault, bad, not_found
from bot.sandbox.model import Member, Person, Space

routes = Blueprint("rooms", __name__)


def title_for(space: Space, reader: Person) -> str:
    """Call a 1:1 space after the other one."""
    if space.kind == "group":
        return space.title
    others = [key for key in space.members if key != reader.person_id]
    other = call.world().people.get(others[0]) if others else None
    return other.name if other else space.title


@routes.get("/rooms")
def list_rooms() -> Response:
    kind, me = call.query().text("type"), call.caller()
    if kind not in {None, "direct", "group"}:
        raise bad("type must be direct or group")
    mine = [s for s in call.world().spaces.values() if me.person_id in s.members and kind in {None, s.kind}]
    mine.sort(key=lambda space: space.last_activity, reverse=True)
    return call.page([views.space(space, title_for(space, me)) for space in mine])


@routes.get("/rooms/<room_id>")
def one_room(room_id: str) -> Response:
    space = call.world().space_of(room_id, call.caller().person_id)
    return call.answer(views.space(space, title_for(space, call.caller())))


@routes.post("/rooms")
def create_room() -> Response:
    me = call.caller()
    space = call.world().open_space(call.json_body().needed("title"), me, [me])
    announce_members(space, me)
    return call.answer(views.space(space, space.title))


@routes.get("/memberships")
def list_memberships() -> Response:
    query, me, world = call.query(), call.caller(), call.world()
    room_id, person_id, email = query.text("roomId"), query.text("personId"), query.text("personEmail")
    spaces = [world.space_of(room_id, me.person_id)] if room_id else _mine(me)
    if not room_id and not (person_id or email):
        person_id = me.person_id
    found = []
    for space in spaces:
        for member in space.members.values():
            who = world.people[member.person_id]
            if person_id in {None, who.person_id} and email in {None, who.email}:
                found.append(views.membership(space, member, who))
    return call.page(found)


@routes.post("/memberships")
def add_member() -> Response:
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
    if who.person_id in space.members:
        raise Fault(409, "Person is already in the room.")
    space.members[who.person_id] = Member(who.person_id, world.now(), body.flag("isModerator"))
    shown = views.membership(space, space.members[who.person_id], who)
    call.herald().membership("created", space, shown, me)
    return call.answer(shown)


@routes.get("/memberships/<membership_id>")
def one_membership(membership_id: str) -> Response:
    space, who = _membership(membership_id)
    return call.answer(views.membership(space, space.members[who.person_id], who))


@routes.delete("/memberships/<membership_id>")
def remove_member(membership_id: str) -> Response:
    space, who = _membership(membership_id)
    if space.kind == "direct":
        raise bad("A membership of a direct room cannot be deleted.")
    shown = views.membership(space, space.members[who.person_id], who)
    del space.members[who.person_id]
    call.herald().membership("deleted", space, shown, call.caller())
    return call.nothing()


def announce_members(space: Space, actor: Person) -> None:
    """Tell the webhooks that everybody in a new space has just joined it."""
    for member in space.members.values():
        who = call.world().people[member.person_id]
        call.herald().membership("created", space, views.membership(space, member, who), actor)


def _mine(me: Person) -> list[Space]:
    return [space for space in call.world().spaces.values() if me.person_id in space.members]


def _membership(membership_id: str) -> tuple[Space, Person]:
    for space in _mine(call.caller()):
        for person_id in space.members:
            if views.membership_id(space, person_id) == membership_id:
                return space, call.world().people[person_id]
    raise not_found()
