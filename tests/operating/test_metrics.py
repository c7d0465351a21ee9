"""`/metrics`: what happened is counted, under labels that name kinds of things and never one of them."""

import re
import socket
from collections.abc import Iterator

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from bot.operating import metrics
from bot.settings import DEMO_WEBHOOK_SECRET
from bot.store.session import make_engine
from bot.webex.calls import template
from tests.chat import KNOWN, Chat
from tests.processes import free_ports

LABELS = {
    "side": {"chat", "admin"},
    "method": {"GET", "POST", "PUT", "PATCH", "DELETE"},
    "seen": {"first", "again"},
    "resource": {"messages", "attachmentActions", "memberships"},
    "result": {"taken", "forged", "unreadable", "too_large", "too_slow", "not_stored", "failed"},
    "verdict": {"approved", "denied", "canceled", "expired"},
    "work": {"interactive", "background"},
}


class Served:
    """The worker's metrics as Prometheus reads them, and what was added since the last look."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._before = self.numbers()

    def text(self) -> str:
        answer = requests.get(self.url, timeout=10)
        assert answer.ok
        return answer.text

    def numbers(self) -> dict[str, float]:
        return {
            f"{one.name}{sorted(one.labels.items())}": one.value
            for family in text_string_to_metric_families(self.text())
            for one in family.samples
        }

    def value(self, name: str, **labels: str) -> float:
        return self.numbers().get(f"{name}{sorted(labels.items())}", 0)

    def added(self, name: str, **labels: str) -> float:
        return self.value(name, **labels) - self._before.get(f"{name}{sorted(labels.items())}", 0)


@pytest.fixture
def served(chat: Chat) -> Iterator[Served]:
    port = free_ports(1)[0]
    stop = metrics.serve_worker("127.0.0.1", port, chat.running.worker.engine.for_looking)
    yield Served(f"http://127.0.0.1:{port}/metrics")
    stop()


@pytest.mark.thorough
def test_a_request_from_its_delivery_to_its_receipt_is_counted(chat: Chat, served: Served) -> None:
    chat.employee.says("request messaging because new desk")
    assert served.value("license_bot_requests", state="pending") == 1
    chat.weather(method="PATCH", path="/v1/licenses/users", status=429, headers={"Retry-After": "0"})
    chat.manager.presses("Approve")
    assert served.value("license_bot_requests", state="pending") == 0
    assert served.value("license_bot_requests", state="granted") == 1
    assert served.added("license_bot_decisions_total", verdict="approved") == 1
    assert served.added("license_bot_decision_seconds_count") == 1
    patched = {"side": "admin", "method": "PATCH", "path": "licenses/users"}
    assert served.added("license_bot_webex_calls_total", **patched, status="429") == 1
    assert served.added("license_bot_webex_calls_total", **patched, status="200") == 1
    assert served.added("license_bot_webex_retries_total", method="PATCH") == 1
    assert served.added("license_bot_deliveries_total", resource="attachmentActions", seen="first") == 1
    assert served.added("license_bot_webhook_acks_total", result="taken") >= 2
    assert served.value("license_bot_messages", state="sent") >= 4
    assert served.value("license_bot_queued") == served.value("license_bot_stuck") == 0
    assert served.value("license_bot_database_answers") == 1


def test_a_forged_delivery_is_counted_as_one(chat: Chat, served: Served) -> None:
    answer = requests.post(f"{chat.running.settings.public_url}/webhooks/webex", data=b"{}", timeout=10)
    assert answer.status_code == 401
    assert served.added("license_bot_webhook_acks_total", result="forged") == 1
    assert served.added("license_bot_webhook_ack_seconds_count") == 1


@pytest.mark.thorough
def test_no_label_names_a_person_an_id_or_a_secret(chat: Chat, served: Served) -> None:
    chat.employee.says("request messaging because new desk")
    chat.manager.presses("Approve")
    chat.admin.says("status employee@example.com")
    chat.admin.says("licenses")
    ours = [line for line in served.text().splitlines() if line.startswith("license_bot_")]
    for family in text_string_to_metric_families("\n".join(ours) + "\n"):
        for sample in family.samples:
            for name, value in sample.labels.items():
                assert value in LABELS.get(name, {value})
                if name == "path":
                    assert re.fullmatch(r"([A-Za-z_]{2,32}|\{id\})(/([A-Za-z_]{2,32}|\{id\}))*", value)
    text = "\n".join(ours)
    secret = (DEMO_WEBHOOK_SECRET, "sandbox-", "@", "Y2lzY29", *(one["displayName"] for one in KNOWN.values()))
    assert [word for word in secret if word in text] == []


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("https://webexapis.com/v1/people/Y2lz", "people/{id}"),
        ("https://webexapis.com/v1/people/me", "people/me"),
        ("https://webexapis.com/v1/licenses/Y2lz/users?x=ada@example.com", "licenses/{id}/users"),
        ("https://webexapis.com/v1/people/ada@example.com", "people/{id}"),
        ("https://webexapis.com/v1/attachment/actions/Y2lz", "attachment/actions/{id}"),
        ("http://127.0.0.1:8080/odd/v1/licenses", "{id}/licenses"),
        ("https://webexapis.com/", ""),
    ],
)
def test_a_path_is_known_by_its_template(url: str, known: str) -> None:
    assert template(url) == known


def test_a_taken_port_is_told_and_nothing_else_is_lost(chat: Chat) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, capture_logs() as told:
        stop = metrics.serve_worker("127.0.0.1", taken.getsockname()[1], chat.running.engine)
        stop()
    assert [line["event"] for line in told] == ["metrics_not_served"]


def test_without_the_database_the_counts_are_still_told() -> None:
    engine = make_engine("sqlite:////nowhere/at/all.sqlite", pool_size=1)
    port = free_ports(1)[0]
    stop = metrics.serve_worker("127.0.0.1", port, engine)
    seen = Served(f"http://127.0.0.1:{port}/metrics")
    stop()
    engine.dispose()
    assert seen._before["license_bot_database_answers[]"] == 0  # noqa: SLF001  what it saw while it was served
    assert any(name.startswith("license_bot_webhook_ack_seconds") for name in seen._before)  # noqa: SLF001  the same


def test_port_zero_opens_none(chat: Chat) -> None:
    with capture_logs() as told:
        metrics.serve_worker("127.0.0.1", 0, chat.running.engine)()
        metrics.serve_web("127.0.0.1", 0)()
    assert told == []
