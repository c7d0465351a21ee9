"""The card of people who were found stays small and says what it leaves out."""

import pytest

from cards.kit import card_bytes
from cards.people_found import FoundLine, PeopleFoundView, people_found
from tests.cards import checking


def told(*people: FoundLine, **changed: bool) -> str:
    return people_found(PeopleFoundView("ad", 1, people, **changed)).markdown


@pytest.mark.parametrize(
    ("holds", "unlisted", "said"),
    [
        ((), 0, "Holds: no licenses"),
        (("Messaging",), 0, "Holds: Messaging"),
        (("Messaging", "Screen Share"), 0, "Holds: Messaging and Screen Share"),
        (("Messaging",), 3, "Holds: Messaging and 3 more that the catalog does not list"),
        ((), 1, "Holds: 1 license that the catalog does not list"),
        ((), 2, "Holds: 2 licenses that the catalog does not list"),
        (("",), 0, "Holds: unnamed"),
    ],
)
def test_what_somebody_holds_is_named_or_counted(holds: tuple[str, ...], unlisted: int, said: str) -> None:
    assert f"- {said}\n" in told(FoundLine("Ada", "ada@example.com", holds, unlisted))


def test_ten_people_of_sixty_licenses_fit_on_one_card_and_nobody_is_left_out() -> None:
    titles = tuple(f"Webex Meetings of a large company, number {number}" for number in range(60))
    people = [
        FoundLine(f"Ádám Németh {at}", f"adam{at}@example.com", titles, 3, "Zoë Åström", "inactive", "+4930123, ext 1")
        for at in range(10)
    ]
    post = people_found(PeopleFoundView("ádám", 2, tuple(people), has_more=True))
    assert card_bytes(post.card) < 12_000
    assert len(post.markdown.encode()) <= 7439
    for one in people:
        assert one.name in str(post.card)
        assert one.name in post.markdown
    assert post.markdown.count("57 more and 3 more that the catalog does not list") == len(people)


def test_a_page_is_numbered_where_there_are_several() -> None:
    ada = FoundLine("Ada", "ada@example.com")
    assert told(ada).startswith("**People found by “ad”**")
    assert told(ada, has_more=True).startswith("**People found by “ad”, page 1**")
    assert "page" not in told(ada)


def test_the_last_possible_page_says_so_and_offers_none() -> None:
    post = people_found(PeopleFoundView("ad", 20, (FoundLine("Ada", "ada@example.com"),), is_last_possible=True))
    assert "no further than this page" in post.markdown
    assert checking.submits(post.card) == {}


def test_the_command_beside_the_button_is_whole_however_long_the_text() -> None:
    post = people_found(PeopleFoundView("a." * 127, 1, (), has_more=True))
    assert f"`find {'a.' * 127} page 2`" in post.markdown.replace("\u2060", "")
