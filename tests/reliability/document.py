"""What `make reliability` found, kept part by part with the commit it was found at, and written as one page."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

Row = tuple[str, str, int | None]
"""What was done, how many of it or how long it took, and how much went wrong; None where that was not counted."""
PAGE = "docs/reliability.md"
TITLES = {
    "crashes": "points killed",
    "bad_days": "days of bad weather",
    "bad_inputs": "bad inputs",
    "a_thousand": "a thousand requests",
}
"""The parts, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which code was measured, when, and on how much of a machine."""

    commit: str
    is_changed: bool
    """Whether there was more in the folder than in the commit; the page itself does not count."""
    on: str
    cores: int

    @property
    def words(self) -> str:
        changed = ", with changes not committed" if self.is_changed else ""
        commit = f"commit {self.commit}" if self.commit else "an unknown commit"
        return f"on {self.on} at {commit}{changed}, on {self.cores} shared cores"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one part found."""

    stamp: Stamp
    rows: list[Row]


def stamp(root: Path) -> Stamp:
    """Tell what is there now; call it before the measuring, which takes its time."""
    commit = _git(root, "rev-parse", "--short", "HEAD")
    changes = _git(root, "status", "--porcelain", "--", ".", f":(exclude){PAGE}")
    return Stamp(commit.strip(), bool(changes.strip()), f"{datetime.now(UTC):%Y-%m-%d}", os.cpu_count() or 1)


def _git(root: Path, *words: str) -> str:
    command = [shutil.which("git") or "git", *words]
    return subprocess.run(command, cwd=root, check=False, capture_output=True, text=True).stdout


def keep(folder: Path, part: str, measured: Measured) -> None:
    (folder / f"rows-{part}.json").write_text(json.dumps(asdict(measured)))


def kept(folder: Path) -> dict[str, Measured]:
    """Return what each part has last found. A part whose rows have no commit is as one that never ran."""
    found = {}
    for part in TITLES:
        place = folder / f"rows-{part}.json"
        told = json.loads(place.read_text()) if place.exists() else None
        if isinstance(told, dict):
            rows = [(what, count, wrong) for what, count, wrong in told["rows"]]
            found[part] = Measured(Stamp(**told["stamp"]), rows)
    return found


def page(found: Mapping[str, Measured]) -> str:
    lines = [
        "# Reliability, measured",
        "",
        "`make reliability` breaks things on purpose and counts what was lost. It wrote this page.",
        "",
        *_when(found),
        "",
        "| what was done | how many, or how long | went wrong |",
        "| --- | ---: | ---: |",
        *(f"| {what} | {count} | {in_words(wrong)} |" for one in found.values() for what, count, wrong in one.rows),
    ]
    return "\n".join(lines) + "\n"


def in_words(wrong: int | None) -> str:
    return "" if wrong is None else str(wrong)


def _when(found: Mapping[str, Measured]) -> list[str]:
    """Return one line, or one for each part where they were measured at different commits or days."""
    missing = [title for part, title in TITLES.items() if part not in found]
    stamps = {one.stamp for one in found.values()}
    if len(stamps) == 1 and not missing:
        return [f"Measured {stamps.pop().words}."]
    told = [f"- {TITLES[part]}: measured {one.stamp.words}" for part, one in found.items()]
    return [*told, *(f"- {title}: not measured yet" for title in missing)]
