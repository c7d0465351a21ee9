"""Run by `database.py` beside a PostgreSQL server: wait for the end of input, then end the server if it still runs."""

import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path


def main(folder: Path) -> None:
    sys.stdin.read()
    # The server removes this file when it stops in good order; SIGQUIT is its immediate shutdown.
    with suppress(OSError):
        pid = (folder / "data" / "postmaster.pid").read_text().splitlines()[0]
        os.kill(int(pid), signal.SIGQUIT)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
