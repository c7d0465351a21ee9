"""Which spaces something happened in: Webex's list, the latest first, read no further than is needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.webex.company import BOT, IT_SPACE, SALES_SPACE, Company, value_of

if TYPE_CHECKING:
    from bot.webex.messages import ChatGateway

SPACES = 101
"""More than Webex puts on a page."""


def busy_spaces(company: Company) -> list[str]:
    """Let somebody speak in more spaces of the bot than fit on a page; return them, the latest first."""
    made = [company.as_person("employee", "POST", "rooms", {"title": f"Space {one}"})["id"] for one in range(SPACES)]
    for space in made:
        company.as_person("employee", "POST", "memberships", {"roomId": space, "personId": BOT})
        company.says("employee", roomId=space, text="hello")
    return made[::-1]


def lists(company: Company) -> int:
    return sum(call["path"] == "/v1/rooms" for call in company.calls("GET"))


@pytest.mark.thorough
def test_the_list_is_read_until_what_is_older_and_quiet_spaces_cost_one_call(
    bot: ChatGateway, company: Company
) -> None:
    made = busy_spaces(company)
    long_ago = (datetime.now(UTC) - timedelta(days=9999)).isoformat()
    listed = [one["space_id"] for one in value_of(bot.active_spaces(long_ago))]
    assert listed[:SPACES] == made
    assert IT_SPACE in listed
    assert SALES_SPACE not in listed, "the bot is not in it"
    assert lists(company) == 2
    assert value_of(bot.active_spaces((datetime.now(UTC) + timedelta(hours=1)).isoformat())) == []
    assert lists(company) == 3


def test_a_space_is_told_with_its_kind_and_when_something_happened(bot: ChatGateway, company: Company) -> None:
    said = company.says("employee", toPersonId=BOT, text="hello")
    (active,) = value_of(bot.active_spaces(said["created"]))
    assert (active["space_id"], active["is_group"]) == (said["roomId"], False)
    assert datetime.fromisoformat(active["active_at"]) == datetime.fromisoformat(said["created"])


@pytest.mark.parametrize("body", ["{}", '{"items": [{"lastActivity": "2026-01-01T00:00:00Z"}]}', "[]"])
def test_a_list_that_cannot_be_read_is_as_good_as_a_busy_webex(bot: ChatGateway, company: Company, body: str) -> None:
    company.weather(path="/v1/rooms", status=200, body=body, times=9)
    assert bot.active_spaces(datetime.now(UTC).isoformat())["kind"] == "busy"
