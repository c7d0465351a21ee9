"""Ids as Webex makes them: unpadded URL-safe base64 of ciscospark://us/<KIND>/<rest>."""

import base64
import binascii
import uuid

_NAMESPACE = uuid.UUID("6d1f6a52-43a8-4d0a-9b52-0c7b4ad1a3c5")


def webex_id(kind: str, rest: str) -> str:
    return base64.urlsafe_b64encode(f"ciscospark://us/{kind}/{rest}".encode()).rstrip(b"=").decode()


def seeded(name: str) -> str:
    """Make a UUID that is the same at every start: what the seed is made of."""
    return str(uuid.uuid5(_NAMESPACE, name))


def fresh(kind: str) -> str:
    """Make a new id. Random, so that nothing from before a reset is ever met again."""
    return webex_id(kind, str(uuid.uuid4()))


def rest_of(webex: str) -> str:
    """Read what an id says after its kind; a bare base64 UUID is that UUID; anything else is itself.

    Webex writes organization ids both ways (Webex: Managing Hybrid Services Licenses).
    """
    try:
        plain = base64.urlsafe_b64decode(webex + "=" * (-len(webex) % 4)).decode()
    except (binascii.Error, ValueError):
        return webex
    return plain.rpartition("/")[2]
