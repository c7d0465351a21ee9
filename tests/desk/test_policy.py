"""Who may speak, who is asked, who may decide: the tables of the one place that knows."""

from dataclasses import replace

import pytest

from bot.chat.sentences import SENTENCES
from bot.desk.facts import BasicPerson
from bot.desk.policy import (
    Asked,
    House,
    NotServed,
    Parties,
    Rules,
    check_may_receive,
    desk_of,
    is_external,
    objection,
    whom_to_ask,
)
from bot.errors import Denied

HOME, SISTER, STRANGE = (f"org-{name}" for name in ("home", "sister", "strange"))
RULES = Rules(home_org=HOME, allowed_orgs=(HOME, SISTER), approver_spaces=())
WITH_SPACE = Rules(home_org=HOME, allowed_orgs=(HOME,), approver_spaces=("space-1", "space-2"))
PARTIES = Parties(requester_id="requester", beneficiary_id="beneficiary")


def person(person_id: str, *, org_id: str = HOME, kind: str = "person", active: bool = True) -> BasicPerson:
    return {
        "person_id": person_id,
        "email": f"{person_id}@example.com",
        "name": person_id.title(),
        "org_id": org_id,
        "kind": kind,
        "active": active,
    }


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (person("manager"), None),
        (person("manager", org_id=SISTER), None),
        (person("requester"), "own_request"),
        (person("beneficiary"), "own_benefit"),
        (person("manager", kind="bot"), "not_a_person"),
        (person("manager", kind="appuser"), "not_a_person"),
        (person("manager", active=False), "account_inactive"),
        (person("manager", org_id=STRANGE), "other_org"),
        (person("manager", org_id=""), "other_org"),
        (person("requester", active=False, org_id=STRANGE), "own_request"),
    ],
    ids=lambda value: str(value) if isinstance(value, str | None) else "",
)
def test_who_may_not_decide_is_told_why(one: BasicPerson, code: str | None) -> None:
    assert objection(one, PARTIES, RULES) == code
    assert code is None or code in SENTENCES


def test_the_manager_alone_is_asked_if_the_manager_may_decide() -> None:
    asked = whom_to_ask(person("manager"), [person("director")], PARTIES, WITH_SPACE)
    assert asked == [Asked(person_id="manager")]


@pytest.mark.parametrize(
    "manager",
    [
        None,
        person("requester"),
        person("beneficiary"),
        person("manager", active=False),
        person("manager", org_id=STRANGE),
        person("manager", kind="bot"),
    ],
)
def test_without_a_manager_who_may_everybody_configured_is_asked(manager: BasicPerson | None) -> None:
    configured = [person("director"), person("requester"), person("deputy"), person("gone", active=False)]
    asked = whom_to_ask(manager, configured, PARTIES, RULES)
    assert asked == [Asked(person_id="director"), Asked(person_id="deputy")]


def test_a_space_of_approvers_is_asked_beside_the_people() -> None:
    asked = whom_to_ask(None, [person("director")], PARTIES, WITH_SPACE)
    assert asked == [Asked(person_id="director"), Asked(space_id="space-1"), Asked(space_id="space-2")]


def test_where_nobody_may_decide_nobody_is_asked() -> None:
    assert whom_to_ask(person("beneficiary"), [person("requester")], PARTIES, RULES) == []


@pytest.mark.parametrize("org_id", [HOME, SISTER])
def test_people_of_allowed_organizations_may_speak(org_id: str) -> None:
    assert desk_of(person("anybody", org_id=org_id), House((RULES,))) == RULES


@pytest.mark.parametrize("org_id", [STRANGE, ""])
def test_people_of_other_organizations_may_not_speak(org_id: str) -> None:
    with pytest.raises(Denied) as caught:
        desk_of(person("anybody", org_id=org_id), House((RULES,)))
    assert caught.value.code == "other_org"


def test_people_of_other_organizations_receive_only_where_the_operator_lets_them() -> None:
    outsider = person("outsider", org_id=SISTER)
    with pytest.raises(Denied, match="external_not_served"):
        check_may_receive(outsider, RULES)
    check_may_receive(outsider, replace(RULES, allow_external=True))
    check_may_receive(person("anybody"), RULES)


def test_who_may_speak_may_still_be_external_to_the_licenses() -> None:
    assert not is_external(person("anybody"), RULES)
    assert is_external(person("anybody", org_id=SISTER), RULES)


TWIN = Rules(home_org=SISTER, allowed_orgs=(SISTER,), approver_spaces=())
GUEST = "org-guest"
HOUSE = House((Rules(home_org=HOME, allowed_orgs=(HOME, GUEST), approver_spaces=()), TWIN))


@pytest.mark.parametrize(("org_id", "home"), [(HOME, HOME), (GUEST, HOME), (SISTER, SISTER)])
def test_everybody_speaks_at_one_desk_and_guests_at_the_first(org_id: str, home: str) -> None:
    assert desk_of(person("anybody", org_id=org_id), HOUSE).home_org == home


def test_the_licenses_of_an_organization_are_managed_at_its_own_desk_only() -> None:
    assert HOUSE.of(SISTER) is TWIN
    with pytest.raises(NotServed):
        HOUSE.of(GUEST)


def test_a_desk_knows_nobody_of_another_desk_but_guests_are_its_own() -> None:
    first = HOUSE.desks[0]
    assert HOUSE.is_of_another_desk(SISTER, first)
    assert not HOUSE.is_of_another_desk(HOME, first)
    assert not HOUSE.is_of_another_desk(GUEST, first)


def test_nobody_decides_at_the_desk_of_another_organization() -> None:
    assert objection(person("manager", org_id=SISTER), PARTIES, HOUSE.desks[0]) == "other_org"
