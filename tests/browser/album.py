"""Cards as the page draws them, side by side on one picture."""

import base64
from collections import defaultdict
from html import escape
from pathlib import Path

from playwright.async_api import Locator

from tests.browser.driver import Window

WIDTH = 1290
LOOK = """
body { margin: 0; padding: 20px; box-sizing: border-box; background: #eceff2; color: #374151;
       display: flex; gap: 20px; align-items: flex-start; font: 600 14px Inter, "DejaVu Sans", sans-serif; }
body > div { flex: 1; display: flex; flex-direction: column; gap: 22px; }
figure { margin: 0; }
figcaption { margin-bottom: 8px; }
img { width: 100%; border-radius: 10px; background: #fff; display: block; }
"""


class Album:
    """Takes a picture of each card at the moment at which somebody reads it."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._columns: defaultdict[int, list[str]] = defaultdict(list)

    def take(self, column: int, title: str, message: Locator) -> None:
        card = message.get_by_test_id("card")
        self._window.shows(card)
        taken = self._window.run(card.screenshot(animations="disabled", caret="hide"))
        source = "data:image/png;base64," + base64.b64encode(taken).decode()
        self._columns[column].append(
            f'<figure><figcaption>{escape(title)}</figcaption><img src="{source}" alt=""></figure>'
        )

    def write(self, path: Path) -> None:
        """Put all that was taken side by side."""
        columns = "".join(f"<div>{''.join(self._columns[at])}</div>" for at in sorted(self._columns))
        path.parent.mkdir(parents=True, exist_ok=True)
        self._window.run(self._draw(f"<style>{LOOK}</style>{columns}", path))

    async def _draw(self, page: str, path: Path) -> None:
        sheet = await self._window.page.context.new_page()
        await sheet.set_viewport_size({"width": WIDTH, "height": 600})
        await sheet.set_content(page)
        await sheet.screenshot(path=path, full_page=True)
        await sheet.close()
