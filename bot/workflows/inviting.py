"""Somebody new is invited to Webex once that is approved; the license follows as for everybody else.

Webex can answer 400 and have created the person, so the address is looked up before and after ("Webex: Create a
Person"). That also makes the step safe to repeat.
"""

from functools import partial
from typing import NotRequired, TypedDict

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy.orm import Session

from bot import traces
from bot.desk import inviting
from bot.desk.policy import House
from bot.desk.settling import ItemResult, Settled, settle
from bot.desk.states import ItemState, State
from bot.licensing.failures import explain
from bot.store import queries
from bot.webex.http import Answer, Refused
from bot.workflows.catalog import Admins
from bot.workflows.hands import Hands
from bot.workflows.waiting import WAITS, delay_of, gave_up, surprise
from bot.workflows.words import reference

log = structlog.get_logger()


class Invitation(TypedDict):
    """Whom to invite, and into which organization; `is_allowed` as the operator has it now."""

    email: str
    name: str
    org_id: str
    is_allowed: bool
    trace: NotRequired[str]


SWITCHED_OFF = {
    "finding": "invite_off",
    "sentence": "Invitations are switched off, so nobody was invited.",
    "remedy": "Set ALLOW_INVITE, or add the person in Control Hub, then retry.",
    "fix": "operator",
}


@DBOS.dbos_class()
class Inviting(DBOSConfiguredInstance):
    """Comes before the assignment of a request whose beneficiary is not in Webex yet, attempt by attempt."""

    def __init__(self, hands: Hands, admins: Admins, house: House) -> None:
        self._hands = hands
        self._admins = admins
        self._house = house
        super().__init__("Inviting")

    @DBOS.workflow()
    def invite(self, request_id: int, attempt: int, tries: int) -> None:
        with traces.scope():
            try:
                self._invite(request_id, attempt, tries)
            except Exception as error:  # the workflow's edge: a request must not stay approved for ever
                ref = reference(f"invite:{request_id}:{attempt}:{tries}")
                log.error("invitation_failed", ref=ref, request_id=request_id, exc_info=error)  # noqa: TRY400 the line above it has the reference
                work = partial(self._end, request_id, attempt, ItemState.NOT_APPLIED, surprise(ref))
                self._hands.act("give_up", work)

    def _invite(self, request_id: int, attempt: int, tries: int) -> None:
        wanted = self._hands.store.step("read_invitation", partial(self._wanted, request_id, attempt))
        if wanted is None:
            return
        traces.note(wanted.get("trace", ""))
        answer = self.create(wanted) if wanted["is_allowed"] else None
        self._hands.act("go_on", partial(self._go_on, request_id, attempt, tries, answer))

    def _wanted(self, request_id: int, attempt: int, session: Session) -> Invitation | None:
        row = queries.request(session, request_id)
        if row.attempt != attempt or row.state is not State.APPROVED or not inviting.is_newcomer(row):
            return None
        desk = self._house.of(row.org_id)
        person = row.beneficiary
        return {
            "email": person.email,
            "name": person.name,
            "org_id": desk.home_org,
            "is_allowed": desk.allow_invite,
            "trace": row.trace,
        }

    @DBOS.step()
    def create(self, wanted: Invitation) -> Answer:
        """Find or create the person, with no role and no license."""
        return self._admins.of(wanted["org_id"]).create_person(wanted["email"], wanted["name"])

    def _go_on(self, request_id: int, attempt: int, tries: int, answer: Answer | None, session: Session) -> list[int]:
        if answer is None:
            return self._end(request_id, attempt, ItemState.NOT_APPLIED, SWITCHED_OFF, session)
        if answer["kind"] == "refused":
            return self._end(request_id, attempt, ItemState.REFUSED, _refusal(answer), session)
        now = self._hands.clock()
        if answer["kind"] == "ok":
            news = inviting.arrive(session, request_id, attempt, answer["value"], now)
            return self._hands.follow_ups.carry_out(session, news, now)
        if tries >= len(WAITS):
            return self._end(request_id, attempt, ItemState.NOT_APPLIED, gave_up(answer), session)
        row = queries.lock_request(session, request_id)
        log.warning("invitation_waits_for_webex", request_id=request_id, status=answer["status"])
        self._hands.follow_ups.assign(session, row, tries=tries + 1, delay=delay_of(answer, tries))
        return []

    def _end(self, request_id: int, attempt: int, state: ItemState, why: dict[str, str], session: Session) -> list[int]:
        row = queries.lock_request(session, request_id)
        now = self._hands.clock()
        results = [ItemResult(item.id, state, (why,)) for item in row.items]
        news = settle(session, request_id, attempt, Settled(results), now)
        return self._hands.follow_ups.carry_out(session, news, now)


def _refusal(answer: Refused) -> dict[str, str]:
    """Put into words why Webex takes no invitation; its own words come last, as text."""
    entries = [{"code": one["code"], "description": one["description"]} for one in answer["errors"]]
    reason = explain(answer["status"], entries, answer["message"])[0]
    said = f" Webex said: {reason.description}" if reason.description else ""
    remedy = (
        f"Add the person in Control Hub, then retry. ({answer['status']}, trackingId {answer['tracking_id'] or 'none'})"
    )
    return {
        "finding": "not_invited",
        "sentence": f"Webex did not take the invitation.{said}",
        "remedy": reason.remedy if answer["status"] in OF_THE_TOKEN else remedy,
        "fix": str(reason.fix) if answer["status"] in OF_THE_TOKEN else "admin",
    }


OF_THE_TOKEN = frozenset({401, 403})
