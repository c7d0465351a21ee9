"""A running sandbox for the tests of the gateways, planted afresh before each."""

from collections.abc import Iterator

import pytest

from bot.sandbox.server import RunningSandbox
from bot.webex.admin import AdminGateway
from bot.webex.http import Patience
from bot.webex.messages import ChatGateway
from tests.webex.company import Company
from tests.webex.oddities import Odd, running_odd

BRIEF = Patience(tries=3, longest_wait=0.05, first_wait=0.001)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox() as running:
        yield running


@pytest.fixture
def company(sandbox: RunningSandbox) -> Company:
    return Company(sandbox.url)


@pytest.fixture
def admin(company: Company) -> AdminGateway:
    return AdminGateway("sandbox-admin", f"{company.url}/v1", BRIEF)


@pytest.fixture
def bot(company: Company) -> ChatGateway:
    return ChatGateway("sandbox-bot", f"{company.url}/v1", BRIEF)


@pytest.fixture
def odd() -> Iterator[Odd]:
    with running_odd() as running:
        yield running


@pytest.fixture
def naps() -> list[float]:
    """What a patient call slept, had it slept."""
    return []
