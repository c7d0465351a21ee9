"""Webex writes one organization id in several ways; here they are brought into one and compared. Pure."""

import re
from base64 import urlsafe_b64decode

_NAMED = re.compile(
    r"(?:ciscospark://[a-z0-9-]+/organization/)?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})", re.ASCII | re.IGNORECASE
)


def same_org(first: str, second: str) -> bool:
    """Whether two ids name one organization: a UUID or its ciscospark:// address, bare or in base64.

    No id is no organization, so two empty ones are not the same.
    """
    return bool(first) and key_of(first) == key_of(second)


def key_of(org_id: str) -> str:
    """Reduce an id to its UUID, the one form that tables keep; one that holds none stays as it is."""
    return _uuid_in(org_id) or _uuid_in(_unpacked(org_id)) or org_id


def _uuid_in(text: str) -> str | None:
    named = _NAMED.fullmatch(text)
    return named[1].lower() if named else None


def _unpacked(org_id: str) -> str:
    """Undo base64 in either alphabet, padded or not."""
    packed = org_id.rstrip("=").translate(str.maketrans("+/", "-_"))
    try:
        return urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode("ascii")
    except ValueError:
        return ""
