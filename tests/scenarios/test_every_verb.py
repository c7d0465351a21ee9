"""Every command there is, misused in the five ways of SECURITY.md; a new command fails here until it is played."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.chat.buttons import BUTTONS
from bot.chat.registry import registry
from bot.desk.states import State, Verb
from bot.sandbox.seed import PARTNER_ORG
from bot.store.models import AuditEntry, Move
from tests.chat import BOT_ID, Chat, Message, Someone, content_of, submit_actions
from tests.scenarios.misusing import FORGED, HIDDEN, OTHER_ORG, answers, asked

pytestmark = pytest.mark.thorough

SAID: dict[str, str] = {
    "approve": "approve 1",
    "deny": "deny 1 because no",
    "confirm": "confirm 1",
    "cancel": "cancel 1",
    "status": "status 1",
    "details": "details 1 ext 1110",
    "retry": "retry 1",
    "request": "request messaging for employee@example.com",
    "return": "return messaging",
    "my requests": "my requests",
    "my licenses": "my licenses",
    "waiting": "waiting",
    "help": "help",
    "hello": "hello",
    "pending": "pending",
    "history": "history",
    "licenses": "licenses",
    "who": "who messaging",
    "find": "find emil",
    "resource groups": "resource groups employee@example.com",
    "move": "move employee@example.com to Europe",
}
"""Each command as somebody would type it to get at request #1 of the employee, or at the employee."""
OF_A_REQUEST = ("approve", "deny", "confirm", "cancel", "status", "details")
TELLS_NOTHING = {
    "request": "Somebody has already asked for Messaging for Emil Berg.",
    "return": "Nobody was asked, and nothing was changed.",
    "my requests": "You have no requests yet.",
    "my licenses": "You hold",
    "waiting": "Nothing waits for you.",
    "help": "What I can do",
    "hello": "Hello Carla",
}
"""What a colleague reads from the commands that are about oneself."""


def test_every_command_is_played_here() -> None:
    assert SAID.keys() == registry.commands.keys()
    admins = {phrase for phrase, command in registry.commands.items() if command.admin}
    assert SAID.keys() == {*OF_A_REQUEST, *TELLS_NOTHING, *admins}


def test_a_colleague_gets_at_nothing_with_any_command(chat: Chat) -> None:
    before = asked(chat, chat.colleague)
    for phrase, words in SAID.items():
        answer = chat.colleague.says(words)
        if registry.commands[phrase].admin:
            assert answer.startswith(f"{phrase} is for license admins only."), words
        else:
            assert TELLS_NOTHING.get(phrase, HIDDEN) in answer, (words, answer)
        assert phrase == "request" or "Emil" not in answer, words
    assert chat.standing() == before


@pytest.mark.parametrize("words", ["RETRY 1", "retry\u00a01", "  Pending ", "wHo messaging", "pending\u2060"])
def test_no_way_of_writing_makes_an_admin(chat: Chat, words: str) -> None:
    before = asked(chat)
    answer = chat.employee.says(words)
    assert "license admins only" in answer or answer.startswith("I do not know"), answer
    assert chat.standing() == before


def test_somebody_of_another_organization_gets_at_nothing_with_any_command(chat: Chat) -> None:
    before = asked(chat, chat.external)
    for words in SAID.values():
        assert chat.external.says(words).startswith(OTHER_ORG), words
        assert chat.external.mentions(words, space="Partner project").startswith(OTHER_ORG), words
    assert chat.standing() == before


def test_every_command_that_is_handled_after_its_writer_left_the_organization_is_refused(chat: Chat) -> None:
    """The admin may do all of this when they write it; Webex is busy, and they have moved when it is handled."""
    asked(chat)
    admin = chat.director  # the admin of the seed is whose token the bot has
    admin.says("help")
    chat.running.resolve(admins=("director@example.com",))
    before = chat.standing()
    for phrase, words in SAID.items():
        chat.weather(
            method="GET", path=f"/v1/people/{admin.person_id}", times=1, status=429, headers={"Retry-After": "3000"}
        )
        admin.says(words)
        assert chat.running.workflows("DELAYED"), phrase
        chat.running.control("DELETE", "weather")
    read = len(admin.inbox())
    chat.change(admin, orgId=PARTNER_ORG)
    chat.running.run_delayed()
    told = [one["text"] for one in admin.inbox()[read:] if one["personId"] == BOT_ID]
    assert [one.startswith(OTHER_ORG) for one in told] == [True] * len(SAID)
    assert chat.standing() == before


@pytest.mark.parametrize("phrase", SAID)
def test_a_command_typed_twice_at_once_is_done_once(chat: Chat, phrase: str) -> None:
    """By whoever may: what it changes is in the audit or in Webex once."""
    who, words = prepared(chat, phrase)
    before = changes(chat)
    for _ in range(2):
        who.says(words, settle=False)
    chat.running.settle()
    added = [verb for verb in changes(chat) if verb not in before or changes(chat)[verb] > before[verb]]
    assert all(changes(chat)[verb] == before.get(verb, 0) + 1 for verb in added)
    assert bool(added) == (phrase in CHANGES)


CHANGES = {"approve", "deny", "confirm", "cancel", "details", "retry", "request", "return", "move"}


def prepared(chat: Chat, phrase: str) -> tuple[Someone, str]:
    """Let there be what the command is about; return who may say it, and how."""
    own = {"request": "request messaging", "return": "return messaging"}
    who: Someone = chat.admin if registry.commands[phrase].admin else chat.employee
    if phrase == "details":
        chat.employee.says("request calling professional at Denver ext 1109")
    elif phrase in {"confirm", "return"}:
        chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Messaging")
        if phrase == "confirm":
            chat.employee.says("return messaging")
    elif phrase == "move":
        chat.give(chat.employee, "Basic Messaging", "Basic Meetings", "Hybrid Call Aware")
    elif phrase != "request":
        chat.employee.says("request messaging")
    if phrase == "retry":
        chat.weather(method="PATCH", path="/v1/licenses/users", status=400)
        chat.manager.says("approve 1")
        assert chat.state_of(1) is State.REFUSED
    return (chat.manager if phrase in {"approve", "deny"} else who), own.get(phrase, SAID[phrase])


def changes(chat: Chat) -> dict[str, int]:
    """Count what was changed: audit entries of each verb, and what Webex was told to do."""
    with Session(chat.running.engine) as session:
        counted = session.execute(select(AuditEntry.verb, func.count()).group_by(AuditEntry.verb)).all()
    written = {verb: count for verb, count in counted if verb != Verb.MOVE}  # noted when ordered and when it ended
    written |= {"moves": chat.count(Move)} if chat.count(Move) else {}
    for method in ("PATCH", "PUT"):
        made = [call for call in chat.calls(method, "/v1/") if call.get("status", 200) < 300]
        written |= {method: len(made)} if made else {}
    return written


@pytest.mark.parametrize("name", ["employee", "manager", "colleague", "admin"])
def test_no_verb_at_all_can_be_forged_onto_a_card_that_does_not_offer_it(chat: Chat, name: str) -> None:
    """Every button there is and every command's own word, on a card whose buttons are others."""
    someone: Someone = getattr(chat, name)
    before = asked(chat, someone)
    card = someone.card_with("Request a license")
    offered = {name for name, button in BUTTONS.items() if button.cards & {"welcome", "help"}}
    assert {action["data"]["do"] for action in submit_actions(content_of(card))} <= offered
    forged = sorted({*BUTTONS, *registry.commands} - offered)
    forge(someone, chat, card, forged)
    assert chat.standing() == before


def test_no_verb_can_be_forged_onto_the_card_of_the_very_request(chat: Chat) -> None:
    before = asked(chat)
    for someone, title, purpose in ((chat.manager, "Approve", "approval"), (chat.employee, "Cancel", "request_sent")):
        card = next(one for one in reversed(someone.cards()) if title in str(content_of(one)))
        offered = {name for name, button in BUTTONS.items() if purpose in button.cards}
        forge(someone, chat, card, sorted({*BUTTONS, *registry.commands} - offered))
    assert chat.standing() == before


def forge(someone: Someone, chat: Chat, card: Message, forged: list[str]) -> None:
    """Press what the card does not offer; each must be refused in a sentence."""
    assert len(forged) > 25
    inputs: dict[str, Any] = {"request": 1, "reason": "so", "licenses": "x", "number": "1", "named": "x"}
    told = answers(someone, chat, card, *[{"do": do, **inputs} for do in forged])
    assert len(told) == len(forged)
    assert {one for one in told if one != FORGED and " is for license admins only." not in one} == set()
    assert told.count(FORGED) >= len(forged) - 3, "find and retry are refused to others before their card is looked at"
