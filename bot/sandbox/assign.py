"""Judging one request to change somebody's licenses: which operations are good, and what the person then holds."""

from collections import Counter
from dataclasses import dataclass

from bot.sandbox.calling import Desk, desk_from
from bot.sandbox.holdings import CALLING_NAMES, Holdings, Operation
from bot.sandbox.model import Person
from bot.sandbox.rules import Ask, Case, Refusal, first_refusal
from bot.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Judgment:
    """What would be; nothing is changed until `holdings` is written to the person."""

    holdings: Holdings
    refusals: list[Refusal]
    all_failed: bool


def judge(ask: Ask, operations: list[Operation]) -> Judgment:
    """Take bad operations out until the rest stands: what relied on a bad one falls in the next round."""
    good = list(operations)
    used = ask.world.units_used()
    refused: dict[int, Refusal] = {}
    while True:
        found = _round(ask, good, used)
        if not found:
            break
        refused |= {operations.index(operation): refusal for operation, refusal in found}
        good = [operation for operation in good if operations.index(operation) not in refused]
    holdings = _after(ask, good)
    return Judgment(holdings, [refused[index] for index in sorted(refused)], all_failed=not good)


def _round(ask: Ask, good: list[Operation], used: Counter[str]) -> list[tuple[Operation, Refusal]]:
    before = Holdings.of(ask.person)
    after = ask.own(_after(ask, good).licenses)
    left = frozenset(ask.world.licenses[key].name for key in ask.own(before.licenses) - after)
    found = []
    for operation in good:
        refusal = first_refusal(Case(ask, operation, before, after, left, used))
        if refusal is not None:
            found.append((operation, refusal))
    return found


def _after(ask: Ask, operations: list[Operation]) -> Holdings:
    holdings = Holdings.of(ask.person)
    for operation in sorted(operations, key=lambda one: one.is_add):
        holdings.apply(operation, pending=ask.is_external)
    _place(ask.world, ask.person, holdings, operations)
    return holdings


def _place(world: World, person: Person, holdings: Holdings, operations: list[Operation]) -> None:
    """Let the calling configuration come with the first Calling license and go with the last; it is never moved."""
    before = set(person.licenses)
    kept = [key for key in holdings.licenses if key in before and _is_calling(world, key)]
    if kept:
        return
    if any(_is_calling(world, key) for key in before):
        holdings.location_id = holdings.phone_number = holdings.extension = None
    for operation in operations:
        if operation.is_add and operation.key in holdings.licenses and _is_calling(world, operation.key):
            desk = desk_from(world, person, operation.properties)
            if isinstance(desk, Desk):
                holdings.location_id = desk.location_id
                holdings.phone_number, holdings.extension = desk.phone_number, desk.extension
                return


def _is_calling(world: World, license_id: str) -> bool:
    found = world.licenses.get(license_id)
    return found is not None and found.name in CALLING_NAMES
