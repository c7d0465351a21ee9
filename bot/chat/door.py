"""The one door for text and buttons: identify, authorize, match the card, run the handler, put the answer into drafts.

Whatever a handler refuses leaves the database as it was; the person reads why.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy.orm import Session

from bot.chat import admin, asking, commands, correcting, groups, people  # noqa: F401 importing them registers their handlers
from bot.chat.buttons import Button, button_of, request_number
from bot.chat.events import Pressed, Said, Typed
from bot.chat.parse import Args
from bot.chat.registry import Command, Ctx, Outcome, check_may_use, registry
from bot.chat.sentences import sentence
from bot.desk import policy, service
from bot.desk.facts import BasicPerson, Facts
from bot.desk.meeting import meet
from bot.desk.policy import House, Rules
from bot.desk.shapes import FollowUp
from bot.desk.states import State
from bot.errors import BadInput, BotError, Conflict, Denied, NotFound
from bot.store import ledger, queries
from bot.store.ledger import Draft
from bot.store.models import OutgoingMessage, Person, Request
from cards.kit import Post
from cards.welcome import WelcomeView, welcome

MAY_BE_PUBLIC = frozenset(
    {"unknown_command", "near_command", "number_needed", "license_needed", "too_long", "other_org", "admins_only"}
)
"""Errors that say nothing about anybody, so a group space may read them."""

FRESH = "I could not match that card to my records, so I sent you a fresh one. Nothing was changed."


class Trouble(TypedDict):
    """Why the facts could not be gathered: what was said makes no sense, or Webex refused."""

    code: str
    facts: dict[str, str]


class Gathered(TypedDict):
    """What the gather step brings: who acts as Webex reports it, the facts, or what stood in the way."""

    actor: BasicPerson | None
    facts: Facts
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What the operator configured, as far as answering needs it."""

    house: House
    ttl: timedelta


@dataclass(frozen=True, slots=True)
class Answered:
    drafts: tuple[Draft, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    command: Command
    args: Args


@dataclass(frozen=True, slots=True)
class _Moment:
    """Who acts, as Webex reports them and as we know them, and when."""

    actor: BasicPerson
    rules: Rules
    is_admin: bool
    now: datetime


def understand(said: Typed | Pressed) -> Understood:
    """Return the command that was typed or pressed, or raise BotError. Pure: asked to gather, and again to decide."""
    if said["kind"] == "typed":
        return Understood(*registry.find(said["text"]))
    button = button_of(said["inputs"])
    context = (said["card"]["context"] if said["card"] else None) or {}
    return Understood(registry.commands[button.phrase], button.read(said["inputs"], context))


def answer(session: Session, key: str, said: Said, gathered: Gathered, desk: Desk, now: datetime) -> Answered:
    """Decide. The caller owns the transaction; a repeat with the same key would find its drafts written already."""
    actor = gathered["actor"]
    if actor is None or actor["kind"] != "person":
        return Answered()  # other bots are not answered, or two of them would talk for ever
    met = meet(session, actor, now)
    place = _Place(key, said, actor["person_id"])
    hello: tuple[Draft, ...] = ()
    try:
        rules = policy.desk_of(actor, desk.house)
        if said["kind"] == "joined":
            return Answered((place.welcome(),))
        hello = _hello(session, said, actor, place)
        with session.begin_nested():
            outcome = _outcome(session, said, gathered, desk, _Moment(actor, rules, is_admin_here(met, rules), now))
    except BotError as error:
        return Answered((*hello, *place.reply(Outcome(sentence(error), in_public=error.code in MAY_BE_PUBLIC))))
    if outcome.purpose == "welcome":
        hello = ()
    return Answered((*hello, *place.reply(outcome)), outcome.follow_ups)


def _hello(session: Session, said: Typed | Pressed, actor: BasicPerson, place: "_Place") -> tuple[Draft, ...]:
    """Greet who types 1:1 and has heard nothing from the bot yet, or not for so long that it is forgotten.

    It goes with the answer, before it. The event of the new 1:1 space would come in no order, or never.
    """
    is_open = said["kind"] == "typed" and not said["is_group"]
    if not is_open or queries.has_heard(session, actor["person_id"]):
        return ()
    return (place.hello(actor["name"]),)


def is_admin_here(known: Person | None, rules: Rules) -> bool:
    """Whether somebody is an admin of this very desk: who moved to another organization is none there."""
    return known is not None and known.is_admin and known.desk_org == rules.org_key


def _outcome(session: Session, said: Typed | Pressed, gathered: Gathered, desk: Desk, at: _Moment) -> Outcome:
    understood = understand(said)
    check_may_use(understood.command, is_admin=at.is_admin)
    if gathered["trouble"]:
        raise Conflict(gathered["trouble"]["code"], gathered["trouble"]["facts"])
    ctx = _context(session, said, gathered["facts"], desk, at)
    if said["kind"] == "pressed":
        fresh = _check_card(ctx, said, button_of(said["inputs"]))
        if fresh is not None:
            return fresh
    outcome = understood.command.run(ctx, understood.args)
    if ctx.card is not None and ctx.card.purpose.startswith("settled_"):
        outcome = replace(outcome, replaces_card=False)  # a result stays, whatever is asked for from there
    if outcome.replaces_card and ctx.card is not None:
        ledger.close([ctx.card], at.now)
    return outcome


def _context(session: Session, said: Typed | Pressed, facts: Facts, desk: Desk, at: _Moment) -> Ctx:
    """Where something was said proves no membership: who said it may have been put out of the space since."""
    card = queries.lock_card(session, said["message_id"]) if said["kind"] == "pressed" else None
    said_at = _time_of(said.get("said_at", "")) if said["kind"] == "typed" else None
    spaces = frozenset(facts.get("member_of", []))
    return Ctx(session, at.actor, at.is_admin, facts, at.rules, desk.ttl, at.now, spaces, card, said_at)


def _time_of(iso: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check_card(ctx: Ctx, said: Pressed, button: Button) -> Outcome | None:
    """Raise unless the press is on an open card of ours that fits it; return an outcome if a fresh card answers it."""
    card = ctx.card
    if card is None:
        return _fresh_card(ctx, said, button)
    if card.space_id != said["space_id"]:
        raise Denied("card_elsewhere")
    if card.to_person_id not in {None, said["person_id"]}:
        raise Denied("card_not_yours")
    carries = request_number(said["inputs"]) if "request" in said["inputs"] else None
    if card.purpose not in button.cards or carries != card.request_id:
        raise BadInput("card_forged")
    if card.closed_at is not None and not _has_ended(ctx, card):
        raise Conflict("card_closed")
    return None


def _has_ended(ctx: Ctx, card: OutgoingMessage) -> bool:
    """Whether the card's request is decided: then its handler tells the verdict, which says more than "closed"."""
    return card.request_id is not None and queries.request(ctx.session, card.request_id).state is not State.PENDING


def _fresh_card(ctx: Ctx, said: Pressed, button: Button) -> Outcome:
    """Answer a press on a card the ledger does not know (it was lost between sending and noting) with a new one."""
    if button.phrase not in {"approve", "deny"}:
        raise NotFound("card_unknown")
    try:
        row = queries.request(ctx.session, request_number(said["inputs"]))
    except NotFound:
        raise NotFound("card_unknown") from None
    person_id = ctx.actor["person_id"]
    spaces = ctx.spaces & {said["space_id"]}
    mine = next((one for one in row.decisions if one.approver_id == person_id or one.space_id in spaces), None)
    if mine is None or row.org_id != ctx.org or row.state is not State.PENDING or _may_not(ctx, row):
        raise NotFound("card_unknown")
    return Outcome(FRESH, (FollowUp("ask", row.id, f"fresh:{mine.id}:{said['message_id']}"),), request_id=row.id)


def _may_not(ctx: Ctx, row: Request) -> bool:
    return policy.objection(ctx.actor, service.parties_of(row), ctx.rules) is not None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an answer goes: 1:1 without a thread of its own, in a group space into the thread."""

    key: str
    said: Said
    person_id: str

    @property
    def _is_group(self) -> bool:
        return self.said["kind"] == "joined" or (self.said["kind"] == "typed" and self.said["is_group"])

    def reply(self, outcome: Outcome) -> tuple[Draft, ...]:
        """Return the answer, and for a group space that must not read it, one line there."""
        if outcome.post is None:
            return ()
        if self._is_group and outcome.in_public:
            return (self._draft("reply", outcome, **self._in_space()),)
        answer = self._draft("reply", outcome, to_person_id=self.person_id, parent_id=self._thread())
        if not self._is_group:
            return (answer,)
        return answer, self._draft("line", Outcome(outcome.line, purpose="line"), **self._in_space())

    def welcome(self) -> Draft:
        post = welcome(WelcomeView("", is_group=True))
        return self._draft("reply", Outcome(post, purpose="welcome"), **self._in_space())

    def hello(self, name: str) -> Draft:
        post = welcome(WelcomeView(name, is_group=False))
        return self._draft("hello", Outcome(post, purpose="welcome"), to_person_id=self.person_id)

    def _thread(self) -> str | None:
        return self.said["parent_id"] if self.said["kind"] == "typed" and not self.said["is_group"] else None

    def _in_space(self) -> dict[str, Any]:
        thread = (self.said["parent_id"] or self.said["message_id"]) if self.said["kind"] == "typed" else None
        return {"space_id": self.said["space_id"], "parent_id": thread}

    def _draft(self, kind: str, outcome: Outcome, **where: Any) -> Draft:
        post = outcome.post
        replaces = self._pressed_card() if outcome.replaces_card else None
        return Draft(
            key=f"{kind}:{self.key}",
            purpose=outcome.purpose,
            markdown=post.markdown if isinstance(post, Post) else str(post),
            card=post.card if isinstance(post, Post) else None,
            request_id=outcome.request_id,
            replaces_id=replaces,
            context=outcome.context,
            **where,
        )

    def _pressed_card(self) -> int | None:
        card = self.said["card"] if self.said["kind"] == "pressed" else None
        return card["outgoing_id"] if card else None
