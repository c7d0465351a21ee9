"""What admins ask the bot, at nine in the morning."""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.store.models import Request
from tests.chat import Chat

ADMIN_COMMANDS = ("pending", "history", "licenses", "who messaging", "retry 1", "status manager@example.com")


@pytest.mark.thorough
def test_status_tells_the_whole_story(chat: Chat) -> None:
    chat.employee.says("request messaging because new team")
    chat.manager.presses("Approve")
    story = chat.admin.says("status 1")
    assert "Request #1: granted" in story
    for step in ("asked by Emil Berg", "approved by Mona Weiss", "the result: granted"):
        assert step in story


@pytest.mark.thorough
def test_status_of_a_person_tells_what_they_hold_and_asked_for(chat: Chat) -> None:
    chat.employee.says("request messaging")
    told = chat.admin.says("status employee@example.com")
    assert "Basic Messaging" in told
    assert "#1" in told


@pytest.mark.thorough
def test_pending_lists_who_is_waited_for(chat: Chat) -> None:
    assert "No request waits" in chat.admin.says("pending")
    chat.employee.says("request messaging")
    told = chat.admin.says("pending")
    assert "#1" in told
    assert "Mona Weiss" in told


def test_pending_says_how_many_it_leaves_out(chat: Chat) -> None:
    chat.employee.says("request messaging")
    with Session(chat.running.engine) as session, session.begin():
        row = session.execute(select(Request.__table__)).mappings().one()
        session.execute(insert(Request), [{**row, "id": number} for number in range(2, 23)])
    told = chat.admin.says("pending")
    assert "Pending requests (22)" in told
    assert told.endswith("… and 2 more")
    assert "#20" in told
    assert "#21" not in told


@pytest.mark.thorough
def test_status_says_why_what_to_do_and_who_has_to(chat: Chat) -> None:
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Webex Calling - Professional")
    chat.employee.says("request attendant console at Denver ext 1109")
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings")
    chat.manager.presses("Approve")
    told = chat.admin.says("status 1")
    for line in (
        "Attendant Console needs Calling Professional first.",
        "What to do: Ask for Calling Professional, or for both in one request.",
        "Who has to act: the person who asked",
        "Error code: 400408",
    ):
        assert line in told
    assert ".." not in told.replace("…", "")


@pytest.mark.thorough
def test_history_counts_as_asked(chat: Chat) -> None:
    chat.employee.says("request messaging")
    chat.employee.says("cancel 1")
    chat.employee.says("request messaging")
    assert "#1" in chat.admin.says("history")
    last = chat.admin.says("history 1")
    assert "#2" in last
    assert "#1" not in last


def test_licenses_shows_units_as_bars(chat: Chat) -> None:
    told = chat.admin.says("licenses")
    assert "2/40" in told
    assert "▰" in told
    assert "units are not counted" in told


@pytest.mark.thorough
def test_who_lists_holders_over_all_pages_and_marks_external_people(chat: Chat) -> None:
    shared = chat.license_id("Screen Share")
    for number in range(310):
        fields = {"displayName": f"Zoe {number:03}", "email": f"zoe{number}@example.com", "licenses": [shared]}
        chat.running.control("POST", "people", fields)
    chat.change(chat.external, displayName="Aaron Outside", licenses=[shared])
    told = chat.admin.says("who screen share")
    assert "Screen Share: 312 people" in told
    assert "Aaron Outside · external@partner.example · external" in told
    assert "… and 292 more" in told
    assert len(chat.calls("GET", "/v1/licenses/")) == 2


@pytest.mark.thorough
def test_waiting_lists_what_waits_for_me(chat: Chat) -> None:
    assert "Nothing waits for you" in chat.manager.says("waiting")
    chat.employee.says("request messaging")
    assert "#1" in chat.manager.says("waiting")
    assert "Nothing waits for you" in chat.director.says("waiting")


@pytest.mark.parametrize("command", ADMIN_COMMANDS)
def test_admin_commands_are_for_admins(chat: Chat, command: str) -> None:
    assert "for license admins only" in chat.employee.says(command)


def test_help_shows_admins_more(chat: Chat) -> None:
    assert "who <license>" not in chat.employee.says("help").replace("‹", "<").replace("›", ">")
    assert "who <license>" in chat.admin.says("help").replace("‹", "<").replace("›", ">")
