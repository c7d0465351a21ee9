"""What we say before a request and what Webex says to it agree, so nothing hopeless is asked and nothing blocked."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from bot.licensing.catalog import kind_of
from bot.licensing.prechecks import check
from bot.sandbox.seed import ORG, license_id, location_id
from tests.webex.company import EMPLOYEE, EXTERNAL, Company, value_of

if TYPE_CHECKING:
    from bot.licensing.catalog import License
    from bot.licensing.prechecks import Finding
    from bot.webex.admin import AdminGateway, OrderItem

FREE = ("msg_free", "meet_free")
KEYS = (*FREE, *("msg", "pro", "std", "console", "cx", "mc1", "mc2", "share", "messenger"))
HYBRID = ("aware", "connect", "exchange", "google")
ALL = (*KEYS, *HYBRID)
NOTHING_TO_DO = {"already_held", "not_held"}
"""Webex answers these with a success that changes nothing; we would not bother an approver with them."""


def change(key: str, operation: str, extension: str = "2150") -> OrderItem:
    is_add = operation == "add"
    return {
        "license_id": license_id(key),
        "site_url": None,
        "operation": operation,
        "location_id": location_id("berlin") if is_add else None,
        "phone_number": None,
        "extension": extension if is_add else None,
    }


@pytest.fixture
def catalog(admin: AdminGateway) -> list[License]:
    found: list[License] = value_of(admin.catalog())
    return found


def _blocking(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings if finding.blocks}


@pytest.mark.parametrize(
    "held", [(), *((key,) for key in ALL if key not in FREE), ("pro", "console"), ("aware", "connect")]
)
@pytest.mark.parametrize("with_free", [True, False])
def test_one_change_is_blocked_exactly_if_webex_refuses_it(
    company: Company, admin: AdminGateway, catalog: list[License], held: tuple[str, ...], *, with_free: bool
) -> None:
    before = [license_id(key) for key in (*(FREE if with_free else ()), *held)]
    for key, operation in product(ALL, ("add", "remove")):
        company.control("PATCH", f"people/{EMPLOYEE}", {"licenses": before})
        wish = change(key, operation)
        codes = _blocking(check([wish], {"licenses": before, "sites": []}, catalog))
        if codes & NOTHING_TO_DO:
            continue
        answer = admin.assign({"person_id": EMPLOYEE, "org_id": ORG, "items": [wish]})
        assert bool(codes) == (answer["kind"] == "refused"), (held, operation, key, codes, answer)


@pytest.mark.parametrize(
    ("held", "wishes"),
    [
        ((), [("msg_free", "add"), ("msg", "add")]),
        ((), [("msg_free", "add"), ("mc1", "add")]),
        ((), [("msg_free", "add"), ("meet_free", "add"), ("mc1", "add")]),
        ((), [("pro", "add"), ("console", "add")]),
        (("std",), [("std", "remove"), ("pro", "add")]),
        (("std",), [("std", "remove"), ("console", "add")]),
        (("pro",), [("pro", "remove"), ("std", "add")]),
        (("cx",), [("cx", "remove"), ("std", "add")]),
        (("exchange",), [("exchange", "remove"), ("google", "add")]),
        ((), [("aware", "add"), ("connect", "add")]),
        (("pro", "console"), [("pro", "remove"), ("console", "remove")]),
    ],
    ids=str,
)
def test_several_changes_are_blocked_exactly_if_webex_leaves_one_out(
    company: Company,
    admin: AdminGateway,
    catalog: list[License],
    held: tuple[str, ...],
    wishes: list[tuple[str, str]],
) -> None:
    before = [license_id(key) for key in held]
    company.control("PATCH", f"people/{EMPLOYEE}", {"licenses": before})
    items = [change(key, operation) for key, operation in wishes]
    codes = _blocking(check(items, {"licenses": before, "sites": []}, catalog))
    answer = admin.assign({"person_id": EMPLOYEE, "org_id": ORG, "items": items})
    assert bool(codes) == (answer["status"] != 200), (codes, answer)


@pytest.mark.parametrize("key", ALL)
def test_people_of_others_are_offered_exactly_what_webex_gives_them(
    admin: AdminGateway, catalog: list[License], key: str
) -> None:
    wish = change(key, "add")
    codes = _blocking(check([wish], {"licenses": [], "sites": []}, catalog, is_external=True))
    answer = admin.assign({"person_id": EXTERNAL, "org_id": ORG, "items": [wish]})
    assert bool(codes) == (answer["kind"] == "refused"), (codes, answer)


def test_every_kind_that_the_rules_name_is_in_this_company(catalog: list[License]) -> None:
    assert len({kind_of(one["name"]) for one in catalog}) == 14  # of 16 licenses, three are paid meetings
