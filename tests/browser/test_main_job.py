"""The main job, clicked as three people."""

import pytest
from playwright.async_api import expect

from tests.browser.driver import Window
from tests.chat import Chat

pytestmark = pytest.mark.browser
STAGES = ("asked", "card", "decided", "patch", "readback", "receipt")


def test_three_people_click_a_license_from_the_form_to_the_receipt(chat: Chat, window: Window) -> None:
    employee, manager, admin = window.employee, window.manager, window.admin
    window.run(employee.root.get_by_role("button", name="request", exact=True).click())
    employee.chooses("Messaging · 38 left")
    employee.fills("Why do you need it?", "I work with partners")
    employee.presses("Send request")
    employee.reads("Request #1 is sent", "Mona Weiss")
    manager.reads("Request #1 waits for you", "I work with partners", "38 left, 37 after this")
    manager.presses("Approve")
    manager.reads("Request #1: approved")
    employee.reads("Request #1: done", "Messaging: assigned and checked", "decided by Mona Weiss")
    admin.types("status 1")
    admin.reads("Request #1", "granted")
    panel = window.panel("Requests")
    for stage in STAGES:
        panel.stage(1, stage, "done")
    window.run(expect(panel.journeys).not_to_contain_text("Ada Novak"))  # what she asked afterwards is no receipt
    panel = window.panel("People")
    window.shows(panel.person(chat.employee.email).get_by_label("Take Messaging away from Emil Berg"))
    window.shows(window.panel("Licenses").license("Messaging"), "3 of 40 used")
    assert "Messaging" in chat.employee.holds()
