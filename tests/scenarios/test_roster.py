"""Whom the operator named stays who they are, whatever happens to e-mail addresses."""

import pytest

from bot.errors import CannotStart
from bot.sandbox.seed import ORG
from bot.workflows.roster import desks_of
from tests.chat import Chat

BUSY = {"method": "GET", "status": 503, "times": 20}


def test_an_admin_who_is_renamed_stays_an_admin_and_the_old_address_makes_nobody_one(chat: Chat) -> None:
    chat.change(chat.admin, email="ada.novak@example.com")
    heir = chat.newcomer(displayName="Otto Erb", email="admin@example.com")
    chat.running.resolve()
    assert "for license admins only" in heir.says("pending")
    assert "No request waits" in chat.admin.says("pending")


def test_an_approver_who_is_renamed_is_still_asked(chat: Chat) -> None:
    chat.change(chat.director, email="dirk@example.com")
    chat.newcomer(displayName="Otto Erb", email="director@example.com")
    chat.running.resolve()
    chat.employee.says("request messaging for colleague@example.com")
    assert "Request #1 waits for you" in chat.director.last()


def test_a_restart_while_webex_is_down_keeps_everybody(chat: Chat) -> None:
    chat.weather(method="GET", path="/v1/people**", times=20, status=503)
    chat.running.worker.roster.ourselves(chat.running.clock())
    chat.running.resolve()
    chat.running.control("DELETE", "weather")
    assert "No request waits" in chat.admin.says("pending")


def test_a_start_while_webex_is_busy_keeps_spaces_of_approvers_and_names_of_organizations(chat: Chat) -> None:
    running = chat.running
    other = running.control(
        "POST", "organizations", {"displayName": "Nordic Twins", "managedBy": [chat.admin.person_id]}
    )
    told = {"org_ids": (ORG, other["id"]), "approvers": (f"space:{chat.bot.space('IT requests')}",)}
    settings = running.settings.model_copy(update=told)
    chat.weather(path="/v1/rooms/*", **BUSY)
    with pytest.raises(CannotStart, match="Webex is busy"):
        desks_of(settings, running.worker.roster, ORG, running.clock())
    running.control("DELETE", "weather")
    before = desks_of(settings, running.worker.roster, ORG, running.clock())
    assert [len(desk.approver_spaces) for desk in before.desks] == [1, 0]
    for path in ("/v1/rooms/*", "/v1/organizations/*"):
        chat.weather(path=path, **BUSY)
    assert desks_of(settings, running.worker.roster, ORG, running.clock()) == before


def test_who_is_new_in_the_settings_is_not_taken_for_absent_while_webex_is_busy(chat: Chat) -> None:
    chat.weather(path="/v1/people**", **BUSY)
    with pytest.raises(CannotStart, match="Webex is busy"):
        chat.running.resolve(approvers=("manager@example.com",))
