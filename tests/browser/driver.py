"""The sandbox's page as those at it use it: people in columns who type, press and read; a panel; the keyboard."""

from typing import Any, Self

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from tests.browser.engine import TOO_LONG, Engine

MOST_TABS = 60
"""Nothing that one reaches by keyboard is further away."""


class Window:
    """One page in one fresh browser context. `problems` is what no test may leave behind."""

    def __init__(self, engine: Engine, context: BrowserContext, url: str) -> None:
        self._url = f"{url}/"
        self.run = engine.run
        self.problems: list[str] = []
        self._provoked: set[int] = set()
        self.page: Page = self.run(self._new_page(context))

    async def _new_page(self, context: BrowserContext) -> Page:
        """On the loop's thread, as all that talks to the browser must."""
        page = await context.new_page()
        page.set_default_timeout(1000 * TOO_LONG)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        page.on("request", self._asked)
        return page

    def opens(self) -> Self:
        self.run(self.page.goto(self._url))
        self.shows(self.page.locator("body[data-ready=true]"))
        return self

    def provokes(self, status: int) -> None:
        """Chromium writes an error for each answer of 400 and more; those of this status are wanted."""
        self._provoked.add(status)

    def _heard(self, message: ConsoleMessage) -> None:
        wanted = any(f"with a status of {status} " in message.text for status in self._provoked)
        if message.type == "error" and not wanted:
            self.problems.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self._url, "blob:", "data:")):
            self.problems.append(f"asked elsewhere: {request.url}")

    def shows(self, what: Locator, text: str = "") -> None:
        self.run(expect(what).to_be_visible())
        if text:
            self.run(expect(what).to_contain_text(text))

    def counts(self, what: Locator, number: int) -> None:
        self.run(expect(what).to_have_count(number))

    def column(self, name: str) -> "Column":
        return Column(self, self.page.get_by_test_id(f"column-{name}"))

    @property
    def employee(self) -> "Column":
        return self.column("employee")

    @property
    def manager(self) -> "Column":
        return self.column("manager")

    @property
    def admin(self) -> "Column":
        return self.column("admin")

    def panel(self, tab: str = "") -> "Panel":
        """Open the panel if it is not, and turn to the tab."""
        toggle = self.page.get_by_role("button", name="Behind the scenes")
        if self.run(toggle.get_attribute("aria-expanded")) == "false":
            self.run(toggle.click())
        if tab:
            self.run(self.open_panel.root.get_by_role("tab", name=tab).click())
        return self.open_panel

    @property
    def open_panel(self) -> "Panel":
        return Panel(self, self.page.locator("#panel"))

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.run(self.page.keyboard.press(key))

    def tabs_to(self, where: Locator, key: str = "Tab") -> None:
        """Go from one thing to the next until the focus is there, and visibly so on every stop of the way."""
        for _ in range(MOST_TABS):
            self.keys(key)
            assert self.run(self.page.evaluate(FOCUS_IS_SHOWN)), self.run(self.page.evaluate(FOCUSED))
            if self.run(where.evaluate("element => element === document.activeElement")):
                return
        raise AssertionError(f"not reached by {key}: {where}; the focus is on {self.run(self.page.evaluate(FOCUSED))}")

    def evaluate(self, script: str, argument: Any = None) -> Any:
        return self.run(self.page.evaluate(script, argument))


FOCUSED = "() => document.activeElement?.outerHTML.slice(0, 200)"
FOCUS_IS_SHOWN = """() => {
  const drawn = (one) => getComputedStyle(one).outlineStyle !== "none" || getComputedStyle(one).boxShadow !== "none";
  const one = document.activeElement;
  return one === document.body || drawn(one) || drawn(one.parentElement);
}"""


class Column:
    """One person at the page."""

    def __init__(self, window: Window, root: Locator) -> None:
        self._window = window
        self.root = root
        self.draft = root.get_by_test_id("draft")
        self.messages = root.get_by_test_id("message")
        self.cards = root.get_by_test_id("card")

    def types(self, text: str) -> None:
        self._window.run(self.draft.fill(text))
        self._window.run(self.draft.press("Enter"))

    def reads(self, *texts: str) -> Locator:
        """Return the newest message that says all this, as soon as it is there."""
        found = self.messages
        for text in texts:
            found = found.filter(has_text=text)
        self._window.shows(found.last)
        return found.last

    def reads_once(self, text: str) -> None:
        self._window.counts(self.messages.filter(has_text=text), 1)

    def button(self, title: str) -> Locator:
        """Return the button of the newest card that has it."""
        return self.cards.get_by_role("button", name=title, exact=True).last

    def presses(self, title: str) -> None:
        self._window.run(self.button(title).click())

    def chooses(self, choice: str) -> None:
        self._window.run(self.cards.get_by_label(choice).last.check())

    def fills(self, field: str, text: str) -> None:
        self._window.run(self.cards.get_by_label(field).last.fill(text))


class Panel:
    """What happens behind the scenes."""

    def __init__(self, window: Window, root: Locator) -> None:
        self._window = window
        self.root = root

    def presses(self, name: str) -> None:
        self._window.run(self.root.get_by_role("button", name=name, exact=True).click())

    def stage(self, number: int, stage: str, state: str) -> None:
        line = self.journeys.get_by_test_id(f"journey-{number}").locator(f"[data-stage={stage}]")
        self._window.run(expect(line).to_have_attribute("data-state", state))

    @property
    def journeys(self) -> Locator:
        return self.root.get_by_test_id("journeys")

    def person(self, email: str) -> Locator:
        return self.root.get_by_test_id(f"person-{email}")

    def license(self, name: str) -> Locator:
        return self.root.get_by_test_id(f"license-{name}")

    def gives(self, license_name: str, name: str) -> None:
        """Let somebody hold a license, past all rules."""
        chosen = self.root.get_by_label(f"License to give to {name}")
        self._window.run(chosen.select_option(license_name))
        self.presses(f"Give the license to {name}")
        self._window.shows(self.root.get_by_label(f"Take {license_name} away from {name}"))

    def takes(self, license_name: str, name: str) -> None:
        self.presses(f"Take {license_name} away from {name}")
        self._window.counts(self.root.get_by_label(f"Take {license_name} away from {name}"), 0)

    @property
    def refusals(self) -> Locator:
        return self.root.get_by_label("Refuse the next license change with")

    def refuses_with(self, words: str) -> None:
        """Order the refusal that is called so for the next license change."""
        self._window.run(self.refusals.select_option(words))
        self.presses("Refuse it")
        self.forecasts("status 400")

    def forecasts(self, text: str) -> None:
        self._window.shows(self.root.get_by_test_id("weather-list"), text)
