"""The operator's catalog.yaml: what it changes, and how its mistakes are told."""

from pathlib import Path

import pytest

from bot.licensing.catalog import License, title_of
from bot.licensing.catalog_file import FIELDS, dress, not_in, read
from bot.settings import SettingsError
from tests.licensing.test_catalog import CATALOG, ONE_SITE, OTHER_SITE, a_license

EXAMPLE = Path(__file__).parents[2] / "docs" / "catalog.example.yaml"
MESSAGING = a_license("Messaging", subscription="Sub-1")
CALLING = a_license("Webex Calling - Professional", subscription="Sub-2")


def dressed(text: str, *catalog: License) -> list[License]:
    return dress(catalog, read(text, "catalog.yaml"))


def problems(text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(text, "catalog.yaml")
    return list(caught.value.problems)


def test_without_a_file_nothing_changes_but_that_every_field_is_there() -> None:
    plain = dress([MESSAGING, CALLING], ())
    assert [one["name"] for one in plain] == ["Messaging", "Webex Calling - Professional"]
    texts = dict.fromkeys(("group", "description", "price", "exclusive", "resource_group", "via"), "")
    assert plain[0] == {**MESSAGING, **texts, "title": "Messaging", "hidden": False}


def test_an_entry_changes_what_is_shown_and_never_webex_s_own_name() -> None:
    text = """
messaging:  # in whatever case
  title: Team chat
  price: 12.50
  description: >
    Chat
    with files.
  hidden: yes
  exclusive: chat
"""
    [one] = dressed(text, MESSAGING)
    assert (one["name"], one["title"], one["price"]) == ("Messaging", "Team chat", "12.50")
    assert (one["description"], one["hidden"], one["exclusive"]) == ("Chat with files.", True, "chat")


def test_licenses_come_by_group_then_order_then_title_and_what_is_in_no_group_last() -> None:
    text = """
D: {group: Phones, order: 2}
C: {group: Phones, order: 10}
B: {group: Phones}
A: {group: Phones}
E: {group: chat}
"""
    names = [one["name"] for one in dressed(text, *map(a_license, "ABCDEFG"[::-1]))]
    assert names == ["E", "D", "C", "A", "B", "F", "G"]


def test_an_entry_for_one_of_several_wins_over_the_one_for_all_in_whatever_order_they_stand() -> None:
    text = f"""
"{OTHER_SITE["license_id"]}": {{price: by id}}
{title_of(ONE_SITE, CATALOG)}: {{price: by site}}
{ONE_SITE["name"]}: {{price: by name, group: Meetings}}
"""
    shown = {one["license_id"]: one for one in dressed(text, ONE_SITE, OTHER_SITE)}
    assert shown[ONE_SITE["license_id"]]["price"] == "by site"
    assert shown[OTHER_SITE["license_id"]]["price"] == "by id"
    assert {one["group"] for one in shown.values()} == {"Meetings"}


def test_renamed_twins_are_still_told_apart_by_their_sites() -> None:
    shown = dressed(f"{ONE_SITE['name']}: {{title: Meetings}}", ONE_SITE, OTHER_SITE)
    assert {title_of(one, shown) for one in shown} == {
        "Meetings (site1-example.webex.com)",
        "Meetings (site2-example.webex.com)",
    }


def test_all_mistakes_are_told_at_once_with_line_and_field() -> None:
    text = """Messaging:
  pirce: 3
  order: first
  hidden: maybe
  title: ''
  group: [a]
messaging:
  zzz: 1
  order: .inf
  order: 2
  title: Chat
Webex Calling - Professional:
  title: chat
  price: 01234567890123456789012345678901234567890
Screen Share:
"""
    assert problems(text) == [
        "catalog.yaml line 2, `pirce`: is not known. Did you mean `price`?",
        "catalog.yaml line 3, `order`: is not a number.",
        "catalog.yaml line 4, `hidden`: is neither true nor false.",
        "catalog.yaml line 5, `title`: is empty.",
        "catalog.yaml line 6, `group`: is not a text.",
        "catalog.yaml line 7: names “messaging” again, which is in line 1 already.",
        f"catalog.yaml line 8, `zzz`: is not known. I know {', '.join(f'`{one}`' for one in FIELDS)}.",
        "catalog.yaml line 9, `order`: is not a number.",
        "catalog.yaml line 10, `order`: is given twice.",
        "catalog.yaml line 13, `title`: is the same as in line 11, so nobody could tell the two apart.",
        "catalog.yaml line 14, `price`: is longer than 40 characters.",
        "catalog.yaml line 15: says nothing of “Screen Share” that I know; write for example `title: …` below it.",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- Messaging", "line 1: is no list of licenses"),
        ("Messaging: {title", "line 1: cannot be read as YAML"),
        ("Messaging:\n\ttitle: x", "line 2: cannot be read as YAML"),
        ("A: {}\n---\nB: {}", "line 2: cannot be read as YAML"),
        ("\x07", "cannot be read as YAML"),
        ("? [a, b]\n: {price: 1}", "line 1: names no license."),
        ("Messaging: !!python/object/apply:os.getcwd []", "line 1: says nothing of “Messaging”"),
    ],
)
def test_what_is_no_list_of_licenses_is_told_in_one_sentence(text: str, problem: str) -> None:
    [told] = problems(text)
    assert told.startswith(("catalog.yaml ", "catalog.yaml:"))
    assert problem in told
    assert "\n" not in told


@pytest.mark.parametrize("text", ["", "# nothing yet", "---\n", "{}"])
def test_an_empty_file_is_no_mistake(text: str) -> None:
    assert read(text, "catalog.yaml") == ()


def test_names_that_webex_does_not_have_are_found() -> None:
    entries = read("Mesaging: {order: 1}\nMessaging: {order: 2}\nmeeting - webex meeting center: {order: 3}", "x")
    assert [(one.key, one.line) for one in not_in([MESSAGING, ONE_SITE], entries)] == [("Mesaging", 1)]


def test_the_example_in_the_docs_can_be_read_and_shows_every_field() -> None:
    entries = read(EXAMPLE.read_text(encoding="utf-8"), EXAMPLE.name)
    assert {word for entry in entries for word in entry.says} == set(FIELDS) - {"via"}  # refused without its switch
    assert not_in(CATALOG, entries) == []
    assert all(f"#   {word} " in EXAMPLE.read_text(encoding="utf-8") for word in FIELDS)


def test_the_whole_record_cannot_carry_the_details_of_calling_so_such_a_license_never_goes_that_way() -> None:
    text = "Messenger: {via: people}\nWebex Calling - Professional:\n  price: 1\n  via: people\n"
    [told] = problems(text)
    assert told.startswith("catalog.yaml line 4, `via`: cannot be used for “Webex Calling - Professional”")
    [one] = dressed("an-id: {via: people, price: 2}", {**CALLING, "license_id": "an-id"})
    assert (one["via"], one["price"]) == ("", "2")
