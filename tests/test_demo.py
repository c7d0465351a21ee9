"""`make demo`, as a newcomer runs it: real processes, seen over HTTP, and none of them left behind."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from threading import Timer

import pytest
import requests

from bot.sandbox.demo import keeper as keeping

pytestmark = pytest.mark.processes

REPOSITORY = Path(__file__).parent.parent
TOO_LONG = 300
"""Seconds after which a demo hangs, however busy the machine is."""
UNRELIABLE = """\
import sys

if sys.orig_argv[-1] == "worker":
    from tests import unreliable_bots

    unreliable_bots.{name}()
"""


@contextmanager
def _demo(folder: Path, *options: str, site: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """Start the demo in an empty folder, with a temp folder of its own inside; kill it if it hangs."""
    (folder / "tmp").mkdir()
    path = os.pathsep.join(str(one) for one in (site, REPOSITORY) if one)
    environment = os.environ | {"PYTHONPATH": path, "TMPDIR": str(folder / "tmp"), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "bot", "demo", *options]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        timer = Timer(TOO_LONG, process.kill)
        timer.start()
        try:
            yield process
        finally:
            process.kill()
            timer.cancel()
            timer.join()


def _read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout
    read = ""
    for line in process.stdout:
        read += line
        if words in line:
            return read
    raise AssertionError(f"{words!r} was not said:\n{read}")


def _group(folder: Path) -> int:
    """The process group that everything the demo started is in."""
    found = re.search(r"process group (\d+)", (folder / "demo.log").read_text())
    assert found
    return int(found[1])


def _assert_nothing_is_left(folder: Path) -> None:
    with pytest.raises(ProcessLookupError):
        os.killpg(_group(folder), 0)
    assert list((folder / "tmp").iterdir()) == []


def test_the_demo_shows_the_main_job_and_ends_well(tmp_path: Path) -> None:
    with _demo(tmp_path, "--once") as process:
        told, _ = process.communicate()
    assert process.returncode == 0, told
    _assert_nothing_is_left(tmp_path)
    for words in (
        "Emil Berg → License Desk: request\n",
        "Emil Berg presses [ Send request ]",
        "─ Request #1 waits for you ─",
        "Mona Weiss presses [ Approve ]",
        "─ Request #1: done ─",
        "─ Request #2: Webex said no ─",
        "Error code: 400408",
        "─ Request #3: partly done ─",
        "✔ Webex Suite Meetings 1000: assigned and checked",
        "Dirk Olsen presses [ Deny ]",
        "─ Request #4: denied ─",
        "Pending requests (1)",
        "Webex Calling - Professional: 1 person",
        "Every step was seen",
    ):
        assert words in told
    assert "Watch and join in" not in told, "it is gone before anybody could"
    assert "License Desk → Ada Novak:" in told.split("3. Two licenses")[1].split("4. Denied")[0]
    assert max(map(len, told.splitlines())) <= 100
    assert "\x1b" not in told


@pytest.mark.parametrize(
    ("bot", "noticed"),
    [
        ("without_the_patch", "Request #1 should have ended as 'done'."),
        ("without_the_read_back", "The bot said that it was done without looking into Webex after the PATCH."),
    ],
)
def test_the_demo_fails_with_a_bot_that_leaves_something_out(tmp_path: Path, bot: str, noticed: str) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(UNRELIABLE.format(name=bot))
    with _demo(tmp_path, "--once", site=site) as process:
        told, _ = process.communicate()
    assert process.returncode == 1, told
    assert noticed in " ".join(told.split())
    assert "Traceback" not in told
    assert "Request #2" not in told
    _assert_nothing_is_left(tmp_path)


def test_the_demo_stays_up_until_ctrl_c_and_what_it_says_to_type_works(tmp_path: Path) -> None:
    with _demo(tmp_path) as process:
        told = _read_until(process, "Ctrl-C ends everything.")
        assert "Watch and join in" in told
        commands = re.findall(r"^  curl ((?:.*\\\n)*.*)", told, re.MULTILINE)
        assert len(commands) == 3
        for command in commands:
            _run_curl(command)
        os.killpg(_group(tmp_path), 0)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate()
    assert process.returncode == 0, rest
    assert "all processes have ended" in rest
    _assert_nothing_is_left(tmp_path)


def _run_curl(command: str) -> None:
    """Do what curl would do with these arguments; it may not be installed."""
    words = shlex.split(command.replace("\\\n", ""))
    url = next(word for word in words if word.startswith("http"))
    headers = dict(after.split(": ", 1) for word, after in pairwise(words) if word == "-H")
    data = next((after for word, after in pairwise(words) if word == "-d"), None)
    answer = requests.request("POST" if data else "GET", url, headers=headers, data=data, timeout=30)
    assert answer.status_code == 200, answer.text


def test_a_demo_that_is_told_to_end_while_it_starts_leaves_nothing(tmp_path: Path) -> None:
    with _demo(tmp_path, "--once") as process:
        _read_until(process, "Starting")
        process.send_signal(signal.SIGTERM)
        told, _ = process.communicate()
    assert process.returncode == 128 + signal.SIGTERM, told
    _assert_nothing_is_left(tmp_path)


def test_what_the_demo_started_ends_when_the_demo_itself_was_killed() -> None:
    keeper = subprocess.Popen([sys.executable, "-I", keeping.__file__], stdin=subprocess.PIPE, process_group=0)
    started = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, process_group=keeper.pid)
    assert keeper.stdin
    assert started.stdin
    try:
        keeper.stdin.close()  # as the system does with the pipes of a process that is gone
        assert started.wait(TOO_LONG) == -signal.SIGTERM
    finally:
        os.killpg(keeper.pid, signal.SIGKILL)
        keeper.wait()
        started.stdin.close()


def test_a_log_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "demo.log").mkdir()
    with _demo(tmp_path, "--once") as process:
        told, _ = process.communicate()
    assert process.returncode == 1
    assert "cannot be written" in told
    assert "Traceback" not in told
