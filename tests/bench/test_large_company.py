"""A company of 20,000 people costs the bot what one of twelve does, but for the pages that Webex has to send."""

import json
import subprocess
import sys
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from bot.webex.admin import HOLDERS_A_PAGE
from cards.kit import CARD_BYTES

pytestmark = pytest.mark.processes

TOO_LONG = 240
SMALL, LARGE = (12, 16), (20_000, 60)
MOST_MORE = 20 * 1024
"""Kilobytes."""


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    def serve(size: tuple[int, int]) -> dict[str, Any]:
        folder = tmp_path_factory.mktemp(f"company-of-{size[0]}")
        return _serve(size, folder)

    return [serve(size) for size in (SMALL, LARGE)]


def _serve(size: tuple[int, int], folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.one_company", *map(str, size), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TOO_LONG, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_a_large_company_takes_the_same_statements(companies: list[dict[str, Any]]) -> None:
    small, large = companies
    assert large["state"] == small["state"] == "granted"
    assert large["statements"] == small["statements"]


def test_a_large_company_takes_the_calls_for_its_pages_and_one_more(companies: list[dict[str, Any]]) -> None:
    for company in companies:
        holders = int(company["holders"].split(": ")[1].split()[0])
        assert company["calls_for_who"] <= ceil(holders / HOLDERS_A_PAGE) + 1
    assert holders > LARGE[0] - 100


def test_a_large_company_takes_little_more_memory(companies: list[dict[str, Any]]) -> None:
    small, large = companies
    assert large["peak_kilobytes"] - small["peak_kilobytes"] <= MOST_MORE


def test_the_form_of_a_large_catalog_is_a_card_that_webex_takes(companies: list[dict[str, Any]]) -> None:
    assert companies[1]["form_bytes"] < CARD_BYTES
