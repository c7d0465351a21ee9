"""Webex's refusals in words: one table says what each means, what to do and who has to do it.

Keyed by status and errorCode ("Webex: Assign Licenses to Users"); code 0 is the row of a status. Only the two Hybrid
refusals have no code and are found by their text ("Webex: Managing Hybrid Services Licenses").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Fix(StrEnum):
    """Who has to act before another try can help; with `nobody` the bot goes on, or there is nothing to do."""

    REQUESTER = "requester"
    ADMIN = "admin"
    OPERATOR = "operator"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Failure:
    status: int
    code: int
    meaning: str
    remedy: str
    fix: Fix


@dataclass(frozen=True, slots=True)
class Explanation:
    """One refusal as it is shown; `description` is Webex's own text, to be shown as text only."""

    code: str
    meaning: str
    remedy: str
    fix: Fix
    description: str


FAILURES = (
    Failure(
        400,
        400,
        "Webex does not know the location.",
        "Ask again and pick another location for the phone number.",
        Fix.REQUESTER,
    ),
    Failure(
        400,
        400000,
        "Webex no longer knows this license in the organization.",
        "Ask again and choose from the current list; the subscription may have been renewed under another id.",
        Fix.REQUESTER,
    ),
    Failure(
        400,
        400112,
        "Calling Professional cannot be changed to Calling Standard.",
        "Return Professional in a request of its own, then ask for Standard.",
        Fix.REQUESTER,
    ),
    Failure(
        400,
        400118,
        "Messenger licenses cannot be managed through the bot.",
        "An admin changes this license in Control Hub.",
        Fix.ADMIN,
    ),
    Failure(
        400,
        400216,
        "The meeting site is not one of the organization's, or does not take attendees.",
        "Check the address of the site in Control Hub, and tell the requester to ask again.",
        Fix.ADMIN,
    ),
    Failure(
        400,
        400404,
        "Nobody can hold Calling Professional and Calling Standard at the same time.",
        "Return the one that is held, then ask again.",
        Fix.REQUESTER,
    ),
    Failure(
        400,
        400406,
        "Attendant Console does not go together with Calling Standard.",
        "Return Calling Standard and ask for Calling Professional with Attendant Console.",
        Fix.REQUESTER,
    ),
    Failure(
        400,
        400407,
        "Customer Experience Essentials does not go together with Calling Standard.",
        "Return Calling Standard first, then ask again.",
        Fix.REQUESTER,
    ),
    Failure(
        400,
        400408,
        "Attendant Console needs Calling Professional first.",
        "Ask for Calling Professional, or for both in one request.",
        Fix.REQUESTER,
    ),
    Failure(
        400,
        400410,
        "Customer Experience Essentials cannot be changed to Calling Standard.",
        "Return it in a request of its own, then ask for Standard.",
        Fix.REQUESTER,
    ),
    Failure(
        400,
        400411,
        "A Calling license was asked for without its own number or extension and location.",
        "Ask again and give a phone number, or an extension with its location.",
        Fix.REQUESTER,
    ),
    Failure(
        400,
        400413,
        "Only one license of the same offer can be held at a time.",
        "Return the other one, then ask again.",
        Fix.REQUESTER,
    ),
    Failure(
        400,
        700003,
        "Paid messaging needs the free messaging license first.",
        "Ask for this license together with the one it needs.",
        Fix.REQUESTER,
    ),
    Failure(
        400,
        700004,
        "Paid meetings need the free meetings license first.",
        "Ask for this license together with the one it needs.",
        Fix.REQUESTER,
    ),
    Failure(
        400,
        700005,
        "A meetings license needs the free messaging license first.",
        "Ask for this license together with the one it needs.",
        Fix.REQUESTER,
    ),
    Failure(
        400,
        700006,
        "Screen Share comes and goes with other licenses and cannot be removed by itself.",
        "There is nothing to do; it ends with the license that brings it.",
        Fix.NOBODY,
    ),
    Failure(
        400,
        0,
        "Webex refused the change.",
        "Compare the units left and what the license requires with what the person holds, in Control Hub; "
        "Webex has no code of its own for units that have run out.",
        Fix.ADMIN,
    ),
    Failure(
        206,
        0,
        "Webex applied only a part of the change and did not say why.",
        "Compare the units left and what the license requires with what the person holds, in Control Hub.",
        Fix.ADMIN,
    ),
    Failure(
        401,
        0,
        "Webex does not accept the bot's access token.",
        "Set a new admin token, or authorize the app again; restart the worker, then have an admin retry the request.",
        Fix.OPERATOR,
    ),
    Failure(
        403,
        0,
        "The bot's access token may not do this.",
        "Give the token's owner the admin role and the token its scopes, then have an admin retry the request.",
        Fix.OPERATOR,
    ),
    Failure(
        404,
        0,
        "Webex knows no such person or license; the person may have left.",
        "Look the person up in Control Hub; if they are there, retry the request.",
        Fix.ADMIN,
    ),
    Failure(
        405,
        0,
        "Webex does not offer this operation at the address that the bot uses.",
        "Check the API address in the bot's settings and the bot's version, then have an admin retry the request.",
        Fix.OPERATOR,
    ),
    Failure(
        409,
        0,
        "Something else was changing the same person at the same time.",
        "Look at what the person holds now, then retry the request.",
        Fix.ADMIN,
    ),
    Failure(
        410,
        0,
        "What the change refers to no longer exists in Webex.",
        "Ask again and choose from the current list.",
        Fix.REQUESTER,
    ),
    Failure(
        415,
        0,
        "Webex could not read what the bot sent.",
        "Check the API address in the bot's settings and the bot's version, then have an admin retry the request.",
        Fix.OPERATOR,
    ),
    Failure(
        423,
        0,
        "Webex has locked this for a moment.",
        "Wait: the bot tries again by itself.",
        Fix.NOBODY,
    ),
    Failure(
        428,
        0,
        "Webex demands a condition that the bot does not meet.",
        "Check the bot's version, then have an admin retry the request.",
        Fix.OPERATOR,
    ),
    Failure(
        429,
        0,
        "Webex asked the bot to slow down.",
        "Wait: the bot tries again by itself.",
        Fix.NOBODY,
    ),
    Failure(
        500,
        0,
        "Webex had a fault of its own.",
        "Wait: the bot tries again by itself.",
        Fix.NOBODY,
    ),
    Failure(
        502,
        0,
        "A part of Webex could not be reached.",
        "Wait: the bot tries again by itself.",
        Fix.NOBODY,
    ),
    Failure(
        503,
        0,
        "Webex is not available for the moment.",
        "Wait: the bot tries again by itself.",
        Fix.NOBODY,
    ),
    Failure(
        504,
        0,
        "Webex took too long to answer itself.",
        "Wait: the bot tries again by itself.",
        Fix.NOBODY,
    ),
    Failure(
        0,
        0,
        "The line to Webex broke before there was an answer.",
        "Wait: the bot looks at what happened and goes on by itself.",
        Fix.NOBODY,
    ),
)

HYBRID = (
    (
        "cannot enable both exchange and google calendar",
        Failure(
            400,
            0,
            "Nobody can hold Hybrid Exchange Calendar and Hybrid Google Calendar at the same time.",
            "Return the one that is held, then ask again.",
            Fix.REQUESTER,
        ),
    ),
    (
        "cannot enable call connect service without call aware",
        Failure(
            400,
            0,
            "Hybrid Call Connect needs Hybrid Call Aware first.",
            "Ask for Hybrid Call Aware, or for both in one request.",
            Fix.REQUESTER,
        ),
    ),
)

UNKNOWN = Failure(
    -1,
    0,
    "Webex answered in a way that the bot does not know.",
    "Look up the tracking ID in Control Hub or with Cisco's support.",
    Fix.OPERATOR,
)

_BY_KEY = {(failure.status, failure.code): failure for failure in FAILURES}
_REFUSED = 400
"""The status under which Webex publishes all its codes; a partial success (206) may carry the same ones."""


def explain(status: int, errors: Sequence[Mapping[str, Any]], message: str = "") -> list[Explanation]:
    """Put a refusal into words, one explanation for each `{"code", "description"}`, and one where there is none."""
    entries = errors or [{"code": None, "description": message}]
    return [_explanation(status, entry.get("code"), str(entry.get("description") or message)) for entry in entries]


def is_explained(error: Mapping[str, Any]) -> bool:
    """Whether Webex gave a reason that has words of ours: an errorCode of the table, or one of the Hybrid texts."""
    status, description = error["status"], str(error.get("description") or "")
    return _failure(status, error.get("code") or 0, description) is not _failure(status, 0, "")


def _explanation(status: int, code: int | None, description: str) -> Explanation:
    failure = _failure(status, code or 0, description)
    return Explanation(str(code or status or ""), failure.meaning, failure.remedy, failure.fix, description)


def _failure(status: int, code: int, description: str) -> Failure:
    published_under = _REFUSED if 200 <= status < 300 else status  # noqa: PLR2004  the class of successes
    if code and (published_under, code) in _BY_KEY:
        return _BY_KEY[published_under, code]
    said = description.casefold()
    by_text = next((failure for text, failure in HYBRID if text in said), None)
    return by_text or _BY_KEY.get((status, 0), _BY_KEY[500, 0] if status > 500 else UNKNOWN)  # noqa: PLR2004
