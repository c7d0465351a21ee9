"""The sandbox is judged by clients that others wrote, in an environment of their own: their pins clash with ours."""

import os
import subprocess
from pathlib import Path

import pytest
import requests

from bot.sandbox.server import RunningSandbox

pytestmark = pytest.mark.processes

HERE = Path(__file__).parent
PYTHON = HERE.parents[1] / ".cache" / "foreign" / "bin" / "python"
MISSING = f"{PYTHON} is missing: `make foreign` builds it (it needs a package index once)."
QUIET = {"NO_PROXY": "*", "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"}
"""No proxy, no settings of the caller's: only the sandbox."""


@pytest.mark.parametrize("script", ["with_wxc_sdk.py", "with_webexpythonsdk.py"])
def test_a_foreign_client_reads_and_writes(script: str) -> None:
    assert PYTHON.exists(), MISSING
    with RunningSandbox() as sandbox, requests.Session() as line:
        line.trust_env = False
        played = subprocess.run(
            [PYTHON, HERE / script, sandbox.url], env=QUIET, capture_output=True, text=True, timeout=120, check=False
        )
        assert played.returncode == 0, played.stdout + played.stderr
        calls = line.get(f"{sandbox.url}/control/snapshot", timeout=10).json()["calls"]
    assert len(calls) > 30
    assert [call for call in calls if call["status"] >= 500] == []
