"""The tables as migrations make them: the same as the models say, on both databases, forth and back."""

import ast
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, inspect, text

import migrations
from bot import app as wiring
from bot.store import schema
from bot.store.models import Base
from bot.store.session import make_engine
from tests.database import fresh_database, fresh_sqlite, postgres_server

REVISIONS = sorted((Path(migrations.__path__[0]) / "versions").glob("*.py"))
Databases = dict[str, Callable[[], str]]


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """How to get the URL of an empty database of either kind."""
    folder = tmp_path_factory.mktemp("migrations")
    with ExitStack() as stack:
        server = cache(lambda: stack.enter_context(postgres_server()))
        yield {"sqlite": lambda: fresh_sqlite(folder), "postgresql": lambda: fresh_database(server())}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)])
def url(databases: Databases, request: pytest.FixtureRequest) -> str:
    return databases[request.param]()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = make_engine(url, pool_size=1)
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_there_is_exactly_one_newest_revision() -> None:
    assert len(ScriptDirectory.from_config(schema.config()).get_heads()) == 1


def test_an_empty_database_gets_every_table_and_is_then_current(engine: Engine) -> None:
    assert not schema.is_current(engine)
    schema.upgrade(engine)
    assert tables(engine) == {*Base.metadata.tables, "alembic_version"}
    assert schema.is_current(engine)


def run(engine: Engine, order: Callable[..., None], *words: str) -> None:
    with engine.begin() as connection:
        config = schema.config()
        config.attributes["connection"] = connection
        order(config, *words)


def test_models_and_migrations_agree(engine: Engine) -> None:
    schema.upgrade(engine)
    run(engine, command.check)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE deliveries ADD COLUMN forgotten TEXT"))
    with pytest.raises(CommandError):  # or the line above it would prove nothing
        run(engine, command.check)


@pytest.mark.parametrize("back_to", ["-1", "base"])
def test_migrations_can_be_taken_back_and_made_again(engine: Engine, back_to: str) -> None:
    schema.upgrade(engine)
    run(engine, command.downgrade, back_to)
    assert not schema.is_current(engine)
    assert back_to != "base" or tables(engine) <= {"alembic_version"}
    schema.upgrade(engine)
    assert schema.is_current(engine)
    run(engine, command.check)


def test_upgrading_twice_changes_nothing_and_keeps_what_is_there(url: str, engine: Engine) -> None:
    wiring.upgrade(url)
    before = tables(engine)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO deliveries (key, actor_id, space_id, received_at) VALUES ('a', 'b', 'c', :now)"),
            {"now": "2026-01-01 00:00:00+00:00"},
        )
    wiring.upgrade(url)
    assert tables(engine) == before
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM deliveries")) == 1


def test_a_database_of_a_later_version_is_not_taken_for_a_current_one(engine: Engine) -> None:
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    assert not schema.is_current(engine)
    assert schema.can_serve(engine)  # what runs already goes on until it is replaced


def test_a_process_does_not_serve_on_the_tables_of_an_earlier_version(engine: Engine) -> None:
    assert not schema.can_serve(engine)
    schema.upgrade(engine)
    assert schema.can_serve(engine)
    run(engine, command.downgrade, "-1")
    assert not schema.can_serve(engine)


@pytest.mark.parametrize("revision", REVISIONS, ids=lambda path: path.stem)
def test_a_revision_stands_alone_so_that_later_models_cannot_change_it(revision: Path) -> None:
    nodes = list(ast.walk(ast.parse(revision.read_text())))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    assert imported
    assert not {name for name in imported if name.partition(".")[0] in {"bot", "cards"}}
