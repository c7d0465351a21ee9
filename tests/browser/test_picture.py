"""The picture in the README: a short scene, complete on the page. `--pictures <folder>` writes it."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenWindow
from tests.chat import Chat

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
SHOWN = "one => { const box = one.getBoundingClientRect(); return box.left >= 0 && box.right <= innerWidth; }"


def test_the_picture_shows_three_people_and_the_way_of_a_request(
    chat: Chat, open_window: OpenWindow, request: pytest.FixtureRequest
) -> None:
    folder = request.config.getoption("--pictures", None)
    window = open_window()
    window.employee.types("request screen share because I show our product")
    window.manager.reads("Request #1 waits for you")
    window.manager.presses("Approve")
    window.employee.reads("Request #1: done")
    window.employee.types("request messaging because I work with partners")
    window.manager.reads("Request #2 waits for you")
    window.admin.types("pending")
    window.admin.reads("Pending requests (1)", "#2")
    window.admin.types("status 1")
    window.admin.reads("Request #1: granted")
    panel = window.panel("Requests")
    panel.stage(1, "receipt", "done")
    panel.stage(2, "decided", "now")
    chat.running.settle()
    for part in (window.employee.root, window.manager.root, window.admin.root, panel.root):
        window.run(expect(part).to_be_in_viewport(ratio=1))
        assert window.run(part.evaluate(SHOWN))
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        window.run(window.page.mouse.move(0, 0))
        window.run(window.page.screenshot(path=folder / "sandbox.png", animations="disabled", caret="hide"))
