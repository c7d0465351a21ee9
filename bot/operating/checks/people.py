"""What the worker makes of those whom the operator named. By position, as in the log: a ticket needs no names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from bot.desk.orgs import key_of, same_org
from bot.desk.policy import House, NotServed, Rules, whose_people
from bot.operating.checks.tokens import LATER
from bot.operating.probes import Finding, NotNow, Visit, broken, fine, skipped, warning
from bot.store import queries
from bot.store.models import Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.webex.admin import AdminGateway
    from bot.webex.http import Answer
    from bot.webex.messages import ChatGateway

SPACE = "space:"
AN_ADMIN = "Name one by e-mail address or person id, and restart the worker, which would not start without."

What: TypeAlias = Literal["there", "absent", "elsewhere", "untold"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one entry: at whose desk it counts, or why it counts nowhere."""

    position: int
    what: What
    desk: str = ""


def admins(visit: Visit) -> Iterator[Finding]:
    if not visit.settings.admins:
        raise NotNow("ADMINS is not set here.")
    house = _house(visit)
    seen = _look(visit, house, visit.settings.admins)
    without = sorted({one.org_key for one in house.desks} - {one.desk for one in seen if one.what == "there"})
    is_untold = any(one.what == "untold" for one in seen)
    if without and not is_untold:
        where = "" if len(house.desks) == 1 else f" for organization {', '.join(without)}"
        yield broken(f"None of ADMINS is found in Webex{where}.", AN_ADMIN)
    if not without or len(house.desks) > 1 or is_untold or any(one.what == "elsewhere" for one in seen):
        yield from _told(seen, "ADMINS", "Correct or remove it; restart the worker.")
    if all(one.what == "there" for one in seen) and not without:
        yield fine(f"All {len(seen)} are in Webex." if len(seen) > 1 else "The one admin is in Webex.")


def approvers(visit: Visit) -> Iterator[Finding]:
    entries = visit.settings.approvers
    if not entries:
        yield skipped("None are set: where no manager can decide, a request is denied at once and the admins are told.")
        return
    seen = _look(visit, _house(visit), entries)
    yield from _told(seen, "APPROVERS", "Correct or remove it; to a space the bot must be added first.")
    if all(one.what == "there" for one in seen):
        yield fine(f"All {len(entries)} are there." if len(entries) > 1 else "The one approver is there.")


def _told(seen: Sequence[Seen], setting: str, remedy: str) -> Iterator[Finding]:
    if absent := _positions(seen, "absent"):
        yield warning(f"{setting} entry {absent} is not found in Webex.", remedy)
    if elsewhere := _positions(seen, "elsewhere"):
        yield warning(f"{setting} entry {elsewhere} belongs to an organization that is not served.", remedy)
    if untold := _positions(seen, "untold"):
        yield warning(f"{setting} entry {untold} could not be looked for: Webex is busy.", LATER)


def _positions(seen: Iterable[Seen], what: What) -> str:
    return ", ".join(str(one.position) for one in seen if one.what == what)


def _house(visit: Visit) -> House:
    """Return the desks as the worker opens them."""
    _ = visit.owner
    served = whose_people(visit.settings.org_ids, visit.settings.allowed_orgs, visit.bot["org_id"])
    return House(tuple(Rules(home_org=org, allowed_orgs=people, approver_spaces=()) for org, people in served.items()))


def _look(visit: Visit, house: House, entries: Sequence[str]) -> list[Seen]:
    return [_seen(visit, house, position, entry) for position, entry in enumerate(entries, start=1)]


def _seen(visit: Visit, house: House, position: int, entry: str) -> Seen:
    if entry.startswith(SPACE):
        return _space(visit, house, position, entry.removeprefix(SPACE))
    stored = _stored_org(visit, entry)
    what, org_id = _in_webex(visit, entry) if not stored else ("there", stored)
    if what != "there":
        return Seen(position, what)
    try:
        return Seen(position, "there", house.for_people_of(org_id).org_key)
    except NotServed:
        return Seen(position, "elsewhere")


def _space(visit: Visit, house: House, position: int, space_id: str) -> Seen:
    """Look as the worker does: a single desk takes every space that the bot is in, several take their own."""
    answer = visit.chat.space(space_id)
    if answer["kind"] != "ok":
        return Seen(position, "untold" if answer["kind"] == "busy" else "absent")
    owner = answer["value"]["org_id"]
    is_ours = len(house.desks) == 1 or any(same_org(owner, desk.home_org) for desk in house.desks)
    return Seen(position, "there" if is_ours else "elsewhere", key_of(owner))


def _stored_org(visit: Visit, entry: str) -> str:
    """Return the organization of whom the worker has stored for this entry; a stored id wins over Webex."""
    try:
        sessions = visit.sessions
    except NotNow:
        return ""
    with sessions() as session:
        row = queries.person_configured_as(session, entry) or session.get(Person, entry)
        return row.org_id if row else ""


def _in_webex(visit: Visit, entry: str) -> tuple[What, str]:
    """Look as the worker does: who is there, with their organization. Untold if one was too busy, and none knew."""
    sides: list[AdminGateway | ChatGateway] = [*visit.desks(), visit.chat]
    answers: list[Answer] = []
    for one in sides:
        answer = one.person_by_email(entry) if "@" in entry else one.person(entry)
        if answer["kind"] == "ok" and answer["value"] is not None:
            return "there", str(answer["value"]["org_id"])
        answers.append(answer)
    return ("untold" if any(answer["kind"] == "busy" for answer in answers) else "absent"), ""
