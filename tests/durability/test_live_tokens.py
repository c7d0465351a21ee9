"""Workers as processes that renew the admin side's token by themselves, one for all."""

from datetime import timedelta

import pytest

from bot.sandbox.accounts import ADMINS_REFRESH_TOKEN, INTEGRATION
from bot.store.tokens import NOT_OPENED
from tests.chat import Someone
from tests.live import KEY, OTHER_KEY
from tests.processes import Company, until

pytestmark = pytest.mark.processes

LIVE = {
    "WEBEX_ADMIN_ACCESS_TOKEN": "",
    "WEBEX_ADMIN_CLIENT_ID": INTEGRATION.client_id,
    "WEBEX_ADMIN_CLIENT_SECRET": INTEGRATION.client_secret,
    "WEBEX_ADMIN_REFRESH_TOKEN": ADMINS_REFRESH_TOKEN,
    "TOKEN_KEY": KEY,
}
REFUSED = 2


def trades(company: Company) -> list[int]:
    return [call["status"] for call in company.calls("POST", "/v1/access_token")]


def test_two_workers_fetch_one_token_together_and_renew_it_once_when_it_nears_its_end(company: Company) -> None:
    company.worker.kill()
    company.weather(method="POST", path="/v1/access_token", delay=0.5, times=9)
    workers = [company.run("worker", **LIVE) for _ in range(2)]
    until("both work", lambda: all("worker_started" in one.said() for one in workers))
    until("the token is there", lambda: trades(company))
    company.settle()
    assert trades(company) == [200]
    company.control("POST", "clock", {"advance": timedelta(days=13, hours=1).total_seconds()})
    until("the token is renewed", lambda: len(trades(company)) == 2)
    company.settle()
    employee, manager = Someone(company, "employee"), Someone(company, "manager")
    employee.says("request messaging")
    manager.presses("Approve")
    assert "assigned and checked" in employee.last()
    assert trades(company) == [200, 200]
    said = "".join(one.said() for one in workers)
    assert not any(secret in said for secret in LIVE.values() if secret and secret != INTEGRATION.client_id)
    assert "Traceback" not in said
    for one in workers:
        one.kill()


def test_a_worker_with_another_key_does_not_start_and_the_operator_reads_what_to_do(company: Company) -> None:
    company.worker.kill()
    first = company.run("worker", **LIVE)
    until("the token is kept", lambda: "admin_access_renewed" in first.said())
    first.kill()
    second = company.run("worker", **(LIVE | {"TOKEN_KEY": OTHER_KEY}))
    assert second.wait() == REFUSED
    assert second.said().splitlines()[-1] == NOT_OPENED
    shown = company.run("tokens", "show", **LIVE)
    assert shown.wait() == 0
    assert "refresh token ends on" in shown.said()
    assert not any(secret in shown.said() for secret in (INTEGRATION.client_secret, ADMINS_REFRESH_TOKEN, KEY))
