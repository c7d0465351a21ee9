"""What the worker remembers of the catalog, and the operator's file as it reads it at the start."""

import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.app import Worker
from bot.settings import SettingsError
from bot.workflows.catalog import LIFETIME, AdminWithMemory, entries_in
from tests.chat import Chat
from tests.running import QUICK, Running, settings_for


def reads(chat: Chat) -> int:
    return len([call for call in chat.calls("GET", "/v1/licenses") if call["path"] == "/v1/licenses"])


def test_the_memory_ends_with_its_lifetime_and_keeps_no_failure(chat: Chat) -> None:
    now = 1000.0
    admin = AdminWithMemory("sandbox-admin", chat.running.settings.webex_api_url, QUICK, ticks=lambda: now)
    chat.weather(method="GET", path="/v1/licenses", times=QUICK.tries, status=503)
    assert admin.known_catalog()["kind"] == "busy"
    now += 1
    assert admin.known_catalog()["kind"] == "ok"
    read_so_far = reads(chat)
    now += LIFETIME
    admin.known_catalog()
    assert reads(chat) == read_so_far
    now += 1
    admin.known_catalog()
    assert reads(chat) == read_so_far + 1
    now += 1
    admin.catalog()
    assert reads(chat) == read_so_far + 2


def test_those_who_ask_at_the_same_time_share_one_call(chat: Chat) -> None:
    admin = AdminWithMemory("sandbox-admin", chat.running.settings.webex_api_url, QUICK)
    before, start, answers = reads(chat), threading.Barrier(6), []

    def ask() -> None:
        start.wait()
        answers.append(admin.known_catalog()["kind"])

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["ok"] * 6
    assert reads(chat) == before + 1


def test_a_name_that_webex_does_not_list_is_warned_about_once(chat: Chat, tmp_path: Path) -> None:
    file = tmp_path / "catalog.yaml"
    file.write_text("Mesaging: {order: 1}\nMessaging: {order: 2}\n")
    url = chat.running.settings.webex_api_url
    admin = AdminWithMemory("sandbox-admin", url, QUICK, entries=entries_in(str(file)))
    with capture_logs() as logs:
        for _ in range(2):
            assert admin.catalog()["kind"] == "ok"
    [warning] = [one for one in logs if one["log_level"] == "warning"]
    assert (warning["license"], warning["line"]) == ("Mesaging", 1)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (
            "Messaging:\n  order: first\n  pirce: 3\n",
            ["catalog.yaml line 2, `order`: is not a number.", "catalog.yaml line 3, `pirce`: is not known. Did you"],
        ),
        (None, ["CATALOG_FILE cannot be read: No such file or directory."]),
        ("Messaging: {title: \xff}", ["CATALOG_FILE cannot be read: it is not UTF-8."]),
    ],
)
def test_a_worker_does_not_start_on_a_file_with_mistakes_and_names_them_all(
    running: Running, tmp_path: Path, text: str | None, problems: list[str]
) -> None:
    file = tmp_path / "catalog.yaml"
    if text is not None:
        file.write_text(text, encoding="latin-1")
    settings = settings_for(running.settings.database_url, running.sandbox, catalog_file=str(file))
    with pytest.raises(SettingsError) as caught:
        Worker(settings)
    told = caught.value.problems
    assert all(line.startswith(problem) for line, problem in zip(told, problems, strict=True))
