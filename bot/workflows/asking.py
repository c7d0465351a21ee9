"""Asking the approvers: how Webex stands now goes onto their cards. Also reminders, and fresh cards for lost ones."""

from functools import partial
from typing import TypedDict

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy.orm import Session

from bot.chat import notices
from bot.chat.notices import Now
from bot.desk.facts import LicenseFacts, PersonFacts
from bot.desk.policy import Rules
from bot.desk.states import State
from bot.store import ledger, queries
from bot.store.models import Decision, Request
from bot.workflows.facts import Gatherer, Unavailable
from bot.workflows.hands import Hands
from bot.workflows.words import reference

log = structlog.get_logger()


class Stand(TypedDict):
    """How Webex stands. Empty where it would not say: an approver is asked all the same."""

    person: PersonFacts | None
    catalog: list[LicenseFacts]
    is_known: bool


@DBOS.dbos_class()
class Asking(DBOSConfiguredInstance):
    def __init__(self, hands: Hands, gatherer: Gatherer, rules: Rules) -> None:
        self._hands = hands
        self._gatherer = gatherer
        self._rules = rules
        super().__init__("Asking")

    @DBOS.workflow()
    def ask(self, request_id: int, why: str) -> None:
        """Send the approver's card. `why` is first, reminder, `corrected:<time>`, or `fresh:<decision>:<press>`."""
        try:
            self._ask(request_id, why)
        except Exception:
            ref = reference(f"ask:{request_id}:{why}")
            log.exception("asking_failed", ref=ref, request_id=request_id)
            words = f"Request **#{request_id}**: something went wrong while asking its approver (ref `{ref}`)."
            tell = partial(self._hands.tell_admins, f"asking_failed:{request_id}:{why}", words)
            self._hands.act("tell_admins", tell)

    def _ask(self, request_id: int, why: str) -> None:
        beneficiary_id = self._hands.store.step("read_beneficiary", partial(self._beneficiary, request_id))
        if beneficiary_id is None:
            return
        stand = self.gather(beneficiary_id)
        self._hands.act("write_cards", partial(self._write_cards, request_id, why, stand))

    def _beneficiary(self, request_id: int, session: Session) -> str | None:
        row = queries.request(session, request_id)
        return row.beneficiary_id if row.state is State.PENDING else None

    @DBOS.step()
    def gather(self, person_id: str) -> Stand:
        """Read what the beneficiary holds and the units left. Safe to repeat: it only reads."""
        try:
            return {"person": self._gatherer.person(person_id), "catalog": self._gatherer.catalog(), "is_known": True}
        except Unavailable:
            return {"person": None, "catalog": [], "is_known": False}

    def _write_cards(self, request_id: int, why: str, stand: Stand, session: Session) -> list[int]:
        """Write one card per approver who is still asked; the older card of each is replaced, so only one is live."""
        row = queries.lock_request(session, request_id)
        if row.state is not State.PENDING:
            return []
        now = self._hands.clock()
        stands = Now(stand["person"], stand["catalog"], self._rules, is_known=stand["is_known"])
        drafts = []
        for decision in self._asked(row, why):
            older = [
                card
                for card in queries.cards(session, request_id, ("approval",))
                if (card.to_person_id or card.space_id) == (decision.approver_id or decision.space_id)
            ]
            draft = notices.ask(row, decision, stands, why=why)
            # one that a correction closed may still stand there; one that never arrived has nothing to be replaced
            there = [card for card in older if card.message_id] or older
            drafts.append(ledger.replacing(draft, there[-1]) if there else draft)
            ledger.close([card for card in older if card.closed_at is None], now)
        return ledger.write(session, drafts, now)

    def _asked(self, row: Request, why: str) -> list[Decision]:
        if not why.startswith("fresh:"):
            return [one for one in row.decisions if not one.unreachable]
        wanted = why.split(":")[1]
        return [one for one in row.decisions if str(one.id) == wanted]
