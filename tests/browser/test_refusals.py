"""What Webex refuses, provoked on the page: by facts that change between card and press, and on order."""

import pytest
import requests

from tests.browser.conftest import OpenWindow
from tests.browser.driver import Window
from tests.chat import Chat
from tests.sandbox.test_control import HYBRID_TEXTS, PUBLISHED_CODES

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
PRO = "Webex Calling - Professional"
STATUSES = (401, 403, 404, 405, 409, 410, 415, 423, 428, 429, 500, 502, 503, 504)
HYBRID_IN_WORDS = ("Hybrid Call Connect needs Hybrid Call Aware", "Hybrid Exchange Calendar and Hybrid Google Calendar")


def test_facts_that_change_between_card_and_press_end_in_words_with_the_code(chat: Chat, window: Window) -> None:
    employee, manager, people = window.employee, window.manager, window.panel("People")
    people.gives(PRO, "Emil Berg")
    employee.types("request attendant console at Denver ext 1109 because I answer the phones")
    manager.reads("Request #1 waits for you", "Attendant Console")
    people.takes(PRO, "Emil Berg")
    manager.presses("Approve")
    employee.reads("Request #1: Webex said no", "Attendant Console needs Calling Professional", "Error code: 400408")
    manager.reads("Request #1: Webex said no", "Error code: 400408", "Tracking ID: license-bot_")
    window.panel("Requests").stage(1, "patch", "bad")
    window.panel("People").gives(PRO, "Emil Berg")
    window.panel("Weather").refuses_with("400411: Each Webex Calling license should contain its own calling properties")
    window.admin.types("retry 1")
    employee.reads("Request #1: Webex said no", "Error code: 400411", "What to do: Ask again and give a phone number")
    window.admin.types("retry 1")
    employee.reads("Request #1: done")
    journey = window.panel("Requests")
    for stage in ("patch", "readback", "receipt"):
        journey.stage(1, stage, "done")
    assert "Webex Calling - Attendant Console" in chat.employee.holds()


def test_every_published_refusal_can_be_chosen_and_reaches_the_employee_in_words(
    chat: Chat, open_window: OpenWindow
) -> None:
    window = open_window("employee")
    chat.employee.says("request messaging because I work with partners")
    weather = window.panel("Weather")
    window.counts(weather.refusals.locator("option"), len(PUBLISHED_CODES) + len(HYBRID_TEXTS))
    names = window.run(weather.refusals.locator("option").all_inner_texts())
    told: dict[str, str] = {}
    for name in names:
        weather.refuses_with(name)
        if told:
            chat.admin.says("retry 1")
        else:
            chat.manager.presses("Approve")
        told[name] = chat.employee.last()
        assert "Request #1: Webex said no" in told[name]
    by_code = {name.partition(":")[0]: words for name, words in told.items()}
    assert all(f"Error code: {code}\n" in by_code[str(code)] for code in PUBLISHED_CODES)
    without = "".join(words for name, words in told.items() if name.startswith("No code: "))
    assert all(words in without for words in HYBRID_IN_WORDS)


def test_every_documented_status_can_be_ordered_on_the_page(chat: Chat, open_window: OpenWindow) -> None:
    window = open_window("admin")
    weather = window.panel("Weather")
    for status in STATUSES:
        window.run(weather.root.get_by_label("Status").fill(str(status)))
        weather.presses("Make it so")
        weather.forecasts(f"PATCH /licenses/users · status {status} · 1 to come")
        address = f"{chat.running.settings.webex_api_url}/licenses/users"
        answer = requests.patch(address, headers={"Authorization": f"Bearer {chat.admin.token}"}, json={}, timeout=30)
        assert answer.status_code == status
        weather.forecasts("Fair")
