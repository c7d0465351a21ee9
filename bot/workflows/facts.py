"""The gather step: the facts that a command named, fetched from Webex in as few calls as will do, as plain JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from bot.chat.door import Gathered, Trouble, Understood, understand
from bot.chat.events import Said
from bot.chat.parse import Args, check_email, names_in
from bot.chat.registry import check_may_use
from bot.desk import policy
from bot.desk.facts import BasicPerson, Facts, LicenseFacts, PersonFacts
from bot.desk.policy import Parties, Rules
from bot.errors import BotError
from bot.licensing.catalog import find, is_calling
from bot.store import queries
from bot.store.models import Person
from bot.webex.admin import AdminGateway
from bot.webex.http import Answer, Busy, Refused
from bot.webex.messages import ChatGateway
from bot.workflows.engine import Store

NOT_FOUND = 404


class Unavailable(Exception):
    """A fact could not be had. Never leaves this module: it becomes a value before the step ends."""

    def __init__(self, answer: Busy | Refused) -> None:
        super().__init__(answer)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who asks, and what of it decides which facts are worth fetching."""

    actor: BasicPerson
    is_admin: bool


class Gatherer:
    """Fetches facts. A stranger, or a command that the actor may not use, costs one call and no more."""

    def __init__(self, chat: ChatGateway, admin: AdminGateway, store: Store, rules: Rules) -> None:
        self._chat = chat
        self._admin = admin
        self._store = store
        self._rules = rules

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

    def _actor(self, person_id: str) -> BasicPerson | None:
        return cast(BasicPerson | None, _or_none(self._chat.person(person_id)))

    def _facts_for(self, said: Any, actor: BasicPerson) -> Facts:
        policy.check_may_speak(actor, self._rules)
        understood = understand(said)
        with self._store.begin() as session:
            known = session.get(Person, actor["person_id"])
            asker = _Asker(actor, known.is_admin if known else False)
        check_may_use(understood.command, is_admin=asker.is_admin)
        return self._load(understood, asker)

    def _load(self, understood: Understood, asker: _Asker) -> Facts:
        facts: Facts = {}
        for need in understood.command.needs(understood.args):
            if understood.command.phrase == "status" and understood.args.get("email") and not asker.is_admin:
                break  # looking at somebody else is for admins; the handler says so
            _LOADERS[need](self, facts, understood.args, asker)
        return facts

    def person(self, person_id: str) -> PersonFacts | None:
        """Return somebody with what they hold; for people of other organizations only who they are."""
        found = _or_none(self._admin.person(person_id))
        return cast(PersonFacts, found) if found else _without_licenses(_or_none(self._chat.person(person_id)))

    def catalog(self) -> list[LicenseFacts]:
        return cast(list[LicenseFacts], _value(self._admin.catalog()))

    def _load_self(self, facts: Facts, _args: Args, asker: _Asker) -> None:
        facts["beneficiary"] = self.person(asker.actor["person_id"])

    def _load_beneficiary(self, facts: Facts, args: Args, asker: _Asker) -> None:
        if args.get("email") and args["email"].lower() != asker.actor["email"].lower():
            email = check_email(args["email"])
            found = _value(self._admin.person_by_email(email))
            facts["beneficiary"] = found or _without_licenses(_value(self._chat.person_by_email(email)))
        else:
            facts["beneficiary"] = self.person(args.get("beneficiary_id") or asker.actor["person_id"])

    def _load_approvers(self, facts: Facts, _args: Args, asker: _Asker) -> None:
        """Fetch the manager, and the configured approvers only if the manager will not do."""
        beneficiary = facts.get("beneficiary")
        facts["manager"], facts["configured"] = None, []
        if beneficiary is None:
            return
        if beneficiary["manager_id"]:
            facts["manager"] = cast(PersonFacts | None, _or_none(self._admin.person(beneficiary["manager_id"])))
        parties = Parties(asker.actor["person_id"], beneficiary["person_id"])
        if facts["manager"] and policy.objection(facts["manager"], parties, self._rules) is None:
            return
        with self._store.begin() as session:
            configured = list(queries.approver_ids(session))
        people = [self.person(person_id) for person_id in configured]
        facts["configured"] = [one for one in people if one is not None]

    def _load_catalog(self, facts: Facts, _args: Args, _asker: _Asker) -> None:
        facts["catalog"] = self.catalog()

    def _load_locations(self, facts: Facts, args: Args, _asker: _Asker) -> None:
        """Locations matter only for Calling; the catalog, which comes first, tells."""
        facts["locations"] = _value(self._admin.locations()) if _wants_calling(args, facts["catalog"]) else []

    def _load_holders(self, facts: Facts, args: Args, _asker: _Asker) -> None:
        found = find(args["text"], facts["catalog"]).license
        facts["holders"] = _value(self._admin.holders(found["license_id"])) if found else []

    def _load_member_of(self, facts: Facts, _args: Args, asker: _Asker) -> None:
        spaces = self._rules.approver_spaces
        person_id = asker.actor["person_id"]
        facts["member_of"] = [one for one in spaces if _value(self._chat.is_member(one, person_id))]


_Loader = Callable[[Gatherer, Facts, Args, _Asker], None]
_LOADERS: dict[str, _Loader] = {
    "self": Gatherer._load_self,  # noqa: SLF001 the table of this class
    "beneficiary": Gatherer._load_beneficiary,  # noqa: SLF001
    "approvers": Gatherer._load_approvers,  # noqa: SLF001
    "catalog": Gatherer._load_catalog,  # noqa: SLF001
    "locations": Gatherer._load_locations,  # noqa: SLF001
    "holders": Gatherer._load_holders,  # noqa: SLF001
    "member_of": Gatherer._load_member_of,  # noqa: SLF001
}


def _wants_calling(args: Args, catalog: list[LicenseFacts]) -> bool:
    if args.get("location"):
        return True
    chosen = args.get("license_ids")
    if chosen:
        return any(is_calling(one["name"]) for one in catalog if one["license_id"] in chosen)
    wanted = [args["wanted"], *names_in(args["wanted"])][:20]
    found = [find(name, catalog).license for name in wanted]
    return any(one is not None and is_calling(one["name"]) for one in found)


def _value(answer: Answer) -> Any:
    if answer["kind"] != "ok":
        raise Unavailable(answer)
    return answer["value"]


def _or_none(answer: Answer) -> Any:
    """Return None for what Webex does not have; people leave."""
    if answer["kind"] == "refused" and answer["status"] == NOT_FOUND:
        return None
    return _value(answer)


def _without_licenses(person: BasicPerson | None) -> PersonFacts | None:
    if person is None:
        return None
    return {
        **person,
        "active": person.get("active", True),
        "manager_id": None,
        "licenses": [],
        "sites": [],
        "location_id": None,
        "phone_number": None,
        "extension": None,
    }


def _trouble(answer: Refused) -> Trouble:
    return {
        "code": "webex_refused",
        "facts": {"status": f"status {answer['status']}", "tracking": answer["tracking_id"] or "none"},
    }
