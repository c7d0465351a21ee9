"""A few hours of the day of bad weather; `make reliability` lives through the whole of it, on both databases."""

import pytest

from tests.chat import Chat
from tests.reliability import day

pytestmark = pytest.mark.thorough


def test_after_hours_of_bad_weather_everything_is_answered_once_and_agrees(chat: Chat) -> None:
    report = day.live_through(chat, seed=11, rounds=8)
    assert report.faults > 10
    assert min(report.doubled, report.dropped, report.requests) > 0
    assert (report.unanswered, report.unended, report.disagreements, report.said_twice) == (0, 0, 0, 0)
