"""One PATCH for one approved request, read back and settled. "Granted" is said only of what was seen in Webex.

The same body follows an awaited acceptance: then nothing is patched, and what Webex holds is looked at again.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, TypedDict

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy.orm import Session

from bot.chat import present
from bot.desk import policy, service
from bot.desk.facts import LicenseFacts
from bot.desk.orgs import same_org
from bot.desk.policy import Rules
from bot.desk.service import FollowUp, ItemResult
from bot.desk.states import ItemState, State
from bot.licensing.outcome import Change, Result, compare, is_awaited, is_effective, with_likely_reason
from bot.licensing.prechecks import check
from bot.licensing.remedies import Remedy, after_refusal
from bot.store import queries
from bot.store.models import Request, RequestItem
from bot.webex.admin import AdminGateway, Order
from bot.webex.http import Answer, Patience, ok
from bot.workflows.hands import Hands
from bot.workflows.words import WORTH_TELLING, in_words, reference

log = structlog.get_logger()

WAITS = (5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 3600)
"""Seconds between tries while Webex stays busy, unless it names more. After the last one the request has failed."""


class Look(TypedDict):
    """What to ask Webex for, and the items it is about."""

    order: Order
    changes: list[Change]


class Before(TypedDict):
    """How Webex stood just before the PATCH; the catalog is empty if Webex would not say."""

    person: Answer
    catalog: list[LicenseFacts]


class Seen(TypedDict):
    """One try: what was asked, what Webex answered, and the person as read afterwards."""

    look: Look
    answer: Answer
    after: Answer
    catalog: list[LicenseFacts]


@dataclass(frozen=True, slots=True)
class Try:
    """Which try of which attempt of which request; part of the workflow's id."""

    request_id: int
    attempt: int
    number: int


NOT_ACCEPTED = {
    "finding": "not_accepted",
    "sentence": "The person did not accept Webex's invitation in time.",
    "remedy": "Ask the person to look for the invitation, then ask for the license again.",
    "fix": "requester",
}


@DBOS.dbos_class()
class Assigning(DBOSConfiguredInstance):
    """Applies a request. While Webex is busy each try is a workflow of its own, enqueued by the one before."""

    def __init__(self, hands: Hands, admin: AdminGateway, rules: Rules, ttl: timedelta, patience: Patience) -> None:
        self._hands = hands
        self._admin = admin
        self._rules = rules
        self._ttl = ttl
        self._patience = patience
        super().__init__("Assigning")

    @DBOS.workflow()
    def assign(self, request_id: int, attempt: int, tries: int) -> None:
        this = Try(request_id, attempt, tries)
        try:
            self._assign(this)
        except Exception as error:  # noqa: BLE001 the workflow's edge: a request must not stay approved for ever
            self._give_up(this, error)

    @DBOS.workflow()
    def follow(self, request_id: int, attempt: int, day: str) -> None:  # noqa: ARG002 the day makes the id
        """Look whether an external person has accepted by now; nothing is patched."""
        look = self._hands.store.step("read_order", partial(self._read_order, request_id, attempt))
        if look is None:
            return
        after = self.read_back(look, None)
        work = partial(self._settle_awaited, Try(request_id, attempt, 0), look, after)
        self._hands.act("settle_awaited", work)

    def _assign(self, this: Try) -> None:
        look = self._hands.store.step("read_order", partial(self._read_order, this.request_id, this.attempt))
        if look is None:
            return
        before = self.gather(look)
        answer = self.patch(look, before["person"])
        after = self.read_back(look, answer)
        seen: Seen = {"look": look, "answer": answer, "after": after, "catalog": before["catalog"]}
        self._hands.act("settle", partial(self._settle, this, seen))

    def _read_order(self, request_id: int, attempt: int, session: Session) -> Look | None:
        """Return what to do, or None if this attempt is no longer the one that counts."""
        row = queries.request(session, request_id)
        if row.attempt != attempt or row.state not in {State.APPROVED, State.AWAITING}:
            return None
        left = [item for item in row.items if item.state is not ItemState.GRANTED]
        order: Order = {
            "person_id": row.beneficiary_id,
            "org_id": self._rules.home_org,
            "items": present.wished_items(left),
        }
        changes: list[Change] = [
            {"item_id": one.id, "license_id": one.license_id, "site_url": one.site_url, "operation": one.operation}
            for one in left
        ]
        return {"order": order, "changes": changes}

    @DBOS.step()
    def gather(self, look: Look) -> Before:
        """Read the person and the units again just before the PATCH: what held on approval may hold no longer."""
        catalog = self._admin.catalog()
        return {
            "person": self._admin.person(look["order"]["person_id"]),
            "catalog": catalog["value"] if catalog["kind"] == "ok" else [],
        }

    @DBOS.step()
    def patch(self, look: Look, before: Answer) -> Answer:
        """Ask Webex once, unless an earlier try turns out to have had its effect.

        Safe to repeat: adding what is held and removing what is not held change nothing.
        """
        if before["kind"] == "busy":
            return before
        if before["kind"] == "ok" and all(is_effective(change, before["value"]) for change in look["changes"]):
            return ok(NOTHING_ASKED)
        return self._admin.assign(look["order"])

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
        seen = self._admin.person(look["order"]["person_id"])
        is_ours = seen["kind"] == "ok" and not policy.is_external(seen["value"], self._rules)
        if seen["kind"] == "busy" or is_ours:
            return seen
        held = list(seen["value"]["licenses"]) if seen["kind"] == "ok" else []
        for change in look["changes"]:
            if change["license_id"] is None:
                continue
            holds = self._admin.holds(change["license_id"], look["order"]["person_id"])
            if holds["kind"] == "busy":
                return holds
            if holds["kind"] == "ok" and holds["value"]:
                held.append(change["license_id"])
        if seen["kind"] == "ok":
            return ok({**seen["value"], "licenses": held})
        return ok({"licenses": held, "sites": []}) if held else seen

    def _settle(self, this: Try, seen: Seen, session: Session) -> list[int]:
        """Write down the result, or go on later if Webex was too busy for one."""
        look, answer, after = seen["look"], seen["answer"], seen["after"]
        held = after["value"] if after["kind"] == "ok" else None
        done = held is not None and all(is_effective(change, held) for change in look["changes"])
        if not done and (answer["kind"] == "busy" or after["kind"] == "busy"):
            return self._later(this, answer if answer["kind"] == "busy" else after, session)
        results = compare(look["changes"], answer if answer["kind"] != "busy" else ok(NOTHING_ASKED), after)
        if held is not None:
            results = self._with_likely_reasons(results, seen, held)
        ways_out = tuple(self._ways_out(results, seen, held))
        return self._finish(this, _item_results(results), _tracking_id(answer), session, ways_out)

    def _ways_out(self, results: list[Result], seen: Seen, held: dict[str, Any] | None) -> list[Remedy]:
        """Return what may be asked for next, judged by how Webex stands after it said no."""
        items = seen["look"]["order"]["items"]
        bad = [(item, one) for item, one in zip(items, results, strict=True) if one["state"] in FAILED]
        if not bad:
            return []
        codes = {str(error.get("code")) for _, one in bad for error in one["errors"]}
        is_external = held is not None and not same_org(held.get("org_id", self._rules.home_org), self._rules.home_org)
        failed = [item for item, _ in bad]
        return after_refusal(failed, codes, held, seen["catalog"], is_external=is_external)  # type: ignore[arg-type]  # JSON of ours

    def _with_likely_reasons(self, results: list[Result], seen: Seen, held: dict[str, Any]) -> list[Result]:
        """Webex often refuses without a reason that people could act on; the prechecks may know one."""
        items, external = seen["look"]["order"]["items"], held.get("org_id", self._rules.home_org)
        is_external = not same_org(external, self._rules.home_org)
        failed = [item for item, result in zip(items, results, strict=True) if result["state"] != "granted"]
        findings = check(failed, held, seen["catalog"], is_external=is_external)  # type: ignore[arg-type]  # JSON of ours
        by_license = {license_id: [one for one in findings if one.license_id == license_id] for license_id in
                      {one.license_id for one in findings}}  # fmt: skip
        return [
            with_likely_reason(result, by_license.get(change["license_id"], []))
            for change, result in zip(seen["look"]["changes"], results, strict=True)
        ]

    def _settle_awaited(self, this: Try, look: Look, after: Answer, session: Session) -> list[int]:
        if after["kind"] == "busy":
            return []  # tomorrow is another day
        waiting = ok({**NOTHING_ASKED, "pending_licenses": [one["license_id"] for one in look["changes"]]})
        results = compare(look["changes"], waiting, after)
        row = queries.request(session, this.request_id)
        if row.settled_at is not None and self._hands.clock() - row.settled_at > self._ttl:
            for result in results:
                if result["state"] == "awaiting":
                    result["state"], result["errors"] = "not_applied", [NOT_ACCEPTED]
        return self._finish(this, _item_results(results), "", session)

    def _finish(
        self,
        this: Try,
        results: list[ItemResult],
        tracking_id: str,
        session: Session,
        ways_out: tuple[Remedy, ...] = (),
    ) -> list[int]:
        now = self._hands.clock()
        news = [
            replace(one, remedies=ways_out)
            for one in service.settle(session, this.request_id, this.attempt, results, tracking_id, now)
        ]
        states = [str(one.state) for one in results]
        log.info("assignment_settled", request_id=this.request_id, items=states, tracking_id=tracking_id)
        return self._hands.follow_ups.carry_out(session, news, now)

    def _later(self, this: Try, answer: Answer, session: Session) -> list[int]:
        """Enqueue a successor in this transaction; after the last one the request is settled as failed."""
        row = queries.lock_request(session, this.request_id)
        if this.number >= len(WAITS):
            results = [ItemResult(one.id, ItemState.NOT_APPLIED, (_gave_up(answer),)) for one in _unsettled(row)]
            return self._finish(this, results, _tracking_id(answer), session)
        delay = max(_seconds(answer), WAITS[this.number])
        log.warning("assignment_waits_for_webex", request_id=this.request_id, status=answer["status"], seconds=delay)
        self._hands.follow_ups.assign(session, row, tries=this.number + 1, delay=delay)
        if delay < WORTH_TELLING:
            return []
        news = FollowUp("delayed", row.id, in_words(delay))
        return self._hands.follow_ups.carry_out(session, [news], self._hands.clock())

    def _give_up(self, this: Try, error: Exception) -> None:
        ref = reference(f"assign:{this.request_id}:{this.attempt}:{this.number}")
        log.error("assignment_failed", ref=ref, request_id=this.request_id, exc_info=error)

        def settle(session: Session) -> list[int]:
            row = queries.lock_request(session, this.request_id)
            results = [ItemResult(one.id, ItemState.NOT_APPLIED, (_surprise(ref),)) for one in _unsettled(row)]
            return self._finish(this, results, "", session)

        self._hands.act("give_up", settle)


NOTHING_ASKED: dict[str, Any] = {
    "licenses": [],
    "sites": [],
    "pending_licenses": [],
    "pending_sites": [],
    "errors": [],
    "tracking_id": "",
}


def _is_promised(look: Look, answer: Answer | None, held: dict[str, Any]) -> bool:
    """Whether Webex said that all of it was done, and it is not to be seen yet."""
    if answer is None or answer["kind"] != "ok" or answer["status"] != ALL_APPLIED:
        return False
    return not all(is_effective(change, held) or is_awaited(change, answer) for change in look["changes"])


ALL_APPLIED = 200
FAILED = frozenset({"refused", "not_applied"})


def _unsettled(row: Request) -> list[RequestItem]:
    return [item for item in row.items if item.state in {ItemState.OPEN, ItemState.AWAITING}]


def _item_results(results: list[Result]) -> list[ItemResult]:
    return [ItemResult(one["item_id"], ItemState(one["state"]), tuple(one["errors"])) for one in results]


def _tracking_id(answer: Answer) -> str:
    return str(answer["value"]["tracking_id"] if answer["kind"] == "ok" else answer["tracking_id"])


def _seconds(answer: Answer) -> int:
    return answer["seconds"] if answer["kind"] == "busy" else 0


def _gave_up(answer: Answer) -> dict[str, Any]:
    status = f"status {answer['status']}" if answer["status"] else "a broken line"
    return {
        "finding": "gave_up",
        "sentence": f"Webex stayed too busy for hours ({status}), so I stopped trying.",
        "remedy": "Look at Webex's status page, then retry.",
        "fix": "admin",
    }


def _surprise(ref: str) -> dict[str, Any]:
    return {
        "finding": "surprise",
        "sentence": f"Something went wrong on our side (ref {ref}).",
        "remedy": "Look the reference up in the bot's log, then retry.",
        "fix": "operator",
    }
