"""The admin side of Webex with the admin token: licenses and locations here, the rest in the files of its base classes.

Messaging is in `messages.py`.
"""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING, Any, TypedDict

from bot.webex import calling, reading
from bot.webex.groups import GroupCalls
from bot.webex.http import Answer, busy, ok
from bot.webex.line import collect, each_page, segment
from bot.webex.people import PeopleCalls
from bot.webex.records import RecordCalls

if TYPE_CHECKING:
    from collections.abc import Callable

HOLDERS_A_PAGE = 300
LOCATIONS_A_PAGE = 1000
NUMBERS_A_PAGE = 100


class OrderItem(TypedDict):
    """One license, or one site as attendee; the Calling details belong to a license that is added."""

    license_id: str | None
    site_url: str | None
    operation: str
    location_id: str | None
    phone_number: str | None
    extension: str | None


class Order(TypedDict):
    """One person and all that changes; `org_id` is whose licenses they are, "" for the gateway's own."""

    person_id: str
    org_id: str
    items: list[OrderItem]


class AdminGateway(PeopleCalls, RecordCalls, GroupCalls):
    """Reads and assigns in Webex; `api_url` is like `https://webexapis.com/v1`. May be shared by threads.

    With an `org_id` (an organization that a partner manages) every call is about that one.
    """

    def organization(self, org_id: str) -> Answer:
        """Value: its display name."""
        heard = self._wire.get(f"organizations/{segment(org_id)}")
        return reading.in_our_words(heard.answer, lambda value: reading.needed(reading.record(value), "displayName"))

    def catalog(self) -> Answer:
        """Value: list of `License`."""
        heard = self._wire.get("licenses")
        return reading.in_our_words(
            heard.answer, lambda listed: [reading.license_(raw) for raw in reading.records(listed, "items")]
        )

    def holders(self, license_id: str, most: int) -> Answer:
        """Value: `Holders`, counted over all pages. Of a large company only one page is ever kept."""
        counted = reading.Holders(total=0, first=[])

        def count(page: list[reading.Holder]) -> bool:
            counted["total"] += len(page)
            counted["first"] = nsmallest(most, [*counted["first"], *page], key=_by_name)
            return False

        return self._over_holders(license_id, count, lambda: counted)

    def holds(self, license_id: str, person_id: str) -> Answer:
        """Value: whether this person, who may be of another organization, is among the holders."""
        found: list[reading.Holder] = []

        def look(page: list[reading.Holder]) -> bool:
            found.extend(one for one in page if one["person_id"] == person_id)
            return bool(found)

        return self._over_holders(license_id, look, lambda: bool(found))

    def _over_holders(
        self, license_id: str, take: Callable[[list[reading.Holder]], bool], result: Callable[[], Any]
    ) -> Answer:
        def read(body: Any) -> bool:
            return take([reading.holder(raw) for raw in reading.records(body, "users")])

        params = {"includeAssignedTo": "user", "limit": HOLDERS_A_PAGE}
        try:
            answer = each_page(self._wire.get, f"licenses/{segment(license_id)}", params, read)
        except reading.Unreadable:
            return busy(0)
        return ok(result(), answer["status"]) if answer["kind"] == "ok" else answer

    def locations(self) -> Answer:
        """Value: list of `Location`, from all pages."""
        pages = collect(self._wire.get, "locations", {"max": LOCATIONS_A_PAGE})
        return reading.in_our_words(
            pages, lambda bodies: [calling.location(raw) for body in bodies for raw in reading.records(body, "items")]
        )

    def free_numbers(self, location_id: str, license_type: str, part: str, most: int) -> Answer:
        """Value: list of `FreeNumber`, the first `most` of those that contain `part`.

        An empty text does not narrow the search. Only one page is asked for: a location may own thousands.
        """
        params = {"locationId": location_id, "licenseType": license_type, "phoneNumber": part, "max": most}
        heard = self._wire.get("telephony/config/people/primary/availableNumbers", _given(params))
        return reading.in_our_words(heard.answer, calling.free_numbers)

    def takers_of(self, extension: str, location_id: str) -> Answer:
        """Value: list of the ids of those who have exactly this extension at this location."""
        params = {"locationId": location_id, "extension": extension, "max": NUMBERS_A_PAGE}
        heard = self._wire.get("telephony/config/numbers", params)
        return reading.in_our_words(heard.answer, lambda listed: calling.takers_of(extension, location_id, listed))

    def assign(self, order: Order) -> Answer:
        """Add and remove in one PATCH; value: `Assigned` ("Webex: Assign Licenses to Users").

        Safe to repeat: adding what is held and removing what is not held change nothing. It is still not repeated here
        after a failure that may have had its effect: busy comes back, and the caller reads the person first.
        The person is named by id only, because an address can pass on to somebody else.
        """
        heard = self._wire.patch("licenses/users", _body(order, order["org_id"] or self._wire.org_id))
        if heard.answer["kind"] != "ok":
            return heard.answer
        return ok(reading.assigned(heard.answer["value"], heard.tracking_id), heard.answer["status"])


def _by_name(holder: reading.Holder) -> tuple[str, str]:
    return holder["name"].casefold(), holder["person_id"]


def _given(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value}


def _body(order: Order, org_id: str) -> dict[str, Any]:
    body: dict[str, Any] = {"personId": order["person_id"]}
    if org_id:
        body["orgId"] = org_id
    licenses = [_license_change(item) for item in order["items"] if item["license_id"]]
    sites = [_site_change(item) for item in order["items"] if not item["license_id"]]
    return body | {key: changes for key, changes in (("licenses", licenses), ("siteUrls", sites)) if changes}


def _license_change(item: OrderItem) -> dict[str, Any]:
    details = {
        "locationId": item["location_id"],
        "phoneNumber": item["phone_number"],
        "extension": item["extension"],
    }
    given = {key: value for key, value in details.items() if value}
    change: dict[str, Any] = {"id": item["license_id"], "operation": item["operation"]}
    return change | {"properties": given} if given and item["operation"] == "add" else change


def _site_change(item: OrderItem) -> dict[str, Any]:
    return {"siteUrl": item["site_url"], "accountType": "attendee", "operation": item["operation"]}
