"""What the bot does while Webex stays busy: how long it waits between tries, and what it says when it stops trying."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.licensing.failures import Fix
from bot.licensing.outcome import OwnReason
from bot.webex import own_token
from bot.webex.http import Answer, Busy

WAITS = (5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 3600)
"""Seconds between tries while Webex stays busy, unless it names more. After the last one the change has failed."""

FOR_THE_TOKEN = (60, 60, 120, 300, *(600,) * 143)
"""Seconds between tries while Webex refuses the bot's own token: a day, in which an operator can set the new one.

Ten minutes at most, so that what waited is answered soon after that."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How often something was tried, and how many of these times the bot's own token stood in the way."""

    tries: int
    waited: int = 0

    def after(self, answer: Busy) -> "Turn":
        return Turn(self.tries + 1, self.waited + own_token.is_missing(answer))

    def delay(self, answer: Busy, waits: Sequence[int]) -> int | None:
        """Return the seconds until the next try, None if this was the last; `waits` are for a busy Webex."""
        if own_token.is_missing(answer):
            waits, done = FOR_THE_TOKEN, self.waited
        else:
            done = self.tries - self.waited
        return max(answer["seconds"], waits[done]) if done < len(waits) else None


def delay_of(answer: Answer, tries: int) -> int:
    """Return the seconds until the next try."""
    asked = answer["seconds"] if answer["kind"] == "busy" else 0
    return max(asked, WAITS[tries])


NOT_SERVED: OwnReason = {
    "finding": "not_served",
    "sentence": "This bot no longer serves the organization whose license this is, so I do not know whether this was "
    "done.",
    "remedy": "Put the organization back into ORG_IDS and restart the bot, then retry; or compare the person's "
    "licenses in Control Hub.",
    "fix": Fix.OPERATOR,
}


def _status_of(answer: Answer) -> str:
    return f"status {answer['status']}" if answer["status"] else "a broken line"


def gave_up(answer: Answer) -> OwnReason:
    return {
        "finding": "gave_up",
        "sentence": f"Webex stayed too busy for hours ({_status_of(answer)}), so I stopped trying.",
        "remedy": "Look at Webex's status page, then retry.",
        "fix": Fix.ADMIN,
    }


def unseen(answer: Answer) -> OwnReason:
    return {
        "finding": "unseen",
        "sentence": f"Webex does not let me look ({_status_of(answer)}), so I do not know whether this was done.",
        "remedy": "See that the bot's admin access works, compare the person's licenses in Control Hub, then retry.",
        "fix": Fix.OPERATOR,
    }


def surprise(ref: str) -> OwnReason:
    return {
        "finding": "surprise",
        "sentence": f"Something went wrong on our side (ref {ref}).",
        "remedy": "Look the reference up in the bot's log, then retry.",
        "fix": Fix.OPERATOR,
    }
