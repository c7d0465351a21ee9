"""Every error that can be raised has its sentence, every sentence an error, and no fact of it comes alive."""

import ast
import re
import string
from pathlib import Path

import pytest

import bot
from bot.chat.sentences import SENTENCES, sentence
from bot.desk.policy import Parties, Rules, objection
from bot.desk.states import State
from bot.errors import BadInput, BotError, Conflict, Denied, NotFound

ROOT = Path(bot.__file__).parent
KINDS = {kind.__name__ for kind in (BadInput, Conflict, Denied, NotFound)}
SAID_DIRECTLY = {"webex_busy", "webex_gave_up", "too_fast", "surprise", "stuck_work"}
"""Told by the workflows, which have no one left to raise to."""
CODE = re.compile(r"[a-z]+(_[a-z]+)+")


def codes_raised() -> set[str]:
    """Every text that is the first argument of one of the four errors, also as one of two in a condition."""
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                found |= {
                    one.value
                    for one in ast.walk(node.args[0])
                    if isinstance(one, ast.Constant) and isinstance(one.value, str) and CODE.fullmatch(one.value)
                }
    return found


def words_in_code() -> set[str]:
    """Every text in the bot's code that looks like a code, except those in the table itself."""
    return {
        node.value
        for path in ROOT.rglob("*.py")
        if path.name != "sentences.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_code_that_is_raised_has_its_sentence() -> None:
    raised = codes_raised()
    assert len(raised) > 20, "the search found too little to prove anything"
    assert raised <= SENTENCES.keys()


def test_every_state_that_is_too_late_has_its_sentence() -> None:
    assert {f"request_{state}" for state in State} <= SENTENCES.keys()


def test_every_objection_to_an_approver_has_its_sentence() -> None:
    rules = Rules(home_org="home", allowed_orgs=("home",), approver_spaces=())
    one = {"email": "", "name": "", "person_id": "x", "org_id": "home", "kind": "person", "active": True}
    changes = ({"person_id": "r"}, {"person_id": "b"}, {"kind": "bot"}, {"active": False}, {"org_id": "other"})
    codes = {objection({**one, **change}, Parties("r", "b"), rules) for change in changes}  # type: ignore[typeddict-item]
    assert len(codes) == len(changes)
    assert codes <= SENTENCES.keys()


def test_no_sentence_is_left_over() -> None:
    of_states = {f"request_{state}" for state in State}
    assert SENTENCES.keys() - of_states - words_in_code() == set()


def test_what_is_said_directly_is_in_the_table() -> None:
    assert SENTENCES.keys() >= SAID_DIRECTLY


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_a_sentence(code: str) -> None:
    text = SENTENCES[code]
    assert text[0].isupper() or text[0] in "`“{"
    assert text.rstrip("`")[-1] in ".?…}"
    assert "\n" not in text
    assert "error" not in text.casefold()
    assert text.count("`") % 2 == 0
    assert text.count("**") % 2 == 0


@pytest.mark.parametrize("code", sorted(SENTENCES.keys() - SAID_DIRECTLY))
def test_facts_come_out_as_text(code: str) -> None:
    evil = "**EVIL** <@all> [EVIL](https://evil.example) `EVIL`\n# EVIL"
    said = sentence(BotError(code, dict.fromkeys(placeholders(SENTENCES[code]) | {"by"}, evil)))
    assert not re.search(r"\*\*EVIL|<@|\]\(|`EVIL`|https://|\n", said)


@pytest.mark.parametrize("state", State)
def test_who_decided_is_named_where_it_is_known(state: State) -> None:
    code = f"request_{state}"
    facts = {"number": "42", "verb": "approve"}
    assert "  " not in sentence(Conflict(code, {**facts, "by": ""}))
    if "{by}" in SENTENCES[code]:
        assert " by Mona Weiss" in sentence(Conflict(code, {**facts, "by": "Mona Weiss"}))
        assert " by" not in sentence(Conflict(code, {**facts, "by": ""}))
