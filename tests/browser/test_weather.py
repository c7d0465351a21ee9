"""Bad weather made on the page, and what people read in it."""

import pytest

from tests.browser.conftest import OpenWindow
from tests.chat import Chat

pytestmark = pytest.mark.browser


@pytest.mark.thorough
def test_an_answer_lost_after_the_effect_ends_in_one_assignment_and_one_receipt(
    chat: Chat, open_window: OpenWindow
) -> None:
    window = open_window("employee", "manager")
    weather = window.panel("Weather")
    weather.presses("Answer lost after the effect")
    weather.forecasts("PATCH /licenses/users · lost · 1 to come")
    window.employee.types("request messaging because I work with partners")
    window.manager.reads("Request #1 waits for you")
    window.manager.presses("Approve")
    window.employee.reads("Request #1: done", "Messaging: assigned and checked")
    chat.running.settle()
    window.employee.reads_once("Request #1: done")
    journey = window.panel("Requests")
    journey.stage(1, "receipt", "done")
    window.shows(window.panel("Licenses").license("Messaging"), "3 of 40 used")
    assert "Messaging" in chat.employee.holds()
    window.panel("Weather").forecasts("Fair")


@pytest.mark.thorough
def test_webhooks_that_come_twice_are_answered_once(chat: Chat, open_window: OpenWindow) -> None:
    window = open_window("employee", "manager")
    weather = window.panel("Weather")
    weather.presses("Doubled")
    weather.forecasts("webhooks: double · 5 to come")
    window.employee.types("request messaging because I work with partners")
    window.manager.reads("Request #1 waits for you")
    window.manager.presses("Approve")
    window.employee.reads("Request #1: done")
    chat.running.settle()
    for text in ("Request #1 is sent", "Request #1: done"):
        window.employee.reads_once(text)
    window.manager.reads_once("Request #1: approved")
    window.counts(window.manager.cards.get_by_role("button", name="Approve"), 0)
    assert chat.last_number() == 1
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 1
