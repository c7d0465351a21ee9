"""Lets the bot serve one company of a given size and tells what that took, as JSON. Run as a process of its own.

    python -m tests.bench.one_company <people> <licenses> <folder>

The sandbox is another process, so that the memory that is measured is the bot's alone.
"""

import json
import os
import resource
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from pydantic import SecretStr
from sqlalchemy import Engine, event
from werkzeug.serving import make_server

from bot import app as wiring
from bot import webhooks
from bot.settings import DEMO_WEBHOOK_SECRET, Settings
from bot.store.models import Base
from bot.webex.messages import ChatGateway
from tests.chat import Chat
from tests.processes import Guard, Process, free_ports, until
from tests.running import QUICK, TOO_LONG, Clock, Running

OURS = tuple(Base.metadata.tables)
WHO = "who basic messaging"
COMMANDS = ("licenses", WHO, "status employee@example.com", "pending", "history")


class Sandbox:
    """A sandbox in a process of its own, as far as `Running` needs one."""

    def __init__(self, url: str) -> None:
        self.url = url


class Statements:
    """Counts the statements on our own tables: the engine looks into its own as time goes by.

    The budget of calls does not count: it costs some for each few calls, and a longer list takes more of these.
    """

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        event.listen(Engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if any(f" {name}" in statement for name in OURS) and " call_budgets" not in statement:
            self.seen[" ".join(statement.split())] += 1


def serve(people: int, licenses: int, folder: Path) -> dict[str, Any]:
    with _sandbox(people, licenses, folder) as sandbox, _bot(sandbox, folder) as running:
        chat = Chat(running)
        running.settle()
        statements = Statements()
        told = {text: chat.admin.says(text) for text in COMMANDS}
        chat.employee.says("request")
        form = chat.employee.card_with("Send request")
        chat.employee.says("request messaging because new team")
        chat.manager.presses("Approve")
        seen = {
            "statements": dict(statements.seen),
            "form_bytes": len(json.dumps(form["attachments"][0]["content"])),
            "state": chat.state_of(1),
            "holders": told[WHO].splitlines()[0],
            "peak_kilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        }
        return {**seen, "calls_for_who": _costs(chat, WHO)}  # last: looking at all calls takes memory itself


def _costs(chat: Chat, text: str) -> int:
    """Return how often a command had Webex asked about licenses."""
    before = len(chat.calls("GET", "/v1/licenses"))
    chat.admin.says(text)
    return len(chat.calls("GET", "/v1/licenses")) - before


@contextmanager
def _sandbox(people: int, licenses: int, folder: Path) -> Iterator[Sandbox]:
    guard, port = Guard(), free_ports(1)[0]
    size = ("--people", str(people), "--licenses", str(licenses))
    process = Process(guard, folder / "sandbox.log", dict(os.environ), "sandbox", "--port", str(port), *size)
    sandbox = Sandbox(f"http://127.0.0.1:{port}")
    try:
        until("the sandbox answers", lambda: _answers(sandbox.url), within=120)
        yield sandbox
    finally:
        process.kill()
        guard.close()


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/control/idle", timeout=TOO_LONG).ok
    except requests.ConnectionError:
        return False


@contextmanager
def _bot(sandbox: Sandbox, folder: Path) -> Iterator[Running]:
    url = f"sqlite:///{folder / 'bench.sqlite'}"
    wiring.upgrade(url)
    web = wiring.build_web(_settings(url, sandbox, 1), Clock())
    server = make_server("127.0.0.1", 0, web, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    running = Running(_settings(url, sandbox, server.server_port), sandbox, Clock())  # type: ignore[arg-type]
    running.launch()
    chat = ChatGateway("sandbox-bot", running.settings.webex_api_url, QUICK)
    list(webhooks.sync(chat, running.settings.public_url, DEMO_WEBHOOK_SECRET))
    try:
        yield running
    finally:
        running.close()
        server.shutdown()
        thread.join()
        server.server_close()
        web.extensions["close"]()


def _settings(url: str, sandbox: Sandbox, port: int) -> Settings:
    return Settings(
        role="worker",
        webex_api_url=f"{sandbox.url}/v1",
        public_url=f"http://127.0.0.1:{port}",
        webex_teams_access_token=SecretStr("sandbox-bot"),
        webex_admin_access_token=SecretStr("sandbox-admin"),
        webex_webhook_secret=SecretStr(DEMO_WEBHOOK_SECRET),
        database_url=url,
        port=port,
        admins=("admin@example.com",),
        approvers=("director@example.com",),
        webex_calls_per_minute=10_000,  # less would only make it wait
    )


if __name__ == "__main__":
    result = serve(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
    sys.stdout.write("\n" + json.dumps(result) + "\n")
