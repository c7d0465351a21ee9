"""Are those there whom the operator named? Told by position, as in the log: names need not stand in a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.operating.probes import Finding, NotNow, Visit, broken, fine, skipped, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.webex.admin import AdminGateway
    from bot.webex.messages import ChatGateway

SPACE = "space:"


def admins(visit: Visit) -> Iterator[Finding]:
    """By position, as in the log: who is an admin need not stand in a ticket."""
    entries = visit.settings.admins
    if not entries:
        raise NotNow("ADMINS is not set here.")
    _ = visit.owner, visit.bot
    missing = [at for at, one in enumerate(entries, start=1) if not _is_there(visit, one)]
    if len(missing) == len(entries):
        yield broken(
            "None of ADMINS is found in Webex.", "Name one by e-mail address or person id, and restart the worker."
        )
    elif missing:
        where = ", ".join(map(str, missing))
        yield warning(f"ADMINS entry {where} is not found in Webex.", "Correct or remove it; restart the worker.")
    else:
        yield fine(f"All {len(entries)} are in Webex." if len(entries) > 1 else "The one admin is in Webex.")


def approvers(visit: Visit) -> Iterator[Finding]:
    entries = visit.settings.approvers
    if not entries:
        yield skipped("None are set: where no manager can decide, admins are asked.")
        return
    _ = visit.owner, visit.bot
    missing = [at for at, one in enumerate(entries, start=1) if not _is_there(visit, one)]
    if missing:
        where = ", ".join(map(str, missing))
        yield warning(
            f"APPROVERS entry {where} is not found.", "Correct or remove it; to a space the bot must be added first."
        )
    else:
        yield fine(f"All {len(entries)} are there." if len(entries) > 1 else "The one approver is there.")


def _is_there(visit: Visit, entry: str) -> bool:
    if entry.startswith("space:"):
        return visit.chat.space(entry.removeprefix("space:"))["kind"] == "ok"
    sides: list[AdminGateway | ChatGateway] = [visit.chat, *visit.desks()]
    answers = (one.person_by_email(entry) if "@" in entry else one.person(entry) for one in sides)
    return any(answer["kind"] == "ok" and answer["value"] is not None for answer in answers)
