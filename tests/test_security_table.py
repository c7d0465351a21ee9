"""SECURITY.md is held against the tests: each threat and each way to misuse a command names tests that exist."""

import ast
import inspect
import re
from functools import cache
from pathlib import Path

import pytest

import bot.chat.door  # noqa: F401 registers all commands
from bot.chat.buttons import BUTTONS
from bot.chat.registry import registry
from bot.operating.checks import rights
from bot.operating.checks.rights import PROBES, UNTRIED

ROOT = Path(__file__).parent.parent
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
NAMES_THE_ROLE = "`doctor` names the admin's role"
LEFT_OUT = frozenset({"skip", "skipif", "xfail"})
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
    "injection into SQL and into paths",
    "a token sent to somebody else",
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
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    if any(is_left_out(node) for node in tree.body if isinstance(node, ast.Assign)):  # a mark of the whole file
        return frozenset()
    return frozenset(node.name for node in tests if not is_left_out(node))


def is_left_out(node: ast.AST) -> bool:
    """Whether pytest is told to leave it out, or to let it fail: by a mark, in a parameter, or by a call inside."""
    return any(isinstance(one, ast.Attribute) and one.attr in LEFT_OUT for one in ast.walk(node))


def exports() -> list[str]:
    """Whatever writes a table that a spreadsheet opens."""
    modules = [path for path in (ROOT / "bot").rglob("*.py") if not path.is_relative_to(ROOT / "bot" / "sandbox")]
    assert len(modules) > 100, "the search found too little to prove anything"
    written = [path.name for path in modules if re.search(r"\bcsv\b", path.read_text(encoding="utf-8"), re.IGNORECASE)]
    return written + [phrase for phrase in registry.commands if "export" in phrase]


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


def test_no_export_comes_without_its_row() -> None:
    told = any("CSV" in row[0] for row in THREATS)
    assert told == bool(exports()), f"{exports()} needs a row: what somebody typed must not be a formula there"
    assert ("There is no CSV export yet" in SECURITY) != told


def test_a_test_that_is_left_out_proves_nothing() -> None:
    marks = ("@pytest.mark.skip", "@pytest.mark.xfail(strict=True)", '@pytest.mark.skipif(True, reason="")')
    odd = [f"{mark}\ndef test_it(): ..." for mark in marks]
    odd.append("@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.xfail)])\ndef test_it(x): ...")
    odd.append("def test_it():\n    pytest.skip('not today')")
    assert [one for one in odd if not is_left_out(ast.parse(one).body[0])] == []
    assert not is_left_out(ast.parse("@pytest.mark.thorough\ndef test_it(): ...").body[0])


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
    assert told == {**asked, NAMES_THE_ROLE: {"spark-admin:roles_read"}}
    assert "spark-admin:roles_read" in inspect.getsource(rights)


def test_who_sets_the_bot_up_is_told_the_same_scopes() -> None:
    scope = re.compile(r"`(spark-admin:\w+)`")
    table = OPERATING.split("| everything |")[1].split("\n\n")[0]
    told = {one for _, scopes in rows_below("| feature | scopes |") for one in scope.findall(scopes)}
    assert set(scope.findall(table)) == told
