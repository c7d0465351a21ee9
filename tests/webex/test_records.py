"""Replacing a whole record for one license: everything else stays, or nothing is written."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
import requests

from bot.sandbox.seed import ROLE_NAMES, SITES, license_id, location_id
from bot.webex.admin import AdminGateway
from bot.webex.records import VOLATILE
from tests.webex.company import COLLEAGUE, EMPLOYEE, MANAGER, Company, refusal_of, value_of, words_of
from tests.webex.two_sides import ONCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.webex.records import Record

MSG, MESSENGER, PRO = license_id("msg"), license_id("messenger"), license_id("pro")
FREE = [license_id("msg_free"), license_id("meet_free")]
LETTERS = "abcdeÄßéñ漢字🙂 '\"<>&\\/%+;:#@\t\n"


def known(admin: AdminGateway, person_id: str = EMPLOYEE) -> Record:
    found: Record = value_of(admin.record(person_id))
    return found


class Line:
    """The sandbox without the gateway, quickly: one connection, and the admin's record as it is on the wire."""

    def __init__(self, url: str) -> None:
        self._url, self._session = url, requests.Session()
        self._session.trust_env = False

    def change(self, person_id: str, fields: dict[str, Any]) -> None:
        self._session.patch(f"{self._url}/control/people/{person_id}", json=fields, timeout=10).raise_for_status()

    def record(self, person_id: str) -> dict[str, Any]:
        headers = {"Authorization": "Bearer sandbox-admin"}
        where = f"{self._url}/v1/people/{person_id}?callingData=true"
        found: dict[str, Any] = self._session.get(where, headers=headers, timeout=10).json()
        return found

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def line(company: Company) -> Iterator[Line]:
    opened = Line(company.url)
    yield opened
    opened.close()


def some_text(chance: random.Random) -> str:
    return "x" + "".join(chance.choices(LETTERS, k=chance.randrange(20))) + "y"


def some_record(chance: random.Random) -> dict[str, Any]:
    """Everything that an admin can set; any of it may be missing."""
    texts = {name: some_text(chance) for name in ("displayName", "firstName", "lastName", "nickName", "manager")}
    texts |= {name: chance.choice(["", some_text(chance)]) for name in ("department", "title")}
    phones = [{"type": kind, "value": f"+1{chance.randrange(10**9, 10**10)}"} for kind in ("mobile", "fax")]
    parts = ("type", "country", "locality", "region", "streetAddress", "postalCode")
    is_calling = chance.random() < 0.5
    return texts | {
        "avatar": chance.choice(["", f"https://avatars.example.com/{chance.randrange(10**6)}"]),
        "managerId": chance.choice([None, MANAGER, COLLEAGUE]),
        "addresses": [{part: some_text(chance) for part in parts} for _ in range(chance.randrange(3))],
        "phoneNumbers": chance.sample(phones, chance.randrange(3)),
        "roles": chance.sample(sorted(ROLE_NAMES), chance.randrange(3)),
        "licenses": [*FREE, *([PRO] if is_calling else []), *chance.sample([MSG, MESSENGER], chance.randrange(3))],
        "attendeeSites": chance.sample(SITES, chance.randrange(len(SITES) + 1)),
        "loginEnabled": chance.choice([True, False]),
        "locationId": location_id("berlin") if is_calling else None,
        "phoneNumber": f"+49302312510{chance.randrange(4, 10)}" if is_calling else None,
        "extension": f"{chance.randrange(2200, 2900)}" if is_calling else None,
    }


def lasting(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in VOLATILE | {"licenses"}}


@pytest.mark.parametrize(
    "count", [pytest.param(30, id="30 people"), pytest.param(500, id="500 people", marks=pytest.mark.thorough)]
)
def test_random_people_keep_all_but_the_one_license(admin: AdminGateway, line: Line, count: int) -> None:
    seed = random.randrange(10**9)  # noqa: S311  a new crowd each time; a failure names it
    chance = random.Random(seed)  # noqa: S311
    for number in range(count):
        fields = some_record(chance)
        line.change(EMPLOYEE, fields)
        before = line.record(EMPLOYEE)
        wish = chance.choice([MSG, MESSENGER])
        held = wish in fields["licenses"]
        answer = admin.replace_licenses(EMPLOYEE, known(admin), [] if held else [wish], [wish] if held else [])
        assert answer["kind"] == "ok", (seed, number, answer)
        after = line.record(EMPLOYEE)
        assert lasting(after) == lasting(before), (seed, number)
        assert set(after["licenses"]) ^ set(before["licenses"]) == {wish}, (seed, number)


def test_a_license_that_an_assignment_cannot_manage_goes_this_way(admin: AdminGateway, company: Company) -> None:
    given = value_of(admin.replace_licenses(EMPLOYEE, known(admin), [MESSENGER], []))
    assert MESSENGER in given["licenses"]
    assert given["tracking_id"]
    assert MESSENGER in company.held_by(EMPLOYEE)
    taken = value_of(admin.replace_licenses(EMPLOYEE, known(admin), [], [MESSENGER]))
    assert MESSENGER not in taken["licenses"]
    assert MESSENGER not in company.held_by(EMPLOYEE)


def test_a_record_that_somebody_changed_in_between_is_not_written(admin: AdminGateway, company: Company) -> None:
    before = known(admin)
    company.control("PATCH", f"people/{EMPLOYEE}", {"title": "Director", "department": "Board"})
    words = words_of(admin.replace_licenses(EMPLOYEE, before, [MESSENGER], []))
    assert words == "changed_meanwhile: department, title"
    assert company.calls("PUT") == []
    assert MESSENGER not in company.held_by(EMPLOYEE)
    assert value_of(admin.replace_licenses(EMPLOYEE, known(admin), [MESSENGER], []))["licenses"]


def test_a_change_that_comes_right_after_the_look_is_seen_too(admin: AdminGateway, company: Company) -> None:
    company.weather(method="GET", path="people/*", touches={"title": "Director"})
    words = words_of(admin.replace_licenses(EMPLOYEE, known(admin), [MESSENGER], []))
    assert words.startswith("changed_meanwhile: title")
    assert company.calls("PUT") == []


def test_a_change_that_was_taken_back_is_seen_by_its_time(admin: AdminGateway) -> None:
    before = known(admin)
    value_of(admin.replace_licenses(EMPLOYEE, before, [MESSENGER], []))
    value_of(admin.replace_licenses(EMPLOYEE, known(admin), [], [MESSENGER]))
    assert words_of(admin.replace_licenses(EMPLOYEE, before, [MSG], [])) == "changed_meanwhile: lastModified"


def test_other_roles_are_told_as_such(admin: AdminGateway, company: Company) -> None:
    before = known(admin)
    company.control("PATCH", f"people/{EMPLOYEE}", {"roles": sorted(ROLE_NAMES)[:1], "title": "Director"})
    words = words_of(admin.replace_licenses(EMPLOYEE, before, [MESSENGER], []))
    assert words == "roles_changed: roles, title"
    assert company.calls("PUT") == []


def test_what_is_so_already_is_not_written_again(admin: AdminGateway, company: Company) -> None:
    before = known(admin)
    company.weather(method="PUT", path="people/*", lost=True)
    assert admin.replace_licenses(EMPLOYEE, before, [MESSENGER], [])["kind"] == "busy"
    again = value_of(admin.replace_licenses(EMPLOYEE, before, [MESSENGER], []))
    assert MESSENGER in again["licenses"]
    assert len(company.calls("PUT")) == 1


def test_a_license_that_webex_skips_shows_by_its_absence(admin: AdminGateway) -> None:
    answer = value_of(admin.replace_licenses(EMPLOYEE, known(admin), [PRO], []))
    assert PRO not in answer["licenses"]


def test_who_may_not_write_is_refused_by_webex(company: Company, admin: AdminGateway) -> None:
    answer = AdminGateway("sandbox-bot", f"{company.url}/v1", ONCE).record(EMPLOYEE)
    assert "licenses" not in value_of(answer)["fields"]
    bot = AdminGateway("sandbox-bot", f"{company.url}/v1", ONCE)
    assert words_of(bot.replace_licenses(EMPLOYEE, known(admin), [MESSENGER], [])) == "incomplete: licenses"
    assert refusal_of(admin.replace_licenses("nobody", known(admin), [MESSENGER], []))[0] in {400, 404}


def test_a_record_says_nothing_of_what_it_holds(admin: AdminGateway) -> None:
    record = known(admin, MANAGER)
    assert "Mona" not in repr(record)
    assert {len(digest) for digest in record["fields"].values()} == {12}
    assert {"displayName", "licenses", "roles", "phoneNumbers", "locationId"} <= record["fields"].keys()
    assert not VOLATILE & record["fields"].keys()
    assert record == known(admin, MANAGER)
