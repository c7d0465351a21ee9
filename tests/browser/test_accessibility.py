"""Axe finds nothing serious or critical, wherever one can be on the page, in light and dark."""

import json
from typing import Any

import pytest

from bot.sandbox.pages import BUILT
from tests.browser.driver import Window
from tests.browser.test_phone import PHONE_SIZE
from tests.chat import Chat

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
AXE = BUILT.parent / "node_modules" / "axe-core" / "axe.min.js"
TABS = ("Requests", "Traffic", "People", "Licenses")
"""Besides the weather, where the panel stands at first."""
BAD = {"serious", "critical"}


def test_axe_finds_nothing_serious_side_by_side_in_the_panel_and_on_a_phone(chat: Chat, window: Window) -> None:
    everybody_has_a_card(chat)
    window.employee.reads("Send request")
    window.panel("Traffic").presses("Clear")  # a few lines of the next call are as good as a hundred
    chat.admin.says("help")
    window.panel("Weather").presses("Doubled")
    looks(window)
    for tab in TABS:
        window.panel(tab)
        looks(window, "#panel")
    window.run(window.page.emulate_media(color_scheme="dark"))
    looks(window, rules=["color-contrast"])
    for tab in TABS:
        window.panel(tab)
        looks(window, "#panel", rules=["color-contrast"])
    window.run(window.page.set_viewport_size(PHONE_SIZE))
    window.open_panel.presses("Close the panel")
    looks(window)
    window.run(window.page.emulate_media(color_scheme="light"))
    window.run(window.employee.root.get_by_role("button", name="All spaces").click())
    looks(window)


def everybody_has_a_card(chat: Chat) -> None:
    """One request under way and one that Webex refused: form, approver's card, receipt, warnings, buttons."""
    chat.weather(method="PATCH", path="/licenses/users", status=403)
    chat.employee.says("request messaging because I work with partners")
    chat.manager.presses("Approve")
    chat.employee.says("request screen share")
    chat.employee.says("request")


def looks(window: Window, where: str = "html", rules: list[str] | None = None) -> None:
    if not window.evaluate("() => 'axe' in window"):
        window.evaluate(AXE.read_text(encoding="utf-8"))
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = rules
    found = window.evaluate("async ([where, options]) => (await axe.run(where, options)).violations", [where, options])
    serious = [one for one in found if one["impact"] in BAD]
    told = [(one["id"], one["help"], [node["html"][:200] for node in one["nodes"][:5]]) for one in serious]
    assert not told, json.dumps(told, indent=1)
