"""What an operator types: run the processes, upgrade the database, repair the webhooks, play in the sandbox.

Each command imports what it runs: the sandbox must not load the bot, nor wait a second for the engine to be imported.
"""

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import logs
from bot import settings as configuration
from bot.errors import CannotStart
from bot.settings import Role, Settings, SettingsError

main = typer.Typer(name="license-bot", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
db = typer.Typer(no_args_is_help=True, help="The database.")
webhooks = typer.Typer(no_args_is_help=True, help="The bot's webhooks in Webex.")
sandbox = typer.Typer(
    invoke_without_command=True, help="A small Webex on this machine, to try the bot without a tenant."
)
main.add_typer(db, name="db")
main.add_typer(webhooks, name="webhooks")
main.add_typer(sandbox, name="sandbox")


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what an operator can mend into a sentence and exit code 2."""
    try:
        yield
    except (SettingsError, CannotStart) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(2) from None


def _settings(role: Role) -> Settings:
    settings = configuration.load(role)
    logs.set_up(settings.log_format, settings.secrets)
    return settings


@main.command()
def web() -> None:
    """Receive webhooks (gunicorn; one process with threads on SQLite)."""
    from bot import app as wiring  # noqa: PLC0415 see above

    with _sentences():
        settings = _settings("web")
        wiring.check_ready(settings.database_url)
        wiring.serve_web(settings)


@main.command()
def worker() -> None:
    """Do the work: answer, ask, assign, sweep. One worker at a time."""
    from bot import app as wiring  # noqa: PLC0415 see above

    with _sentences():
        settings = _settings("worker")
        wiring.check_ready(settings.database_url)
        running = wiring.Worker(settings)
        running.launch()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
    running.shut_down()


@db.command()
def upgrade() -> None:
    """Bring the tables up to date: the bot's own and the engine's. Safe to repeat."""
    from bot import app as wiring  # noqa: PLC0415 see above

    with _sentences():
        settings = _settings("tools")
        wiring.upgrade(settings.database_url)
    typer.echo("The database is up to date.")


@webhooks.command()
def sync() -> None:
    """Create or repair exactly the bot's own webhooks: target, secret, filter, and asleep ones."""
    from bot import app as wiring  # noqa: PLC0415 see above

    with _sentences():
        for line in wiring.sync_webhooks(_settings("webhooks")):
            typer.echo(line)


@sandbox.callback()
def serve_sandbox(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="0 takes any free port.")] = 8080,
    host: Annotated[
        str, typer.Option(help="Anything but this machine is your own risk: the tokens are public.")
    ] = "127.0.0.1",
    file: Annotated[Path | None, typer.Option(help="Keeps the sandbox's state; read at the start.")] = None,
    people: Annotated[int, typer.Option(help="A company of at least so many people.")] = 0,
    licenses: Annotated[int, typer.Option(help="At least so many different licenses.")] = 0,
    *,
    allow_external: Annotated[
        bool, typer.Option("--allow-external", help="Lets webhooks and files by address leave this machine.")
    ] = False,
) -> None:
    """Run the sandbox until Ctrl-C."""
    if context.invoked_subcommand is None:
        from bot.sandbox.server import StateError, serve  # noqa: PLC0415 see above

        try:
            serve(host, port, state_file=file, people=people, licenses=licenses, allow_external=allow_external)
        except StateError as problem:
            raise typer.BadParameter(str(problem), param_hint="--file") from None


@sandbox.command()
def tokens(*, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """List who can speak in the sandbox, and with which token."""
    from bot.sandbox.seed import tokens as listed  # noqa: PLC0415 see above

    rows: list[dict[str, Any]] = listed()
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        typer.echo(f"{row['token']:<22} {row['email']:<38} {row['displayName']}")


@main.command()
def demo(*, once: Annotated[bool, typer.Option("--once", help="End after the scripted conversation.")] = False) -> None:
    """Play a scripted conversation in the sandbox, with the real web and worker."""
    from bot.sandbox.demo import play  # noqa: PLC0415 see above

    sys.exit(play(once=once))


if __name__ == "__main__":
    main()
