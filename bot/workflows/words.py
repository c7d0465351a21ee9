"""The few words that workflows themselves put together: a wait, and the reference of a surprise."""

import hashlib

WORTH_TELLING = 30
"""Seconds of waiting from which on a person is told about it."""


def in_words(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "half a minute"
    return "a minute" if minutes == 1 else f"{minutes} minutes" if minutes < 90 else f"{round(minutes / 60)} hours"  # noqa: PLR2004 an hour and a half


def reference(workflow_id: str) -> str:
    """Return a short reference, the same for every run of this workflow."""
    return hashlib.sha256(workflow_id.encode()).hexdigest()[:6]
