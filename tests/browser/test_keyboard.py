"""Without a mouse: asked, approved and read by keys alone, and one sees where one is."""

import pytest

from tests.browser.driver import Window
from tests.chat import Chat

pytestmark = [pytest.mark.browser, pytest.mark.thorough]


def test_a_license_is_asked_for_and_approved_without_a_mouse(chat: Chat, window: Window) -> None:
    employee, manager = window.employee, window.manager
    window.tabs_to(employee.draft)
    window.keys(*"request", "Enter")
    employee.reads("Send request")
    window.tabs_to(employee.cards.get_by_label("Messaging · 38 left").last, "Shift+Tab")
    window.keys("Space")
    window.tabs_to(employee.cards.get_by_label("Why do you need it?").last)
    window.keys(*"partners")
    window.tabs_to(employee.button("Send request"))
    window.keys("Enter")
    employee.reads("Request #1 is sent")
    manager.reads("Request #1 waits for you", "partners")
    window.tabs_to(manager.button("Approve"))
    window.keys("Enter")
    manager.reads("Request #1: approved")
    employee.reads("Request #1: done")
    assert window.evaluate("() => document.activeElement !== document.body"), "the focus went away with the card"
    assert "Messaging" in chat.employee.holds()


def test_a_license_is_given_and_taken_in_the_panel_without_a_mouse(chat: Chat, window: Window) -> None:
    window.tabs_to(window.page.get_by_role("button", name="Behind the scenes"))
    window.keys("Enter", "ArrowRight", "ArrowRight")
    people = window.open_panel
    window.tabs_to(people.root.get_by_label("License to give to Emil Berg"))
    window.keys(*"Scr")
    window.tabs_to(people.root.get_by_role("button", name="Give the license to Emil Berg"))
    window.keys("Enter")
    window.shows(people.root.get_by_label("Take Screen Share away from Emil Berg"))
    assert "Screen Share" in chat.employee.holds()
    window.tabs_to(people.root.get_by_label("Take Screen Share away from Emil Berg"), "Shift+Tab")
    window.keys("Enter")
    window.counts(people.root.get_by_label("Take Screen Share away from Emil Berg"), 0)
    assert "Screen Share" not in chat.employee.holds()
    assert window.evaluate("() => Boolean(document.activeElement.closest('.person'))"), "the focus went away"
    window.keys("Escape")
    window.run(people.root.wait_for(state="hidden"))
