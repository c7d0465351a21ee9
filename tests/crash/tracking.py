"""Where a process is in the main job, as names that stay the same from run to run; at one of them it dies."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ON_TIME = "sched-"
LONGEST_WORD = 20
"""Of a piece of an id that says what it is; what is longer tells one thing from another of its kind."""


def is_word(piece: str) -> bool:
    return 0 < len(piece) <= LONGEST_WORD and re.fullmatch(r"[A-Za-z_]+", piece) is not None


def label_of(workflow_id: str) -> str:
    """Return what kind of workflow this is: `messages:created:<id>` is `messages:created`; "" is not ours."""
    words = [piece for piece in workflow_id.split(":") if is_word(piece)]
    return "" if is_on_time(workflow_id) else ":".join(words)


def is_on_time(workflow_id: str) -> bool:
    """Whether the timetable began it, and not the job."""
    return workflow_id.startswith(ON_TIME)


def path_of(url_path: str) -> str:
    """Return a path of the API with its ids taken out."""
    pieces = url_path.removeprefix("/v1/").strip("/").split("/")
    return "/".join(piece if is_word(piece) else "<id>" for piece in pieces)


class Tracker:
    """Tells each point as it is reached, and kills this process at the one for which it is armed."""

    def __init__(self) -> None:
        self.tell: Callable[[str], None] = lambda _: None
        self._armed = ""
        self._lock = threading.Lock()
        self._seen: Counter[tuple[str, str]] = Counter()
        self._steps: dict[str, str] = {}

    def arm(self, point: str) -> None:
        """Die at this point, or nowhere; whatever was seen so far belongs to a world that is gone."""
        with self._lock:
            self._armed = point
            self._seen.clear()
            self._steps.clear()

    def enter(self, workflow_id: str, step: str) -> None:
        """Note the step that a workflow is in; its steps come one after the other."""
        self._steps[workflow_id] = self.number(workflow_id, step)

    def place(self, workflow_id: str) -> str:
        """Return the workflow's kind and its step; "" if it is not ours."""
        label = label_of(workflow_id)
        return f"{label}/{self._steps[workflow_id]}" if label and workflow_id in self._steps else ""

    def number(self, scope: str, name: str) -> str:
        """Return the name, with a number from the second time on: a step may make the same call twice."""
        with self._lock:
            self._seen[scope, name] += 1
            count = self._seen[scope, name]
        return name if count == 1 else f"{name}.{count}"

    def reach(self, point: str) -> None:
        self.tell(point)
        if point == self._armed:
            os.kill(os.getpid(), signal.SIGKILL)
            while True:
                signal.pause()
