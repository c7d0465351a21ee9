"""Locations, free numbers and who has an extension: what is asked, and the answers in the forms that are thinkable."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.sandbox.seed import location_id, person_id
from bot.webex import calling, reading
from bot.webex.admin import AdminGateway
from bot.webex.http import ok
from tests.webex.company import Company, refusal_of, value_of
from tests.webex.oddities import Odd, Say
from tests.webex.two_sides import ONCE, TOKEN

DENVER = location_id("denver")


def gateway(odd: Odd) -> AdminGateway:
    return AdminGateway(TOKEN, f"{odd.url}/v1", ONCE)


def raw_number(**fields: Any) -> dict[str, Any]:
    return {"phoneNumber": "+14085550100", "extension": "12", "location": {"id": "l1", "name": "Denver"}} | fields


def test_the_first_free_numbers_of_a_location_come_in_order_and_no_more(admin: AdminGateway, company: Company) -> None:
    found = value_of(admin.free_numbers(DENVER, "Webex Calling Professional", "", 3))
    assert found == [{"phone_number": f"+130355501{last:02}", "location_id": DENVER} for last in (2, 3, 4)]
    assert len(company.calls("GET")) == 1, "further pages are not asked for"


def test_digits_narrow_the_search_and_without_a_location_it_is_everywhere(admin: AdminGateway) -> None:
    found = value_of(admin.free_numbers("", "", "0103", 10))
    assert [(one["phone_number"], one["location_id"]) for one in found] == [("+13035550103", DENVER)]
    assert value_of(admin.free_numbers(location_id("berlin"), "", "0103", 10)) == []


def test_whoever_has_an_extension_is_named_and_nobody_else(admin: AdminGateway) -> None:
    assert value_of(admin.takers_of("1101", DENVER)) == [person_id("manager")]
    assert value_of(admin.takers_of("1101", location_id("berlin"))) == []
    assert value_of(admin.takers_of("11", DENVER)) == []


def test_a_token_without_the_scope_is_refused_and_told_so(company: Company) -> None:
    bot = AdminGateway("sandbox-bot", f"{company.url}/v1", ONCE)
    assert refusal_of(bot.free_numbers(DENVER, "", "", 10))[0] == 403
    assert refusal_of(bot.takers_of("1101", DENVER))[0] == 403


def test_only_what_is_known_goes_into_the_question(odd: Odd) -> None:
    odd.says(Say(200, {"phoneNumbers": []}))
    gateway(odd).free_numbers("", "Webex Calling Standard", "+14085550100", 11)
    query = parse_qs(urlsplit(odd.asked[0].path).query)
    assert query == {"licenseType": ["Webex Calling Standard"], "phoneNumber": ["+14085550100"], "max": ["11"]}


@pytest.mark.parametrize("body", [None, [], "text", 5, {}, {"phoneNumbers": None}, {"phoneNumbers": {}}], ids=repr)
def test_an_answer_without_a_list_says_as_little_as_a_broken_line(odd: Odd, body: Any) -> None:
    odd.says(Say(200, body))
    assert gateway(odd).free_numbers("l1", "", "", 10)["kind"] == "busy"
    assert gateway(odd).takers_of("12", "l1")["kind"] == "busy"


def test_entries_that_say_nothing_are_left_out() -> None:
    body: dict[str, Any] = {"phoneNumbers": [None, 3, {}, [], raw_number(owner={"id": "p1"})]}
    assert calling.free_numbers(body) == []
    assert calling.takers_of("12", "l1", body) == ["p1"]


@pytest.mark.parametrize(
    ("fields", "numbers"),
    [
        ({}, [("+14085550100", "l1")]),
        ({"phoneNumber": "14085550100"}, [("+14085550100", "l1")]),
        ({"location": None}, [("+14085550100", None)]),
        ({"location": "Denver"}, [("+14085550100", None)]),
        ({"owner": {}}, [("+14085550100", "l1")]),
        ({"owner": {"type": "AUTO_ATTENDANT"}}, []),
        ({"isReservedNumber": True}, []),
        ({"phoneNumber": ""}, []),
        ({"phoneNumber": None}, []),
        ({"phoneNumber": 14085550100}, []),
    ],
    ids=str,
)
def test_a_number_is_free_if_it_has_no_owner_and_is_not_reserved(
    fields: dict[str, Any], numbers: list[tuple[str, str | None]]
) -> None:
    found = calling.free_numbers({"phoneNumbers": [raw_number(**fields)]})
    assert [(one["phone_number"], one["location_id"]) for one in found] == numbers


@pytest.mark.parametrize(
    ("fields", "takers"),
    [
        ({"owner": {"id": "p1"}}, ["p1"]),
        ({"owner": {"id": "p1"}, "phoneNumber": None}, ["p1"]),
        ({"owner": {"type": "HUNT_GROUP"}}, [""]),
        ({"owner": {"id": "p1"}, "location": None}, ["p1"]),
        ({"owner": {"id": "p1"}, "location": {"id": "l2"}}, []),
        ({"owner": {"id": "p1"}, "extension": "123"}, []),
        ({"owner": {"id": "p1"}, "extension": None}, []),
        ({"owner": None}, []),
    ],
    ids=str,
)
def test_an_extension_is_taken_by_whoever_has_exactly_it_there(fields: dict[str, Any], takers: list[str]) -> None:
    assert calling.takers_of("12", "l1", {"phoneNumbers": [raw_number(**fields)]}) == takers


def test_a_location_needs_an_id_and_may_lack_a_name() -> None:
    assert calling.location({"id": "l1"}) == {"location_id": "l1", "name": ""}
    assert reading.in_our_words(ok({"name": "Denver"}), calling.location)["kind"] == "busy"
