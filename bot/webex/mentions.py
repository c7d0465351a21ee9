"""The text of a message without the mention of the bot that a group space demands. Pure."""

from __future__ import annotations

from html.parser import HTMLParser

from bot.webex.reading import same_id


def without_mention_of(bot_id: str, text: str, html: str) -> str:
    """Cut what the `html` marks as a mention of the bot out of `text`; other mentions stay as the words they show.

    The shown words cannot be guessed (a nickname, or only the first word of the name), and may occur in the text
    without being a mention; so they are counted in the html and the same occurrence is cut.
    """
    pieces = _Pieces()
    pieces.feed(html)
    pieces.close()
    before, cut = "", []
    for shown, person_id in pieces.found:
        if shown and same_id(person_id, bot_id):
            cut.append((shown, before.count(shown)))
        before += shown
    for shown, earlier in reversed(cut):  # from the end, so that the earlier counts stay true
        text = _without_occurrence(text, shown, earlier)
    return text.lstrip(" \t\n,:").rstrip() if cut else text.strip()


def _without_occurrence(text: str, shown: str, earlier: int) -> str:
    parts = text.split(shown)
    if len(parts) < earlier + 2:
        return text
    head, tail = shown.join(parts[: earlier + 1]), shown.join(parts[earlier + 1 :])
    return f"{head.rstrip(' ')} {tail.lstrip(' ')}" if head and tail else head + tail


class _Pieces(HTMLParser):
    """The html as pieces of text, each with the id of the person whom it mentions, or ""."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._person_id = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "spark-mention" and given.get("data-object-type") == "person":
            self._person_id = given.get("data-object-id") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "spark-mention":
            self._person_id = ""

    def handle_data(self, data: str) -> None:
        self.found.append((data, self._person_id))
