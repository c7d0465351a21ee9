"""The facts a command can name, each with its loader: Webex asked in as few calls as will do, for one organization."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from bot.chat.admin import SHOWN
from bot.chat.calling import details_given
from bot.chat.commands import number_of
from bot.chat.correcting import with_known
from bot.chat.parse import Args, check_email, names_in
from bot.chat.people import PEOPLE_A_PAGE, whom_sought
from bot.desk import policy
from bot.desk.correcting import calling_details, calling_items, can_correct
from bot.desk.facts import BasicPerson, Facts, LicenseFacts, PersonFacts, without_licenses
from bot.desk.inviting import is_stand_in
from bot.desk.policy import House, Parties, Rules
from bot.errors import Denied, NotFound
from bot.licensing.catalog import find, is_calling, without_promised
from bot.store import queries
from bot.webex.http import Answer, Busy, Refused
from bot.webex.messages import NOT_FOUND, ChatGateway
from bot.workflows.calling import look_up
from bot.workflows.catalog import AdminWithMemory, is_doubtful
from bot.workflows.engine import Store


class Unavailable(Exception):
    """A fact could not be had. Never leaves the gather step: it becomes a value before."""

    def __init__(self, answer: Busy | Refused) -> None:
        super().__init__(answer)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and what of it decides which facts are worth fetching."""

    actor: BasicPerson
    is_admin: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the facts of one organization come from. What belongs to another desk is not found here."""

    chat: ChatGateway
    admin: AdminWithMemory
    store: Store
    rules: Rules
    house: House

    def person(self, person_id: str) -> PersonFacts | None:
        """Return somebody with what they hold; for people of other organizations only who they are."""
        return self._ours(or_none(self.admin.person(person_id))) or self._ours(or_none(self.chat.person(person_id)))

    def person_by_email(self, email: str) -> PersonFacts | None:
        return self._ours(value_of(self.admin.person_by_email(email))) or self._ours(
            value_of(self.chat.person_by_email(email))
        )

    def _ours(self, found: BasicPerson | None) -> PersonFacts | None:
        """Return a person in full, unless they belong to another desk: then nobody here may know them."""
        if found is None or self.house.is_of_another_desk(found["org_id"], self.rules):
            return None
        return cast(PersonFacts, found) if "licenses" in found else without_licenses(found)

    def catalog(self, args: Args | None = None) -> list[LicenseFacts]:
        """Return the catalog with the units that nobody was promised; read again if it would say no to a command."""
        began = self.admin.ticks()
        known = self._known_catalog(since=0)
        return self._known_catalog(since=began) if is_doubtful(args or {}, known) else known

    def _known_catalog(self, since: float) -> list[LicenseFacts]:
        catalog: list[LicenseFacts] = value_of(self.admin.known_catalog(since))
        with self.store.begin() as session:
            promised = queries.units_promised(session)
        return without_promised(catalog, promised)


def load(needs: str, sources: Sources, facts: Facts, args: Args, asker: Asker) -> None:
    """Put one fact in its place. Raises Unavailable, or BotError for what makes no sense."""
    _LOADERS[needs](sources, facts, args, asker)


def _self(sources: Sources, facts: Facts, _args: Args, asker: Asker) -> None:
    facts["beneficiary"] = sources.person(asker.actor["person_id"])


def _acting(sources: Sources, facts: Facts, _args: Args, asker: Asker) -> None:
    facts["acting"] = cast(PersonFacts | None, or_none(sources.admin.person(asker.actor["person_id"])))


def _active_account(sources: Sources, facts: Facts, _args: Args, asker: Asker) -> None:
    """Stop at somebody who has lost their account since they wrote: words may be handled long after."""
    person_id = asker.actor["person_id"]
    known = facts.get("beneficiary")  # who asks for themselves has just been read
    if known is None or known["person_id"] != person_id:
        known = cast(PersonFacts | None, or_none(sources.admin.person(person_id)))
    if known is not None and not known["active"]:
        raise Denied("account_inactive")


def _beneficiary(sources: Sources, facts: Facts, args: Args, asker: Asker) -> None:
    """Find by id whom the ledger has kept: the address that stands beside it may be somebody else's by now."""
    email, known_id = args.get("email"), args.get("beneficiary_id")
    if known_id and not is_stand_in(known_id):
        facts["beneficiary"] = sources.person(known_id)
        if facts["beneficiary"] is None:
            raise NotFound("unknown_person", {"email": email or asker.actor["email"]})
    elif email and email.lower() != asker.actor["email"].lower():
        facts["beneficiary"] = sources.person_by_email(check_email(email))
    else:
        facts["beneficiary"] = sources.person(asker.actor["person_id"])


def _approvers(sources: Sources, facts: Facts, _args: Args, asker: Asker) -> None:
    """Fetch the manager, and the configured approvers only if the manager will not do."""
    beneficiary = facts.get("beneficiary")
    facts["manager"], facts["configured"] = None, []
    if beneficiary is None:
        return
    if beneficiary["manager_id"]:
        facts["manager"] = cast(PersonFacts | None, or_none(sources.admin.person(beneficiary["manager_id"])))
    parties = Parties(asker.actor["person_id"], beneficiary["person_id"])
    if facts["manager"] and policy.objection(facts["manager"], parties, sources.rules) is None:
        return
    with sources.store.begin() as session:
        configured = list(queries.approver_ids(session, sources.rules.org_key))
    people = [sources.person(person_id) for person_id in configured]
    facts["configured"] = [one for one in people if one is not None]


def _catalog(sources: Sources, facts: Facts, args: Args, _asker: Asker) -> None:
    facts["catalog"] = sources.catalog(args)


def _locations(sources: Sources, facts: Facts, args: Args, _asker: Asker) -> None:
    """Locations matter only for Calling; the catalog, which comes first, tells."""
    facts["locations"] = value_of(sources.admin.locations()) if _wants_calling(args, facts["catalog"]) else []


def _numbers(sources: Sources, facts: Facts, args: Args, _asker: Asker) -> None:
    """Numbers matter only for Calling; the catalog and the locations, which come first, tell."""
    names = _calling_wanted(args, facts["catalog"])
    if names:
        facts["numbers"] = value_of(look_up(sources.admin, details_given(args, facts["locations"]), names))


def _to_correct(sources: Sources, facts: Facts, args: Args, asker: Asker) -> None:
    """Fetch what new details are held against; nothing for who may not give any, which the handler says."""
    with sources.store.begin() as session:
        row = queries.request(session, number_of(args, "details"))
        known = calling_details(row) if can_correct(row, asker.actor["person_id"]) else None
        license_ids = {item.license_id for item in calling_items(row)}
        beneficiary_id = row.beneficiary_id
    if known is None:
        return
    facts["beneficiary"] = sources.person(beneficiary_id)
    facts["locations"] = value_of(sources.admin.locations())
    names = [one["name"] for one in sources.catalog() if one["license_id"] in license_ids]
    given = details_given(with_known(args, known, facts["locations"]), facts["locations"])
    facts["numbers"] = value_of(look_up(sources.admin, given, names))


def _holders(sources: Sources, facts: Facts, args: Args, _asker: Asker) -> None:
    found = find(args["text"], facts["catalog"]).license
    facts["holders"] = value_of(sources.admin.holders(found["license_id"], SHOWN)) if found else None


def _groups(sources: Sources, facts: Facts, _args: Args, _asker: Asker) -> None:
    facts["groups"] = value_of(sources.admin.resource_groups())


def _memberships(sources: Sources, facts: Facts, _args: Args, _asker: Asker) -> None:
    person = facts.get("beneficiary")
    facts["memberships"] = value_of(sources.admin.memberships_of(person["person_id"])) if person else []


def _found(sources: Sources, facts: Facts, args: Args, _asker: Asker) -> None:
    sought = whom_sought(args)
    found = value_of(sources.admin.search(sought, args["page"], PEOPLE_A_PAGE))
    people = found["people"]
    if "@" in sought:  # a list by e-mail lacks the admin's fields
        people = [{**one, **(or_none(sources.admin.person(one["person_id"])) or {})} for one in people]
    managers = {one["manager_id"] for one in people if one["manager_id"]}
    names = value_of(sources.admin.names_of(sorted(managers))) if managers else {}
    facts["found"] = {"people": people, "has_more": found["has_more"], "managers": names}


def _member_of(sources: Sources, facts: Facts, _args: Args, asker: Asker) -> None:
    spaces, person_id = sources.rules.approver_spaces, asker.actor["person_id"]
    facts["member_of"] = [one for one in spaces if value_of(sources.chat.is_member(one, person_id))]


_LOADERS: dict[str, Callable[[Sources, Facts, Args, Asker], None]] = {
    "self": _self,
    "acting": _acting,
    "active_account": _active_account,
    "beneficiary": _beneficiary,
    "approvers": _approvers,
    "catalog": _catalog,
    "locations": _locations,
    "numbers": _numbers,
    "to_correct": _to_correct,
    "holders": _holders,
    "member_of": _member_of,
    "groups": _groups,
    "memberships": _memberships,
    "found": _found,
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


def value_of(answer: Answer) -> Any:
    if answer["kind"] != "ok":
        raise Unavailable(answer)
    return answer["value"]


def or_none(answer: Answer) -> Any:
    """Return None for what Webex does not have; people leave."""
    if answer["kind"] == "refused" and answer["status"] == NOT_FOUND:
        return None
    return value_of(answer)
