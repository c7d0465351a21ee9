"""Attendee accounts on meeting sites: asked for, swapped for a host's, returned; what makes no sense is said."""

from typing import Any

import pytest

from bot.desk.states import State
from bot.store.models import Request
from cards.text import JOINER
from tests.chat import Chat, Someone, buttons_of, content_of

SITE, OTHER = "site1-example.webex.com", "site2-example.webex.com"
FREE = ("Basic Messaging", "Basic Meetings")


def accounts(chat: Chat, someone: Someone) -> dict[str, str]:
    """Return the meeting accounts that Webex shows an admin, by site."""
    seen: dict[str, Any] = chat.admin.call("GET", f"people/{someone.person_id}")
    told = [entry if isinstance(entry, str) else entry["siteUrl"] for entry in seen.get("siteUrls", [])]
    return {site.partition("#")[0]: site.partition("#")[2] for site in told}


def shown(someone: Someone) -> str:
    """Return the last message without what keeps an address in it from becoming a link."""
    return someone.last().replace(JOINER, "")


@pytest.mark.thorough
def test_an_attendee_account_is_asked_for_approved_and_seen(chat: Chat) -> None:
    chat.employee.says(f"request attendee on {SITE} because the workshop")
    assert f"Attendee on {SITE}" in shown(chat.manager)
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.GRANTED
    assert SITE in accounts(chat, chat.employee)
    assert f"Attendee on {SITE}" in shown(chat.employee)


@pytest.mark.thorough
def test_a_license_and_an_attendee_account_are_one_request_and_one_patch(chat: Chat) -> None:
    chat.employee.says(f"request messaging and attendee on {SITE}")
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.GRANTED
    assert "Messaging" in chat.employee.holds()
    assert SITE in accounts(chat, chat.employee)
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 1


def test_the_form_offers_the_sites_as_well(chat: Chat) -> None:
    chat.employee.says("request")
    assert f"site:{OTHER}" in str(content_of(chat.employee.card_with("Send request")))
    chat.employee.presses("Send request", licenses=f"site:{OTHER}")
    assert f"Attendee on {OTHER}" in shown(chat.manager)


def test_an_attendee_account_is_given_back(chat: Chat) -> None:
    chat.change(chat.employee, attendeeSites=[SITE])
    chat.employee.says(f"return attendee on {SITE}")
    chat.employee.presses("Return it")
    assert chat.state_of(1) is State.GRANTED
    assert SITE not in accounts(chat, chat.employee)


@pytest.mark.thorough
def test_a_host_who_wants_to_be_an_attendee_is_told_what_a_host_can_and_may_swap(chat: Chat) -> None:
    chat.give(chat.employee, *FREE, "Webex Suite Meetings 1000")
    site = next(iter(accounts(chat, chat.employee)))
    answer = chat.employee.says(f"request attendee on {site}")
    assert "can do all that an attendee can" in answer
    chat.employee.presses("Swap Suite Meetings 1000 for attendee")
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.GRANTED
    assert "Webex Suite Meetings 1000" not in chat.employee.holds()
    assert site in accounts(chat, chat.employee)


@pytest.mark.thorough
def test_a_site_of_somebody_else_is_not_asked_for(chat: Chat) -> None:
    assert "not one of the organization's meeting sites" in chat.employee.says("request attendee on evil.example")
    assert chat.count(Request) == 0


def test_the_same_site_twice_is_told_the_number_of_the_first(chat: Chat) -> None:
    chat.employee.says(f"request attendee on {SITE}")
    assert "Request #1 is already about" in chat.employee.says(f"request attendee on {SITE.upper()}")


def test_who_became_a_host_meanwhile_reads_400216_and_what_it_means(chat: Chat) -> None:
    chat.employee.says(f"request attendee on {SITE}")
    chat.give(chat.employee, *FREE, "Meeting - Webex Meeting Center")
    chat.manager.presses("Approve")
    assert chat.state_of(1) is State.REFUSED
    assert "400216" in chat.employee.last()
    assert "Choose something else" in buttons_of(chat.employee.card_with("Status"))
