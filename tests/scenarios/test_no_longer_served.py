"""An organization that the operator took out of ORG_IDS: what was under way there says so, and who has to act."""

import pytest

from bot.desk.policy import Rules
from bot.desk.states import State
from bot.sandbox.seed import ORG
from tests.chat import Chat
from tests.durability.test_unreadable import days_later
from tests.running import ALLIED_ORG
from tests.scenarios.test_inviting import ASK, inviting  # noqa: F401 a fixture of a test here
from tests.scenarios.test_organizations import Twins, twins  # noqa: F401 a fixture of every test here

FIRST = Rules(ORG, (ORG,), (), org_name="Example Corporation")
PATCH = {"method": "PATCH", "path": "/v1/licenses/users"}


def approved_but_busy(twins: Twins) -> Chat:  # noqa: F811
    twins.chat.weather(**PATCH, status=429, headers={"Retry-After": "3000"})
    twins.employee.says("request messaging because there")
    twins.manager.presses("Approve")
    return twins.chat


@pytest.mark.thorough
def test_what_was_approved_ends_and_names_the_operator(twins: Twins) -> None:  # noqa: F811
    chat = approved_but_busy(twins)
    with chat.running.desks(FIRST):
        chat.running.run_delayed()
    assert chat.state_of(1) is State.FAILED
    for someone in (twins.employee, twins.admin):
        assert "no longer serves the organization" in someone.last()
        assert "the operator of this bot" in someone.last()
        assert "went wrong" not in someone.last()


@pytest.mark.thorough
def test_the_admins_read_why_nobody_is_reminded(twins: Twins) -> None:  # noqa: F811
    twins.employee.says("request messaging because there")
    with twins.chat.running.desks(FIRST):
        days_later(twins.chat, 2)
    assert "no longer serve its organization" in twins.admin.last()
    assert "ORG_IDS" in twins.admin.last()


@pytest.mark.thorough
def test_an_invitation_ends_and_names_the_operator(inviting: Chat) -> None:  # noqa: F811
    inviting.weather(method="POST", path="/people", status=429, times=9, headers={"Retry-After": "3000"})
    inviting.employee.says(ASK)
    inviting.admin.presses("Approve")
    with inviting.running.desks(Rules(ALLIED_ORG, (ALLIED_ORG,), ())):
        inviting.running.run_delayed()
    assert inviting.state_of(1) is State.FAILED
    assert "no longer serves the organization" in inviting.employee.last()
