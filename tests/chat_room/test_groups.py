"""What people type of resource groups becomes one of those that are there, or a refusal that names the nearest."""

import pytest

from bot.chat.groups import choices, meant, read_move, read_whose, with_default
from bot.desk.groups import DEFAULT_GROUP, GroupFacts
from bot.errors import BadInput

DEFAULT: GroupFacts = {"group_id": DEFAULT_GROUP, "name": "Default"}
GROUPS: list[GroupFacts] = [
    {"group_id": "g1", "name": "Europe"},
    {"group_id": "g2", "name": "Resource Group 1"},
    {"group_id": "g3", "name": "Group  for Sales"},
    {"group_id": "g4", "name": "Twins"},
    {"group_id": "g5", "name": "TWINS"},
]


@pytest.mark.parametrize(
    ("rest", "email", "target"),
    [
        ("a@b.de to Europe", "a@b.de", "Europe"),
        ("A@B.de TO  Europe for Hybrid Call Aware because x", "a@b.de", "Europe for Hybrid Call Aware"),
        ("to Europe", "", ""),
        ("a@b.de", "", ""),
        ("a@b.de Europe", "", ""),
        ("somebody to Europe", "", ""),
        ("", "", ""),
    ],
)
def test_a_move_says_whom_and_where_to(rest: str, email: str, target: str) -> None:
    assert read_move(rest) == {"email": email, "target": target}


@pytest.mark.parametrize("rest", ["a@b to Europe", "<@x> to Europe"])
def test_a_move_of_no_address_is_said_at_once(rest: str) -> None:
    with pytest.raises(BadInput, match="bad_email"):
        read_move(rest)


@pytest.mark.parametrize(("rest", "email"), [("", ""), ("please", ""), (" A@b.de ", "a@b.de")])
def test_groups_are_listed_of_all_or_of_one(rest: str, email: str) -> None:
    assert read_whose(rest) == {"email": email}


@pytest.mark.parametrize(
    ("said", "group_id"),
    [
        ("g1", "g1"),
        ("europe", "g1"),
        ("group Europe", "g1"),
        ("the resource group Europe", "g1"),
        ("resource group 1", "g2"),
        ("1", "g2"),
        ("Group for  sales", "g3"),
        ("g4", "g4"),
        ("default", DEFAULT_GROUP),
        ("Default group", DEFAULT_GROUP),
        (DEFAULT_GROUP, DEFAULT_GROUP),
    ],
)
def test_a_group_is_known_by_its_name_or_by_the_id_that_a_card_sends(said: str, group_id: str) -> None:
    assert meant(said, GROUPS)["group_id"] == group_id


@pytest.mark.parametrize(
    ("said", "code", "fact"),
    [
        ("Europa", "near_group", ("near", "Europe")),
        ("Mars", "unknown_group", ("known", "Default, Europe, Resource Group 1, Group  for Sales, TWINS")),
        ("twins", "several_groups", ("group", "Twins")),
        ("x" * 2000, "unknown_group", ("group", "x" * 100)),
    ],
)
def test_a_group_that_is_not_clear_is_never_guessed(said: str, code: str, fact: tuple[str, str]) -> None:
    with pytest.raises(BadInput, match=code) as caught:
        meant(said, GROUPS)
    assert caught.value.facts[fact[0]] == fact[1]


def test_the_default_group_comes_first_whether_webex_lists_it_or_not() -> None:
    listed: GroupFacts = {"group_id": DEFAULT_GROUP, "name": "Everybody else"}
    assert with_default(GROUPS) == [DEFAULT, *GROUPS]
    assert with_default([*GROUPS, listed]) == [listed, *GROUPS]
    assert choices(GROUPS[:1]) == (("Default", DEFAULT_GROUP), ("Europe", "g1"))
