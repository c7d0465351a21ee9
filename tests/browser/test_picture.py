"""The pictures in the README: a short scene on the page, and the cards of a day. `--pictures <folder>` writes them."""

import pytest
from playwright.async_api import expect

from tests.browser.album import Album
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


def test_the_picture_of_the_cards_follows_wishes_from_the_form_to_what_became_of_them(
    chat: Chat, open_window: OpenWindow, request: pytest.FixtureRequest
) -> None:
    folder = request.config.getoption("--pictures", None)
    window = open_window("employee", "manager", "admin", viewport={"width": 1290, "height": 1400})
    album = Album(window)
    employee, manager = window.employee, window.manager
    employee.types("request")
    album.take(1, "1. Emil asks", employee.reads("Request a license"))
    employee.types("request attendant console at Denver ext 1109 because I answer the phones")
    album.take(3, "What cannot work comes with ways out", employee.reads("needs Calling Professional"))
    employee.types("request professional and messaging at Denver ext 1109 because I look after customers from Monday")
    album.take(2, "2. Mona, his manager, decides", manager.reads("Request #1 waits for you"))
    employee.types("status 1")
    album.take(3, "At any time: where it stands", employee.reads("Request #1: pending"))
    manager.presses("Approve")
    album.take(2, "3. Webex was changed, and looked at again", employee.reads("Request #1: done"))
    employee.types("request attendant console because I answer the phones")
    manager.reads("Request #2 waits for you")
    chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Messaging")
    manager.presses("Approve")
    album.take(3, "… or Webex says no", manager.reads("Request #2: Webex said no"))
    employee.types("request screen share because I show our product")
    manager.reads("Request #3 waits for you")
    chat.manager.says("deny 3 because Please share the screen of the meeting room until March.")
    album.take(2, "… or Mona says no", employee.reads("Request #3: denied"))
    chat.running.settle()
    if folder:
        album.write(folder / "cards.png")
