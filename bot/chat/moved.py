"""What people read about a move into a resource group: whoever ordered it, and the admins where it came to nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.desk import moving
from bot.desk.shapes import FollowUp
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
            return [_draft(row, "move_waits", person_id, words) for person_id in moving.who_asked(row)]
        case _:
            return []


def _settled(session: Session, row: Move) -> Iterator[Draft]:
    asked = moving.who_asked(row)
    if row.state is MoveState.MOVED or is_superseded(row.error):
        words = _done(row) if row.state is MoveState.MOVED else _given_up(row)
        yield from (_draft(row, "moved", person_id, words) for person_id in asked)
        return
    admins = [one.person_id for one in queries.admins(session, row.org_id)]
    for person_id in dict.fromkeys([*asked, *admins]):
        yield _draft(row, "moved", person_id, _not_done(row, for_admin=person_id in admins))


def _done(row: Move) -> str:
    words = "Done and checked: **{name}** is served by the resource group **{group}** for {license}"
    return f"{words}{_on_behalf(row)}.".format(**_names(row))


def is_superseded(error: Mapping[str, Any] | None) -> bool:
    """Whether a move was given up because another one was ordered: then nothing went wrong."""
    return bool(error and error.get("superseded"))


def instead(error: Mapping[str, Any]) -> str:
    """Say what was ordered instead, and by whom."""
    return f"{error.get('by') or 'a rule of the operator'} ordered {error.get('group') or 'another group'} instead"


def _head(row: Move) -> str:
    words = "**{name}** was not moved to the resource group **{group}** for {license}".format(**_names(row))
    return words + _on_behalf(row)


def _given_up(row: Move) -> str:
    words = f"{_head(row)}: {plain(instead(row.error or {}))}. Nobody has to act."
    return f"{words} If {plain(row.group_name)} is right after all, say so to a Webex admin, who orders it again."


def _not_done(row: Move, *, for_admin: bool) -> str:
    error = row.error or {}
    lines = [
        f"{_head(row)}: {NOT_DONE[row.state]}.",
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
