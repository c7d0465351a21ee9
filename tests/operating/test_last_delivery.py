"""What the doctor says of the last delivery: what the catch-up had to look for was not delivered."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from tests.operating.patients import Patient


def came(bot: Patient, ago: timedelta, *, was_found: bool = False) -> None:
    at = (datetime.now(UTC) - ago).replace(tzinfo=None).isoformat(sep=" ")
    with sqlite3.connect(bot.file) as database:
        database.execute(
            "INSERT INTO deliveries (key, actor_id, space_id, received_at, was_found) VALUES (?, 'b', 'c', ?, ?)",
            (f"{ago}{was_found}", at, was_found),
        )
    database.close()


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(minutes=1, seconds=20), "1 minute ago"),
        (timedelta(minutes=119), "119 minutes ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=9, hours=5), "9 days ago"),
    ],
)
def test_its_age_is_told_in_words(bot: Patient, ago: timedelta, words: str) -> None:
    came(bot, ago)
    assert f"Came {words} (" in bot.only("last delivery", "ok")


def test_what_had_to_be_looked_for_proves_that_webex_does_not_reach_us(bot: Patient) -> None:
    came(bot, timedelta(minutes=9), was_found=True)
    told = bot.only("last delivery", "warning")
    assert told.startswith("What was said 9 minutes ago (")
    assert "none has come yet" in told
    came(bot, timedelta(hours=6))
    assert "the last one came 6 hours ago" in bot.only("last delivery", "warning")
    came(bot, timedelta(minutes=3))
    assert "Came 3 minutes ago" in bot.only("last delivery", "ok")
