"""An admin looks people up: by name or address, page by page, with the button or typed. Nobody else does."""

from typing import Any

import pytest

from tests.chat import Chat, buttons_of
from tests.scenarios.misusing import FORGED, answers

NEXT = "Next page"
ADMINS_ONLY = "find is for license admins only."
FINDS_NOBODY = {
    "find": "Whom do you look for?",
    "find nobody@": "“nobody@” is not a whole e-mail address.",
    "find emil page 21": "I show pages 1 to 20.",
    "find berg": "I found nobody whose name begins with “berg”.",
    "find xenia": "I found nobody whose name begins with “xenia”.",
    "find nobody@example.com": "I found nobody in Webex with the e-mail nobody@example.com.",
    "find emil page 2": "There is no page 2 of people found by “emil”.",
}


def crowd(chat: Chat, count: int) -> list[str]:
    """Let people appear whose names begin alike; return the names in their order."""
    names = [f"Zoe {number:02}" for number in range(count)]
    for number, name in enumerate(names):
        chat.running.control("POST", "people", {"displayName": name, "email": f"zoe{number}@example.com"})
    return names


def named_in(answer: str, names: list[str]) -> list[str]:
    return [name for name in names if f"{name} (" in answer]


def searches(chat: Chat) -> int:
    return sum(call["path"].partition("?")[0] == "/v1/people" for call in chat.calls("GET", "/v1/people"))


def test_the_beginning_of_a_name_finds_people_with_what_they_hold(chat: Chat) -> None:
    told = chat.admin.says("find mo")
    assert "Mona Weiss (manager@example.com)" in told
    assert "Holds: Basic Meetings, Basic Messaging, Messaging and Webex Calling - Professional" in told
    assert "Calling: +13035550101, extension 1101" in told
    assert "Manager: Dirk Olsen" in told
    assert "Emil Berg" not in told
    assert NEXT not in told


def test_a_whole_address_finds_one_person_however_it_is_written(chat: Chat) -> None:
    told = chat.admin.says("find Employee@Example.com")
    assert "Emil Berg (employee@example.com)" in told
    assert "Holds: Basic Meetings and Basic Messaging" in told
    assert "Manager: Mona Weiss" in told


def test_who_cannot_just_sign_in_is_told_apart(chat: Chat) -> None:
    for name, fields in (("new", {"status": "pending"}), ("newer", {"invitePending": True})):
        chat.running.control(
            "POST", "people", {"displayName": f"Ines {name}", "email": f"{name}@example.com", **fields}
        )
    chat.change(chat.employee, loginEnabled=False)
    assert chat.admin.says("find ines").count("invited, has not signed in yet") == 2
    assert "cannot sign in" in chat.admin.says("find emil")
    chat.change(chat.colleague, status="DoNotDisturb")
    busy = chat.admin.says("find carla").lower()
    assert "carla ruiz" in busy
    assert "disturb" not in busy
    assert "sign" not in busy


def test_pages_are_turned_with_the_button_until_there_are_no_more(chat: Chat) -> None:
    names = crowd(chat, 21)
    pages = [chat.admin.says("find zoe"), chat.admin.presses(NEXT), chat.admin.presses(NEXT)]
    assert [len(named_in(page, names)) for page in pages] == [10, 10, 1]
    assert sorted(name for page in pages for name in named_in(page, names)) == names
    assert [NEXT in buttons_of(card) for card in chat.admin.cards()[-3:]] == [True, True, False]


def test_a_page_can_be_typed_as_the_card_says(chat: Chat) -> None:
    names = crowd(chat, 12)
    assert "find zoe page 2" in chat.admin.says("find zoe")
    assert len(named_in(chat.admin.says("find zoe page 2"), names)) == 2


@pytest.mark.thorough
def test_what_finds_nobody_is_answered_in_a_sentence(chat: Chat) -> None:
    chat.admin.says("help")
    for text, said in FINDS_NOBODY.items():
        answer = chat.admin.says(text)
        assert said in answer
        assert "\n" not in answer


def test_people_are_looked_up_for_admins_only(chat: Chat) -> None:
    chat.employee.says("help")
    before = searches(chat)
    assert chat.employee.says("find mona").startswith(ADMINS_ONLY)
    own = chat.employee.card_with("My requests")
    attempts: list[dict[str, Any]] = [{"do": "find_more"}, {"do": "find_more", "sought": "mona", "page": 1}]
    assert answers(chat.employee, chat, own, *attempts) == [FORGED] * 2
    assert searches(chat) == before


def test_a_card_turns_no_page_for_who_is_no_admin_any_more(chat: Chat) -> None:
    crowd(chat, 12)
    chat.admin.says("find zoe")
    chat.running.resolve(admins=("director@example.com",))
    try:
        assert chat.admin.presses(NEXT).startswith(ADMINS_ONLY)
    finally:
        chat.running.resolve()


def test_an_old_card_turns_the_pages_of_its_own_search(chat: Chat) -> None:
    names = crowd(chat, 12)
    chat.admin.says("find zoe")
    card = chat.admin.card_with(NEXT)
    chat.admin.says("find emil")
    attempts: list[dict[str, Any]] = [{"do": "find_more"}, {"do": "find_more", "page": 1, "sought": "emil"}]
    pages = answers(chat.admin, chat, card, *attempts)
    assert [named_in(page, names) for page in pages] == [names[10:]] * 2


def test_a_card_without_a_next_page_turns_none(chat: Chat) -> None:
    chat.admin.says("find emil")
    card = chat.admin.cards()[-1]
    assert "Emil Berg" in card["text"]
    assert answers(chat.admin, chat, card, {"do": "find_more"}) == [FORGED]


def test_a_name_with_markdown_in_it_is_shown_as_text(chat: Chat) -> None:
    chat.change(chat.employee, displayName="Zed **bold** [x](https://evil.example) <@all>")
    chat.change(chat.colleague, displayName="Zed Two", managerId=chat.employee.person_id)
    chat.admin.says("find zed")
    message = chat.admin.inbox()[-1]
    assert message["markdown"].count("∗∗bold∗∗") == 2
    assert not [one for one in ("**bold**", "https://", "<@", "](") if one in f"{message['markdown']}{message['html']}"]


def test_in_a_group_space_the_answer_comes_one_to_one(chat: Chat) -> None:
    assert "Mona Weiss" not in chat.admin.mentions("find mona")
    assert "Mona Weiss" in chat.admin.last()


def test_ten_people_cost_two_questions(chat: Chat) -> None:
    crowd(chat, 12)
    before = searches(chat)
    chat.admin.says("find zoe")
    assert searches(chat) == before + 1, "nobody here has a manager to name"
    chat.admin.says("find mo")
    assert searches(chat) == before + 3
