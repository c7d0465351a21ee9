"""Bad input of every kind, typed and in forms: one clear sentence, nothing changed, and nothing of it comes alive."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from bot.store.models import Request
from tests.chat import BOT_ID, Chat, Message, content_of

pytestmark = pytest.mark.thorough

EVIL = (
    "**EVIL** __EVIL__ [EVIL](https://evil.example) <@all> <@personEmail:manager@example.com|EVIL> `EVIL` _EVIL_ "
    "*EVIL* ~~EVIL~~ <b>EVIL</b> https://evil.example {{DATE(2026-01-01T00:00:00Z,SHORT)}} &lt;EVIL&gt;"
)
EVIL_WORD = "**EVIL**[EVIL](https://evil.example)<@all><@personEmail:manager@example.com|EVIL>`EVIL`"
ALIVE_IN_HTML = re.compile(r"<spark-mention|<a[ >]|<b>|<(strong|em|code|h\d|del)>EVIL|&lt;EVIL")
ALIVE_IN_CARD = re.compile(r"\*\*EVIL|__EVIL|\]\(|<@|`EVIL`|\*EVIL\*|\b_EVIL|~~|https?://|\{\{|&lt;")

SENTENCES: dict[str, str] = {
    " ": "I do not know that.",
    "🙂": "I do not know that.",
    "مرحبا، أريد رخصة": "I do not know that.",
    "ライセンスをください": "I do not know that.",
    "\u202etxet desrever": "I do not know that.",
    "Z̸̢͓͔̈́͑a̷l̶g̵o̴": "I do not know that.",
    "/request": "I do not know /request. Did you mean request?",
    "requst messaging": "I do not know requst. Did you mean request?",
    "statuss": "I do not know statuss. Did you mean status?",
    "'; DROP TABLE requests; --": "I do not know that.",
    "x" * 7000: "That is more text than I can read. Please say it in at most 2000 characters.",
    "request " + "x" * 1900: "I know no license called",
    "request 🙂": "I know no license called “🙂”.",
    "request Лицензия": "I know no license called “Лицензия”.",
    "request and": "Which license?",
    "request , , ,": "Which license?",
    "request messaging, " + ", ".join("abcdefghijk"): "That is more than 10 licenses at once.",
    "request messaging because " + "y" * 501: "That reason is longer than 500 characters.",
    "request messaging for me": "“me” is not an e-mail address.",
    "request messaging for @": "“@” is not an e-mail address.",
    "request messaging for a@b": "“a@b” is not an e-mail address.",
    "request messaging for " + "a" * 1900 + "@example.com": "“aaaa",
    "request messaging for nobody@example.com": "I found nobody in Webex with the e-mail nobody@example.com.",
    "request messaging for lars.holm@example.com": "Lars Holm has no active Webex account",
    "request messaging for lunch@webex.bot": "Lunch Bot is not a person",
    "request messaging for license-desk@webex.bot": "License Desk is not a person",
    "request calling pro at Atlantis": "I know no location called “Atlantis”. I know Berlin, Denver, London.",
    "request calling pro ext 1": "“1” is not an extension.",
    "request calling pro ext abc": "“abc” is not an extension.",
    "request calling pro ext " + "1" * 300: "“111",
    "request calling pro number +1": "“+1” is not a phone number.",
    "request calling pro number 1234567890123456": "“1234567890123456” is not a phone number.",
    "return": "Which license?",
    "return messaging for manager@example.com": "You can return your own licenses only.",
    "status": "Which request?",
    "status -1": "Which request?",
    "status 1.5": "Which request?",
    "status 1e3": "Which request?",
    "status ²": "Which request?",
    "status 0": "I know no request #0 that you may see.",
    "status 999999999999": "I know no request #999999999999 that you may see.",
    "status ٤٢": "I know no request #42 that you may see.",
    "status 99999999999999999999": "Which request?",
    "approve 99999999999999999999": "Which request?",
    "approve": "Which request?",
    "approve all": "Which request?",
    "approve 4000000000": "I know no request #4000000000 that you may see.",
    "deny -1 because no": "Which request?",
    "deny 7 because " + "n" * 501: "That reason is longer than 500 characters.",
    "cancel #": "Which request?",
    "confirm #0": "I know no request #0 that you may see.",
}
"""What an employee types, and how the one answer begins."""


def said_by_bot(chat: Chat) -> list[Message]:
    return [one for one in chat.running.control("GET", "snapshot")["messages"] if one["personId"] == BOT_ID]


def shown_in(node: Any) -> list[str]:
    """Every text that a card shows. What an input is filled with is shown as it is, so it does not count."""
    if isinstance(node, list):
        return [text for one in node for text in shown_in(one)]
    if isinstance(node, dict):
        shown = {key: value for key, value in node.items() if key not in {"$schema", "value"} or node.get("title")}
        return [text for value in shown.values() for text in shown_in(value)]
    return [node] if isinstance(node, str) else []


def assert_dead(message: Message) -> None:
    """Nothing that people typed may be more than text: no mention, link or emphasis."""
    assert not ALIVE_IN_HTML.search(message.get("html", "")), message["html"]
    assert not message.get("mentionedPeople"), message
    assert not message.get("mentionedGroups"), message
    if message.get("attachments"):
        for text in shown_in(content_of(message)):
            assert not ALIVE_IN_CARD.search(text), text


def is_one_clear_sentence(answer: str) -> bool:
    return "\n" not in answer and "(ref" not in answer and "Traceback" not in answer and 0 < len(answer) < 500


def typed_reason(chat: Chat) -> None:
    chat.employee.says(f"request messaging for colleague@example.com because {EVIL}")
    chat.director.says("approve 1")


def form_reason(chat: Chat) -> None:
    chat.employee.says("request")
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"), reason=EVIL)
    chat.employee.says("status 1")


def license_name(chat: Chat) -> None:
    chat.employee.says(f"request {EVIL}")
    chat.employee.says(f"return {EVIL}")
    chat.admin.says(f"who {EVIL}")


def email(chat: Chat) -> None:
    chat.employee.says(f"request messaging for {EVIL_WORD}")
    chat.employee.says("request")
    form = chat.employee.card_with("Send request")
    chat.employee.submits(form["id"], {"do": "submit", "licenses": chat.license_id("Messaging"), "for": EVIL})
    chat.running.settle()


def calling_details(chat: Chat) -> None:
    chat.employee.says(f"request calling pro ext {EVIL_WORD}")
    chat.employee.says(f"request calling pro at {EVIL}")
    chat.employee.says("request calling pro")
    for detail in ("location", "extension", "number"):
        chat.employee.submits(chat.employee.card_with("Continue")["id"], {"do": "calling_details", detail: EVIL})
        chat.running.settle()


def first_word(chat: Chat) -> None:
    chat.employee.says(f"request{EVIL_WORD[:8]} {EVIL}")
    chat.employee.mentions(f"reques*EVIL* {EVIL}")


def note(chat: Chat) -> None:
    chat.employee.says("request messaging")
    chat.manager.presses("Approve", note=EVIL)
    assert "EVIL" in chat.employee.last()
    chat.employee.says("status 1")


def note_on_a_refusal(chat: Chat) -> None:
    chat.weather(method="PATCH", path="/v1/licenses/users", status=400)
    chat.employee.says("request messaging for colleague@example.com")
    chat.director.presses("Approve", note=EVIL)
    assert "EVIL" in chat.employee.last()
    assert "EVIL" in chat.colleague.last()


def refusal(chat: Chat) -> None:
    chat.employee.says("request messaging")
    chat.manager.says(f"deny 1 because {EVIL}")
    chat.employee.says("status 1")


def name_of_a_person(chat: Chat) -> None:
    for someone in (chat.employee, chat.manager, chat.colleague):
        chat.change(someone, displayName=EVIL)
    chat.employee.says("request messaging because new desk")
    chat.employee.says("request messaging for colleague@example.com")
    for text in ("pending", "status 1", "status employee@example.com", "who basic messaging", "history"):
        chat.admin.says(text)
    chat.manager.presses("Approve")
    chat.manager.says("approve 1")


PLACES: tuple[Callable[[Chat], None], ...] = (
    typed_reason,
    form_reason,
    license_name,
    email,
    calling_details,
    first_word,
    note,
    note_on_a_refusal,
    refusal,
    name_of_a_person,
)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__.replace("_", " "))
def test_markdown_and_mentions_of_people_stay_text(chat: Chat, place: Callable[[Chat], None]) -> None:
    place(chat)
    said = said_by_bot(chat)
    assert any("EVIL" in message["text"] for message in said), "it is never shown, so this proves nothing"
    for message in said:
        assert "(ref" not in message["text"]
        assert_dead(message)


@pytest.mark.parametrize("chunk", range(4))
def test_bad_input_gets_one_clear_sentence_and_changes_nothing(chat: Chat, chunk: int) -> None:
    chat.employee.says("help")
    before = chat.standing()
    for text, begins in list(SENTENCES.items())[chunk::4]:
        answer = chat.employee.says(text)
        assert answer.startswith(begins), (text[:60], answer)
        assert is_one_clear_sentence(answer), (text[:60], answer)
    assert chat.standing() == before


def test_a_mention_alone_is_answered_in_the_space(chat: Chat) -> None:
    assert chat.employee.mentions("").startswith("I do not know that.")


@pytest.mark.parametrize("odd", ["\x00", "\x07\x1b[31m", "\u2028", "\ufeff", "\U000e0041", "\u0301" * 50])
def test_odd_characters_in_a_reason_are_no_trouble(chat: Chat, odd: str) -> None:
    chat.employee.says(f"request messaging because before{odd}after")
    assert chat.count(Request) == 1
    assert "before" in chat.manager.last()
    assert "(ref" not in chat.employee.last()
    chat.manager.presses("Approve", note=f"yes{odd}yes")
    assert "Messaging" in chat.employee.holds()
    assert "(ref" not in chat.manager.last()


@pytest.mark.parametrize("odd", ["\x00", "\u202e", "🙂"])
def test_odd_characters_elsewhere_get_a_sentence(chat: Chat, odd: str) -> None:
    chat.employee.says("help")
    before = chat.standing()
    for text in (
        odd,
        f"request x{odd}y",
        f"request messaging for {odd}@example.com",
        f"status {odd}",
        f"approve {odd}",
    ):
        assert is_one_clear_sentence(chat.employee.says(text)), text
    for text in (f"status {odd}@example.com", f"who {odd}"):
        chat.admin.says(text)
        assert "(ref" not in chat.admin.last(), text
    assert chat.standing() == before


@pytest.mark.parametrize(
    ("inputs", "begins"),
    [
        ({}, "Which license?"),
        ({"licenses": ""}, "Which license?"),
        ({"licenses": " , ,"}, "Which license?"),
        ({"licenses": ",".join("abcdefghijk")}, "That is more than 10 licenses at once."),
        ({"licenses": "x" * 10_000}, "Something about that card did not fit together"),
        ({"licenses": "x", "reason": "y" * 30_000}, "Something about that card did not fit together"),
        ({"licenses": "MESSAGING", "reason": "y" * 10_000}, "That reason is longer than 500 characters."),
        ({"licenses": "MESSAGING", "for": "z" * 10_000}, "“zzzz"),
        ({"licenses": "MESSAGING", "for": "a@b.de c@d.de"}, "“a@b.de c@d.de” is not an e-mail address."),
        ({"licenses": "MESSAGING", "for": "\x00@example.de"}, "“@example."),
        ({"licenses": "MESSAGING", "for": "nobody@example.com"}, "I found nobody in Webex"),
        ({"licenses": "MESSAGING", "for": "lars.holm@example.com"}, "Lars Holm has no active Webex account"),
        ({"licenses": "MESSAGING", "for": "lunch@webex.bot"}, "Lunch Bot is not a person"),
        ({"licenses": 7}, "Something about that card did not fit together"),
        ({"licenses": True, "reason": False}, "Something about that card did not fit together"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_form_that_makes_no_sense_gets_a_sentence_and_stays_open(
    chat: Chat, inputs: dict[str, Any], begins: str
) -> None:
    chat.employee.says("request")
    before = chat.standing()
    if inputs.get("licenses") == "MESSAGING":
        inputs = {**inputs, "licenses": chat.license_id("Messaging")}
    answer = chat.employee.presses("Send request", **inputs)
    assert answer.startswith(begins)
    assert is_one_clear_sentence(answer)
    assert chat.standing() == before
    chat.employee.presses("Send request", licenses=chat.license_id("Messaging"))
    assert chat.count(Request) == 1


def test_a_note_that_is_a_novel_decides_nothing(chat: Chat) -> None:
    chat.employee.says("request messaging")
    before = chat.standing()
    assert chat.manager.presses("Approve", note="n" * 10_000).startswith("That reason is longer than 500")
    assert chat.manager.presses("Deny", reason="n" * 10_000).startswith("That reason is longer than 500")
    assert chat.manager.presses("Deny", reason=" \n\t ").startswith("Please say why")
    assert chat.standing() == before


@pytest.mark.parametrize("name", ["N" * 1000, "🙂" * 300, "\u202eevil\x00", " "])
def test_a_person_with_an_odd_name_is_served_like_others(chat: Chat, name: str) -> None:
    chat.change(chat.employee, displayName=name)
    chat.employee.says("request messaging because new desk")
    chat.manager.presses("Approve")
    assert "Messaging" in chat.employee.holds()
    assert not [message["text"] for message in said_by_bot(chat) if "(ref" in message["text"]]


def test_somebody_who_left_after_asking_ends_in_a_sentence_that_says_so(chat: Chat) -> None:
    chat.employee.says("request messaging for colleague@example.com because new desk")
    chat.running.control("DELETE", f"people/{chat.colleague.person_id}")
    chat.director.presses("Approve")
    assert chat.state_of(1) in {"refused", "failed"}
    assert "Request #1" in chat.employee.last()
    assert "(ref" not in chat.employee.last()
