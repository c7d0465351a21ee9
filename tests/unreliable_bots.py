"""Bots that leave something out, to prove that the demo notices. `test_demo.py` lets a worker call one at its start."""

from typing import Any

from bot.webex.admin import AdminGateway, Order
from bot.webex.http import Answer, ok


def _promised(order: Order) -> dict[str, Any]:
    held = [item["license_id"] for item in order["items"] if item["license_id"]]
    return {
        "licenses": held,
        "sites": [],
        "pending_licenses": [],
        "pending_sites": [],
        "errors": [],
        "tracking_id": "",
    }


def without_the_patch() -> None:
    def assign(_gateway: AdminGateway, order: Order) -> Answer:
        return ok(_promised(order))

    AdminGateway.assign = assign  # type: ignore[method-assign, assignment]


def without_the_read_back() -> None:
    """Look at a person before the PATCH, and from then on believe what was asked for."""
    assign, look = AdminGateway.assign, AdminGateway.person
    believed: dict[str, list[str]] = {}
    known: dict[str, Any] = {}

    def assign_and_believe(gateway: AdminGateway, order: Order) -> Answer:
        believed[order["person_id"]] = _promised(order)["licenses"]
        return assign(gateway, order)

    def remember(gateway: AdminGateway, person_id: str) -> Answer:
        if person_id in believed:
            before = known[person_id]
            return ok({**before, "licenses": [*before["licenses"], *believed[person_id]]})
        answer = look(gateway, person_id)
        if answer["kind"] == "ok":
            known[person_id] = answer["value"]
        return answer

    AdminGateway.assign, AdminGateway.person = assign_and_believe, remember  # type: ignore[method-assign, assignment]
