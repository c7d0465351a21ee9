"""Every published errorCode of the assign call: one state that provokes it, and its good neighbor."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.clients import Webex, codes

PRO, STD = "Webex Calling - Professional", "Webex Calling - Standard"
CONSOLE, CX = "Webex Calling - Attendant Console", "Customer Experience - Essential"
MEETING, SUITE = "Meeting - Webex Meeting Center", "Webex Suite Meetings 1000"
FREE = ("Basic Messaging", "Basic Meetings")

Ask = Callable[[Webex], list[dict[str, Any]]]


def somebody(webex: Webex, *held: str) -> str:
    """A person who holds just this; whoever can call sits in London at extension 3777."""
    fields: dict[str, Any] = {"licenses": [webex.license(name) for name in held]}
    if any(name in {PRO, STD, CX} for name in held):
        fields |= {"locationId": webex.location("London"), "extension": "3777"}
    return webex.hire(email="somebody@example.com", **fields).person_id


def at_desk(webex: Webex, name: str) -> dict[str, Any]:
    return webex.add(name, locationId=webex.location("London"), extension="3777")


CASES: dict[int, tuple[tuple[str, ...], Ask, Ask]] = {
    # code: (held, what provokes it, the good neighbor)
    400: (
        FREE,
        lambda w: [w.add(PRO, locationId="nowhere", extension="3777")],
        lambda w: [w.add(PRO, locationId=w.location("Berlin"), extension="3777")],
    ),
    400000: (
        FREE,
        lambda _: [{"id": "unknown", "operation": "add"}],
        lambda w: [w.add("Messaging")],
    ),
    400112: (
        (*FREE, PRO),
        lambda w: [w.remove(PRO), at_desk(w, STD)],
        lambda w: [w.remove(PRO)],
    ),
    400118: (
        FREE,
        lambda w: [w.add("Messenger")],
        lambda w: [w.add("Messaging")],
    ),
    400404: (
        (*FREE, STD),
        lambda w: [at_desk(w, PRO)],
        lambda w: [w.remove(STD), at_desk(w, PRO)],
    ),
    400406: (
        (*FREE, STD),
        lambda w: [at_desk(w, CONSOLE)],
        lambda w: [w.remove(STD), at_desk(w, PRO), at_desk(w, CONSOLE)],
    ),
    400407: (
        (*FREE, STD),
        lambda w: [at_desk(w, CX)],
        lambda w: [w.remove(STD), at_desk(w, CX)],
    ),
    400408: (
        FREE,
        lambda w: [at_desk(w, CONSOLE)],
        lambda w: [at_desk(w, PRO), at_desk(w, CONSOLE)],
    ),
    400410: (
        (*FREE, CX),
        lambda w: [w.remove(CX), at_desk(w, STD)],
        lambda w: [w.remove(CX), at_desk(w, PRO)],
    ),
    400411: (
        FREE,
        lambda w: [w.add(PRO)],
        lambda w: [w.add(PRO, phoneNumber="+442079460107")],
    ),
    400413: (
        (*FREE, MEETING),
        lambda w: [w.add(SUITE)],
        lambda w: [w.remove(MEETING), w.add(SUITE)],
    ),
    700003: (
        (),
        lambda w: [w.add("Messaging")],
        lambda w: [w.add("Messaging"), w.add("Basic Messaging")],
    ),
    700004: (
        ("Basic Messaging",),
        lambda w: [w.add(MEETING)],
        lambda w: [w.add(MEETING), w.add("Basic Meetings")],
    ),
    700005: (
        (),
        lambda w: [w.add("Basic Meetings")],
        lambda w: [w.add("Basic Meetings"), w.add("Basic Messaging")],
    ),
    700006: (
        (*FREE, "Screen Share"),
        lambda w: [w.remove("Screen Share")],
        lambda w: [w.add("Screen Share")],
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_the_code_is_provoked_and_nothing_changes(webex: Webex, code: int) -> None:
    held, provoke, _ = CASES[code]
    person_id = somebody(webex, *held)
    assert set(codes(webex.assign(person_id, *provoke(webex)))) == {code}
    assert webex.held_by(person_id) == set(held)


@pytest.mark.parametrize("code", CASES)
def test_the_neighbor_of_the_code_is_applied(webex: Webex, code: int) -> None:
    held, _, neighbor = CASES[code]
    person_id = somebody(webex, *held)
    operations = neighbor(webex)
    answer = webex.assign(person_id, *operations)
    assert answer.status_code == 200, answer.text
    now = set(answer.json()["licenses"])
    assert all((one["id"] in now) == (one["operation"] == "add") for one in operations)
    assert now == set(webex.snapshot()["people"][person_id]["licenses"])


def test_an_unknown_site_is_400216_and_a_known_one_makes_an_attendee(webex: Webex) -> None:
    person_id = somebody(webex, *FREE)
    wrong = webex.assign(person_id, siteUrls=[{"siteUrl": "elsewhere.webex.com", "accountType": "attendee"}])
    assert codes(wrong) == [400216]
    site = "site2-example.webex.com"
    right = webex.assign(person_id, siteUrls=[{"siteUrl": site, "accountType": "attendee", "operation": "add"}])
    assert right.json()["siteUrls"] == [{"siteUrl": site, "accountType": "ATTENDEE"}]
    gone = webex.assign(person_id, siteUrls=[{"siteUrl": site, "accountType": "attendee", "operation": "remove"}])
    assert gone.json()["siteUrls"] == []


@pytest.mark.parametrize(
    ("held", "wanted", "text"),
    [
        (
            "Hybrid Exchange Calendar",
            "Hybrid Google Calendar",
            "Cannot enable both exchange and google calendar service",
        ),
        ("Basic Messaging", "Hybrid Call Connect", "Cannot enable call connect service without call aware service"),
    ],
)
def test_hybrid_conflicts_have_a_text_and_no_code(webex: Webex, held: str, wanted: str, text: str) -> None:
    answer = webex.assign(somebody(webex, held), webex.add(wanted))
    assert codes(answer) == [None]
    assert answer.json()["errors"][0]["description"].startswith(text)


def test_call_connect_together_with_call_aware_is_fine(webex: Webex) -> None:
    answer = webex.assign(somebody(webex), webex.add("Hybrid Call Connect"), webex.add("Hybrid Call Aware"))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("held", "removed", "code"),
    [
        ((*FREE, "Messaging"), "Basic Messaging", 700003),
        ((*FREE, MEETING), "Basic Meetings", 700004),
        (FREE, "Basic Messaging", 700005),
        ((*FREE, PRO, CONSOLE), PRO, 400408),
    ],
)
def test_what_another_license_rests_on_cannot_be_removed(
    webex: Webex, held: tuple[str, ...], removed: str, code: int
) -> None:
    assert codes(webex.assign(somebody(webex, *held), webex.remove(removed))) == [code]
