"""Resource groups and who is served by which, for Hybrid Services ("Webex: Managing Hybrid Services Licenses")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from bot.webex.http import Answer, ok
from bot.webex.line import AdminCalls, collect, segment
from bot.webex.reading import in_our_words, needed, record, records, same_id, text

if TYPE_CHECKING:
    from collections.abc import Mapping

MEMBERSHIPS_A_PAGE = 100


class Group(TypedDict):
    group_id: str
    name: str


class Membership(TypedDict):
    """Where a hybrid license of somebody is served; `status` is "pending", "activated" or "error"."""

    membership_id: str
    group_id: str
    license_id: str
    person_id: str
    person_org_id: str
    status: str


class GroupCalls(AdminCalls):
    """Webex makes memberships by itself when a hybrid license is assigned; groups are made in Control Hub only."""

    def resource_groups(self) -> Answer:
        """Value: list of `Group`."""
        pages = collect(self._wire.get, "resourceGroups", {})
        return in_our_words(pages, lambda bodies: [_group(raw) for body in bodies for raw in records(body, "items")])

    def membership(self, license_id: str, person_id: str) -> Answer:
        """Value: `Membership`, or None when Webex knows none for this license of this person (yet)."""
        listed = self._memberships({"licenseId": license_id, "personId": person_id})
        if listed["kind"] != "ok":
            return listed
        fitting = [
            one
            for one in listed["value"]
            if same_id(one["license_id"], license_id) and same_id(one["person_id"], person_id)
        ]
        return ok(fitting[0] if fitting else None, listed["status"])

    def memberships_of(self, person_id: str) -> Answer:
        """Value: list of `Membership`."""
        listed = self._memberships({"personId": person_id})
        if listed["kind"] != "ok":
            return listed
        return ok([one for one in listed["value"] if same_id(one["person_id"], person_id)], listed["status"])

    def move(self, membership: Membership, group_id: str) -> Answer:
        """Let another group serve a membership; value: `Membership`, which only reading it again proves.

        Safe to repeat. Webex refuses while the membership is pending.
        """
        wanted: Membership = {**membership, "group_id": group_id}
        heard = self._wire.put(f"resourceGroup/memberships/{segment(membership['membership_id'])}", _body(wanted))
        return in_our_words(heard.answer, lambda value: wanted if value is None else _membership(record(value)))

    def _memberships(self, params: Mapping[str, Any]) -> Answer:
        pages = collect(self._wire.get, "resourceGroup/memberships", {**params, "max": MEMBERSHIPS_A_PAGE})
        return in_our_words(
            pages, lambda bodies: [_membership(raw) for body in bodies for raw in records(body, "items")]
        )


def _group(raw: dict[str, Any]) -> Group:
    return {"group_id": needed(raw, "id"), "name": text(raw, "name")}


def _membership(raw: dict[str, Any]) -> Membership:
    return {
        "membership_id": needed(raw, "id"),
        "group_id": needed(raw, "resourceGroupId"),
        "license_id": needed(raw, "licenseId"),
        "person_id": needed(raw, "personId"),
        "person_org_id": text(raw, "personOrgId"),
        "status": text(raw, "status").lower(),
    }


def _body(wanted: Membership) -> dict[str, str]:
    """All five are required, though only the group changes."""
    return {
        "resourceGroupId": wanted["group_id"],
        "licenseId": wanted["license_id"],
        "personId": wanted["person_id"],
        "personOrgId": wanted["person_org_id"],
        "status": wanted["status"],
    }
