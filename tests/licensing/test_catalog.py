"""Names as people type them, against names as Webex writes them; kinds, units, and what is offered to whom."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.licensing.catalog import (
    License,
    counted,
    find,
    is_calling,
    kind_of,
    kind_of_license,
    offered,
    title_of,
    without_promised,
)


def a_license(name: str, site: str | None = None, subscription: str | None = None, number: int = 0) -> License:
    return {
        "license_id": f"id:{name}:{site}:{subscription}:{number}",
        "name": name,
        "site_url": site,
        "subscription_id": subscription,
        "total": 10,
        "used": 1,
        "left": 9,
    }


ONE_SITE = a_license("Meeting - Webex Meeting Center", "site1-example.webex.com", "Sub-1")
OTHER_SITE = a_license("Meeting - Webex Meeting Center", "site2-example.webex.com", "Sub-2")
KINDS = {
    "Webex Calling - Professional": "calling_professional",
    "Webex Calling - Standard": "calling_standard",
    "Webex Calling - Attendant Console": "attendant_console",
    "Webex Calling - Basic": "calling_other",
    "Webex Calling - Workspaces": "calling_other",
    "Customer Experience - Essential": "cx_essential",
    "CX Essentials": "cx_essential",
    "Meeting - Webex Meeting Center": "meeting",
    "Webex Suite Meetings 1000": "meeting",
    "Basic Meetings": "meeting_free",
    "Messaging": "messaging",
    "Basic Messaging": "messaging_free",
    "Screen Share": "screen_share",
    "Messenger": "messenger",
    "Hybrid Call Aware": "hybrid_call_aware",
    "Hybrid Call Connect": "hybrid_call_connect",
    "Hybrid Exchange Calendar": "hybrid_exchange",
    "Hybrid Google Calendar": "hybrid_google",
    "Unified Communication Manager (UCM)": "other",
    "Call on Webex (1:1 call, non-PSTN)": "other",
    "": "other",
}
CATALOG = [
    *(a_license(name) for name in KINDS if name and name not in {"Meeting - Webex Meeting Center", "CX Essentials"}),
    ONE_SITE,
    OTHER_SITE,
]


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_every_name_has_its_kind(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def an_id(rest: str) -> str:
    return base64.urlsafe_b64encode(f"ciscospark://us/LICENSE/96abc2aa-3dcc-11e5:{rest}".encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        ("Team Chat 2030", "MS_0304c093-1c3c", "messaging"),
        ("Webex Suite", "EE_4dd0c1e0-7aae_site1-example.webex.com", "meeting"),
        ("Webex Calling - Professional", "BCSTD_7b7977d1-4634", "calling_professional"),
        ("Messaging", "EE_4dd0c1e0-7aae", "messaging"),
        ("Webex Room Kit", "SD_f0999a64-3b1a", "other"),
        ("Something new", "NEW", "other"),
    ],
)
def test_the_code_in_an_id_tells_the_kind_only_where_the_name_does_not(name: str, code: str, kind: str) -> None:
    assert kind_of_license({**a_license(name), "license_id": an_id(code)}) == kind


def test_what_no_name_and_no_code_tells_can_still_be_asked_for() -> None:
    strange = a_license("Something new")
    assert kind_of_license(strange) == "other"
    assert find("something new", [*CATALOG, strange]).license == strange


@pytest.mark.parametrize("name", ["Basic Messaging", "Basic Space Meetings", "Free screen share"])
def test_what_comes_with_every_account_is_never_used_up(name: str) -> None:
    everybody: License = {**a_license(name), "total": 44, "used": 44, "left": 0}
    assert counted(everybody)["left"] is None
    assert counted({**everybody, "subscription_id": "Sub-1"})["left"] == 0


def test_units_that_were_promised_are_not_left_and_never_less_than_none() -> None:
    few: License = {**a_license("Messaging"), "left": 2}
    uncounted: License = {**a_license("Hybrid Call Aware"), "left": None}
    promised = {few["license_id"]: 3, uncounted["license_id"]: 1}
    assert [one["left"] for one in without_promised([few, uncounted], {few["license_id"]: 1})] == [1, None]
    assert [one["left"] for one in without_promised([few, uncounted], promised)] == [0, None]


def test_what_is_hidden_is_offered_to_admins_only() -> None:
    hidden: License = {**a_license("Messenger"), "hidden": True}
    assert offered([ONE_SITE, hidden], is_admin=False) == [ONE_SITE]
    assert offered([ONE_SITE, hidden], is_admin=True) == [ONE_SITE, hidden]


@pytest.mark.parametrize(
    "text", ["Office telephony", "ofice telefony", "calling professional", "Webex Calling - Professional"]
)
def test_a_renamed_license_is_found_by_either_name(text: str) -> None:
    renamed: License = {**a_license("Webex Calling - Professional"), "title": "Office telephony"}
    others = [one for one in CATALOG if one["name"] != renamed["name"]]
    found = find(text, [*others, renamed])
    assert found.license == renamed
    assert title_of(renamed, [*others, renamed]) == "Office telephony"


def test_a_misspelled_old_name_suggests_the_new_one() -> None:
    renamed: License = {**a_license("Unified Communication Manager (UCM)"), "title": "Office telephony"}
    assert find("unified comunicator mangler x", [renamed]).suggestion == "Office telephony"


@pytest.mark.parametrize(
    ("name", "needs_details"),
    [
        ("Webex Calling - Professional", True),
        ("Webex Calling - Standard", True),
        ("Webex Calling - Basic", True),
        ("Webex Calling - Attendant Console", True),
        ("Customer Experience - Essential", True),
        ("Webex Calling - Workspaces", False),
        ("Webex Calling - Hot desk only", False),
        ("Webex Calling - Route List Calls", False),
        ("Messaging", False),
        ("Hybrid Call Connect", False),
        ("Call on Webex (1:1 call, non-PSTN)", False),
    ],
)
def test_calling_details_are_asked_for_what_people_call_with(name: str, needs_details: bool) -> None:
    assert is_calling(name) == needs_details


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("messaging", "Messaging"),
        ("MESSAGING", "Messaging"),
        ("mesaging", "Messaging"),
        ("basic messaging", "Basic Messaging"),
        ("messenger", "Messenger"),
        ("calling pro", "Webex Calling - Professional"),
        ("profesional calling", "Webex Calling - Professional"),
        ("Webex Calling Professional license", "Webex Calling - Professional"),
        ("standard", "Webex Calling - Standard"),
        ("attendant", "Webex Calling - Attendant Console"),
        ("atendant consol", "Webex Calling - Attendant Console"),
        ("cx essentials", "Customer Experience - Essential"),
        ("exchange", "Hybrid Exchange Calendar"),
        ("google calender", "Hybrid Google Calendar"),
        ("screen sharing", "Screen Share"),
        ("suite", "Webex Suite Meetings 1000"),
    ],
)
def test_what_people_type_finds_the_one_license(text: str, name: str) -> None:
    found = find(text, CATALOG)
    assert found.license is not None, found
    assert found.license["name"] == name


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("calling", {"Webex Calling - Professional", "Webex Calling - Standard"}),
        ("hybrid", {"Hybrid Call Aware", "Hybrid Google Calendar"}),
        ("calendar", {"Hybrid Exchange Calendar", "Hybrid Google Calendar"}),
        ("basic", {"Basic Meetings", "Basic Messaging"}),
        ("meeting center", {"Meeting - Webex Meeting Center"}),
    ],
)
def test_two_that_fit_alike_are_asked_about(text: str, some: set[str]) -> None:
    found = find(text, CATALOG)
    assert found.license is None
    assert len(found.several) > 1
    assert some <= {one["name"] for one in found.several}


def test_an_id_a_title_or_a_site_tells_twins_apart() -> None:
    for text in (OTHER_SITE["license_id"], title_of(OTHER_SITE, CATALOG), "meeting center site2"):
        assert find(text, CATALOG).license == OTHER_SITE


def test_a_title_says_only_what_is_needed() -> None:
    assert title_of(CATALOG[0], CATALOG) == CATALOG[0]["name"]
    assert title_of(ONE_SITE, CATALOG) == "Meeting - Webex Meeting Center (site1-example.webex.com)"


def test_titles_of_twins_differ_by_subscription_and_in_the_end_by_id() -> None:
    twins = [a_license("Messaging", None, "Sub-1"), a_license("Messaging", None, "Sub-2")]
    assert [title_of(one, twins) for one in twins] == ["Messaging (Sub-1)", "Messaging (Sub-2)"]
    triplets = [*twins, a_license("Messaging", None, "Sub-2", number=1)]
    assert len({title_of(one, triplets) for one in triplets}) == 3


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("calling platinum", "Webex Calling - Basic"), ("mesagin enterprise", "Messaging"), ("zzzz", ""), ("", "")],
)
def test_an_unknown_word_suggests_the_nearest_or_nothing(text: str, suggestion: str) -> None:
    found = find(text, CATALOG)
    assert (found.license, found.several) == (None, ())
    assert bool(found.suggestion) == bool(suggestion)


def test_nothing_is_found_in_an_empty_catalog() -> None:
    found = find("messaging", [])
    assert (found.license, found.several, found.suggestion) == (None, (), "")


@settings(deadline=None)  # a loaded machine is no failure
@given(st.text(max_size=300))
def test_no_text_makes_finding_fail(text: str) -> None:
    found = find(text, CATALOG)
    assert found.license is None or found.several == ()


@settings(deadline=None)  # a loaded machine is no failure
@given(st.sampled_from(CATALOG))
def test_every_title_finds_its_own_license(one: License) -> None:
    assert find(title_of(one, CATALOG), CATALOG).license == one
