"""Rooms: what the caller is in, making, changing and deleting them, and who may speak in one."""

from collections.abc import Callable
from operator import attrgetter

from flask import Blueprint, Response

from bot.sandbox import views
from bot.sandbox.api import call
from bot.sandbox.faults import bad, forbidden
from bot.sandbox.model import Person, Space

routes = Blueprint("rooms", __name__)
ORDERS: dict[str, Callable[[list[Space]], list[Space]]] = {
    "id": lambda spaces: sorted(spaces, key=attrgetter("space_id")),
    "lastactivity": lambda spaces: sorted(spaces, key=attrgetter("last_activity"), reverse=True),
    "created": lambda spaces: sorted(spaces, key=attrgetter("created"), reverse=True),
}
"""Ways in which Webex sorts a list. Which one it takes by itself it does not say; the page counts on the second."""
READ_ONLY = "This room is read-only."
ANNOUNCEMENTS = "Only moderators can post in an announcement-only room."


def title_for(space: Space, reader: Person) -> str:
    """Call a 1:1 space after the other one."""
    if space.kind == "group":
        return space.title
    others = [key for key in space.members if key != reader.person_id]
    other = call.world().people.get(others[0]) if others else None
    return other.name if other else space.title


def may_moderate(space: Space, who: Person) -> bool:
    """Everybody in an unmoderated space, only its moderators in a moderated one."""
    return not space.is_locked or space.members[who.person_id].is_moderator


def check_may_post(space: Space, who: Person) -> None:
    """Refuse words in a read-only space, and from all but moderators in one for announcements."""
    if space.is_read_only:
        raise forbidden(READ_ONLY)
    if space.is_announcement_only and not space.members[who.person_id].is_moderator:
        raise forbidden(ANNOUNCEMENTS)


@routes.get("/rooms")
def many() -> Response:
    kind, order, me = call.query().text("type"), call.query().text("sortBy"), call.caller()
    if kind not in {None, "direct", "group"}:
        raise bad("type must be direct or group")
    if order not in {None, *ORDERS}:
        raise bad("sortBy must be id, lastactivity or created")
    mine = [s for s in call.world().spaces.values() if me.person_id in s.members and kind in {None, s.kind}]
    return call.page(ORDERS[order or "lastactivity"](mine), _shown)


@routes.get("/rooms/<room_id>")
def one(room_id: str) -> Response:
    return call.answer(_shown(call.world().space_of(room_id, call.caller().person_id)))


@routes.post("/rooms")
def create() -> Response:
    body, me = call.json_body(), call.caller()
    title, locked, announces = body.needed("title"), body.flag("isLocked"), body.flag("isAnnouncementOnly")
    _check_kinds(locked=locked, announces=announces)
    space = call.world().open_space(title, me, [me])
    space.is_locked = space.members[me.person_id].is_moderator = locked
    space.is_announcement_only, space.description = announces, body.text("description") or ""
    call.herald().room("created", space, _shown(space), me)
    announce_members(space, me)
    return call.answer(_shown(space))


@routes.put("/rooms/<room_id>")
def change(room_id: str) -> Response:
    """Whoever makes a space moderated becomes its moderator; read-only is for compliance officers to set."""
    space, me = _own_group(room_id, "changed"), call.caller()
    body = call.json_body()
    title = body.needed("title")
    if not may_moderate(space, me) or body.flag("isReadOnly", default=space.is_read_only) != space.is_read_only:
        raise forbidden()
    locked = body.flag("isLocked", default=space.is_locked)
    announces = body.flag("isAnnouncementOnly", default=space.is_announcement_only and locked)
    _check_kinds(locked=locked, announces=announces)
    set_locked(space, me, locked=locked)
    space.title, space.is_announcement_only = title, announces
    space.description = body.text("description") or space.description
    call.herald().room("updated", space, _shown(space), me)
    return call.answer(_shown(space))


@routes.delete("/rooms/<room_id>")
def delete(room_id: str) -> Response:
    """Delete a room; who is no moderator only leaves it: Webex's guard against accidents (Webex: Delete a Room).

    In a space without moderators its creator counts as one.
    """
    space, me = _own_group(room_id, "deleted"), call.caller()
    if not (space.members[me.person_id].is_moderator or (not space.is_locked and space.creator_id == me.person_id)):
        leave(space, me)
        return call.nothing()
    for member_id in list(space.members):
        leave(space, call.world().people[member_id])
    for message_id in space.message_ids:
        call.world().messages[message_id].is_deleted = True
    return call.nothing()


def set_locked(space: Space, who: Person, *, locked: bool) -> None:
    """Make a space moderated by this person, or let everybody be equal again."""
    if locked and not space.is_locked:
        space.members[who.person_id].is_moderator = True
    if not locked:
        space.is_announcement_only = False
        for member in space.members.values():
            member.is_moderator = False
    space.is_locked = locked


def leave(space: Space, who: Person) -> None:
    shown = views.membership(space, space.members[who.person_id], who)
    call.herald().membership("deleted", space, shown, call.caller())
    del space.members[who.person_id]


def announce_members(space: Space, actor: Person) -> None:
    """Tell the webhooks that everybody in a new space has just joined it."""
    for member in space.members.values():
        who = call.world().people[member.person_id]
        call.herald().membership("created", space, views.membership(space, member, who), actor)


def _shown(space: Space) -> views.Json:
    return views.space(space, title_for(space, call.caller()))


def _own_group(room_id: str, done: str) -> Space:
    space = call.world().space_of(room_id, call.caller().person_id)
    if space.kind == "direct":
        raise bad(f"A direct room cannot be {done}.")
    return space


def _check_kinds(*, locked: bool, announces: bool) -> None:
    if announces and not locked:
        raise bad("isAnnouncementOnly needs isLocked: only a moderated room can be for announcements.")
