"""The life of a request as one table: which verb leads from which state to which states. Later verbs are rows here."""

from enum import StrEnum

from bot.errors import Conflict


class State(StrEnum):
    """Where a request stands."""

    PENDING = "pending"
    APPROVED = "approved"
    AWAITING = "awaiting"
    GRANTED = "granted"
    PARTIAL = "partial"
    REFUSED = "refused"
    FAILED = "failed"
    DENIED = "denied"
    CANCELED = "canceled"
    EXPIRED = "expired"


class ItemState(StrEnum):
    """Where one item of a request stands."""

    OPEN = "open"
    GRANTED = "granted"
    AWAITING = "awaiting"
    REFUSED = "refused"
    NOT_APPLIED = "not_applied"


class Verb(StrEnum):
    """What can happen to a request; the audit uses the same words."""

    SUBMIT = "submit"
    APPROVE = "approve"
    CONFIRM = "confirm"
    CORRECT = "correct"
    DENY = "deny"
    CANCEL = "cancel"
    EXPIRE = "expire"
    SETTLE = "settle"
    RETRY = "retry"
    INVITE = "invite"
    """The beneficiary is in Webex now, in place of a stand-in; the request goes on as it is."""
    MOVE = "move"
    """Into another resource group: it happens to somebody's service, not to the request that may have led to it."""


RESULTS = frozenset({State.GRANTED, State.AWAITING, State.PARTIAL, State.REFUSED, State.FAILED})
"""What settling can find out."""

TRANSITIONS: dict[tuple[State, Verb], frozenset[State]] = {
    (State.PENDING, Verb.APPROVE): frozenset({State.APPROVED}),
    (State.PENDING, Verb.CONFIRM): frozenset({State.APPROVED}),
    (State.PENDING, Verb.CORRECT): frozenset({State.PENDING}),
    (State.PENDING, Verb.DENY): frozenset({State.DENIED}),
    (State.PENDING, Verb.CANCEL): frozenset({State.CANCELED}),
    (State.PENDING, Verb.EXPIRE): frozenset({State.EXPIRED}),
    (State.APPROVED, Verb.SETTLE): RESULTS,
    (State.APPROVED, Verb.RETRY): frozenset({State.APPROVED}),
    (State.AWAITING, Verb.SETTLE): RESULTS,
    (State.PARTIAL, Verb.RETRY): frozenset({State.APPROVED}),
    (State.REFUSED, Verb.RETRY): frozenset({State.APPROVED}),
    (State.FAILED, Verb.RETRY): frozenset({State.APPROVED}),
}
"""`submit` is not here: it makes a request rather than changing one. `invite` and `move` leave its state as it is.

What is approved can be retried only once it is known to be stuck, see `service.may_be_retried`.
"""

OPEN_STATES = frozenset({State.PENDING, State.APPROVED, State.AWAITING})
"""States in which a second request for the same thing would be a duplicate."""

RETRIABLE_STATES = frozenset(state for state, verb in TRANSITIONS if verb is Verb.RETRY) - OPEN_STATES
"""Results of which a part was not granted."""


def advance(state: State, verb: Verb, found: State | None = None) -> State:
    """Return the state after `verb`, or raise Conflict whose code names the state that forbids it.

    Only `settle` leads to more than one state; it says in `found` which.
    """
    allowed = TRANSITIONS.get((state, verb))
    if allowed is None:
        raise Conflict(f"request_{state}", {"verb": verb})
    if found is None and len(allowed) == 1:
        return next(iter(allowed))
    if found not in allowed:
        raise ValueError(f"{verb} cannot lead from {state} to {found}")
    return found


def overall(items: list[ItemState]) -> State:
    """Return what the items add up to: a request is `awaiting` until its last item is no longer."""
    if ItemState.AWAITING in items:
        return State.AWAITING
    granted = items.count(ItemState.GRANTED)
    if granted == len(items):
        return State.GRANTED
    if granted:
        return State.PARTIAL
    return State.REFUSED if ItemState.REFUSED in items else State.FAILED


class MoveState(StrEnum):
    """Where a move into a resource group stands; it goes from `open` to one of the others, once."""

    OPEN = "open"
    MOVED = "moved"
    REFUSED = "refused"
    FAILED = "failed"
