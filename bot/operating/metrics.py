"""`/metrics` on a port of its own, for Prometheus: what `bot.meters` counts, and what the database knows.

The worker serves both. Of web's processes the one above them serves what all of them counted together.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from socketserver import BaseServer

import structlog
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import REGISTRY, GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.desk.states import MoveState, State
from bot.operating.counting import SHARED
from bot.operating.queues import queue_stats
from bot.store.models import Move, OutgoingMessage, Request

log = structlog.get_logger()

MESSAGE_STATES = ("queued", "sending", "sent", "failed")

Stop = Callable[[], None]


class Records(Collector):
    """What the database knows, asked at each scrape: all workers tell the same, so take the highest, not the sum."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return []  # or registering would ask the database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Leave out what cannot be known now, and say so: a scrape must not fail for what else it brings."""
        answers = GaugeMetricFamily("license_bot_database_answers", "Whether the database answered this scrape.")
        try:
            yield from [*self._counted(), *self._queues()]
            answers.add_metric([], 1)
        except SQLAlchemyError as error:
            log.warning("metrics_without_database", error=type(error).__name__)
            answers.add_metric([], 0)
        yield answers

    def _counted(self) -> list[GaugeMetricFamily]:
        """Count by state, each state named also where there is none: an alarm on a missing series never rings."""
        families = []
        for name, words, column, states in (
            ("license_bot_requests", "Requests by state.", Request.state, State),
            ("license_bot_moves", "Moves into resource groups by state.", Move.state, MoveState),
            ("license_bot_messages", "Messages to people by state.", OutgoingMessage.state, MESSAGE_STATES),
        ):
            with self._engine.connect() as connection:
                rows = connection.execute(select(column, func.count()).group_by(column)).all()
            found = {str(state): count for state, count in rows}
            family = GaugeMetricFamily(name, words, labels=["state"])
            for state in map(str, states):
                family.add_metric([state], found.get(state, 0))
            families.append(family)
        return families

    def _queues(self) -> list[GaugeMetricFamily]:
        stats = queue_stats(self._engine)
        return [
            GaugeMetricFamily("license_bot_queued", "Workflows that are due and wait for a worker.", stats.queued),
            GaugeMetricFamily("license_bot_oldest_queued_seconds", "How long the oldest waits.", stats.oldest_age),
            GaugeMetricFamily("license_bot_stuck", "Workflows that nothing will finish by itself.", stats.stuck),
        ]


def serve_worker(host: str, port: int, engine: Engine) -> Stop:
    """Serve until stopped; on port 0, or where the port is taken, nothing."""
    records = Records(engine)
    REGISTRY.register(records)
    stop = _serve(host, port, REGISTRY)

    def stop_all() -> None:
        stop()
        REGISTRY.unregister(records)

    return stop_all


def serve_web(host: str, port: int) -> Stop:
    """Serve what the processes of web count in the shared folder."""
    if not port or SHARED not in os.environ:
        return _nothing
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return _serve(host, port + 1, registry)


def _serve(host: str, port: int, registry: CollectorRegistry) -> Stop:
    if not port:
        return _nothing
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        log.warning("metrics_not_served", host=host, port=port, error=error.strerror or type(error).__name__)
        return _nothing

    def stop() -> None:
        BaseServer.shutdown(server)
        server.server_close()
        thread.join()

    return stop


def _nothing() -> None:
    pass
