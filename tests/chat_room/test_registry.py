"""Which words lead where: the longest phrase wins, every command has one owner and its help, admins' are guarded."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import door
from bot.chat.buttons import BUTTONS
from bot.chat.parse import LONGEST_TEXT, Args, read_nothing
from bot.chat.registry import Ctx, Outcome, Registry, check_may_use, registry
from bot.errors import BadInput, BotError, Denied

EVERYBODY = {
    "request",
    "return",
    "status",
    "my requests",
    "my licenses",
    "waiting",
    "cancel",
    "approve",
    "deny",
    "details",
    "confirm",
    "help",
    "hello",
}
ADMINS = {"pending", "history", "licenses", "who", "find", "resource groups", "move", "retry"}
TYPED = st.sampled_from(sorted(EVERYBODY | ADMINS))


def handler(_ctx: Ctx, _args: Args) -> Outcome:
    """Do nothing."""
    raise NotImplementedError


def without_help(_ctx: Ctx, _args: Args) -> Outcome:
    raise NotImplementedError


def found(text: str) -> str:
    return registry.find(text)[0].phrase


def test_the_commands_are_those_that_were_promised() -> None:
    assert door.__name__  # importing the door is what registers every handler
    assert {one.phrase for one in registry.commands.values() if not one.admin} == EVERYBODY
    assert {one.phrase for one in registry.commands.values() if one.admin} == ADMINS


@pytest.mark.parametrize("command", registry.commands.values(), ids=lambda command: command.phrase)
def test_every_command_explains_itself(command: Any) -> None:
    assert command.usage.startswith(command.phrase) or command.phrase == "hello"  # which the help does not list
    assert command.says[0].isupper()
    assert command.says.endswith(".")


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("help", "help"),
        ("  HELP  me", "help"),
        ("My   Requests", "my requests"),
        ("my licenses please", "my licenses"),
        ("licenses", "licenses"),
        ("Request messaging", "request"),
        ("status 42", "status"),
        ("who calling", "who"),
        ("hey, status 42", "status"),
        ("Hi!", "hello"),
        ("hello there", "hello"),
        ("good morning", "hello"),
    ],
)
def test_the_longest_phrase_at_the_beginning_wins(text: str, phrase: str) -> None:
    assert found(text) == phrase


def test_a_longer_phrase_wins_over_a_shorter_one() -> None:
    own = Registry()
    for phrase in ("my", "my very own", "my very"):
        own.command(phrase, usage=phrase, read=read_nothing)(handler)
    assert own.find("my very own thing")[0].phrase == "my very own"
    assert own.find("my very thing")[0].phrase == "my very"
    assert own.find("my thing")[0].phrase == "my"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "unknown_command"),
        ("   ", "unknown_command"),
        ("guten Morgen", "unknown_command"),
        ("hi, aprove 42", "near_command"),
        ("requests", "near_command"),
        ("aprove 42", "near_command"),
        ("requesting", "near_command"),
        ("x" * (LONGEST_TEXT + 1), "too_long"),
    ],
)
def test_what_is_no_command_is_said_so(text: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        registry.find(text)
    assert caught.value.code == code


def test_a_word_that_is_part_of_another_is_not_taken_for_it() -> None:
    with pytest.raises(BadInput, match="near_command"):
        registry.find("statusquo 42")


def test_two_handlers_cannot_claim_one_phrase() -> None:
    own = Registry()
    own.command("go", usage="go", read=read_nothing)(handler)
    with pytest.raises(ValueError, match="two handlers claim 'go'"):
        own.command("go", usage="go", read=read_nothing)(handler)


def test_a_handler_without_help_is_refused_at_import() -> None:
    with pytest.raises(ValueError, match="no docstring"):
        Registry().command("go", usage="go", read=read_nothing)(without_help)


@pytest.mark.parametrize("phrase", sorted(ADMINS))
def test_what_is_for_admins_is_denied_to_others(phrase: str) -> None:
    with pytest.raises(Denied, match="admins_only"):
        check_may_use(registry.commands[phrase], is_admin=False)
    check_may_use(registry.commands[phrase], is_admin=True)


@pytest.mark.parametrize("phrase", sorted(EVERYBODY))
def test_what_is_for_everybody_is_denied_to_nobody(phrase: str) -> None:
    check_may_use(registry.commands[phrase], is_admin=False)


def test_every_button_leads_to_a_command_and_so_has_a_typed_twin() -> None:
    assert {button.phrase for button in BUTTONS.values()} <= registry.commands.keys()


@given(st.text() | st.tuples(TYPED, st.text()).map(" ".join))
def test_no_text_makes_the_registry_raise_anything_but_an_expected_error(text: str) -> None:
    try:
        command, args = registry.find(text)
    except BotError:
        return
    assert command.phrase in registry.commands
    assert all(isinstance(need, str) for need in command.needs(args))
