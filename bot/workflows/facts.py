"""The gather step: the facts that a command named, for the organization at whose desk it was said, as plain JSON."""

from dataclasses import dataclass
from typing import Any, cast

from bot.chat.door import Gathered, Trouble, Understood, is_admin_here, understand
from bot.chat.events import Said
from bot.chat.registry import check_may_use
from bot.desk import policy
from bot.desk.facts import BasicPerson, Facts
from bot.desk.policy import House
from bot.errors import BotError
from bot.store.models import Person
from bot.webex.http import Busy, Refused
from bot.webex.messages import ChatGateway
from bot.workflows.catalog import Admins
from bot.workflows.engine import Store
from bot.workflows.loaders import Asker, Sources, Unavailable, load, or_none


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Fetches facts. A stranger, or a command that the actor may not use, costs one call and no more."""

    chat: ChatGateway
    admins: Admins
    store: Store
    house: House

    def gather(self, said: Said) -> Gathered | Busy:
        """Return the facts, or busy if Webex wants to be asked later. What Webex refuses comes as trouble."""
        gathered: Gathered = {"actor": None, "facts": {}, "trouble": None}
        try:
            gathered["actor"] = self._actor(said["person_id"])
            if gathered["actor"] is not None and said["kind"] != "joined":
                gathered["facts"] = self._facts_for(said, gathered["actor"])
        except BotError as error:
            gathered["trouble"] = {"code": error.code, "facts": error.facts}
        except Unavailable as unavailable:
            if unavailable.answer["kind"] == "busy":
                return unavailable.answer
            gathered["trouble"] = _trouble(unavailable.answer)
        return gathered

    def sources(self, org_id: str) -> Sources:
        """Return where the facts of this organization come from. Raises NotServed."""
        rules = self.house.of(org_id)
        return Sources(self.chat, self.admins.of(rules.home_org), self.store, rules, self.house)

    def _actor(self, person_id: str) -> BasicPerson | None:
        return cast(BasicPerson | None, or_none(self.chat.person(person_id)))

    def _facts_for(self, said: Any, actor: BasicPerson) -> Facts:
        rules = policy.desk_of(actor, self.house)
        understood = understand(said)
        with self.store.begin() as session:
            asker = Asker(actor, is_admin_here(session.get(Person, actor["person_id"]), rules))
        check_may_use(understood.command, is_admin=asker.is_admin)
        return self._load(understood, asker, self.sources(rules.home_org))

    def _load(self, understood: Understood, asker: Asker, sources: Sources) -> Facts:
        facts: Facts = {}
        for need in understood.command.needs(understood.args):
            if understood.command.phrase == "status" and understood.args.get("email") and not asker.is_admin:
                break  # looking at somebody else is for admins; the handler says so
            load(need, sources, facts, understood.args, asker)
        return facts


def _trouble(answer: Refused) -> Trouble:
    return {
        "code": "webex_refused",
        "facts": {"status": f"status {answer['status']}", "tracking": answer["tracking_id"] or "none"},
    }
