"""What an operator types: run the processes, upgrade the database, repair the webhooks, play in the sandbox.

Each command imports what it runs: the sandbox must not load the bot, nor wait a second for the engine to be imported.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot import logs
from bot import settings as configuration
from bot.errors import CannotStart
from bot.settings import Role, Settings, SettingsError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

main = typer.Typer(name="license-bot", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
db = typer.Typer(no_args_is_help=True, help="The database.")
webhooks = typer.Typer(no_args_is_help=True, help="The bot's webhooks in Webex.")
sandbox = typer.Typer(
    invoke_without_command=True, help="A small Webex on this machine, to try the bot without a tenant."
)
admin_token = typer.Typer(no_args_is_help=True, help="The admin side's token, where the bot renews it by itself.")
main.add_typer(db, name="db")
main.add_typer(admin_token, name="tokens")
main.add_typer(webhooks, name="webhooks")
main.add_typer(sandbox, name="sandbox")


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what an operator can mend into a sentence and exit code 2."""
    try:
        yield
    except Exception as error:
        from bot.operating.in_the_way import refusal_of  # noqa: PLC0415 see above

        known = error if isinstance(error, (SettingsError, CannotStart)) else refusal_of(error)
        if known is None:
            raise
        typer.echo(str(known), err=True)
        raise typer.Exit(2) from None


def _settings(role: Role) -> Settings:
    settings = configuration.load(role)
    logs.set_up(settings.log_format, settings.secrets)
    return settings


@main.command()
def web() -> None:
    """Receive webhooks (gunicorn; one process with threads on SQLite)."""
    from bot.operating.counting import counting_together  # noqa: PLC0415 see above

    with _sentences():
        settings = _settings("web")
        with counting_together(served=settings.metrics_port > 0):
            from bot import app as wiring  # noqa: PLC0415 see above

            wiring.check_ready(settings.database_url)
            wiring.serve_web(settings)


@main.command()
def worker() -> None:
    """Do the work: answer, ask, assign, sweep. Several may run; each goes on with what another one leaves behind."""
    from bot import app as wiring  # noqa: PLC0415 see above

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):  # before there is anything that could be cut off
        signal.signal(number, lambda *_: stopped.set())
    with _sentences():
        settings = _settings("worker")
        wiring.check_ready(settings.database_url)
        running = wiring.Worker(settings)
        running.launch()
    stopped.wait()
    running.shut_down()
    os._exit(0)  # what was not done in time goes on in the next worker; to wait for its thread would have no bound


@db.command()
def upgrade() -> None:
    """Bring the tables up to date: the bot's own and the engine's. Safe to repeat."""
    from bot import app as wiring  # noqa: PLC0415 see above

    with _sentences():
        settings = _settings("tools")
        wiring.upgrade(settings.database_url)
    typer.echo("The database is up to date.")


@db.command()
def check() -> None:
    """Look for damage and for rows that contradict each other; exit code 1 if there is something."""
    from bot.operating.check import problems  # noqa: PLC0415 see above

    with _sentences():
        found = problems(configuration.load("tools").database_url)
    for problem in found:
        typer.echo(problem)
    if found:
        raise typer.Exit(1)
    typer.echo("The database is sound.")


@db.command()
def backup(file: Annotated[Path, typer.Argument(help="A new file; it is readable by you alone.")]) -> None:
    """Copy the whole database while the bot goes on. PostgreSQL: by pg_dump."""
    from bot.operating.backup import back_up  # noqa: PLC0415 see above

    with _sentences():
        back_up(configuration.load("tools").database_url, file)
    typer.echo(f"The database is in {file}.")


@webhooks.command()
def sync(
    *,
    now: Annotated[
        bool, typer.Option("--now", help="Wakes those up, too, that sleep: for five minutes or more.")
    ] = False,
) -> None:
    """Create or repair exactly the bot's own webhooks: target, secret, filter, doubles."""
    from bot import app as wiring  # noqa: PLC0415 see above

    with _sentences():
        for line in wiring.sync_webhooks(_settings("webhooks"), now=now):
            typer.echo(line)


@admin_token.command()
def key() -> None:
    """Print a new key for TOKEN_KEY."""
    from bot.operating.token_tool import new_key  # noqa: PLC0415 see above

    typer.echo(new_key())


@admin_token.command()
def show() -> None:
    """Tell which kind of token it is and when it ends; never a value."""
    from bot.operating import token_tool  # noqa: PLC0415 see above

    with _sentences():
        settings = _settings("worker")
        for line in token_tool.show(settings, _sessions(settings)):
            typer.echo(line)


@admin_token.command()
def forget() -> None:
    """Remove the stored token, when the key that opens it is lost."""
    from bot.operating import token_tool  # noqa: PLC0415 see above

    with _sentences():
        typer.echo(token_tool.forget(_sessions(_settings("tools"))))


def _sessions(settings: Settings) -> "sessionmaker[Session]":
    """Return sessions on a database that the release step has prepared."""
    from bot import app as wiring  # noqa: PLC0415 see above
    from bot.store.session import make_engine, make_sessions  # noqa: PLC0415 see above

    wiring.check_ready(settings.database_url)
    return make_sessions(make_engine(settings.database_url, pool_size=1))


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
def doctor(
    *,
    process: Annotated[Literal["all", "web", "worker"], typer.Option("--for", help="What runs here.")] = "all",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say what is wrong and what to do; change nothing. Exit code 0: all right, 1: to be looked at, 2: broken."""
    from bot.operating import doctor as looking  # noqa: PLC0415 see above
    from bot.workflows.catalog import entries_in  # noqa: PLC0415 see above

    logs.set_up("json", stream=StringIO())  # what a failing call logs is what the doctor says in words
    told = []
    for one in looking.examine(
        looking.ROLES if process == "all" else (process,),
        lambda settings: entries_in(settings.catalog_file, allow_full_update=settings.allow_full_update),
    ):
        told.append(one)
        if not as_json:
            typer.echo(one.lines)
    typer.echo(json.dumps(looking.as_json(told), indent=2) if as_json else looking.summary(told))
    raise typer.Exit(looking.exit_code(told))


@main.command()
def demo(*, once: Annotated[bool, typer.Option("--once", help="End after the scripted conversation.")] = False) -> None:
    """Play a scripted conversation in the sandbox, with the real web and worker."""
    from bot.sandbox.demo import play  # noqa: PLC0415 see above

    sys.exit(play(once=once))


if __name__ == "__main__":
    main()
