"""Nothing is awaited for ever: not while Webex stays busy, and not where the organization is no longer served."""

import pytest

from bot.desk.policy import Rules
from bot.desk.states import State
from bot.workflows import concluding
from tests.chat import Chat, Someone
from tests.durability.test_unreadable import days_later, guest  # noqa: F401 a fixture of every test here


@pytest.mark.thorough
def test_an_acceptance_ends_as_not_seen_if_webex_is_busy_whenever_it_is_looked_for(
    chat: Chat,
    guest: Someone,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(concluding, "WAITS", (1,))
    for path in ("/people/*", "/licenses/*"):
        chat.weather(method="GET", path=path, status=500, every=1)
    days_later(chat, 15)
    chat.running.run_delayed()
    assert chat.state_of(1) is State.AWAITING
    days_later(chat, 10)
    chat.running.run_delayed()
    assert chat.state_of(1) is State.FAILED
    for someone in (guest, chat.admin):
        assert "does not let me look (status 500)" in someone.last()


@pytest.mark.thorough
def test_an_acceptance_in_an_organization_no_longer_served_ends_with_just_that(
    chat: Chat,
    guest: Someone,  # noqa: F811
) -> None:
    made = chat.running.control(
        "POST", "organizations", {"displayName": "Nordic Twins", "managedBy": [chat.admin.person_id]}
    )
    with chat.running.desks(Rules(made["id"], (made["id"],), (), org_name="Nordic Twins")):
        days_later(chat, 1)
        assert chat.state_of(1) is State.AWAITING
        days_later(chat, 24)
        assert chat.state_of(1) is State.FAILED
        assert chat.running.workflows("ERROR") == []
    assert "no longer serves the organization" in guest.last()
