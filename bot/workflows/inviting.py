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
from bot.desk.shapes import FollowUp
from bot.desk.states import ItemState, State
from bot.licensing.failures import Fix, explain
from bot.licensing.outcome import BARRED, OwnReason
from bot.store import queries
from bot.store.models import Request
from bot.webex.http import Answer, Busy, Refused
from bot.workflows.catalog import Admins
from bot.workflows.hands import Hands
from bot.workflows.waiting import NOT_SERVED, WAITS, delay_of, gave_up, surprise
from bot.workflows.words import WORTH_TELLING, in_words, reference

log = structlog.get_logger()


class Invitation(TypedDict):
    """Whom to invite, and into which organization; `is_allowed` as the operator has it now."""

    email: str
    name: str
    org_id: str
    is_allowed: bool
    trace: NotRequired[str]


SWITCHED_OFF: OwnReason = {
    "finding": "invite_off",
    "sentence": "Invitations are switched off, so nobody was invited.",
    "remedy": "Set ALLOW_INVITE, or add the person in Control Hub, then retry.",
    "fix": Fix.OPERATOR,
}

IN_USE = 409
IN_USE_ELSEWHERE: OwnReason = {
    "finding": "newcomer_elsewhere",
    "sentence": "The address is in use in Webex already, but by nobody in this organization, so nobody was invited. "
    "It may belong to somebody in another organization.",
    "remedy": "Ask again with another address of the person. If it has to be this one, a Webex admin can claim the "
    "account in Control Hub and then retry.",
    "fix": Fix.REQUESTER,
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
                self._hands.act("give_up", partial(self._give_up, request_id, attempt, ref))

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
        if row.attempt != attempt or row.state is not State.APPROVED:
            return []  # a retry has begun a new attempt meanwhile, which has tries of its own
        return self._later(row, tries, answer, session)

    def _later(self, row: Request, tries: int, answer: Busy, session: Session) -> list[int]:
        delay = delay_of(answer, tries)
        log.warning("invitation_waits_for_webex", request_id=row.id, status=answer["status"], seconds=delay)
        self._hands.follow_ups.assign(session, row, tries=tries + 1, delay=delay)
        if delay < WORTH_TELLING:
            return []
        news = FollowUp("delayed", row.id, in_words(delay))
        return self._hands.follow_ups.carry_out(session, [news], self._hands.clock())

    def _give_up(self, request_id: int, attempt: int, ref: str, session: Session) -> list[int]:
        is_served = self._house.serves(queries.request(session, request_id).org_id)
        why = surprise(ref) if is_served else NOT_SERVED
        return self._end(request_id, attempt, ItemState.NOT_APPLIED, why, session)

    def _end(self, request_id: int, attempt: int, state: ItemState, why: OwnReason, session: Session) -> list[int]:
        row = queries.lock_request(session, request_id)
        now = self._hands.clock()
        results = [ItemResult(item.id, state, (why,)) for item in row.items]
        news = settle(session, request_id, attempt, Settled(results), now)
        return self._hands.follow_ups.carry_out(session, news, now)


def _refusal(answer: Refused) -> OwnReason:
    """Put into words why Webex takes no invitation; its own words come last, as text."""
    entries = [{"code": one["code"], "description": one["description"]} for one in answer["errors"]]
    reason = explain(answer["status"], entries, answer["message"])[0]
    said = f" Webex said: {reason.description}" if reason.description else ""
    about = f"({answer['status']}, tracking ID {answer['tracking_id'] or 'none'})"
    if answer["status"] == IN_USE:
        sentence, remedy = IN_USE_ELSEWHERE["sentence"] + said, f"{IN_USE_ELSEWHERE['remedy']} {about}"
        return {**IN_USE_ELSEWHERE, "sentence": sentence, "remedy": remedy}
    remedy = f"Look whether the person is in Control Hub by now; if not, add them there. Then retry. {about}"
    return {
        "finding": "not_invited",
        "sentence": f"Webex did not take the invitation.{said}",
        "remedy": reason.remedy if answer["status"] in BARRED else remedy,
        "fix": reason.fix if answer["status"] in BARRED else Fix.ADMIN,
    }
