"""The table of refusals says what the tests see, and leaves nothing out."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

from bot.licensing.failures import FAILURES, HYBRID, UNKNOWN
from tests.code_table import (
    AFTER,
    BEFORE,
    ENDED,
    LABELS,
    OBJECTIONS,
    ON_A_CARD,
    PAGE,
    WAYS_OUT,
    page,
    reference,
)
from tests.scenarios.code_stories import FORESEEN

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"`(tests/[\w/]+)\.py::(test_\w+)(?:\[([^\]]+)\])?`")


def test_the_page_in_the_docs_is_the_one_that_the_stories_make() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.code_table`"


def test_every_refusal_that_the_bot_has_words_for_has_one_row() -> None:
    rows = [line.split(" | ")[0].removeprefix("| ") for line in rows_of(page())]
    known = {LABELS.get((row.status, row.code), str(row.code or row.status)) for row in (*FAILURES, UNKNOWN)}
    assert len(rows) == len(set(rows))
    assert known <= set(rows)
    assert len(set(rows) - known) == len(HYBRID)


def test_every_row_names_its_test_or_stands_below_those_that_play_it() -> None:
    codes, statuses, waits = page().split("\n## ")[1:]
    assert [row for row in rows_of(waits) if not NAMED.search(row)] == []
    for played, section in (((AFTER, WAYS_OUT, BEFORE, OBJECTIONS), codes), ((ENDED,), statuses)):
        above = section.partition("\n|")[0]
        assert [test for test in played if f"`{reference(test)}`" not in above] == []
        assert [test for test in played if "subtests" not in inspect.signature(test).parameters] == []


def test_every_button_before_anybody_is_asked_is_pressed_by_a_test() -> None:
    assert {code for code, before in FORESEEN.items() if not before.way_out} == set(ON_A_CARD)


def rows_of(text: str) -> list[str]:
    """Return the rows of all tables, without what stands above them."""
    return [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(("| Webex", "| ---"))]


@pytest.mark.parametrize("path", sorted({path for path, _, _ in NAMED.findall(page())}))
def test_every_test_that_the_page_names_exists(path: str) -> None:
    tree = ast.parse((ROOT / f"{path}.py").read_text(encoding="utf-8"))
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    module = importlib.import_module(path.replace("/", "."))
    for name, case in {(name, case) for where, name, case in NAMED.findall(page()) if where == path}:
        assert name in defined
        test = getattr(module, name)
        cases = [mark.kwargs.get("ids", ()) for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
        is_played_in_it = "subtests" in inspect.signature(test).parameters
        assert not case or is_played_in_it or any(case in ids for ids in cases), (name, case)
