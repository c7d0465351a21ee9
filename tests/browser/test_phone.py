"""The page on a phone: one person at a time, everything within the width, everything reached by touch."""

import pytest
from playwright.async_api import Locator, ViewportSize, expect

from tests.browser.conftest import OpenWindow
from tests.browser.driver import Column, Window

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
PHONE_SIZE: ViewportSize = {"width": 390, "height": 844}
PHONE = {"viewport": PHONE_SIZE, "has_touch": True, "is_mobile": True}
FINGER = 24
"""Pixels that a finger needs at least (WCAG 2.2, target size)."""
TOO_WIDE = """() => [...document.querySelectorAll("html, body, .conversation, .spaces-pane, .panel [role=tabpanel]")]
  .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className || one.tagName)"""


def test_a_phone_goes_from_the_spaces_to_a_license_by_touch(open_window: OpenWindow) -> None:
    window = open_window(**PHONE)
    employee, manager = window.employee, window.manager
    taps(window, employee.root.get_by_role("button", name="All spaces"))
    spaces = employee.root.get_by_test_id("spaces")
    window.shows(spaces.get_by_role("button", name="IT requests"))
    fits(window)
    taps(window, spaces.get_by_role("button", name="License Desk"))
    taps(window, employee.root.get_by_role("button", name="request", exact=True))
    taps(window, employee.cards.locator("label", has_text="Messaging · 38 left").last)
    fits(window)
    taps(window, employee.button("Send request"))
    employee.reads("Request #1 is sent")
    turns_to(window, "Mona", manager)
    manager.reads("Request #1 waits for you", "38 left, 37 after this")
    fits(window)
    taps(window, manager.button("Approve"))
    manager.reads("Request #1: approved")
    turns_to(window, "Emil", employee)
    employee.reads("Request #1: done")
    fits(window)
    panel = window.panel("Weather")
    fits(window)
    taps(window, panel.root.get_by_role("button", name="Close the panel"))
    window.shows(employee.draft)


def turns_to(window: Window, name: str, column: Column) -> None:
    """Become somebody else, who has something to read until then."""
    person = window.page.get_by_test_id("switcher").get_by_role("button", name=name)
    window.shows(person, "unread")
    taps(window, person)
    window.shows(column.root)
    window.run(expect(person).not_to_contain_text("unread"))


def taps(window: Window, what: Locator) -> None:
    box = window.run(what.bounding_box())
    assert box, what
    assert min(box["width"], box["height"]) >= FINGER, (what, box)
    window.run(what.tap())


def fits(window: Window) -> None:
    assert window.evaluate(TOO_WIDE) == []
