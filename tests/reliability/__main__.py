"""`make reliability`: break things on purpose, and print one table of what was lost. Also written into the docs."""

import json
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rich.console import Console

from bot import logs
from tests.chat import Chat
from tests.crash.summary import known_points
from tests.database import fresh_database, fresh_sqlite, postgres_server
from tests.reliability import day, document, thousand
from tests.reliability.document import Measured, Row
from tests.running import running_bot

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / ".cache" / "reliability"
BAD_INPUTS = (
    "tests/scenarios/test_bad_input.py",
    "tests/scenarios/test_forged_cards.py",
    "tests/scenarios/test_misuse.py",
    "tests/scenarios/test_security.py",
    "tests/scenarios/test_every_verb.py",
    "tests/scenarios/test_leaks.py",
    "tests/test_log_lines.py",
    "tests/web",
)
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
console = Console()


def main(*only: str) -> int:
    FIGURES.mkdir(parents=True, exist_ok=True)
    logs.set_up("json", stream=(FIGURES / "log.jsonl").open("w", encoding="utf-8"))
    return measure(*only)


def measure(*only: str) -> int:
    """Run all parts, or those that are named beside what the others last found; return 0 if nothing went wrong."""
    for part in (crashes, bad_days, bad_inputs, a_thousand):
        if not only or part.__name__ in only:
            stamp, began = document.stamp(ROOT), time.monotonic()
            console.print(f"[bold]{part.__doc__}[/bold]")
            document.keep(FIGURES, part.__name__, Measured(stamp, part()))
            console.print(f"  {time.monotonic() - began:.0f} s")
    found = document.kept(FIGURES)
    rows = [row for one in found.values() for row in one.rows]
    _show(rows)
    (ROOT / document.PAGE).write_text(document.page(found), encoding="utf-8")
    return 1 if any(wrong for _, _, wrong in rows) else 0


def crashes() -> list[Row]:
    """Killing at every point of the main job, on both databases …"""
    places = {kind: FIGURES / f"crash-{kind}.json" for kind in NAMES}
    with ThreadPoolExecutor(len(places)) as pool:  # side by side: most of it is waiting for processes to start
        codes = list(pool.map(_crash, places.keys(), places.values()))
    return _rows_of_crashes(any(codes))


def _rows_of_crashes(is_amiss: bool) -> list[Row]:
    told: dict[str, dict[str, Any]] = {}
    for place in (FIGURES / f"crash-{kind}.json" for kind in NAMES):
        told |= json.loads(place.read_text()) if place.exists() else {}
    rows: list[Row] = [
        (f"points killed with SIGKILL, {NAMES[kind]}", f"{one['points']} of {len(known_points())}", _lost_in(one))
        for kind, one in told.items()
    ]
    repeated = sum(one["repeated_messages"] for one in told.values())
    missing = sum(one["missing_messages"] for one in told.values())
    rows.append(("… chat messages said twice", str(repeated), repeated))
    rows.append(("… chat messages that never came", str(missing), missing))
    is_whole = not is_amiss and set(told) == set(NAMES)
    return rows if is_whole else [*rows, ("… a point is missing, or something did not end", "see above", 1)]


def _crash(kind: str, place: Path) -> int:
    place.unlink(missing_ok=True)
    words = [sys.executable, "-m", "tests.crash", "--database", kind, "--summary", str(place)]
    return subprocess.run(words, cwd=ROOT, check=False).returncode


def _lost_in(told: dict[str, Any]) -> int:
    wrong = ("lost", "double_decisions", "double_effects", "wrong_receipts", "missed", "stuck", "unended_workflows")
    return sum(int(told[name]) for name in wrong)


def bad_days() -> list[Row]:
    """Living through days of bad weather …"""
    with ThreadPoolExecutor(1) as pool:
        elsewhere = pool.submit(_on_postgresql, 7)
        reports = [_on_sqlite(6), elsewhere.result()]
    for name, report in zip(NAMES, reports, strict=True):
        (FIGURES / f"day-{name}.json").write_text(json.dumps(report.as_json()))
    return _rows_of_days()


def _rows_of_days() -> list[Row]:
    reports = [day.Report(**json.loads((FIGURES / f"day-{name}.json").read_text())) for name in NAMES]
    faults, doubled, dropped = (sum(getattr(one, what) for one in reports) for what in ("faults", "doubled", "dropped"))
    wrong = sum(one.unanswered + one.unended + one.disagreements + one.said_twice for one in reports)
    messages, requests = (sum(getattr(one, what) for one in reports) for what in ("messages", "requests"))
    return [
        (
            "messages and requests in two simulated days of bad weather: unanswered, unended, disagreeing, said twice",
            f"{messages} and {requests}",
            wrong,
        ),
        ("… faults of Webex meanwhile", str(faults), None),
        ("… deliveries doubled", str(doubled), None),
        ("… deliveries dropped", str(dropped), None),
    ]


def _on_sqlite(seed: int) -> day.Report:
    with tempfile.TemporaryDirectory() as folder, running_bot(fresh_sqlite(Path(folder))) as running:
        running.reset()
        return day.live_through(Chat(running), seed)


def _on_postgresql(seed: int) -> day.Report:
    """The engine is one for each process, so the other day is lived through in another one."""
    code = (
        "import io, json\n"
        "from bot import logs\n"
        "from tests.chat import Chat\n"
        "from tests.database import fresh_database, postgres_server\n"
        "from tests.reliability import day\n"
        "from tests.running import running_bot\n"
        "logs.set_up('json', stream=io.StringIO())\n"
        "with postgres_server() as server, running_bot(fresh_database(server)) as running:\n"
        "    running.reset()\n"
        f"    print('FIGURES' + json.dumps(day.live_through(Chat(running), {seed}).as_json()))\n"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return day.Report(**json.loads(said.rpartition("FIGURES")[2]))


def bad_inputs() -> list[Row]:
    """Trying bad inputs: forged, foreign, oversized, hostile …"""
    there = [name for name in BAD_INPUTS if (ROOT / name).exists()]
    words = [sys.executable, "-m", "pytest", "-n", "2", *there]
    run = subprocess.run(words, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True)
    return _rows_of_bad_inputs(run.stdout, run.returncode)


def _rows_of_bad_inputs(said: str, code: int) -> list[Row]:
    """Read pytest's last line; whatever it does not count there, it tells by its exit code."""
    count = {what: int(number) for number, what in re.findall(r"(\d+) (passed|failed|error|subtests passed)", said)}
    passed = count.get("passed", 0) + count.get("subtests passed", 0)
    wrong = count.get("failed", 0) + count.get("error", 0)
    return [("tests with bad input passed", str(passed), wrong or int(code != 0))]


def a_thousand() -> list[Row]:
    """A thousand requests with three workers, one killed every few seconds …"""
    with tempfile.TemporaryDirectory() as folder, postgres_server(connections=300) as server:
        report = thousand.play(fresh_database(server), Path(folder))
    (FIGURES / "thousand.json").write_text(json.dumps(report.as_json()))
    what = f"requests with 3 workers and 2 web processes, {report.kills} workers killed"
    finished = f"{report.slowest_finish:.1f} s"
    slow = f" (over ten seconds: {', '.join(sorted(report.slow))})" if report.slow else ""
    return [
        (what, f"{report.granted} of {report.asked}", report.lost),
        ("… double effects in Webex", "", report.double_effects),
        ("… receipts missing or said twice", "", report.receipts_wrong),
        (
            f"… {report.in_flight} workflows cut off; until others went on with all of them, at most",
            f"{report.slowest_take_over:.1f} s",
            int(report.slowest_take_over >= thousand.PROMISED),
        ),
        (f"… and until they had finished them, at most{slow}", finished, None),
    ]


def _show(rows: list[Row]) -> None:
    width = max(len(what) for what, _, _ in rows)
    for what, count, wrong in rows:
        console.print(f"{what:<{width}}  {count:>14}  {document.in_words(wrong):>6}", highlight=False)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
