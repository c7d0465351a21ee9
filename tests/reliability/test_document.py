"""The page of `make reliability` says of every figure which code it is of."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.reliability import __main__ as reliability
from tests.reliability import day, document
from tests.reliability.document import TITLES, Measured, Row, Stamp

OLD = Stamp("aaaaaaa", is_changed=False, on="2026-11-20", cores=2)
NEW = Stamp("bbbbbbb", is_changed=False, on="2026-11-22", cores=2)


def measured(stamp: Stamp, *rows: Row) -> Measured:
    return Measured(stamp, list(rows or [("things broken", "7 of 7", 0)]))


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
    command = ["/usr/bin/env", "git", *who, *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "reliability.md").write_text("figures\n")
    (tmp_path / "code.py").write_text("code\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    return tmp_path


def test_one_commit_is_told_once() -> None:
    page = document.page({part: measured(NEW) for part in TITLES})
    assert page.count("bbbbbbb") == 1
    assert "Measured on 2026-11-22 at commit bbbbbbb, on 2 shared cores." in page
    assert page.count("| things broken | 7 of 7 | 0 |") == len(TITLES)
    assert "not measured" not in page


def test_figures_of_another_commit_are_told_as_such_and_so_is_what_is_missing() -> None:
    page = document.page({"crashes": measured(OLD), "bad_days": measured(NEW), "bad_inputs": measured(NEW)})
    assert "- points killed: measured on 2026-11-20 at commit aaaaaaa" in page
    assert "- days of bad weather: measured on 2026-11-22 at commit bbbbbbb" in page
    assert "- a thousand requests: not measured yet" in page


def test_what_was_not_counted_is_no_zero_on_the_page_nor_after_it_was_kept(tmp_path: Path) -> None:
    document.keep(tmp_path, "bad_days", measured(NEW, ("deliveries dropped", "38", None), ("all told", "171", 0)))
    page = document.page(document.kept(tmp_path))
    assert "| deliveries dropped | 38 |  |" in page
    assert "| all told | 171 | 0 |" in page


def test_of_the_bad_days_only_what_went_wrong_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reliability, "FIGURES", tmp_path)
    rough = day.Report(faults=80, doubled=90, dropped=20, messages=100, requests=17)
    worse = day.Report(faults=5, messages=1, requests=1, unanswered=1, unended=1, disagreements=2, said_twice=1)
    for name, report in (("sqlite", rough), ("postgresql", worse)):
        (tmp_path / f"day-{name}.json").write_text(json.dumps(report.as_json()))
    whole, *weather = reliability._rows_of_days()  # noqa: SLF001 the days themselves take minutes
    assert whole[1:] == ("101 and 18", 5)
    assert [row[1:] for row in weather] == [("85", None), ("90", None), ("20", None)]


@pytest.mark.parametrize(
    ("said", "code", "passed", "wrong"),
    [
        ("220 passed, 17 subtests passed in 30.00s", 0, "237", 0),
        ("3 failed, 217 passed, 1 error in 30.00s", 1, "217", 4),
        ("no tests ran in 0.01s", 5, "0", 1),
        ("219 passed in 30.00s\nINTERNALERROR", 3, "219", 1),
    ],
)
def test_tests_are_counted_as_tests_and_no_failure_is_overlooked(said: str, code: int, passed: str, wrong: int) -> None:
    (row,) = reliability._rows_of_bad_inputs(said, code)  # noqa: SLF001 the tests themselves take a minute
    assert row == ("tests with bad input passed", passed, wrong)


def test_a_folder_with_changes_is_told_and_the_page_itself_is_none(repository: Path) -> None:
    (repository / "docs" / "reliability.md").write_text("newer figures\n")
    clean = document.stamp(repository)
    assert (clean.commit, clean.is_changed) == (git(repository, "rev-parse", "--short", "HEAD"), False)
    (repository / "code.py").write_text("other code\n")
    assert document.stamp(repository).is_changed
    assert "with changes not committed" in document.stamp(repository).words
    git(repository, "checkout", "--quiet", "code.py")
    (repository / "more.py").write_text("untracked code\n")
    assert document.stamp(repository).is_changed


def test_without_git_the_commit_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "at an unknown commit" in document.stamp(tmp_path).words


def test_rows_that_nobody_knows_the_commit_of_are_not_shown(tmp_path: Path) -> None:
    (tmp_path / "rows-crashes.json").write_text(json.dumps([["an old row", "1", 0]]))
    document.keep(tmp_path, "bad_days", measured(OLD, ("a kept row", "2", 0)))
    assert document.kept(tmp_path) == {"bad_days": measured(OLD, ("a kept row", "2", 0))}


def test_a_part_that_runs_alone_leaves_the_others_at_their_commits(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reliability, "ROOT", repository)
    figures = repository / ".cache"
    monkeypatch.setattr(reliability, "FIGURES", figures)
    (repository / ".gitignore").write_text(".cache\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "second")
    figures.mkdir()
    document.keep(figures, "bad_days", measured(OLD, ("days", "1", 0)))

    def bad_inputs() -> list[Row]:
        """Trying …"""
        return [("tests passed", "9", 0)]

    monkeypatch.setattr(reliability, "bad_inputs", bad_inputs)
    assert reliability.measure("bad_inputs") == 0
    page = (repository / "docs" / "reliability.md").read_text()
    assert "- days of bad weather: measured on 2026-11-20 at commit aaaaaaa, on" in page
    head = git(repository, "rev-parse", "--short", "HEAD")
    assert f"- bad inputs: measured on {document.stamp(repository).on} at commit {head}, on" in page
    assert "- points killed: not measured yet" in page
    assert page.index("| days | 1 | 0 |") < page.index("| tests passed | 9 | 0 |")
