"""Resource groups in our words: which there are, and which one serves somebody's hybrid license. Plain JSON."""

import re
from typing import TypedDict

DEFAULT_GROUP = "Y2lzY29zcGFyazovL3VzL1JFU09VUkNFX0dST1VQL2RlZmF1bHQ"
"""`ciscospark://us/RESOURCE_GROUP/default`: the group in which everybody begins, the same in every organization."""


class GroupFacts(TypedDict):
    """Clusters of the organization's own that serve some of its people; made in Control Hub only."""

    group_id: str
    name: str


class MembershipFacts(TypedDict):
    """By which group a hybrid license of somebody is served; `status` is `pending`, `activated` or `error`."""

    membership_id: str
    group_id: str
    license_id: str
    person_id: str
    person_org_id: str
    status: str


def is_default(said: str) -> bool:
    return said.strip().casefold() in {"default", "default group", "default resource group"}


def is_an_id(said: str) -> bool:
    """Whether this is an id of Webex, as a card sends it, and no name that somebody typed."""
    return re.fullmatch(r"Y2lzY29zcGFyazovL[\w-]+=*", said, re.ASCII) is not None  # `ciscospark://` in base64
