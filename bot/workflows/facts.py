"""The gather step: the facts that a command named, fetched from Webex in as few calls as will do, as plain JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from bot.chat.admin import SHOWN
from bot.chat.calling import said
from bot.chat.commands import number_of
from bot.chat.correcting import with_known
from bot.chat.door import Gathered, Trouble, Understood, understand
from bot.chat.events import Said
from bot.chat.parse import Args, check_email, names_in
from bot.chat.registry import check_may_use
from bot.desk import policy
from bot.desk.correcting import calling_details, calling_items, can_correct
from bot.desk.facts import BasicPerson, Facts, LicenseFacts, PersonFacts
from bot.desk.policy import Parties, Rules
from bot.errors import BotError
from bot.licensing.catalog import find, is_calling, without_promised
from bot.store import queries
from bot.store.models import Person
from bot.webex.http import Answer, Busy, Refused
from bot.webex.messages import ChatGateway
from bot.workflows.calling import look_up
from bot.workflows.catalog import AdminWithMemory, is_doubtful
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

    def __init__(self, chat: ChatGateway, admin: AdminWithMemory, store: Store, rules: Rules) -> None:
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

    def catalog(self, args: Args | None = None) -> list[LicenseFacts]:
        """Return the catalog with the units that nobody was promised; read again if it would say no to a command."""
        began = self._admin.ticks()
        known = self._known_catalog(since=0)
        return self._known_catalog(since=began) if is_doubtful(args or {}, known) else known

    def _known_catalog(self, since: float) -> list[LicenseFacts]:
        catalog: list[LicenseFacts] = _value(self._admin.known_catalog(since))
        with self._store.begin() as session:
            promised = queries.units_promised(session)
        return without_promised(catalog, promised)

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

    def _load_catalog(self, facts: Facts, args: Args, _asker: _Asker) -> None:
        facts["catalog"] = self.catalog(args)

    def _load_locations(self, facts: Facts, args: Args, _asker: _Asker) -> None:
        """Locations matter only for Calling; the catalog, which comes first, tells."""
        facts["locations"] = _value(self._admin.locations()) if _wants_calling(args, facts["catalog"]) else []

    def _load_numbers(self, facts: Facts, args: Args, _asker: _Asker) -> None:
        """Numbers matter only for Calling; the catalog and the locations, which come first, tell."""
        names = _calling_wanted(args, facts["catalog"])
        if names:
            facts["numbers"] = _value(look_up(self._admin, said(args, facts["locations"]), names))

    def _load_to_correct(self, facts: Facts, args: Args, asker: _Asker) -> None:
        """Fetch what new details are held against; nothing for who may not give any, which the handler says."""
        with self._store.begin() as session:
            row = queries.request(session, number_of(args, "details"))
            known = calling_details(row) if can_correct(row, asker.actor["person_id"]) else None
            license_ids = {item.license_id for item in calling_items(row)}
            beneficiary_id = row.beneficiary_id
        if known is None:
            return
        facts["beneficiary"] = self.person(beneficiary_id)
        facts["locations"] = _value(self._admin.locations())
        names = [one["name"] for one in self.catalog() if one["license_id"] in license_ids]
        given = said(with_known(args, known, facts["locations"]), facts["locations"])
        facts["numbers"] = _value(look_up(self._admin, given, names))

    def _load_holders(self, facts: Facts, args: Args, _asker: _Asker) -> None:
        found = find(args["text"], facts["catalog"]).license
        facts["holders"] = _value(self._admin.holders(found["license_id"], SHOWN)) if found else None

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
    "numbers": Gatherer._load_numbers,  # noqa: SLF001
    "to_correct": Gatherer._load_to_correct,  # noqa: SLF001
    "holders": Gatherer._load_holders,  # noqa: SLF001
    "member_of": Gatherer._load_member_of,  # noqa: SLF001
}


def _wants_calling(args: Args, catalog: list[LicenseFacts]) -> bool:
    return bool(args.get("location") or _calling_wanted(args, catalog))


def _calling_wanted(args: Args, catalog: list[LicenseFacts]) -> list[str]:
    """Return the names of the Calling licenses that are asked for."""
    chosen = args.get("license_ids")
    if chosen:
        names = [one["name"] for one in catalog if one["license_id"] in chosen]
    else:
        found = [find(name, catalog).license for name in [args["wanted"], *names_in(args["wanted"])][:20]]
        names = [one["name"] for one in found if one is not None]
    return [name for name in names if is_calling(name)]


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
