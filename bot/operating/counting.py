"""Where the processes of web count together, each in files of its own, so that one of them can tell what all counted.

Imports nothing of Prometheus: its client looks for the folder once, when it is first imported.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

SHARED = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def counting_together(*, served: bool) -> Iterator[None]:
    """Let all processes that are forked inside count in one folder. Must come before `bot.meters` is imported."""
    os.environ.pop(SHARED, None)  # nobody would read what is counted there
    if not served:
        yield
        return
    folder, owner = tempfile.mkdtemp(prefix="license-bot-metrics-"), os.getpid()
    os.environ[SHARED] = folder
    try:
        yield
    finally:
        if os.getpid() == owner:  # a forked process ends through here, too
            shutil.rmtree(folder, ignore_errors=True)
