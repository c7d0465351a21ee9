"""The mention of the bot goes, everything else stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.webex.mentions import without_mention_of


def mention(shown: str, person_id: str = "bot") -> str:
    return f'<spark-mention data-object-type="person" data-object-id="{person_id}">{shown}</spark-mention>'


@pytest.mark.parametrize(
    ("text", "html", "left"),
    [
        ("Desk status 42", f"<p>{mention('Desk')} status 42</p>", "status 42"),
        ("License Desk, status 42", f"{mention('License Desk')}, status 42", "status 42"),
        ("status 42 Desk", f"status 42 {mention('Desk')}", "status 42"),
        ("status Desk 42", f"status {mention('Desk')} 42", "status 42"),
        ("Desk Ann is new", f"{mention('Desk')} {mention('Ann', 'ann')} is new", "Ann is new"),
        ("Ann Desk help", f"{mention('Ann', 'ann')} {mention('Desk')} help", "Ann help"),
        ("Desk Desk help", f"{mention('Desk')} {mention('Desk')} help", "help"),
        ("Desk clerk: ask Desk", f"Desk clerk: ask {mention('Desk')}", "Desk clerk: ask"),
        ("Desk because Desk & co", f"{mention('Desk')} because Desk &amp; co", "because Desk & co"),
        ("D & D help", f"{mention('D &amp; D')} help", "help"),
        ("Desk request x\nbecause y", f"{mention('Desk')} request x<br/>because y", "request x\nbecause y"),
        ("Desk", mention("Desk"), ""),
        ("  status 42 ", "", "status 42"),
        ("Desk help", "", "Desk help"),
        ("All help", '<spark-mention data-object-type="groupMention">All</spark-mention> help', "All help"),
        ("other words", f"{mention('Desk')} help", "other words"),
    ],
)
def test_only_the_mention_of_the_bot_is_cut(text: str, html: str, left: str) -> None:
    assert without_mention_of("bot", text, html) == left


@settings(deadline=None)  # a loaded machine is no failure
@given(st.text(), st.text())
def test_no_html_makes_it_fail(text: str, html: str) -> None:
    without_mention_of("bot", text, html)
