"""Cards that are pressed twice, or when they should be gone: a plain answer, and nothing changes."""

import pytest

from tests.browser.driver import Window
from tests.chat import Chat

pytestmark = pytest.mark.browser


@pytest.mark.thorough
def test_a_card_pressed_twice_or_too_late_decides_nothing_anew(chat: Chat, window: Window) -> None:
    manager = window.manager
    chat.employee.says("request messaging because I work with partners")
    manager.reads("Request #1 waits for you")
    window.run(manager.button("Approve").dblclick())
    manager.reads("Request #1: approved")
    window.employee.reads("Request #1: done")
    window.counts(manager.root.get_by_role("button", name="Approve"), 0)
    chat.running.settle()
    assert len(chat.calls("POST", "/v1/attachment/actions")) == 1
    assert len(chat.calls("PATCH", "/v1/licenses/users")) == 1

    chat.weather(method="DELETE", path="/messages/*", status=403, times=100)
    chat.employee.says("request screen share")
    manager.reads("Request #2 waits for you")
    assert "is denied" in chat.manager.says("deny 2 because there is no budget")
    before = chat.standing()
    chat.weather(method="POST", path="/attachment/actions", status=404)
    window.provokes(404)
    manager.presses("Approve")
    window.shows(window.page.get_by_test_id("toast"), "That is no longer there.")
    manager.presses("Approve")
    manager.reads("Request #2 was already denied", "Nothing was changed")
    chat.running.settle()
    assert chat.standing() == before
