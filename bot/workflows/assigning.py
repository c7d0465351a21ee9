"""One PATCH for one approved request, read back and settled. "Granted" is said only of what was seen in Webex.

The same body follows an awaited acceptance: then nothing is patched, and what Webex holds is looked at again.
"""

from functools import partial

from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy.orm import Session

from bot import traces
from bot.chat.door import Desk
from bot.desk.states import State
from bot.licensing.outcome import is_barred, is_effective
from bot.store import queries
from bot.webex.admin import AdminGateway
from bot.webex.budget import background
from bot.webex.http import Answer, Patience, ok
from bot.webex.records import Record
from bot.workflows.catalog import Admins
from bot.workflows.concluding import Concluding, Try
from bot.workflows.entitled import objection_to
from bot.workflows.hands import Hands
from bot.workflows.holding import held, seen_after
from bot.workflows.replacing import (
    FULL_UPDATE_OFF,
    Update,
    changed_fields,
    known_before,
    replace_record,
    with_the_record,
)
from bot.workflows.results import (
    NOTHING_ASKED,
    Before,
    Look,
    Seen,
    by_record,
    goes_last,
    look_of,
    order_of,
)


@DBOS.dbos_class()
class Assigning(DBOSConfiguredInstance):
    """Applies a request. While Webex is busy each try is a workflow of its own, enqueued by the one before."""

    def __init__(self, hands: Hands, admins: Admins, desk: Desk, patience: Patience) -> None:
        self._hands = hands
        self._admins = admins
        self._house = desk.house
        self._end = Concluding(hands, desk)
        self._patience = patience
        super().__init__("Assigning")

    @DBOS.workflow()
    def assign(self, request_id: int, attempt: int, tries: int, known: Record | None = None) -> None:
        this = Try(request_id, attempt, tries, known)
        with traces.scope():
            try:
                self._assign(this)
            except Exception as error:  # noqa: BLE001 the workflow's edge: a request must not stay approved for ever
                self._end.give_up(this, error)

    @DBOS.workflow()
    def follow(self, request_id: int, attempt: int, day: str, tries: int = 0) -> None:
        """Look whether an external person has accepted by now; nothing is patched."""
        this = Try(request_id, attempt, tries)
        with traces.scope(), background():
            try:
                self._follow(this, day)
            except Exception as error:  # noqa: BLE001 the workflow's edge: a request must not be awaited for ever
                self._end.give_up(this, error)

    def _follow(self, this: Try, day: str) -> None:
        look = self._hands.store.step("read_order", partial(self._read_order, this.request_id, this.attempt))
        if look is None:
            return
        traces.note(look.get("trace", ""))
        after = self.read_back(look, None)
        if after["kind"] == "busy":
            work = partial(self._end.follow_later, this, day, after)
        else:
            work = partial(self._end.settle_awaited, this, look, after)
        self._hands.act("settle_awaited", work)

    def _assign(self, this: Try) -> None:
        look = self._hands.store.step("read_order", partial(self._read_order, this.request_id, this.attempt))
        if look is None:
            return
        traces.note(look.get("trace", ""))
        before = self.gather(look)
        look = with_the_record(look, before["catalog"])
        answer = self.patch(look, before["person"], is_first=this.number == 0)
        # After the PATCH, which changes the record, too. A run of an older version names no such items.
        record = self.read_record(look) if by_record(look) else None
        replaced = self.replace(look, record, answer) if record else None
        after = self.read_back(look, answer)
        update = None
        if record and replaced:
            known = known_before(this.known, record, answer, replaced)
            update = Update(known, self.compare_record(look, ok(known) if known else record))
        seen: Seen = {
            "look": look,
            "answer": answer,
            "replaced": replaced,
            "after": after,
            "catalog": before["catalog"],
        }
        self._hands.act("settle", partial(self._end.settle, this, seen, update))

    def _read_order(self, request_id: int, attempt: int, session: Session) -> Look | None:
        """Return what to do, or None if this attempt is no longer the one that counts."""
        row = queries.request(session, request_id)
        if row.attempt != attempt or row.state not in {State.APPROVED, State.AWAITING}:
            return None
        return look_of(row, self._house.of(row.org_id).home_org)

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
        objection = objection_to(look, before, self._house)
        if objection is not None:
            return objection
        order = order_of(look, {one["item_id"] for one in look["changes"]} - by_record(look) - goes_last(look))
        return self._admin(look).assign(order) if order else ok(NOTHING_ASKED)

    @DBOS.step()
    def read_record(self, look: Look) -> Answer:
        """Read how the whole record stands, which is what the replacement is held against."""
        return self._admin(look).record(look["order"]["person_id"])

    @DBOS.step()
    def replace(self, look: Look, record: Answer, answer: Answer) -> Answer:
        """Write the whole record back with other licenses. Safe to repeat: it is refused if the record has changed."""
        is_allowed = self._house.of(look["order"]["org_id"]).allow_full_update
        return replace_record(self._admin(look), look, record, answer) if is_allowed else FULL_UPDATE_OFF

    @DBOS.step()
    def compare_record(self, look: Look, record: Answer) -> list[str] | None:
        """Return the names of the fields that are not as they were before the full replacement, None if unknown."""
        return changed_fields(record, self._admin(look).record(look["order"]["person_id"]))

    @DBOS.step()
    def read_back(self, look: Look, answer: Answer | None) -> Answer:
        """Read what the person holds now; a few times if Webex said yes and it is not there yet."""
        read = partial(held, look, self._admin(look), self._house.of(look["order"]["org_id"]))
        return seen_after(look, answer, read, self._patience)

    def _admin(self, look: Look) -> AdminGateway:
        return self._admins.of(look["order"]["org_id"])
