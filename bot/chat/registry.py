"""Which words belong to which handler: exact phrases, one owner each, found out at import. Docstrings are the help."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from bot.chat.parse import LONGEST_TEXT, Args, Reader
from bot.desk.facts import BasicPerson, Facts
from bot.desk.policy import Rules
from bot.desk.shapes import Decider, FollowUp
from bot.errors import BadInput, Denied
from bot.store.models import OutgoingMessage
from cards.kit import Post
from cards.text import JOINER

GREETINGS = frozenset({"hello", "hi", "hey", "hallo", "good", "greetings"})
"""People begin with these, also before a command; "good" is that of a morning."""


@dataclass(frozen=True, slots=True)
class Ctx:
    """All that a handler may know: who speaks, what was gathered, and a session to decide in. No network."""

    session: Session
    actor: BasicPerson
    is_admin: bool
    facts: Facts
    rules: Rules
    ttl: timedelta
    now: datetime
    spaces: frozenset[str]
    """Spaces of approvers in which the actor is, as Webex said when the facts were gathered."""
    card: OutgoingMessage | None = None
    """The pressed card, locked, if this came from a button."""
    said_at: datetime | None = None
    """When it was typed, as far as Webex told. What a press is about its card tells, which closes when that changes."""

    @property
    def decider(self) -> Decider:
        return Decider(self.facts.get("acting") or self.actor, self.org, self.spaces, self.is_admin, self.said_at)

    @property
    def org(self) -> str:
        """The organization at whose desk the actor speaks, in the form that tables keep."""
        return self.rules.org_key


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the actor reads, and what follows. `post` None means: the cards that change say enough."""

    post: Post | str | None
    follow_ups: tuple[FollowUp, ...] = ()
    purpose: str = "reply"
    request_id: int | None = None
    context: dict[str, Any] | None = None
    replaces_card: bool = False
    """Whether the pressed card has served: it is closed, and the answer takes its place."""
    in_public: bool = False
    """Whether it may be read by everybody in a group space; what concerns people may not."""
    line: str = "I answered you in our 1:1 space."
    """What the group space reads when the answer went 1:1."""


Handler = Callable[[Ctx, Args], Outcome]
Needs = Callable[[Args], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Command:
    """One phrase, its handler, and the facts that must be gathered before the handler may run.

    Without a `usage` it is not listed in the help.
    """

    phrase: str
    usage: str
    says: str
    admin: bool
    read: Reader
    needs: Needs
    run: Handler


@dataclass(slots=True)
class Registry:
    """The phrases people can type. Buttons lead to the same handlers, so they meet the same rules."""

    commands: dict[str, Command] = field(default_factory=dict)

    def command(
        self, phrase: str, *, usage: str, read: Reader, needs: Needs = lambda _args: (), admin: bool = False
    ) -> Callable[[Handler], Handler]:
        """Register a handler. The first line of its docstring is its help text, so it must have one."""

        def register(run: Handler) -> Handler:
            if phrase in self.commands:
                raise ValueError(f"two handlers claim {phrase!r}")
            if not run.__doc__:
                raise ValueError(f"{phrase!r} has no docstring to show as help")
            says = run.__doc__.strip().splitlines()[0]
            self.commands[phrase] = Command(phrase, usage, says, admin, read, needs, run)
            return run

        return register

    def find(self, text: str) -> tuple[Command, Args]:
        """Return the command with the longest phrase at the text's beginning, and its arguments; or raise BadInput."""
        words = text.replace(JOINER, "").split()  # people copy names out of our own messages
        if len(text) > LONGEST_TEXT:
            raise BadInput("too_long", {"limit": str(LONGEST_TEXT)})
        is_greeting = bool(words) and words[0].lower().rstrip(",.!") in GREETINGS
        words = words[1:] if is_greeting else words
        found = self._longest(words)
        if found is None:
            unknown = self._unknown(words)
            if not is_greeting or unknown.code == "near_command":
                raise unknown
            return self.commands["hello"], {}
        command, rest = found
        return command, command.read(rest)

    def _longest(self, words: list[str]) -> tuple[Command, str] | None:
        for length in (3, 2, 1):
            command = self.commands.get(" ".join(words[:length]).lower())
            if command is not None and len(words) >= length:
                return command, " ".join(words[length:])
        return None

    def _unknown(self, words: list[str]) -> BadInput:
        if not words:
            return BadInput("unknown_command")
        listed = [one.phrase for one in self.commands.values() if one.usage]
        near = process.extractOne(words[0].lower()[:40], listed, scorer=fuzz.ratio, score_cutoff=70)
        if near is None:
            return BadInput("unknown_command")
        return BadInput("near_command", {"word": words[0][:40], "near": near[0]})


def check_may_use(command: Command, *, is_admin: bool) -> None:
    """Raise Denied if the command is for admins; asked before gathering too, so that strangers cost Webex nothing."""
    if command.admin and not is_admin:
        raise Denied("admins_only", {"word": command.phrase})


registry = Registry()
"""The one instance that the handler modules fill."""
