"""SECURITY.md is held against the tests: each threat and each way to misuse a command names tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import bot.chat.door  # noqa: F401 registers all commands
from bot.chat.buttons import BUTTONS
from bot.chat.registry import registry
from bot.operating.checks.rights import PROBES, UNTRIED

ROOT = Path(__file__).parent.parent
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
MUST_BE_THERE = (
    "a forged webhook",
    "a replayed webhook",
    "an oversized",
    "forged card data",
    "another person",
    "another space",
    "another organization",
    "a guest",
    "a deactivated person",
    "a bot",
    "self-approval",
    "a stolen, renamed",
    "injection into markdown",
    "injection into cards",
    "injection into logs",
    "admin commands by others",
    "flooding",
    "secrets in logs, errors",
    "`/metrics`",
    "the admin token's reach",
)
KINDS = ["other person", "other space or organization", "twice", "late", "forged"]


def rows_below(heading: str) -> list[list[str]]:
    """Return the cells of the table with this first line, without that line and the one below it."""
    lines = SECURITY.split(f"\n{heading}\n")[1].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


@cache
def named_in(path: str) -> frozenset[str]:
    file = ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.exists() else ast.Module([], [])
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


THREATS = rows_below("| threat | what stops it | tests |")
COMMANDS = rows_below(f"| command | {' | '.join(KINDS)} |")
LEGEND = dict(rows_below("| | test |"))


def test_every_test_that_is_named_exists() -> None:
    named = NAMED.findall(SECURITY)
    assert len(named) > 80, "the search found too little to prove anything"
    assert [f"{path}::{name}" for path, name in named if name not in named_in(path)] == []


@pytest.mark.parametrize("row", THREATS, ids=lambda row: str(row[0]))
def test_every_threat_is_met_and_tested(row: list[str]) -> None:
    threat, stopped_by, tests = row
    assert threat
    assert len(stopped_by) > 20
    assert NAMED.findall(tests)
    assert NAMED.sub("", tests).strip() == "", "something is named in another way, so nobody looks for it"


@pytest.mark.parametrize("threat", MUST_BE_THERE)
def test_no_threat_is_left_out(threat: str) -> None:
    assert any(threat in row[0] for row in THREATS)


def test_every_command_has_its_row_and_nothing_else_has() -> None:
    told = [row[0].strip("`") for row in COMMANDS]
    assert sorted(told) == sorted(registry.commands)
    assert {button.phrase for button in BUTTONS.values()} <= set(told)


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: str(row[0]))
def test_every_command_is_misused_in_every_way(row: list[str]) -> None:
    command, *ways = row
    assert len(ways) == len(KINDS)
    for kind, codes in zip(KINDS, ways, strict=True):
        assert codes.split(), f"{command}: nothing tries {kind}"
        assert [code for code in codes.split() if code not in LEGEND] == []


def test_every_code_stands_for_one_test_and_is_used() -> None:
    assert [code for code, test in LEGEND.items() if NAMED.fullmatch(test) is None] == []
    assert {code for row in COMMANDS for codes in row[1:] for code in codes.split()} == LEGEND.keys()


def test_the_scopes_are_those_that_the_doctor_asks_for() -> None:
    told = {feature: set(re.findall(r"`([\w:-]+)`", scopes)) for feature, scopes in rows_below("| feature | scopes |")}
    asked: dict[str, set[str]] = {}
    for feature, scope in [*((one.feature, one.scope) for one in PROBES), *UNTRIED.items()]:
        asked.setdefault(feature or "everything", set()).add(scope)
    assert told == asked
