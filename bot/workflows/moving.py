"""One move of somebody's hybrid license into another resource group: found, moved, read back, settled.

While Webex sets the service up, or is busy, each try is a workflow of its own, enqueued by the one before.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, NotRequired, TypedDict, cast

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy.orm import Session

from bot import traces
from bot.desk import moving
from bot.desk.moving import Result
from bot.desk.policy import House
from bot.desk.states import MoveState
from bot.licensing.moves import why_not
from bot.store import moves, queries
from bot.store.models import Move
from bot.webex.admin import AdminGateway
from bot.webex.http import Answer, Patience
from bot.webex.reading import same_id
from bot.workflows.catalog import Admins
from bot.workflows.hands import Hands
from bot.workflows.move_outcome import (
    ACTIVATED,
    Later,
    Look,
    Seen,
    ids_named,
    is_elsewhere,
    is_there,
    judge,
    membership_in,
)
from bot.workflows.words import WORTH_TELLING, reference

log = structlog.get_logger()

WAITS = (15, 30, 60, 120, 300, 600, 1200, 1800, *(3600,) * 23)
"""Seconds between tries, unless Webex names more: about a day in all. After the last one the move has failed."""


class Order(TypedDict):
    """What is to be moved. Without the id of the group, its name is looked up."""

    org_id: str
    person_id: str
    license_id: str
    group_id: str | None
    group_name: str
    first_seen_in: NotRequired[str | None]
    trace: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Try:
    move_id: int
    number: int


@DBOS.dbos_class()
class Moving(DBOSConfiguredInstance):
    """Carries moves out. Safe to repeat: who is there already is not moved, and a repeated PUT changes nothing."""

    def __init__(self, hands: Hands, admins: Admins, house: House, patience: Patience) -> None:
        self._hands = hands
        self._admins = admins
        self._house = house
        self._patience = patience
        super().__init__("Moving")

    @DBOS.workflow()
    def move(self, move_id: int, tries: int) -> None:
        this = Try(move_id, tries)
        with traces.scope():
            try:
                self._move(this)
            except Exception as error:  # noqa: BLE001 the workflow's edge: a move must not stay open for ever
                self._give_up(this, error)

    def _move(self, this: Try) -> None:
        order = self._hands.store.step("read_order", partial(self._read_order, this))
        if order is None:
            return
        traces.note(order.get("trace", ""))
        look = self.look(order)
        answer = self.put(order, look)
        after = self.read_back(order, look, answer)
        seen: Seen = {"look": look, "answer": answer, "after": after}
        self._hands.act("settle", partial(self._settle, this, seen))

    def _read_order(self, this: Try, session: Session) -> Order | None:
        """Return what to do, or None if this try is no longer the one that counts."""
        row = moves.move(session, this.move_id)
        if row.state is not MoveState.OPEN or row.tries != this.number:
            return None
        return {
            "org_id": row.org_id,
            "person_id": row.person_id,
            "license_id": row.license_id,
            "group_id": row.group_id,
            "group_name": row.group_name,
            "first_seen_in": row.first_seen_in,
            "trace": self._trace_of(row, session),
        }

    def _trace_of(self, row: Move, session: Session) -> str:
        """Return the trace of the request it belongs to; one that was ordered for itself has none."""
        return queries.request(session, row.request_id).trace if row.request_id else ""

    @DBOS.step()
    def look(self, order: Order) -> Look:
        """Find the group, if only its name is known, and the membership. Safe to repeat: it only reads."""
        admin = self._admin(order)
        groups = None if order["group_id"] else admin.resource_groups()
        group_ids = [order["group_id"]] if order["group_id"] else ids_named(order["group_name"], groups)
        membership = admin.membership(order["license_id"], order["person_id"]) if len(group_ids) == 1 else None
        return {
            "group_ids": group_ids,
            "groups": groups,
            "membership": membership,
            "is_held": self._is_held(order, membership),
            "first_seen_in": order.get("first_seen_in"),
        }

    def _is_held(self, order: Order, membership: Answer | None) -> bool:
        """Ask whether a membership that is not there yet can be waited for; yes, unless Webex tells otherwise."""
        if membership is None or membership["kind"] != "ok" or membership["value"] is not None:
            return True
        person = self._admin(order).person(order["person_id"])
        return person["kind"] != "ok" or any(same_id(one, order["license_id"]) for one in person["value"]["licenses"])

    @DBOS.step()
    def put(self, order: Order, look: Look) -> Answer | None:
        """Ask Webex for the move; None if there is nothing to ask, or it could only refuse."""
        membership = membership_in(look["membership"])
        if membership is None or membership["status"] != ACTIVATED:
            return None
        if is_there(look["membership"], look) or is_elsewhere(look):
            return None
        return self._admin(order).move(membership, look["group_ids"][0])

    @DBOS.step()
    def read_back(self, order: Order, look: Look, answer: Answer | None) -> Answer | None:
        """Read the membership again; a few times if Webex said yes and it is not to be seen yet."""
        if answer is None:
            return look["membership"]
        seen = self._read(order)
        for turn in range(1, self._patience.tries):
            if answer["kind"] != "ok" or seen["kind"] != "ok" or is_there(seen, look):
                break
            self._patience.sleep(self._patience.first_wait * 2 ** (turn - 1))
            seen = self._read(order)
        return seen

    def _read(self, order: Order) -> Answer:
        return self._admin(order).membership(order["license_id"], order["person_id"])

    def _admin(self, order: Order) -> AdminGateway:
        return self._admins.of(self._house.of(order["org_id"]).home_org)

    def _settle(self, this: Try, seen: Seen, session: Session) -> list[int]:
        """Write down the result, or go on later if Webex is not ready for one."""
        judged = judge(seen, this.number)
        if isinstance(judged, Later):
            return self._later(this, judged, seen, session)
        return self._finish(this, judged, session)

    def _later(self, this: Try, wait: Later, seen: Seen, session: Session) -> list[int]:
        """Enqueue a successor in this transaction; after the last one the move is settled as failed."""
        row = moves.lock_move(session, this.move_id)
        if row.state is not MoveState.OPEN or row.tries != this.number:
            return []
        if this.number >= len(WAITS):
            error = cast(dict[str, Any], why_not(wait.found))
            return self._finish(this, Result(MoveState.FAILED, error, wait.tracking_id), session)
        delay = max(wait.seconds, WAITS[this.number])
        log.info("move_waits_for_webex", move_id=this.move_id, why=wait.found, seconds=delay)
        row.tries = this.number + 1
        if membership := membership_in(seen["look"]["membership"]):
            row.first_seen_in = row.first_seen_in or membership["group_id"]
        self._hands.follow_ups.move(session, row, tries=row.tries, delay=delay)
        if delay < WORTH_TELLING:
            return []
        news = [moving.follow_up(row, wait.news)]
        return self._hands.follow_ups.carry_out(session, news, self._hands.clock())

    def _finish(self, this: Try, result: Result, session: Session) -> list[int]:
        now = self._hands.clock()
        news = moving.settle(session, this.move_id, this.number, result, now)
        log.info("move_settled", move_id=this.move_id, state=result.state, tracking_id=result.tracking_id)
        return self._hands.follow_ups.carry_out(session, news, now)

    def _give_up(self, this: Try, error: Exception) -> None:
        ref = reference(f"move:{this.move_id}:{this.number}")
        log.error("move_failed", ref=ref, move_id=this.move_id, exc_info=error)
        result = Result(MoveState.FAILED, cast(dict[str, Any], why_not("surprise", f"ref {ref}")))
        self._hands.act("give_up", partial(self._finish, this, result))
