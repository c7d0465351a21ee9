"""`license-bot doctor` on ADMINS and APPROVERS: it says what the worker would do with each of them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.desk import meeting
from bot.sandbox.seed import FULL_ADMIN, ORG, PARTNER_ORG, person_id
from bot.store.session import make_engine, make_sessions
from tests.operating.patients import Patient
from tests.webex.company import EXTERNAL, IT_SPACE, SALES_SPACE

if TYPE_CHECKING:
    from bot.desk.facts import BasicPerson


def test_admins_and_approvers_are_looked_for(bot: Patient) -> None:
    bot.set(admins=("admin@example.com", "nobody@example.com"), approvers=(f"space:{IT_SPACE}", f"space:{SALES_SPACE}"))
    assert "ADMINS entry 2 " in bot.only("admins", "warning")
    assert "APPROVERS entry 2 " in bot.only("approvers", "warning")
    bot.set(admins=("nobody@example.com",), approvers=(f"space:{IT_SPACE}", person_id("director")))
    told = bot.only("admins", "broken")
    assert "None of ADMINS" in told
    assert "nobody@" not in told
    assert bot.shown("approvers", "warning") == []


def test_without_approvers_it_says_what_becomes_of_a_request_that_no_manager_can_decide(bot: Patient) -> None:
    told = bot.only("approvers", "skipped")
    assert "denied at once" in told
    assert "admins are told" in told


def test_who_belongs_to_an_organization_without_a_desk_is_no_admin_and_no_approver(bot: Patient) -> None:
    bot.set(admins=("admin@example.com", EXTERNAL), approvers=(EXTERNAL,))
    assert "ADMINS entry 2 belongs to an organization that is not served" in bot.only("admins", "warning")
    assert "APPROVERS entry 1 belongs to an organization" in bot.only("approvers", "warning")
    bot.set(admins=(EXTERNAL,))
    assert "None of ADMINS" in bot.only("admins", "broken")
    bot.set(allowed_orgs=(ORG, PARTNER_ORG))
    assert bot.shown("admins", "warning", "broken") == bot.shown("approvers", "warning", "broken") == []


def test_each_organization_needs_an_admin_of_its_own(bot: Patient) -> None:
    made = bot.company.control(
        "POST", "organizations", {"displayName": "Nordic Twins", "managedBy": [person_id("admin")]}
    )
    bot.set(org_ids=(ORG, made["id"]))
    assert "for organization" in bot.only("admins", "broken")
    ada = {"email": "ada@nordic.example", "displayName": "Ada", "orgId": made["id"], "roles": [FULL_ADMIN]}
    bot.company.control("POST", "people", ada)
    bot.set(admins=("admin@example.com", "ada@nordic.example"), approvers=(f"space:{IT_SPACE}",))
    assert bot.shown("admins", "warning", "broken") == bot.shown("approvers", "warning", "broken") == []
    bot.set(org_ids=(made["id"], PARTNER_ORG))
    assert "APPROVERS entry 1 belongs to" in bot.only("approvers", "warning")


def test_a_webex_that_is_busy_makes_nobody_absent(bot: Patient) -> None:
    bot.set(approvers=("director@example.com", f"space:{IT_SPACE}"))
    for path in ("/v1/people", "/v1/rooms/**"):
        bot.refuse(path, 429)
    for check in ("admins", "approvers"):
        told = bot.only(check, "warning")
        assert "busy" in told
        assert "in a minute" in told


@pytest.mark.parametrize("named_by_id", [False, True])
def test_whom_the_worker_has_stored_is_there_whatever_became_of_their_address(
    bot: Patient, *, named_by_id: bool
) -> None:
    admin = person_id("admin")
    bot.set(admins=(admin,) if named_by_id else ("admin@example.com",))
    person: BasicPerson = {
        "person_id": admin,
        "email": "admin@example.com",
        "name": "Ada Novak",
        "org_id": ORG,
        "kind": "person",
        "active": True,
    }
    bot.company.control("PATCH", f"people/{admin}", {"email": "ada.novak@example.com"})
    if named_by_id:
        bot.refuse(f"/v1/people/{admin}", 404)
    assert bot.only("admins", "broken")
    engine = make_engine(bot.settings.database_url, pool_size=1)
    with make_sessions(engine)() as session, session.begin():
        row = meeting.meet(session, person, datetime.now(UTC))
        row.configured_as = None if named_by_id else "admin@example.com"
    engine.dispose()
    assert bot.shown("admins", "warning", "broken") == []
