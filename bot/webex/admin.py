"""The admin side of Webex (people, licenses, locations) with the admin token. Messaging is in `messages.py`."""

from __future__ import annotations

from typing import Any, TypedDict

from bot.webex import reading
from bot.webex.http import PATIENT, Answer, Patience, ok
from bot.webex.line import Wire, collect, segment

HOLDERS_A_PAGE = 300
LOCATIONS_A_PAGE = 1000


class OrderItem(TypedDict):
    """One license, or one site as attendee; the Calling details belong to a license that is added."""

    license_id: str | None
    site_url: str | None
    operation: str
    location_id: str | None
    phone_number: str | None
    extension: str | None


class Order(TypedDict):
    """One person and all that changes; `org_id` is the organization that owns the licenses, "" for the token's own."""

    person_id: str
    org_id: str
    items: list[OrderItem]


class AdminGateway:
    """Reads and assigns in Webex; `api_url` is like `https://webexapis.com/v1`. May be shared by threads."""

    def __init__(self, token: str, api_url: str, patience: Patience = PATIENT) -> None:
        self._wire = Wire(token, api_url, patience)

    def person(self, person_id: str) -> Answer:
        """Value: `Person`."""
        heard = self._wire.get(f"people/{segment(person_id)}", {"callingData": "true"})
        return reading.in_our_words(heard.answer, reading.person)

    def person_by_email(self, email: str) -> Answer:
        """Value: `Person`, or None when nobody whom this token may see has exactly this address."""
        heard = self._wire.get("people", {"email": email.strip()})
        found = reading.in_our_words(heard.answer, lambda listed: reading.only_id_with(email, listed))
        if found["kind"] != "ok" or found["value"] is None:
            return found
        return self.person(found["value"])  # a list by e-mail lacks the admin's fields

    def catalog(self) -> Answer:
        """Value: list of `License`."""
        heard = self._wire.get("licenses")
        return reading.in_our_words(
            heard.answer, lambda listed: [reading.license_(raw) for raw in reading.records(listed, "items")]
        )

    def holders(self, license_id: str) -> Answer:
        """Value: list of `Holder`, from all pages."""
        params = {"includeAssignedTo": "user", "limit": HOLDERS_A_PAGE}
        pages = collect(self._wire.get, f"licenses/{segment(license_id)}", params)
        return reading.in_our_words(
            pages, lambda bodies: [reading.holder(raw) for body in bodies for raw in reading.records(body, "users")]
        )

    def locations(self) -> Answer:
        """Value: list of `Location`, from all pages."""
        pages = collect(self._wire.get, "locations", {"max": LOCATIONS_A_PAGE})
        return reading.in_our_words(
            pages, lambda bodies: [reading.location(raw) for body in bodies for raw in reading.records(body, "items")]
        )

    def assign(self, order: Order) -> Answer:
        """Add and remove in one PATCH; value: `Assigned` ("Webex: Assign Licenses to Users").

        Safe to repeat: adding what is held and removing what is not held change nothing. It is still not repeated here
        after a failure that may have had its effect: busy comes back, and the caller reads the person first.
        The person is named by id only, because an address can pass on to somebody else.
        """
        heard = self._wire.patch("licenses/users", _body(order))
        if heard.answer["kind"] != "ok":
            return heard.answer
        return ok(reading.assigned(heard.answer["value"], heard.tracking_id), heard.answer["status"])


def _body(order: Order) -> dict[str, Any]:
    body: dict[str, Any] = {"personId": order["person_id"]}
    if order["org_id"]:
        body["orgId"] = order["org_id"]
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
