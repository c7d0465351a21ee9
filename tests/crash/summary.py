"""What a run over the points found out, as JSON for whoever adds it up."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.crash.story import Result

PLACE = Path(os.environ.get("CRASH_SUMMARY", ".cache/reliability/crash.json"))
POINTS = Path(__file__).with_name("points.txt")


def known_points() -> list[str]:
    """Return the points of the main job as they are stored, in the order of one dry run."""
    return POINTS.read_text().splitlines()


def differences(points: Iterable[str]) -> list[str]:
    """Return how a dry run differs from what is stored: `+ new`, `- gone`."""
    now, stored = set(points), set(known_points())
    return sorted([f"+ {one}" for one in now - stored] + [f"- {one}" for one in stored - now])


def of(results: Iterable[Result], seconds: float) -> dict[str, Any]:
    """Add up the results of one database."""
    rows = list(results)
    return {
        "points": len(rows),
        "missed": sum(row.missed for row in rows),
        "stuck": sum(bool(row.stuck) for row in rows),
        "lost": sum(row.lost for row in rows),
        "double_decisions": sum(row.decisions > 1 for row in rows),
        "double_effects": sum(row.effects > 1 for row in rows),
        "wrong_receipts": sum(row.untrue for row in rows),
        "repeated_messages": sum(len(row.repeated) for row in rows),
        "missing_messages": sum(len(row.missing) for row in rows),
        "unsent_messages": sum(len(row.unsent) for row in rows),
        "unended_workflows": sum(len(row.unended) for row in rows),
        "unacknowledged_deliveries": sum(row.unheard for row in rows),
        "asked_again": sum(row.asked_again for row in rows),
        "seconds": round(seconds, 1),
        "problems": {row.point: row.problems() for row in rows if row.problems()},
    }


def write(database: str, summary: dict[str, Any], place: Path = PLACE) -> None:
    """Put this database's figures into the file, beside those of the other one."""
    place.parent.mkdir(parents=True, exist_ok=True)
    figures = json.loads(place.read_text()) if place.exists() else {}
    place.write_text(json.dumps(figures | {database: summary}, indent=2, ensure_ascii=False) + "\n")
