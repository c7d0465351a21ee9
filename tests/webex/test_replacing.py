"""Replacing a whole record, on the wire: what is sent back, what stands in the way, and that it is sent once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.webex.admin import AdminGateway
from bot.webex.http import Patience
from bot.webex.records import READ_ONLY, WRITABLE
from tests.webex.company import value_of, words_of
from tests.webex.oddities import Odd, Say
from tests.webex.two_sides import ONCE, PERSON, TOKEN

if TYPE_CHECKING:
    from bot.webex.records import Record

RAW = {**PERSON, "licenses": ["l1"], "roles": ["r1"], "title": "Clerk", "lastModified": "2026-03-01T10:00:00.000Z"}


def gateway(odd: Odd, org_id: str = "", patience: Patience = ONCE) -> AdminGateway:
    return AdminGateway(TOKEN, f"{odd.url}/v1", patience, org_id)


def known(admin: AdminGateway) -> Record:
    found: Record = value_of(admin.record("p1"))
    return found


def test_presence_and_the_order_of_a_list_are_no_change(odd: Odd) -> None:
    lists = {"licenses": ["l1", "l2"], "roles": ["r1", "r2"], "siteUrls": ["a", "b"]}
    one = {**RAW, **lists, "status": "active", "lastActivity": "2026-03-01T10:00:00.000Z"}
    other = {**RAW, **{name: found[::-1] for name, found in lists.items()}, "status": "call"}
    odd.says(Say(200, one), Say(200, other))
    first, second = value_of(gateway(odd).record("p1")), value_of(gateway(odd).record("p1"))
    assert first == second


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"shoeSize": 43}, "unknown_fields: shoeSize"),
        ({"b": None, "a": ""}, "unknown_fields: a, b"),
        ({"errors": [{"code": "timeout"}]}, "partial_read: Webex could not read all of it"),
        ({"displayName": ""}, "incomplete: displayName"),
        ({"displayName": None, "licenses": None}, "incomplete: displayName, licenses"),
        ({"licenses": ["l1", {}]}, "incomplete: licenses"),
        ({"licenses": "l1,l2"}, "incomplete: licenses"),
        ({"emails": ["a@example.com", "b@example.com"]}, "incomplete: emails"),
    ],
)
def test_what_could_get_lost_is_not_written(odd: Odd, fields: dict[str, Any], words: str) -> None:
    odd.says(Say(200, RAW | fields))
    before = known(gateway(odd))
    assert words_of(gateway(odd).replace_licenses("p1", before, ["l2"], [])) == words
    assert {asked.method for asked in odd.asked} == {"GET"}


def test_the_record_of_another_organization_is_not_written(odd: Odd) -> None:
    odd.says(Say(200, RAW))
    before = known(gateway(odd))
    assert words_of(gateway(odd, "org-1").replace_licenses("p1", before, ["l2"], [])) == "other_organization: orgId"


def test_all_that_may_be_written_goes_back_and_nothing_else(odd: Odd) -> None:
    raw = dict.fromkeys(sorted(WRITABLE | READ_ONLY), "x") | RAW | {"addresses": [{"country": "US"}], "errors": []}
    odd.says(Say(200, raw))
    value_of(gateway(odd, "o").replace_licenses("p1", known(gateway(odd, "o")), ["l2", "l3", "l2"], ["l1"]))
    assert odd.asked[-1].method == "PUT"
    assert odd.asked[-1].path == "/v1/people/p1?callingData=true&orgId=o"
    assert odd.asked[-1].body == {name: raw[name] for name in WRITABLE} | {"licenses": ["l2", "l3"]}
    assert not WRITABLE & READ_ONLY


@pytest.mark.parametrize("lost", [Say(500), Say(503), Say(429, {}, {"Retry-After": "1"}), Say(breaks=True)])
def test_a_replacement_is_never_repeated_without_another_look(odd: Odd, naps: list[float], lost: Say) -> None:
    odd.says(Say(200, RAW), Say(200, RAW), lost)
    admin = gateway(odd, patience=Patience(sleep=naps.append))
    assert admin.replace_licenses("p1", known(admin), ["l2"], [])["kind"] == "busy"
    assert [asked.method for asked in odd.asked] == ["GET", "GET", "PUT"]
    assert naps == []


@pytest.mark.parametrize("body", ["", "[]", '"x"', "null"])
def test_a_record_that_cannot_be_read_is_a_broken_line(odd: Odd, body: str) -> None:
    odd.says(Say(200, body))
    assert gateway(odd).record("p1")["kind"] == "busy"
    assert gateway(odd).replace_licenses("p1", {"fields": {}, "modified": ""}, ["l2"], [])["kind"] == "busy"


def test_a_success_without_words_says_nothing_of_the_licenses(odd: Odd) -> None:
    odd.says(Say(200, RAW), Say(200, RAW), Say(204, ""))
    answer = gateway(odd).replace_licenses("p1", known(gateway(odd)), ["l2"], [])
    assert (answer["status"], value_of(answer)["licenses"]) == (204, [])
