"""One sandbox for the whole folder, back at its seed before each test."""

from collections.abc import Iterator

import pytest
import requests

from bot.sandbox.seed import tokens
from bot.sandbox.server import RunningSandbox
from tests.sandbox.clients import Receiver, Webex


@pytest.fixture(scope="session")
def running() -> Iterator[RunningSandbox]:
    with RunningSandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def line() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def webex(running: RunningSandbox, line: requests.Session) -> Webex:
    webex = Webex(running.url, line, {person["token"]: person for person in tokens()})
    assert webex.control("POST", "reset").status_code == 204
    for one in webex.caller("admin").get("licenses")["items"]:
        twin = one["name"] in webex.licenses
        webex.licenses[f"{one['name']} 2" if twin else one["name"]] = one["id"]
    return webex


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver
