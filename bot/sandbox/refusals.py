"""What the assign call can answer with 400, in Webex's words: a row for each published code, two rows without one."""

import re
from dataclasses import dataclass, replace

NOT_APPLIED = "The following license(s) could not be applied as requested: {licenses}"


@dataclass(frozen=True, slots=True)
class Refusal:
    message: str
    description: str
    """Where it stands in braces, Webex names what it refuses."""
    code: int | None = None

    def as_error(self) -> dict[str, object]:
        """Make an entry of Webex's errors[]."""
        shown: dict[str, object] = {"description": self.description}
        return shown if self.code is None else {"errorCode": self.code, **shown}

    def of(self, key: str) -> "Refusal":
        """Name the license or site that is refused."""
        return replace(self, description=re.sub(r"\{\w+\}", lambda _: key, self.description))


PUBLISHED = (
    Refusal("Unable to find location", "Unable to find location.", 400),
    Refusal("License not recognized", "License not recognized {licenses}", 400000),
    Refusal(
        "License assignment failed",
        f"Changing a user's Webex Calling license from Professional to Standard is not allowed. {NOT_APPLIED}",
        400112,
    ),
    Refusal(
        "License management not supported", "User management of Messenger license {licenses} is not supported", 400118
    ),
    Refusal("Invalid site URL", "Request contains invalid attendee siteUrls: {siteUrl}", 400216),
    Refusal(
        "License conflict",
        f"User cannot have both Webex Calling Professional and Standard License together. {NOT_APPLIED}",
        400404,
    ),
    Refusal(
        "License conflict",
        f"User cannot have both Webex Calling Standard and Webex Attendant Console licenses together. {NOT_APPLIED}",
        400406,
    ),
    Refusal(
        "License conflict",
        f"User cannot have both Webex Calling Standard and CX Essential licenses together. {NOT_APPLIED}",
        400407,
    ),
    Refusal(
        "License prerequisite missing",
        "User needs Webex Calling Professional license to be assigned before assigning Webex Attendant Console: "
        "{licenses}",
        400408,
    ),
    Refusal(
        "License downgrade not allowed",
        f"Changing a user's license from CX Essential to Webex Calling Standard is not allowed. {NOT_APPLIED}",
        400410,
    ),
    Refusal(
        "License properties missing",
        "Each Webex Calling license should contain its own calling properties. The following license(s) do not have "
        "properties: {licenses}",
        400411,
    ),
    Refusal(
        "License conflict",
        "Could not apply the following license(s): {licenses} as the user can be assigned only one of licenses with "
        "the offer code from the list:",
        400413,
    ),
    Refusal(
        "License prerequisite missing",
        "Free teams messaging mandatory for paid teams messaging license. The following license could not be applied "
        "as requested: {licenses}",
        700003,
    ),
    Refusal(
        "License prerequisite missing",
        "Free teams meeting mandatory for paid teams meeting license. The following license could not be applied as "
        "requested: {licenses}",
        700004,
    ),
    Refusal(
        "License prerequisite missing",
        f"Free teams messaging mandatory for teams meeting license. {NOT_APPLIED}",
        700005,
    ),
    Refusal(
        "License removal not allowed", "Screen Share {licenses} is implicitly assigned and cannot be removed", 700006
    ),
)
CONNECT_NEEDS_AWARE = Refusal(
    "License assignment failed", "Cannot enable call connect service without call aware service"
)
ONE_CALENDAR = Refusal(
    "License assignment failed", "Cannot enable both exchange and google calendar service for the same user"
)
WITHOUT_A_CODE = (CONNECT_NEEDS_AWARE, ONE_CALENDAR)
"""Webex: Managing Hybrid Services Licenses."""

_BY_CODE = {one.code: one for one in PUBLISHED}


def published(code: int, key: str = "") -> Refusal:
    return _BY_CODE[code].of(key)
