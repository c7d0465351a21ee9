"""How the queues stand, in numbers, for whoever watches: metrics, doctor, checks."""

from dataclasses import dataclass

from sqlalchemy import Engine

from bot.store import stuck, work


@dataclass(frozen=True, slots=True)
class QueueStats:
    """`oldest_age` is in seconds, of what is in line; `stuck` counts what nothing will finish and nobody saw to."""

    queued: int
    running: int
    delayed: int
    oldest_age: float
    stuck: int


def queue_stats(engine: Engine) -> QueueStats:
    """Count. Best with an engine that is not for deciding: on SQLite the other kind waits for the write lock."""
    with engine.connect() as connection:
        load = work.load(connection)
        return QueueStats(load.queued, load.running, load.delayed, load.oldest, len(stuck.open_cases(connection)))
