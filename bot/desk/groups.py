"""Resource groups in our words: which there are, and which one serves somebody's hybrid license. Plain JSON."""

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
