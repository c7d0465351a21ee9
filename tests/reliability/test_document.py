"""The page of `make reliability` says of every figure which code it is of."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.reliability import __main__ as reliability
from tests.reliability import document
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
        return [("bad inputs tried", "9", 0)]

    monkeypatch.setattr(reliability, "bad_inputs", bad_inputs)
    assert reliability.measure("bad_inputs") == 0
    page = (repository / "docs" / "reliability.md").read_text()
    assert "- days of bad weather: measured on 2026-11-20 at commit aaaaaaa, on" in page
    head = git(repository, "rev-parse", "--short", "HEAD")
    assert f"- bad inputs: measured on {document.stamp(repository).on} at commit {head}, on" in page
    assert "- points killed: not measured yet" in page
    assert page.index("| days | 1 | 0 |") < page.index("| bad inputs tried | 9 | 0 |")
