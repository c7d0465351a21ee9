"""One company, lived in at random, and the promises of the product as checks on all that came of it."""

from collections.abc import Iterable
from itertools import pairwise
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.orgs import key_of
from bot.desk.states import OPEN_STATES, TRANSITIONS, State, Verb
from bot.sandbox.seed import ORG
from bot.store import queries
from bot.store.models import AuditEntry, OutgoingMessage, Request
from tests.chat import BOT_ID, Chat, Message, Someone, buttons_of

DECISIONS = {Verb.APPROVE, Verb.CONFIRM, Verb.DENY, Verb.CANCEL, Verb.EXPIRE}
DECIDING = {"Approve", "Deny", "Return it", "Keep it", "Cancel request", "Retry"}

PEOPLE = ("employee", "colleague", "manager", "director", "admin", "external")
WISHES = (
    "messaging",
    "messenger",
    "screen share and messaging",
    "webex meeting center site1",
    "hybrid call connect",
    "calling pro at Denver ext 1109",
)
VERBS = (
    "approve {}",
    "approve {} because yes",
    "deny {} because no",
    "cancel {}",
    "confirm {}",
    "retry {}",
    "status {}",
)
ROUNDS = ("waiting", "my requests", "my licenses", "pending", "help", "request", "nonsense")
OF_PATCHES = (
    {"status": 503},
    {"status": 503, "times": 3},
    {"status": 429, "headers": {"Retry-After": "90"}},
    {"status": 429, "headers": {"Retry-After": "soon"}},
    {"status": 423},
    {"lost": True},
    {"reset": True},
    {"unapplied": True},
    {"status": 400},
)
OF_POSTS = ({"status": 503}, {"status": 429, "headers": {"Retry-After": "60"}}, {"lost": True})


class Desk:
    """One company, lived in at random. After each step everything is quiet, and the promises hold."""

    def __init__(self, chat: Chat) -> None:
        """Begin where there is something to decide: by the manager, by the director, and by the employee alone."""
        chat.running.reset()
        chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Messenger")
        self.chat = chat
        self.looks()
        self.held_at_first = self._held()
        chat.employee.says("request messaging because new desk", settle=False)
        chat.employee.says("request messaging for colleague@example.com", settle=False)
        chat.employee.says("return messenger", settle=False)
        chat.colleague.says("request webex meeting center site1 for external@partner.example", settle=False)
        chat.running.settle()

    def _anybody(self, dice: Random) -> Someone:
        someone: Someone = getattr(self.chat, dice.choice(PEOPLE))
        return someone

    def somebody_asks(self, dice: Random) -> None:
        beneficiary = f" for {self._anybody(dice).email}" if dice.random() < 0.4 else ""
        self._anybody(dice).says(f"request {dice.choice(WISHES)}{beneficiary} because I may")

    def somebody_gives_back(self, dice: Random) -> None:
        self._anybody(dice).says(
            f"return {dice.choice(('messaging', 'screen share', 'webex calling', 'basic meetings'))}"
        )

    def somebody_decides_on_a_card(self, dice: Random) -> None:
        self._press_one_of(DECIDING, dice)

    def somebody_says_yes_on_a_card(self, dice: Random) -> None:
        self._press_one_of({"Approve", "Return it"}, dice)

    def somebody_presses_anything(self, dice: Random) -> None:
        self._press_one_of(None, dice)

    def somebody_presses_twice(self, dice: Random) -> None:
        self._press_one_of({*DECIDING, "Send request"}, dice, times=dice.randint(2, 3))

    def somebody_types_a_verb(self, dice: Random) -> None:
        self._anybody(dice).says(dice.choice(VERBS).format(dice.randint(0, 6)))

    def somebody_looks_around(self, dice: Random) -> None:
        self._anybody(dice).says(dice.choice(ROUNDS))

    def somebody_forges(self, dice: Random) -> None:
        someone = self._anybody(dice)
        cards = someone.cards()
        if cards:
            do = dice.choice(("approve", "deny", "cancel", "confirm", "retry", "submit", "calling_details"))
            forged = {"do": do, "request": dice.randint(0, 6), "reason": "so", "licenses": "x"}
            someone.submits(dice.choice(cards)["id"], forged)
            self.chat.running.settle()

    def webex_is_unwell_when_it_matters(self, dice: Random) -> None:
        self.chat.weather(method="PATCH", path="/v1/licenses/users", **dice.choice(OF_PATCHES))
        self._press_one_of({"Approve", "Return it"}, dice)

    def webhooks_come_twice(self, dice: Random) -> None:
        self.chat.weather(webhooks="double", times=dice.randint(1, 6))
        self._press_one_of(DECIDING, dice)

    def an_answer_meets_bad_weather(self, dice: Random) -> None:
        """A lost answer only while our clock agrees with Webex's: the message is looked for by its time."""
        known = OF_POSTS[:-1] if self.chat.running.clock.ahead else OF_POSTS
        self.chat.weather(method="POST", path="/v1/messages", **dice.choice(known))
        self._press_one_of(DECIDING, dice)
        self.chat.running.control("DELETE", "weather")

    def the_external_person_accepts(self, _dice: Random) -> None:
        self.chat.running.control("POST", "accept", {"personId": self.chat.external.person_id})

    def time_goes_on(self, dice: Random) -> None:
        some = self.chat.running.settings.request_ttl * dice.choice((0.001, 0.01, 0.1))
        self.chat.running.clock.ahead += some
        self.chat.running.control("POST", "clock", {"advance": some.total_seconds()})
        self.chat.running.run_delayed()
        self.chat.running.sweep()

    def _press_one_of(self, titles: set[str] | None, dice: Random, times: int = 1) -> None:
        pressable = []
        for name in dice.sample(PEOPLE, len(PEOPLE)):
            someone: Someone = getattr(self.chat, name)
            cards = [(card, title) for card in someone.cards() for title in buttons_of(card)]
            pressable = [(card, title) for card, title in cards if titles is None or title in titles]
            if pressable:
                break
        else:
            return
        card, title = dice.choice(pressable)
        filled = {"reason": "so", "note": "fine", "extension": "1109", "location": "Denver"}
        for _ in range(times):
            someone.presses(title, on=card, settle=False, licenses=self.chat.license_id("Messaging"), **filled)
        self.chat.running.settle()

    def looks(self) -> None:
        """Look at the whole company once, for all the promises."""
        self.seen = self.chat.running.control("GET", "snapshot")

    def _held(self) -> set[tuple[str, str]]:
        people = self.seen["people"]
        return {(person_id, license_id) for person_id, one in people.items() for license_id in one["licenses"]}

    def licenses_change_only_through_a_decision(self) -> None:
        with Session(self.chat.running.engine) as session:
            decided = [row for row in _requests(session) if _decision(session, row) in {Verb.APPROVE, Verb.CONFIRM}]
            changes = [(row.beneficiary_id, item) for row in decided for item in row.items]
        added = {(person_id, item.license_id) for person_id, item in changes if item.operation == "add"}
        removed = {(person_id, item.license_id) for person_id, item in changes if item.operation == "remove"}
        held = self._held()
        assert held - self.held_at_first <= added
        assert self.held_at_first - held <= removed

    def what_is_said_to_be_done_is_held_in_webex(self) -> None:
        held = self._held()
        with Session(self.chat.running.engine) as session:
            rows = list(_requests(session))
            for row in rows:
                for item in row.items:
                    is_later = any(_undoes(other, row, str(item.license_id)) for other in rows)
                    if item.state == "granted" and not is_later:
                        wanted = item.operation == "add"
                        assert ((row.beneficiary_id, item.license_id) in held) == wanted, (row.id, item.title)
            done = {row.id for row in rows if row.state is State.GRANTED}
        for message in self._said():
            title, _, _ = message["text"].partition("\n")
            if title.startswith("Request #") and title.endswith(": done"):
                assert int(title.removeprefix("Request #").removesuffix(": done")) in done

    def each_request_is_decided_once_by_somebody_entitled(self) -> None:
        with Session(self.chat.running.engine) as session:
            admins = {one.person_id for one in queries.admins(session, key_of(ORG))}
            for row in _requests(session):
                audit = queries.audit_of(session, row.id)
                decisions = [entry for entry in audit if entry.verb in DECISIONS]
                assert len(decisions) <= 1
                asked = {one.approver_id for one in row.decisions} - {row.requester_id, row.beneficiary_id}
                for entry in decisions:
                    assert entry.actor_id in _entitled(row, Verb(entry.verb), asked, admins)
                _check_path(row, audit)

    def each_message_is_said_once(self) -> None:
        """Each message in the ledger is one of its own in Webex, and Webex has no others but those on their way."""
        posted = {message["id"] for message in self._said()}
        with Session(self.chat.running.engine) as session:
            rows = list(session.scalars(select(OutgoingMessage)))
        sent = [row.message_id for row in rows if row.message_id is not None]
        assert len(sent) == len(set(sent))
        assert set(sent) <= posted
        assert len(posted) - len(sent) <= sum(row.state == "sending" for row in rows)

    def nothing_surprised_the_bot(self) -> None:
        assert self.chat.running.workflows("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED") == []
        assert [message["text"] for message in self._said() if "(ref" in message["text"]] == []

    def _said(self) -> list[Message]:
        return [one for one in self.seen["messages"] if one["personId"] == BOT_ID]

    def everything_ends(self) -> None:
        """In good weather, and with time, everybody is answered and everything ends."""
        running = self.chat.running
        running.control("DELETE", "weather")
        running.run_delayed()
        self.looks()
        self.each_message_is_said_once()
        for _ in range(3):
            running.clock.ahead += running.settings.request_ttl * 1.01
            running.run_delayed()
            running.sweep()
        typed = [
            message["id"]
            for message in self.seen["messages"]
            if message["personId"] != BOT_ID and message["roomType"] == "direct"
        ]
        with Session(running.engine) as session:
            assert [(row.id, row.state) for row in _requests(session) if row.state in OPEN_STATES] == []
            states = {row.key: row.state for row in session.scalars(select(OutgoingMessage))}
        assert [states.get(f"reply:messages:created:{message_id}") for message_id in typed] == ["sent"] * len(typed)


def _requests(session: Session) -> Iterable[Request]:
    return list(queries.history(session, key_of(ORG), 1000))


def _decision(session: Session, row: Request) -> Verb | None:
    return next((Verb(entry.verb) for entry in queries.audit_of(session, row.id) if entry.verb in DECISIONS), None)


def _undoes(other: Request, row: Request, license_id: str) -> bool:
    """Whether another request about the same license was, or may have been, applied after this one."""
    is_after = other.attempt > 0 and other.decided_at is not None and row.settled_at is not None
    return (
        other.id != row.id
        and is_after
        and other.beneficiary_id == row.beneficiary_id
        and any(item.license_id == license_id for item in other.items)
    )


def _entitled(row: Request, verb: Verb, asked: set[str | None], admins: set[str]) -> set[str | None]:
    match verb:
        case Verb.APPROVE:
            return asked
        case Verb.DENY:
            return asked or {None}
        case Verb.CONFIRM:
            return {row.requester_id if row.requester_id == row.beneficiary_id else None}
        case Verb.CANCEL:
            return {row.requester_id, row.beneficiary_id, *admins}
        case _:
            return {None}


def _check_path(row: Request, audit: Iterable[AuditEntry]) -> None:
    """Check that the audit tells an unbroken way through the table, and that it ends where the request stands."""
    entries = [entry for entry in audit if entry.verb not in {Verb.INVITE, Verb.MOVE}]
    assert (entries[0].verb, entries[0].before, entries[0].after) == (Verb.SUBMIT, None, State.PENDING)
    for earlier, later in pairwise(entries):
        assert later.before == earlier.after
        assert later.after in TRANSITIONS[State(str(later.before)), Verb(later.verb)]
    assert entries[-1].after == row.state


PROMISES = (
    Desk.licenses_change_only_through_a_decision,
    Desk.what_is_said_to_be_done_is_held_in_webex,
    Desk.each_request_is_decided_once_by_somebody_entitled,
    Desk.each_message_is_said_once,
    Desk.nothing_surprised_the_bot,
)
