"""The verb `settle`: what became of an assignment, written down once. The caller owns the transaction; no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.desk.service import record
from bot.desk.shapes import FollowUp
from bot.desk.states import ItemState, State, Verb, advance, overall
from bot.store import queries
from bot.store.models import Request


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What was found out about one item."""

    item_id: int
    state: ItemState
    errors: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an assignment, as far as it was found out; `facts` go to the audit as they are."""

    results: Sequence[ItemResult]
    tracking_id: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def settle(session: Session, request_id: int, attempt: int, outcome: Settled, now: datetime) -> list[FollowUp]:
    """Write down what became of an assignment. A repeat, or the result of an older attempt, changes nothing."""
    row = queries.lock_request(session, request_id)
    if row.attempt != attempt or row.state not in {State.APPROVED, State.AWAITING}:
        return []
    by_id = {result.item_id: result for result in outcome.results}
    before = row.state
    for item in row.items:
        result = by_id.get(item.id)
        if result is not None:
            item.state, item.tracking_id = result.state, outcome.tracking_id
            item.errors = [dict(error) for error in result.errors]
    found = overall([item.state for item in row.items])
    row.checked_at = now
    if before is State.AWAITING and found is State.AWAITING:
        return []
    row.state = advance(before, Verb.SETTLE, found)
    row.settled_at = now
    facts = {"tracking_id": outcome.tracking_id, "items": _words(row), **outcome.facts}
    record(session, row, Verb.SETTLE, None, now, before=before, facts=facts)
    return [FollowUp("settled", row.id)]


def _words(row: Request) -> list[dict[str, Any]]:
    return [{"title": item.title, "state": item.state, "errors": item.errors} for item in row.items]
