"""One PATCH for one approved request, read back and settled. "Granted" is said only of what was seen in Webex.

The same body follows an awaited acceptance: then nothing is patched, and what Webex holds is looked at again.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy.orm import Session

from bot import traces
from bot.chat import present
from bot.chat.door import Desk
from bot.desk import moving, policy
from bot.desk.service import FollowUp
from bot.desk.settling import ItemResult, Settled, settle
from bot.desk.states import ItemState, State
from bot.licensing.catalog_file import BY_RECORD
from bot.licensing.outcome import Change, Result, compare, is_awaited, is_barred, is_effective
from bot.licensing.remedies import Remedy
from bot.store import queries
from bot.store.models import Request
from bot.webex.admin import AdminGateway, Order
from bot.webex.budget import background
from bot.webex.http import Answer, Patience, ok
from bot.workflows.catalog import Admins
from bot.workflows.hands import Hands
from bot.workflows.replacing import FULL_UPDATE_OFF, changed_fields, not_as_before, replace_record, unexpected
from bot.workflows.results import NOTHING_ASKED, Before, Look, Seen, by_record, open_answer, results_of, ways_out
from bot.workflows.waiting import WAITS, delay_of, gave_up, surprise, unseen
from bot.workflows.words import WORTH_TELLING, in_words, reference

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Try:
    """Which try of which attempt of which request; part of the workflow's id."""

    request_id: int
    attempt: int
    number: int


@dataclass(frozen=True, slots=True)
class Found:
    """What one try found out, as the desk settles it, and what may be asked for next."""

    results: list[ItemResult]
    tracking_id: str = ""
    ways_out: tuple[Remedy, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


NOT_ACCEPTED = {
    "finding": "not_accepted",
    "sentence": "The person did not accept Webex's invitation in time.",
    "remedy": "Ask the person to look for the invitation, then ask for the license again.",
    "fix": "requester",
}

TO_LOOK_AGAIN = timedelta(days=7)
"""How long after the end of waiting for an acceptance the bot tries to look, if Webex does not let it."""


@DBOS.dbos_class()
class Assigning(DBOSConfiguredInstance):
    """Applies a request. While Webex is busy each try is a workflow of its own, enqueued by the one before."""

    def __init__(self, hands: Hands, admins: Admins, desk: Desk, patience: Patience) -> None:
        self._hands = hands
        self._admins = admins
        self._house = desk.house
        self._ttl = desk.ttl
        self._patience = patience
        super().__init__("Assigning")

    @DBOS.workflow()
    def assign(self, request_id: int, attempt: int, tries: int) -> None:
        this = Try(request_id, attempt, tries)
        with traces.scope():
            try:
                self._assign(this)
            except Exception as error:  # noqa: BLE001 the workflow's edge: a request must not stay approved for ever
                self._give_up(this, error)

    @DBOS.workflow()
    def follow(self, request_id: int, attempt: int, day: str, tries: int = 0) -> None:
        """Look whether an external person has accepted by now; nothing is patched."""
        with traces.scope(), background():
            look = self._hands.store.step("read_order", partial(self._read_order, request_id, attempt))
            if look is None:
                return
            traces.note(look.get("trace", ""))
            after = self.read_back(look, None)
            this = Try(request_id, attempt, tries)
            if after["kind"] == "busy":
                work = partial(self._follow_later, this, day, after)
            else:
                work = partial(self._settle_awaited, this, look, after)
            self._hands.act("settle_awaited", work)

    def _assign(self, this: Try) -> None:
        look = self._hands.store.step("read_order", partial(self._read_order, this.request_id, this.attempt))
        if look is None:
            return
        traces.note(look.get("trace", ""))
        before = self.gather(look)
        answer = self.patch(look, before["person"], is_first=this.number == 0)
        # After the PATCH, which changes the record, too. A run of an older version names no such items.
        record = self.read_record(look) if by_record(look) else None
        replaced = self.replace(look, record) if record else None
        after = self.read_back(look, answer)
        changed = self.compare_record(look, record) if record else []
        seen: Seen = {
            "look": look,
            "answer": answer,
            "replaced": replaced,
            "after": after,
            "catalog": before["catalog"],
        }
        self._hands.act("settle", partial(self._settle, this, seen, changed))

    def _read_order(self, request_id: int, attempt: int, session: Session) -> Look | None:
        """Return what to do, or None if this attempt is no longer the one that counts."""
        row = queries.request(session, request_id)
        if row.attempt != attempt or row.state not in {State.APPROVED, State.AWAITING}:
            return None
        left = [item for item in row.items if item.state is not ItemState.GRANTED]
        order: Order = {
            "person_id": row.beneficiary_id,
            "org_id": self._house.of(row.org_id).home_org,
            "items": present.wished_items(left),
        }
        changes: list[Change] = [
            {"item_id": one.id, "license_id": one.license_id, "site_url": one.site_url, "operation": one.operation}
            for one in left
        ]
        in_full = [one.id for one in left if one.via == BY_RECORD]
        return {"order": order, "changes": changes, "by_record": in_full, "trace": row.trace}

    @DBOS.step()
    def gather(self, look: Look) -> Before:
        """Read the person and the units again just before the change: what held on approval may hold no longer."""
        admin, person_id = self._admin(look), look["order"]["person_id"]
        catalog = admin.catalog()
        return {
            "person": admin.person(person_id),
            "catalog": catalog["value"] if catalog["kind"] == "ok" else [],
        }

    @DBOS.step()
    def patch(self, look: Look, before: Answer, *, is_first: bool) -> Answer:
        """Ask Webex once, unless an earlier try turns out to have had its effect.

        Safe to repeat: adding what is held and removing what is not held change nothing.
        """
        if before["kind"] == "busy" or (is_barred(before) and not is_first):
            return before
        if before["kind"] == "ok" and all(is_effective(change, before["value"]) for change in look["changes"]):
            return ok(NOTHING_ASKED)
        apart = by_record(look)
        pairs = zip(look["changes"], look["order"]["items"], strict=True)
        items = [item for change, item in pairs if change["item_id"] not in apart]
        return self._admin(look).assign({**look["order"], "items": items}) if items else ok(NOTHING_ASKED)

    @DBOS.step()
    def read_record(self, look: Look) -> Answer:
        """Read how the whole record stands, which is what the replacement is held against."""
        return self._admin(look).record(look["order"]["person_id"])

    @DBOS.step()
    def replace(self, look: Look, record: Answer) -> Answer:
        """Write the whole record back with other licenses. Safe to repeat: it is refused if the record has changed."""
        is_allowed = self._house.of(look["order"]["org_id"]).allow_full_update
        return replace_record(self._admin(look), look, record) if is_allowed else FULL_UPDATE_OFF

    @DBOS.step()
    def compare_record(self, look: Look, record: Answer) -> list[str]:
        """Return the names of the fields that are not as they were before the full replacement."""
        return changed_fields(record, self._admin(look).record(look["order"]["person_id"]))

    @DBOS.step()
    def read_back(self, look: Look, answer: Answer | None) -> Answer:
        """Read what the person holds now; a few times if Webex said yes and it is not there yet."""
        seen = self._held(look)
        for turn in range(1, self._patience.tries):
            if seen["kind"] != "ok" or not _is_promised(look, answer, seen["value"]):
                break
            self._patience.sleep(self._patience.first_wait * 2 ** (turn - 1))
            seen = self._held(look)
        return seen

    def _held(self, look: Look) -> Answer:
        """Return the person. What people of other organizations hold is asked license by license."""
        admin, rules = self._admin(look), self._house.of(look["order"]["org_id"])
        seen = admin.person(look["order"]["person_id"])
        is_ours = seen["kind"] == "ok" and not policy.is_external(seen["value"], rules)
        if seen["kind"] == "busy" or is_ours:
            return seen
        held = list(seen["value"]["licenses"]) if seen["kind"] == "ok" else []
        for change in look["changes"]:
            if change["license_id"] is None:
                continue
            holds = admin.holds(change["license_id"], look["order"]["person_id"])
            if holds["kind"] == "busy" or is_barred(holds):
                return holds
            if holds["kind"] == "ok" and holds["value"]:
                held.append(change["license_id"])
        if seen["kind"] == "ok":
            return ok({**seen["value"], "licenses": held})
        return ok({"licenses": held, "sites": []}) if held else seen

    def _admin(self, look: Look) -> AdminGateway:
        return self._admins.of(look["order"]["org_id"])

    def _settle(self, this: Try, seen: Seen, changed: list[str], session: Session) -> list[int]:
        """Write down the result, or go on later if Webex was too busy for one, or does not let us see it."""
        unsettled = open_answer(seen, is_first=this.number == 0)
        if unsettled is not None:
            return self._later(this, unsettled, session)
        results = results_of(seen)
        facts = {"full_update": changed} if by_record(seen["look"]) else {}
        found = Found(_item_results(results), _tracking_id(seen["answer"]), tuple(ways_out(results, seen)), facts)
        return self._finish(this, found, session) + self._tell_of_other_fields(this, changed, session)

    def _tell_of_other_fields(self, this: Try, changed: list[str], session: Session) -> list[int]:
        """Webex replaces a record whole, so the admins hear of every field that is not as it was."""
        others = unexpected(changed)
        if not others:
            return []
        row = queries.request(session, this.request_id)
        words = not_as_before(row.id, row.beneficiary.name, others)
        return self._hands.tell_admins(f"full_update:{row.id}:{this.attempt}", row.org_id, words, session)

    def _follow_later(self, this: Try, day: str, busy: Answer, session: Session) -> list[int]:
        """Look again after a while; after the last time tomorrow is another day."""
        if this.number < len(WAITS):
            row, delay = queries.request(session, this.request_id), delay_of(busy, this.number)
            self._hands.follow_ups.follow(session, row, day, tries=this.number + 1, delay=delay)
        return []

    def _settle_awaited(self, this: Try, look: Look, after: Answer, session: Session) -> list[int]:
        row = queries.request(session, this.request_id)
        waited = self._hands.clock() - (row.settled_at or self._hands.clock())
        if is_barred(after) and waited <= self._ttl + TO_LOOK_AGAIN:
            return []  # tomorrow is another day
        if is_barred(after):
            return self._finish(this, Found(_without_result(row, unseen(after))), session)
        waiting = ok({**NOTHING_ASKED, "pending_licenses": [one["license_id"] for one in look["changes"]]})
        results = compare(look["changes"], waiting, after)
        if waited > self._ttl:
            for result in results:
                if result["state"] == "awaiting":
                    result["state"], result["errors"] = "not_applied", [NOT_ACCEPTED]
        return self._finish(this, Found(_item_results(results)), session)

    def _finish(self, this: Try, found: Found, session: Session) -> list[int]:
        now = self._hands.clock()
        outcome = Settled(found.results, found.tracking_id, found.facts)
        news = [
            replace(one, remedies=found.ways_out) if one.kind == "settled" else one
            for one in settle(session, this.request_id, this.attempt, outcome, now)
        ]
        if news:
            news += moving.after_grant(session, queries.request(session, this.request_id), now)
        states = [str(one.state) for one in found.results]
        log.info("assignment_settled", request_id=this.request_id, items=states, tracking_id=found.tracking_id)
        return self._hands.follow_ups.carry_out(session, news, now)

    def _later(self, this: Try, answer: Answer, session: Session) -> list[int]:
        """Enqueue a successor in this transaction; after the last one the request is settled as failed."""
        row = queries.lock_request(session, this.request_id)
        if this.number >= len(WAITS):
            why = unseen(answer) if is_barred(answer) else gave_up(answer)
            return self._finish(this, Found(_without_result(row, why), _tracking_id(answer)), session)
        delay = delay_of(answer, this.number)
        log.warning("assignment_waits_for_webex", request_id=this.request_id, status=answer["status"], seconds=delay)
        self._hands.follow_ups.assign(session, row, tries=this.number + 1, delay=delay)
        if delay < WORTH_TELLING or answer["kind"] != "busy":
            return []
        news = FollowUp("delayed", row.id, in_words(delay))
        return self._hands.follow_ups.carry_out(session, [news], self._hands.clock())

    def _give_up(self, this: Try, error: Exception) -> None:
        ref = reference(f"assign:{this.request_id}:{this.attempt}:{this.number}")
        log.error("assignment_failed", ref=ref, request_id=this.request_id, exc_info=error)

        def end(session: Session) -> list[int]:
            row = queries.lock_request(session, this.request_id)
            return self._finish(this, Found(_without_result(row, surprise(ref))), session)

        self._hands.act("give_up", end)


def _is_promised(look: Look, answer: Answer | None, held: dict[str, Any]) -> bool:
    """Whether Webex said that all of it was done, and it is not to be seen yet."""
    if answer is None or answer["kind"] != "ok" or answer["status"] != ALL_APPLIED:
        return False
    return not all(is_effective(change, held) or is_awaited(change, answer) for change in look["changes"])


ALL_APPLIED = 200


def _without_result(row: Request, why: dict[str, Any]) -> list[ItemResult]:
    """Return the same reason for each item that has no result yet."""
    unsettled = [item for item in row.items if item.state in {ItemState.OPEN, ItemState.AWAITING}]
    return [ItemResult(one.id, ItemState.NOT_APPLIED, (why,)) for one in unsettled]


def _item_results(results: list[Result]) -> list[ItemResult]:
    return [ItemResult(one["item_id"], ItemState(one["state"]), tuple(one["errors"])) for one in results]


def _tracking_id(answer: Answer) -> str:
    return str(answer["value"]["tracking_id"] if answer["kind"] == "ok" else answer["tracking_id"])
