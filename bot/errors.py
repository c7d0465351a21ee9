"""Every failure that the bot expects, as a code and facts. The sentences people read live in bot/chat/sentences.py.

The one exception is for operators: a process that must not start says why itself.
"""


class CannotStart(Exception):
    """Why a process must not run, as a sentence that says what to do."""


class BotError(Exception):
    """Base of the four kinds below; raise one of those. `facts` fill the places in the code's sentence."""

    def __init__(self, code: str, facts: dict[str, str] | None = None) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts or {}


class Denied(BotError):
    """This person may not do that."""


class Conflict(BotError):
    """The state of the thing does not allow that any more."""


class NotFound(BotError):
    """There is no such thing, or not for this person."""


class BadInput(BotError):
    """What was typed or sent cannot be understood."""
