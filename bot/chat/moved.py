"""What people read about a move into a resource group: whoever ordered it, and the admins where it came to nothing."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from bot.desk import moving
from bot.desk.service import FollowUp
from bot.desk.states import MoveState
from bot.store import queries
from bot.store.ledger import Draft
from bot.store.models import Move
from cards.kit import plain, typed
from cards.words import actor

NOT_DONE = {MoveState.REFUSED: "Webex said no", MoveState.FAILED: "it did not work"}
WAITS = {
    "pending": "Webex is still setting up {license} for **{name}**, so I wait.",
    "busy": "Webex is busy, so moving **{name}** for {license} takes longer.",
}
GO_ON = "I move them to the resource group **{group}** by myself and tell you when it is done."


def news_of(session: Session, follow_up: FollowUp) -> list[Draft]:
    """Return the messages that this news of a move asks for; each exists once, however often it is told."""
    row = moving.move_of(session, follow_up)
    match moving.news_in(follow_up):
        case "settled":
            return list(_settled(session, row))
        case "pending" | "busy" as why:
            words = f"{WAITS[why]} {GO_ON}".format(**_names(row))
            return [_draft(row, "move_waits", row.asked_by, words)] if row.asked_by else []
        case _:
            return []


def _settled(session: Session, row: Move) -> Iterator[Draft]:
    if row.state is MoveState.MOVED:
        if row.asked_by:
            yield _draft(row, "moved", row.asked_by, _done(row))
        return
    admins = [one.person_id for one in queries.admins(session, row.org_id)]
    for person_id in dict.fromkeys([*([row.asked_by] if row.asked_by else []), *admins]):
        yield _draft(row, "moved", person_id, _not_done(row, for_admin=person_id in admins))


def _done(row: Move) -> str:
    words = "Done and checked: **{name}** is served by the resource group **{group}** for {license}"
    return f"{words}{_on_behalf(row)}.".format(**_names(row))


def _not_done(row: Move, *, for_admin: bool) -> str:
    error = row.error or {}
    head = "**{name}** was not moved to the resource group **{group}** for {license}".format(**_names(row))
    lines = [
        f"{head}{_on_behalf(row)}: {NOT_DONE[row.state]}.",
        "",
        f"- What happened: {error.get('sentence', '')}",
        f"- What to do: {error.get('remedy', '')}",
        f"- Who has to act: {actor(str(error.get('fix', '')))}",
    ]
    return "\n".join([*lines, *(_for_admin(row) if for_admin else [])])


def _for_admin(row: Move) -> Iterator[str]:
    error = row.error or {}
    facts = (("Webex said", error.get("said")), ("Error code", error.get("code")), ("Tracking ID", row.tracking_id))
    yield from (f"- {name}: {plain(str(value))}" for name, value in facts if value)
    again = typed(f"move {row.person.email} to {row.group_name} for {row.license_title}")
    yield f"- To try again: {again}"


def _on_behalf(row: Move) -> str:
    return f" (request **#{row.request_id}**)" if row.request_id else ""


def _names(row: Move) -> dict[str, str]:
    return {
        "name": plain(row.person.name),
        "group": plain(row.group_name),
        "license": plain(row.license_title),
    }


def _draft(row: Move, purpose: str, person_id: str, words: str) -> Draft:
    return Draft(f"{purpose}:{row.id}:{person_id}", purpose, words, to_person_id=person_id, request_id=row.request_id)
