"""Asking the approvers: how Webex stands now goes onto their cards. Also reminders, and fresh cards for lost ones."""

from functools import partial
from typing import NotRequired, TypedDict

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy.orm import Session

from bot import traces
from bot.chat import notices
from bot.chat.notices import Now
from bot.desk.facts import LicenseFacts, PersonFacts
from bot.desk.groups import GroupFacts
from bot.desk.inviting import is_newcomer, newcomer, whom_to_ask_now
from bot.desk.states import State
from bot.licensing.moves import is_hybrid
from bot.store import ledger, queries
from bot.store.models import Decision, Request
from bot.workflows.facts import Gatherer
from bot.workflows.hands import Hands
from bot.workflows.loaders import Sources, Unavailable
from bot.workflows.words import reference

log = structlog.get_logger()

NOT_ASKED = (
    "I could not send the card that asks for a decision on request **#{number}** (ref `{ref}` in my log). As long as "
    "it waits, whoever decides may type `approve {number}` or `deny {number} because …`; `status {number}` shows who "
    "that is."
)
"""What admins read then."""
NOT_SERVED = (
    "Request **#{number}** waits for a decision, but I no longer serve its organization, so I ask nobody about it. The "
    "operator of this bot can put the organization back into ORG_IDS and restart; otherwise the request expires."
)


class About(TypedDict):
    """Whom a request is for, and whose licenses it is about."""

    person_id: str
    org_id: str
    license_ids: NotRequired[list[str]]
    """What is to be added."""
    newcomer: NotRequired[tuple[str, str] | None]
    """Address and name of somebody whom Webex does not know yet."""
    trace: NotRequired[str]


class Stand(TypedDict):
    """How Webex stands. Empty where it would not say: an approver is asked all the same."""

    person: PersonFacts | None
    catalog: list[LicenseFacts]
    groups: NotRequired[list[GroupFacts]]
    is_known: bool


@DBOS.dbos_class()
class Asking(DBOSConfiguredInstance):
    def __init__(self, hands: Hands, gatherer: Gatherer) -> None:
        self._hands = hands
        self._gatherer = gatherer
        super().__init__("Asking")

    @DBOS.workflow()
    def ask(self, request_id: int, why: str) -> None:
        """Send the approver's card. `why` is first, reminder, `corrected:<time>`, or `fresh:<decision>:<press>`."""
        with traces.scope():
            try:
                self._ask(request_id, why)
            except Exception:
                ref = reference(f"ask:{request_id}:{why}")
                log.exception("asking_failed", ref=ref, request_id=request_id)
                key = f"asking_failed:{request_id}:{why}"
                self._hands.act("tell_admins", partial(self._tell_admins, request_id, key, ref))

    def _ask(self, request_id: int, why: str) -> None:
        about = self._hands.store.step("read_beneficiary", partial(self._about, request_id))
        if about is None:
            return
        traces.note(about.get("trace", ""))
        stand = self.gather(about)
        self._hands.act("write_cards", partial(self._write_cards, request_id, why, stand))

    def _about(self, request_id: int, session: Session) -> About | None:
        row = queries.request(session, request_id)
        if row.state is not State.PENDING:
            return None
        new = (row.beneficiary.email, row.beneficiary.name) if is_newcomer(row) else None
        added = [item.license_id for item in row.items if item.operation == "add" and item.license_id]
        return {
            "person_id": row.beneficiary_id,
            "org_id": row.org_id,
            "license_ids": added,
            "newcomer": new,
            "trace": row.trace,
        }

    def _tell_admins(self, request_id: int, key: str, ref: str, session: Session) -> list[int]:
        org_id = queries.request(session, request_id).org_id
        words = NOT_ASKED if self._gatherer.house.serves(org_id) else NOT_SERVED
        return self._hands.tell_admins(key, org_id, words.format(number=request_id, ref=ref), session)

    @DBOS.step()
    def gather(self, about: About) -> Stand:
        """Read what the beneficiary holds and the units left. Safe to repeat: it only reads."""
        sources = self._gatherer.sources(about["org_id"])
        try:
            catalog, new = sources.catalog(), about.get("newcomer")
            person = newcomer(*new, about["org_id"], catalog) if new else sources.person(about["person_id"])
        except Unavailable:
            return {"person": None, "catalog": [], "groups": [], "is_known": False}
        groups = _groups(sources, catalog, about.get("license_ids", []))
        return {"person": person, "catalog": catalog, "groups": groups, "is_known": True}

    def _write_cards(self, request_id: int, why: str, stand: Stand, session: Session) -> list[int]:
        """Write one card per approver who is still asked; the older card of each is replaced, so only one is live."""
        row = queries.lock_request(session, request_id)
        if row.state is not State.PENDING:
            return []
        now = self._hands.clock()
        rules = self._gatherer.house.of(row.org_id)
        stands = Now(stand["person"], stand["catalog"], stand.get("groups", []), rules, is_known=stand["is_known"])
        drafts = []
        for decision in self._asked(session, row, why):
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

    def _asked(self, session: Session, row: Request, why: str) -> list[Decision]:
        if not why.startswith("fresh:"):
            asked = whom_to_ask_now(session, row, self._hands.clock()) if is_newcomer(row) else row.decisions
            return [one for one in asked if not one.unreachable]
        wanted = why.split(":")[1]
        return [one for one in row.decisions if str(one.id) == wanted]


def _groups(sources: Sources, catalog: list[LicenseFacts], license_ids: list[str]) -> list[GroupFacts]:
    """Return the resource groups to choose from where a hybrid license is added; none where Webex would not tell."""
    if not any(is_hybrid(one) for one in catalog if one["license_id"] in license_ids):
        return []
    answer = sources.admin.resource_groups()
    found: list[GroupFacts] = answer["value"] if answer["kind"] == "ok" else []
    return found
