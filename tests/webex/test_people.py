"""People are found page by page and named by their ids; who is not in Webex yet is invited exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.sandbox.seed import ORG, license_id
from bot.webex.admin import AdminGateway
from bot.webex.http import Patience
from bot.webex.people import MOST_IDS, MOST_PAGES
from tests.webex.company import COLLEAGUE, EMPLOYEE, EXTERNAL, LEAVER, MANAGER, Company, refusal_of, value_of
from tests.webex.oddities import Odd, Say
from tests.webex.two_sides import ONCE, PERSON, TOKEN

if TYPE_CHECKING:
    from bot.webex.http import Answer

NEW = "nina.new@example.com"
FREE = {license_id("msg_free"), license_id("meet_free")}


def gateway(odd: Odd, org_id: str = "") -> AdminGateway:
    return AdminGateway(TOKEN, f"{odd.url}/v1", ONCE, org_id)


def names_in(answer: Answer) -> list[str]:
    return [one["name"] for one in value_of(answer)["people"]]


def crowd(company: Company, count: int) -> None:
    for number in range(count):
        company.control("POST", "people", {"email": f"z{number}@example.com", "displayName": f"Zoe {number}"})


def test_who_is_found_comes_with_licenses_manager_and_status(admin: AdminGateway) -> None:
    (manager,) = value_of(admin.search("mona", 1, 5))["people"]
    assert (manager["person_id"], manager["name"]) == (MANAGER, "Mona Weiss")
    assert {license_id("msg"), license_id("pro")} <= set(manager["licenses"])
    assert (manager["status"], manager["invite_pending"]) == ("active", False)
    (employee,) = value_of(admin.search(" employee@example.com ", 1, 5))["people"]
    assert (employee["person_id"], employee["manager_id"]) == (EMPLOYEE, MANAGER)
    (leaver,) = value_of(admin.search("Lars Holm", 1, 5))["people"]
    assert (leaver["person_id"], leaver["status"], leaver["active"]) == (LEAVER, "inactive", False)


@pytest.mark.parametrize("text", ["Nobody", "nobody@example.com", "external@partner.example", "onwards"])
def test_nobody_is_found_by_what_nobody_is_called(admin: AdminGateway, text: str) -> None:
    assert value_of(admin.search(text, 1, 5)) == {"people": [], "has_more": False}


def test_pages_follow_each_other_without_gap_or_overlap(admin: AdminGateway, company: Company) -> None:
    crowd(company, 5)
    pages = [value_of(admin.search("zoe", page, 2)) for page in (1, 2, 3, 4)]
    names = [[one["name"] for one in page["people"]] for page in pages]
    assert [len(page) for page in names] == [2, 2, 1, 0]
    assert {name for page in names for name in page} == {f"Zoe {number}" for number in range(5)}
    assert [page["has_more"] for page in pages] == [True, True, False, False]
    assert value_of(admin.search("zoe", 0, 2)) == pages[0]


def test_pages_that_end_with_the_list_have_no_more(admin: AdminGateway, company: Company) -> None:
    crowd(company, 4)
    assert value_of(admin.search("zoe", 2, 2))["has_more"] is False


def test_a_search_without_an_end_is_given_up(odd: Odd) -> None:
    odd.says(Say(200, {"items": [PERSON]}, {"Link": f'<{odd.url}/v1/people?page=again>; rel="next"'}))
    last = value_of(gateway(odd).search("p", MOST_PAGES, 1))
    assert (len(last["people"]), last["has_more"]) == (1, False)
    assert len(odd.asked) == MOST_PAGES
    assert value_of(gateway(odd).search("p", MOST_PAGES + 1, 1)) == {"people": [], "has_more": False}
    assert len(odd.asked) == 2 * MOST_PAGES


def test_a_page_that_fails_fails_the_search(odd: Odd) -> None:
    odd.says(Say(200, {"items": []}, {"Link": f'<{odd.url}/v1/people?page=two>; rel="next"'}), Say(403))
    assert refusal_of(gateway(odd).search("p", 3, 1))[0] == 403
    assert gateway(odd.says(Say(200, {"items": [{}]}))).search("p", 1, 1)["kind"] == "busy"


@pytest.mark.parametrize(("said", "is_pending"), [("true", True), (True, True), ("false", False), (None, False)])
def test_an_invitation_that_waits_is_told_in_both_spellings(odd: Odd, said: Any, is_pending: bool) -> None:
    odd.says(Say(200, {"items": [{**PERSON, "invitePending": said, "status": "Pending"}]}))
    (found,) = value_of(gateway(odd).search("p", 1, 1))["people"]
    assert (found["invite_pending"], found["status"]) == (is_pending, "pending")


def test_names_are_asked_for_together(admin: AdminGateway, company: Company) -> None:
    names = value_of(admin.names_of([MANAGER, COLLEAGUE, MANAGER, "nobody"]))
    assert names == {MANAGER: "Mona Weiss", COLLEAGUE: value_of(admin.person(COLLEAGUE))["name"]}
    assert len([call for call in company.calls("GET") if call["path"].endswith("/people")]) == 1


def test_no_more_names_are_asked_for_than_webex_takes_and_none_without_need(odd: Odd) -> None:
    odd.says(Say(200, {"items": []}))
    value_of(gateway(odd).names_of([f"p{number}" for number in range(MOST_IDS + 5)]))
    (asked_for,) = parse_qs(urlsplit(odd.asked[0].path).query)["id"]
    assert asked_for.split(",") == [f"p{number}" for number in range(MOST_IDS)]
    assert value_of(gateway(odd).names_of([])) == {}
    assert len(odd.asked) == 1


def test_whoever_is_not_in_webex_yet_is_invited_without_roles_and_paid_licenses(admin: AdminGateway) -> None:
    invited = value_of(admin.create_person(f" {NEW} ", "Nina  van New"))
    assert (invited["email"], invited["name"], invited["org_id"]) == (NEW, "Nina van New", ORG)
    assert set(invited["licenses"]) <= FREE
    assert value_of(admin.person_by_email(NEW)) == invited
    (found,) = value_of(admin.search(NEW, 1, 5))["people"]
    assert (found["status"], found["invite_pending"]) == ("pending", True)


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("Nina van New", {"displayName": "Nina van New", "firstName": "Nina", "lastName": "van New"}),
        ("Nina", {"displayName": "Nina", "firstName": "Nina"}),
        ("  ", {"displayName": "n@example.com", "firstName": "n@example.com"}),
    ],
)
def test_an_invitation_holds_address_names_and_organization_only(odd: Odd, name: str, names: dict[str, str]) -> None:
    odd.says(Say(200, {"items": []}), Say(200, {**PERSON, "orgId": "org-1"}))
    value_of(gateway(odd, "org-1").create_person("n@example.com", name))
    assert odd.asked[1].body == {"emails": ["n@example.com"], "orgId": "org-1", **names}


def test_whoever_is_there_already_is_not_invited(admin: AdminGateway, company: Company) -> None:
    assert value_of(admin.create_person("Manager@Example.com", "Somebody Else")) == value_of(admin.person(MANAGER))
    assert company.calls("POST") == []


@pytest.mark.parametrize("trap", [{"half_done": True}, {"lost": True}], ids=["answered 400", "lost answer"])
def test_who_was_created_in_spite_of_the_answer_is_found(
    admin: AdminGateway, company: Company, trap: dict[str, Any]
) -> None:
    company.weather(method="POST", path="people", **trap)
    assert value_of(admin.create_person(NEW, "Nina New"))["email"] == NEW
    assert value_of(admin.create_person(NEW, "Nina New"))["email"] == NEW
    assert len(company.calls("POST")) == 1


def test_a_refusal_is_told_when_nobody_was_created(admin: AdminGateway, company: Company) -> None:
    company.weather(method="POST", path="people", status=400, body={"message": "No"})
    assert refusal_of(admin.create_person(NEW, "Nina New"))[0] == 400
    assert value_of(admin.person_by_email(NEW)) is None


def test_an_invitation_is_not_repeated_after_a_failure_that_may_have_made_it(
    admin: AdminGateway, company: Company
) -> None:
    company.weather(method="POST", path="people", status=503)
    answer = admin.create_person(NEW, "Nina New")
    assert (answer["kind"], answer["status"]) == ("busy", 503)
    assert len(company.calls("POST")) == 1


def test_nobody_is_invited_and_nothing_is_claimed_while_nobody_can_look(odd: Odd) -> None:
    assert gateway(odd.says(Say(503))).create_person(NEW, "Nina New")["kind"] == "busy"
    assert [asked.method for asked in odd.asked] == ["GET"]
    odd.asked.clear()
    odd.says(Say(200, {"items": []}), Say(400, {"message": "No"}), Say(503))
    answer = gateway(odd).create_person(NEW, "Nina New")
    assert (answer["kind"], answer["status"]) == ("busy", 503), "it may have been created all the same"


def test_an_organization_has_a_name(admin: AdminGateway) -> None:
    assert value_of(admin.organization(ORG)) == "Example Corporation"
    assert refusal_of(admin.organization(EXTERNAL))[0] in {403, 404}


def test_who_is_listed_only_a_little_later_is_found_and_nobody_is_looked_for_for_ever(odd: Odd) -> None:
    nobody, refused = Say(200, {"items": []}), Say(400, {"message": "No"})
    patient = AdminGateway(TOKEN, f"{odd.url}/v1", Patience(sleep=lambda _: None))
    odd.says(nobody, refused, nobody, nobody, Say(200, {"items": [{**PERSON, "emails": [NEW]}]}), Say(200, PERSON))
    assert value_of(patient.create_person(NEW, "Nina New"))["person_id"] == PERSON["id"]
    odd.asked.clear()
    odd.says(nobody, refused, nobody)
    assert refusal_of(patient.create_person(NEW, "Nina New"))[0] == 400
    assert [asked.method for asked in odd.asked] == ["GET", "POST", "GET", "GET", "GET"]
