"""What goes together and what does not, as Webex publishes it ("Webex: Assign Licenses to Users"). Tables only."""

from typing import NamedTuple


class Rule(NamedTuple):
    """A rule between two kinds of license; the sentence may name the license by `{title}`."""

    kind: str
    other: str
    code: str
    sentence: str
    remedy: str


SWAP = "The one that is held has to be returned first."
BOTH = "Ask for this license together with the one it needs."

CLASHES = (
    Rule(
        "calling_professional",
        "calling_standard",
        "professional_and_standard",
        "Nobody can hold Calling Professional and Calling Standard at the same time.",
        SWAP,
    ),
    Rule(
        "calling_standard",
        "attendant_console",
        "standard_and_console",
        "Attendant Console does not go together with Calling Standard.",
        "Ask for Calling Professional in place of Standard.",
    ),
    Rule(
        "calling_standard",
        "cx_essential",
        "standard_and_cx",
        "Customer Experience Essentials does not go together with Calling Standard.",
        SWAP,
    ),
    Rule(
        "hybrid_exchange",
        "hybrid_google",
        "hybrid_exchange_and_google",
        "Nobody can hold the Hybrid calendars for Exchange and for Google at the same time.",
        SWAP,
    ),
)
"""Kinds that nobody holds together, in either direction."""

DOWNGRADES = (
    Rule(
        "calling_standard",
        "calling_professional",
        "downgrade",
        "Webex does not change Calling Professional to Calling Standard.",
        "Return Professional in a request of its own, then ask for Standard.",
    ),
    Rule(
        "calling_standard",
        "cx_essential",
        "cx_downgrade",
        "Webex does not change Customer Experience Essentials to Calling Standard.",
        "Return it in a request of its own, then ask for Standard.",
    ),
)
"""What may not take the place of what in one request."""

NEEDS = (
    Rule(
        "attendant_console",
        "calling_professional",
        "needs_professional",
        "Attendant Console needs Calling Professional.",
        BOTH,
    ),
    Rule(
        "hybrid_call_connect",
        "hybrid_call_aware",
        "hybrid_needs_aware",
        "Hybrid Call Connect needs Hybrid Call Aware.",
        BOTH,
    ),
    Rule("messaging", "messaging_free", "needs_free_messaging", "{title} needs the free messaging license.", BOTH),
    Rule("meeting", "meeting_free", "needs_free_meetings", "{title} needs the free meetings license.", BOTH),
    Rule("meeting", "messaging_free", "meeting_needs_messaging", "{title} needs the free messaging license.", BOTH),
    Rule(
        "meeting_free", "messaging_free", "meeting_needs_messaging", "{title} needs the free messaging license.", BOTH
    ),
)
"""What can be held only together with what."""
