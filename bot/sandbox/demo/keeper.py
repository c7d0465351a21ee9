"""Leads the demo's process group: ends everybody in it once its standard input ends, however the demo itself died.

Run as a script by `processes.py`; imports nothing but the standard library, so that it is there at once.
"""

import os
import signal
import sys
import time

GRACE = 5.0
"""Seconds between asking and forcing."""


def main() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.stdin.read()
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE)
    os.killpg(0, signal.SIGKILL)  # itself included


if __name__ == "__main__":
    main()
