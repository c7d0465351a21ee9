"""What goes into a verb of the desk and what comes out of it: who speaks, what they wish, what is to follow."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.desk.facts import BasicPerson
from bot.desk.policy import Asked
from bot.licensing.remedies import Remedy


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something to be done after the transaction: `ask` and `assign` are work, most others are news to be told."""

    kind: Literal["ask", "assign", "submitted", "corrected", "decided", "delayed", "settled", "stuck", "moved"]
    request_id: int
    detail: str = "first"
    """For `ask`: `first`, `reminder`, `corrected:<time>`, or `fresh:<decision>:<press>` for one whose card was lost.
    For `corrected`: which time it was, counted from 1.
    For `delayed`: how long, in words.
    For `moved`: what happened and the number of the move; `ordered` is work, the rest is news. Its request is 0 if an
    admin ordered it by hand."""
    remedies: tuple[Remedy, ...] = ()
    """For `settled`: what the beneficiary may ask for next."""


@dataclass(frozen=True, slots=True)
class WishedItem:
    """One license or attendee site that somebody wants added or removed."""

    title: str
    operation: Literal["add", "remove"] = "add"
    license_id: str | None = None
    site_url: str | None = None
    location_id: str | None = None
    location_name: str | None = None
    phone_number: str | None = None
    extension: str | None = None
    group_name: str | None = None
    """The resource group that a rule names for a hybrid license."""
    via: str = ""
    """How it is to be changed where Webex's Licenses API cannot: `people`."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A checked request that is about to be recorded."""

    requester_id: str
    beneficiary_id: str
    org: str
    """The organization whose licenses these are, as `orgs.key_of` writes it."""
    reason: str
    items: tuple[WishedItem, ...]
    asked: tuple[Asked, ...]
    expires_at: datetime
    nobody: str = "nobody_may_decide"
    """Why it is denied at once if nobody is asked."""


@dataclass(frozen=True, slots=True)
class Decider:
    """Who presses or types, at the desk of which organization, and the spaces they are known to be a member of."""

    person: BasicPerson
    org: str
    spaces: frozenset[str]
    is_admin: bool
    said_at: datetime | None = None
    """When they typed it, which may be long before it is handled; None for a press, and if nobody knows."""
