"""What a change does while Webex stays busy: how long it waits between tries, and what it says when it stops trying."""

from typing import Any

from bot.webex.http import Answer

WAITS = (5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 3600)
"""Seconds between tries while Webex stays busy, unless it names more. After the last one the change has failed."""


def delay_of(answer: Answer, tries: int) -> int:
    """Return the seconds until the next try."""
    asked = answer["seconds"] if answer["kind"] == "busy" else 0
    return max(asked, WAITS[tries])


def gave_up(answer: Answer) -> dict[str, Any]:
    status = f"status {answer['status']}" if answer["status"] else "a broken line"
    return {
        "finding": "gave_up",
        "sentence": f"Webex stayed too busy for hours ({status}), so I stopped trying.",
        "remedy": "Look at Webex's status page, then retry.",
        "fix": "admin",
    }


def surprise(ref: str) -> dict[str, Any]:
    return {
        "finding": "surprise",
        "sentence": f"Something went wrong on our side (ref {ref}).",
        "remedy": "Look the reference up in the bot's log, then retry.",
        "fix": "operator",
    }
