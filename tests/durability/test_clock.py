"""Whoever plays in the sandbox moves its clock, and the bot does what is due then, with real processes."""

from datetime import timedelta

import pytest

from tests.chat import Someone
from tests.processes import Company, until

pytestmark = pytest.mark.processes


def test_a_day_later_on_the_sandbox_s_clock_the_approver_is_reminded(company: Company) -> None:
    employee, manager = Someone(company, "employee"), Someone(company, "manager")
    employee.says("request messaging")
    company.control("POST", "clock", {"advance": timedelta(hours=25).total_seconds()})
    until("the manager is reminded", lambda: any("Reminder" in one["text"] for one in manager.inbox()))
    company.control("POST", "clock", {"advance": timedelta(days=14).total_seconds()})
    until("the request expires", lambda: any("expired" in one["text"] for one in employee.inbox()))
