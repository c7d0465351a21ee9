"""What every workflow needs to act: the store, the clock, the mouth, and the hands that carry follow-ups out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.workflows.engine import Store
from bot.workflows.follow_ups import FollowUps
from bot.workflows.speaking import Speaking

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Hands:
    store: Store
    follow_ups: FollowUps
    speaking: Speaking
    clock: Clock
