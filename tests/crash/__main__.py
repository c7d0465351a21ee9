"""Kill the bot at every point of the main job, with its figures as JSON: `python -m tests.crash`."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.crash import summary
from tests.crash.company import running_company
from tests.crash.story import Result, Story
from tests.database import fresh_database, fresh_sqlite, postgres_server

DATABASES = ("sqlite", "postgresql")
WIDTH = 110
TOLD_EVERY = 50
"""Points after which a log, which is no terminal, gets a line."""
LISTS = {"problems", "differences"}


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield fresh_sqlite(folder)
    else:
        with postgres_server() as server:
            yield fresh_database(server)


def run(kind: str, given: argparse.Namespace) -> bool:
    """Die at each point that a dry run comes by; whether all went well, and the points are those that are stored."""
    begun = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        company = stack.enter_context(running_company(stack.enter_context(database(kind, folder)), folder))
        story = Story(company)
        points, usual = story.dry_run()
        if given.store:
            summary.POINTS.write_text("".join(f"{point}\n" for point in points))
            return True
        differences = summary.differences(points)
        chosen = [point for point in points if given.only in point][:: given.every]
        results = [tell(kind, at, len(chosen), story.die_at(point, usual)) for at, point in enumerate(chosen)]
    figures = {**summary.of(results, time.monotonic() - begun), "differences": differences}
    summary.write(kind, figures, given.summary)
    say(*differences, f"{kind}: " + ", ".join(f"{key} {value}" for key, value in figures.items() if key not in LISTS))
    return not (figures["problems"] or differences)


def tell(kind: str, at: int, total: int, result: Result) -> Result:
    """Say how far it is, on a terminal on one line that changes; keep what went wrong above it."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[K{kind} {at + 1}/{total} {result.point}"[:WIDTH])
        sys.stdout.flush()
    elif (at + 1) % TOLD_EVERY == 0:
        say(f"{kind} {at + 1}/{total}")
    if problems := result.problems():
        say(f"{kind} {result.point}", *(f"    {problem}" for problem in problems))
    return result


def say(*lines: str) -> None:
    if sys.stdout.isatty():
        sys.stdout.write("\r\x1b[K")
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, action="append", help="instead of both")
    parser.add_argument("--every", type=int, default=1, help="take only every n-th point")
    parser.add_argument("--only", default="", help="take only points with these words in their names")
    parser.add_argument("--summary", type=Path, default=summary.PLACE, help="the file for the figures")
    parser.add_argument("--store", action="store_true", help="kill nothing; store the points of a dry run")
    given = parser.parse_args()
    outcomes = [run(kind, given) for kind in given.database or DATABASES[: 1 if given.store else None]]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
