"""Webex's JSON in the forms in which it really comes, in our words."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from bot.webex import reading, said
from bot.webex.http import ok

UUID = "f5b36187-c8dd-4727-8b2f-f9c447f29046"


def encoded(address: str) -> str:
    return base64.urlsafe_b64encode(address.encode()).decode().rstrip("=")


def raw_person(**fields: Any) -> dict[str, Any]:
    return {"id": "p1", "emails": ["john@example.com"], "displayName": "John", "orgId": "o1", "type": "person"} | fields


@pytest.mark.parametrize(
    ("raw", "licenses"),
    [
        (["a", "b"], ["a", "b"]),
        (["a,b"], ["a", "b"]),
        ("a, b", ["a", "b"]),
        ([], []),
        (None, []),
        ([None, 3, "a"], ["a"]),
    ],
)
def test_licenses_come_as_a_list_or_joined(raw: Any, licenses: list[str]) -> None:
    assert reading.person(raw_person(licenses=raw))["licenses"] == licenses


def test_sites_come_as_text_or_as_objects_and_in_any_case() -> None:
    site = {"site_url": "a.webex.com", "account_type": "attendee"}
    assert reading.person(raw_person(siteUrls=["A.webex.com#ATTENDEE"]))["sites"] == [site]
    assert reading.assigned({"siteUrls": [{"siteUrl": "a.webex.com", "accountType": "ATTENDEE"}]}, "")["sites"] == [
        site
    ]
    assert reading.person(raw_person(siteUrls=["a.webex.com", "", None]))["sites"][0]["account_type"] == ""


@pytest.mark.parametrize(
    ("fields", "active"),
    [
        ({}, True),
        ({"status": "unknown"}, True),
        ({"status": "inactive"}, True),
        ({"loginEnabled": "true"}, True),
        ({"loginEnabled": True}, True),
        ({"loginEnabled": "false"}, False),
        ({"loginEnabled": False}, False),
        ({"loginEnabled": None}, True),
    ],
)
def test_who_cannot_log_in_is_not_active(fields: dict[str, Any], active: bool) -> None:
    assert reading.person(raw_person(**fields))["active"] == active


def test_a_person_has_manager_place_and_numbers() -> None:
    numbers = [{"type": "mobile", "value": "+1"}, {"type": "work", "value": "+2"}]
    person = reading.person(raw_person(managerId="m", locationId="l", extension="12", phoneNumbers=numbers))
    assert (person["manager_id"], person["location_id"], person["extension"]) == ("m", "l", "12")
    assert person["phone_number"] == "+2"
    bare = reading.person(raw_person())
    assert (bare["manager_id"], bare["location_id"], bare["extension"], bare["phone_number"]) == (None,) * 4


def test_a_bot_is_known_by_its_type_or_its_address() -> None:
    assert reading.profile(raw_person(type="bot"))["kind"] == "bot"
    assert reading.profile({"id": "b", "emails": ["desk@webex.bot"]})["kind"] == "bot"
    assert reading.profile({"id": "p", "emails": []})["kind"] == "person"


@pytest.mark.parametrize(
    ("name", "total", "consumed", "left"),
    [
        ("Messaging", 50, 5, 45),
        ("Messaging", "50", "5", 45),
        ("Messaging", 5, 7, 0),
        ("Messaging", None, 5, None),
        ("Messaging", "many", 5, None),
        ("Messaging", -1, 5, None),
        ("Hybrid Call Aware", "1", "0", None),
    ],
)
def test_units_left_are_counted_where_numbers_mean_something(
    name: str, total: Any, consumed: Any, left: int | None
) -> None:
    raw = {"id": "l", "name": name, "totalUnits": total, "consumedUnits": consumed}
    assert reading.license_(raw)["left"] == left


@pytest.mark.parametrize("value", [None, [], "text", {}, {"licenses": 5, "siteUrls": "x", "errors": "y"}])
def test_a_success_of_an_assignment_may_say_nothing(value: Any) -> None:
    nothing: reading.Assigned = {
        "licenses": [],
        "sites": [],
        "pending_licenses": [],
        "pending_sites": [],
        "errors": [],
        "tracking_id": "NA_1",
    }
    assert reading.assigned(value, "NA_1") == nothing


def test_only_the_exact_address_is_somebody() -> None:
    listed = {
        "items": [raw_person(id="p2", emails=["john@example.com.au"]), raw_person(emails=["x@y.z", "JOHN@example.com"])]
    }
    assert reading.only_id_with("John@Example.com ", listed) == "p1"
    assert reading.only_id_with("jo@example.com", listed) is None
    twice = {"items": [raw_person(), raw_person(id="p3")]}
    assert reading.only_id_with("john@example.com", twice) is None


def test_one_uuid_in_two_encodings_is_one_id() -> None:
    assert reading.same_id(encoded(f"ciscospark://us/PEOPLE/{UUID}"), encoded(UUID))
    assert reading.same_id(encoded(f"ciscospark://us/PEOPLE/{UUID}"), UUID)
    assert reading.same_id("opaque", "opaque")
    assert not reading.same_id("opaque", "Opaque")
    assert not reading.same_id("", "")
    assert not reading.same_id(encoded(UUID), encoded(UUID.replace("f5", "f6")))


def test_a_value_that_cannot_be_read_is_a_broken_line() -> None:
    assert reading.in_our_words(ok({"no": "id"}), reading.profile)["kind"] == "busy"


def raw_message(**fields: Any) -> dict[str, Any]:
    sent_at = "2026-03-01T10:00:00.500Z"
    return {"id": "m1", "roomId": "s1", "personId": "bot", "markdown": "Hi **you**", "created": sent_at} | fields


def wanted(**fields: Any) -> said.Wanted:
    given = {
        "own_id": "bot",
        "markdown": "Hi **you**",
        "parent_id": None,
        "has_card": False,
        "since_iso": "2026-03-01T10:00:00.500999+00:00",
    }
    return said.Wanted(**(given | fields))


CARD = [{"contentType": "application/vnd.microsoft.card.adaptive", "content": {}}]


@pytest.mark.parametrize(
    ("seen", "looked_for"),
    [
        (raw_message(), wanted()),
        (raw_message(created="2026-03-01T11:00:00.500+01:00"), wanted()),
        (raw_message(markdown=None, text="Hi **you**"), wanted()),
        (raw_message(markdown="Hi **you** \n"), wanted()),
        (raw_message(attachments=CARD), wanted(has_card=True)),
        (raw_message(), wanted(has_card=True)),
        (raw_message(parentId="t1"), wanted(parent_id="t1")),
        (raw_message(), wanted(parent_id="t1")),
    ],
)
def test_a_message_that_was_posted_is_found(seen: dict[str, Any], looked_for: said.Wanted) -> None:
    found = said.find(looked_for, [raw_message(id="m2", markdown="newer"), seen])
    assert found is not None
    assert found["message_id"] == "m1"


@pytest.mark.parametrize(
    "seen",
    [
        raw_message(created="2026-03-01T10:00:00.499Z"),
        raw_message(personId="somebody"),
        raw_message(markdown="Hi"),
        raw_message(attachments=CARD),
        raw_message(parentId="t2"),
    ],
    ids=["earlier", "not ours", "other words", "a card too many", "another thread"],
)
def test_another_message_is_not_taken_for_it(seen: dict[str, Any]) -> None:
    assert said.find(wanted(), [seen]) is None


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"attachments": CARD}, True),
        ({}, False),
        ({"attachments": []}, False),
        ({"attachments": CARD, "errors": {"attachments": {"code": "invalid_attachments"}}}, False),
    ],
)
def test_a_card_is_shown_only_if_webex_kept_it(fields: dict[str, Any], shown: bool) -> None:
    assert said.sent(raw_message(**fields))["card_shown"] == shown


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("yes", "yes"),
        ("\ud83d\ude42 \U0001f642", "\ufffd\ufffd \U0001f642"),
        ("half \ud800", "half \ufffd"),
        (7, 7),
        (1.5, 1.5),
        (True, True),
        (None, None),
        (float("inf"), []),
        (float("-inf"), []),
        (float("nan"), []),
        (["x"], []),
        ({"do": {"do": "approve"}}, []),
    ],
    ids=repr,
)
def test_of_what_a_card_sends_only_what_can_be_kept_is_read(sent: Any, read: Any) -> None:
    raw = {"id": "a", "messageId": "m", "roomId": "r", "personId": "p", "inputs": {"note\ud800": sent}}
    assert said.press(raw)["inputs"] == {"note\ufffd": read}
