"""The bot's webhooks keep themselves in order: Webex puts one to sleep that fails too often, and tells nobody."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypedDict, cast

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy.orm import Session

from bot import webhooks
from bot.chat.sentences import SENTENCES
from bot.desk.policy import House
from bot.store import seals
from bot.store.session import insert_if_new
from bot.store.upkeep import Mark
from bot.webex.messages import ChatGateway, NewWebhook
from bot.webhooks import Fault, SyncFailed, What
from bot.workflows.hands import Hands

log = structlog.get_logger()

EVERY_TWO_MINUTES = "1-59/2 * * * *"
INCIDENT = "webhooks"
"""The mark that there is while something is wrong; `at` is since when, its facts are an `_Incident`."""
PROBATION = timedelta(minutes=5)
"""Woken up sooner after Webex put it to sleep, a webhook is put to sleep again by a single failure."""
BEFORE_REPAIR: dict[What, timedelta] = {
    "asleep": PROBATION,
    "missing": timedelta(minutes=1),
    "astray": timedelta(minutes=1),
    "double": timedelta(minutes=1),
    "outdated": timedelta(minutes=5),
}
"""How long a fault is watched first. The minute leaves the field to an operator who runs `webhooks sync`.

An old secret does no harm for as long as web takes it; after five minutes every web process knows the new one.
"""
STEADY = timedelta(minutes=5)
"""For so long all has to be well before that is told: it may fall asleep again."""

RESOURCES = {"messages": "messages", "attachmentActions": "presses of buttons", "memberships": "new spaces"}
FAULTS: dict[What, str] = {
    "missing": "the one for {resource} is gone",
    "astray": "the one for {resource} leads elsewhere or has another secret",
    "double": "there is a second one for {resource}",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where Webex is to deliver, and with which secrets; the first that web takes seals what is made anew."""

    public_url: str
    secrets: tuple[str, ...]

    @classmethod
    def of(cls, public_url: str, secrets: tuple[str, ...]) -> "Address | None":
        """Return it if the operator gave both, which a worker may lack; then webhooks are the operator's care."""
        return cls(public_url, secrets) if public_url and secrets else None


class Look(TypedDict):
    """What was seen; None if Webex did not tell."""

    faults: list[dict[str, Any]] | None
    is_incident: bool


class Plan(TypedDict):
    """Messages to send, and the keys of the faults whose time has come."""

    messages: list[int]
    repair: list[str]


class _Incident(TypedDict):
    """Since when each fault is seen, whether the admins know, and since when all is well again."""

    seen: dict[str, str]
    is_told: bool
    well_since: str | None


BEGINNING: _Incident = {"seen": {}, "is_told": False, "well_since": None}


@DBOS.dbos_class()
class Healing(DBOSConfiguredInstance):
    """Looks after exactly our own webhooks. Without an address (`PUBLIC_URL`, the secret) it does nothing."""

    def __init__(self, hands: Hands, chat: ChatGateway, house: House, bot_id: str, address: Address | None) -> None:
        self._hands = hands
        self._chat = chat
        self._house = house
        self._wanted = partial(webhooks.wanted, address.public_url if address else "", bot_id=bot_id)
        self._secrets = address.secrets if address else ()
        super().__init__("Healing")

    def time(self) -> str:
        return self._hands.clock().isoformat()

    @DBOS.workflow()
    def heal(self, now: str) -> None:
        if not self._secrets:
            return
        look = self.look()
        if look["faults"] is None or not (look["faults"] or look["is_incident"]):
            return
        faults = [Fault(**one) for one in look["faults"]]
        plan = self._hands.store.step("plan", partial(self._plan, datetime.fromisoformat(now), faults))
        self._hands.speaking.say(plan["messages"])
        if plan["repair"]:
            mended = self.repair(plan["repair"])
            self._hands.store.step("forget_mended", partial(self._forget, mended))

    @DBOS.step()
    def look(self) -> Look:
        with self._hands.store.begin() as session:
            is_incident = session.get(Mark, INCIDENT) is not None
        try:
            faults = [asdict(fault) for fault, _ in self._faults()]
        except SyncFailed as failed:
            log.warning("webhooks_not_checked", why=str(failed))
            return {"faults": None, "is_incident": is_incident}
        return {"faults": faults, "is_incident": is_incident}

    @DBOS.step()
    def repair(self, keys: list[str]) -> list[str]:
        """Mend these, as far as they are still there, and return which are no longer: safe to repeat."""
        left = set(keys)
        try:
            there = {fault.key: (fault, new) for fault, new in self._faults() if fault.key in keys}
            left &= there.keys()
            for key, (fault, new) in there.items():
                webhooks.repair(self._chat, fault, new)
                left.remove(key)
                log.warning("webhook_repaired", resource=fault.resource, was=fault.what)
        except SyncFailed as failed:
            log.warning("webhook_not_repaired", why=str(failed))
        return sorted(set(keys) - left)

    def _forget(self, mended: list[str], session: Session) -> None:
        """Forget since when these were seen: one that falls asleep again is watched for as long again."""
        mark = session.get(Mark, INCIDENT)
        if mark is not None:
            facts = cast(_Incident, mark.facts)
            mark.facts = {**facts, "seen": {key: at for key, at in facts["seen"].items() if key not in mended}}

    def _faults(self) -> list[tuple[Fault, NewWebhook]]:
        """Compare by the secrets that web takes: a worker that knows fewer leaves those alone that others sealed."""
        with self._hands.store.begin() as session:
            taken = seals.taken(session)
        ours = [one for one in self._secrets if taken is None or seals.digest(one) in taken]
        if not ours:
            log.warning("webhook_secret_not_taken_by_web")
            return []
        existing = webhooks.own(self._chat)
        others = [secret for one in existing if taken and seals.digest(secret := one["secret"] or "") in taken]
        found: list[tuple[Fault, NewWebhook]] = []
        for new in self._wanted(ours[0]):
            faults = webhooks.faults_of(existing, new, [*ours, *others])
            old = webhooks.outdated(existing, new, ours[1:]) if taken else []
            found += [(fault, new) for fault in faults or old]
        return found

    def _plan(self, now: datetime, faults: list[Fault], session: Session) -> Plan:
        """Note what is seen and since when; say what the admins do not know yet, and what is due."""
        insert_if_new(session, Mark, {"name": INCIDENT, "at": now, "facts": BEGINNING})
        mark = session.get_one(Mark, INCIDENT)
        facts = cast(_Incident, mark.facts)
        if not faults:
            return {"messages": self._end(mark, facts, now, session), "repair": []}
        seen = {one.key: facts["seen"].get(one.key, now.isoformat()) for one in faults}
        due = [one for one in faults if now - datetime.fromisoformat(seen[one.key]) >= BEFORE_REPAIR[one.what]]
        words = "" if facts["is_told"] else _words(faults, due, now)
        mark.facts = {"seen": seen, "is_told": facts["is_told"] or bool(words), "well_since": None}
        return {
            "messages": self._tell("webhooks_wrong", mark, words, session) if words else [],
            "repair": [one.key for one in due],
        }

    def _end(self, mark: Mark, facts: _Incident, now: datetime, session: Session) -> list[int]:
        """End the incident once all has been well for a while; what nobody was told of ends without a word."""
        well_since = facts["well_since"] or now.isoformat()
        if facts["is_told"] and now - datetime.fromisoformat(well_since) < STEADY:
            mark.facts = {"seen": {}, "is_told": True, "well_since": well_since}
            return []
        session.delete(mark)
        return self._tell("webhooks_well", mark, SENTENCES["webhooks_well"], session) if facts["is_told"] else []

    def _tell(self, what: str, mark: Mark, words: str, session: Session) -> list[int]:
        """Tell all admins, once an incident: the webhooks serve every desk."""
        key = f"{what}:{mark.at.isoformat()}"
        return [
            one
            for desk in self._house.desks
            for one in self._hands.tell_admins(f"{key}:{desk.org_key}", desk.org_key, words, session)
        ]


def _words(faults: list[Fault], due: list[Fault], now: datetime) -> str:
    """Return what admins have to know of these; nothing as long as it may be mended by somebody else."""
    asleep = [RESOURCES[one.resource] for one in faults if one.what == "asleep"]
    if asleep:
        return SENTENCES["webhooks_asleep"].format(what=" and ".join(asleep), time=f"{now + PROBATION:%H:%M}")
    what = ", ".join(FAULTS[one.what].format(resource=RESOURCES[one.resource]) for one in due if one.what in FAULTS)
    return SENTENCES["webhooks_wrong"].format(what=what) if what else ""


def schedule(healing: Healing) -> None:
    """Register the timetable, once, after launch."""

    @DBOS.workflow(name="scheduled_healing")
    def scheduled_healing(_due: datetime, _context: object) -> None:
        healing.heal(healing.time())

    DBOS.apply_schedules(
        [
            {
                "schedule_name": "healing",
                "workflow_fn": scheduled_healing,
                "schedule": EVERY_TWO_MINUTES,
                "context": None,
            }
        ]
    )
