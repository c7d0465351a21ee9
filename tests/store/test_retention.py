"""A SQLite file gives back what it needs no more, in small pieces, and keeps a little for tomorrow."""

from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bot.store import retention
from bot.store.session import make_engine
from tests.database import fresh_sqlite


def free_pages(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one())


def with_much_deleted(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS junk (x BLOB)"))
        connection.execute(text("INSERT INTO junk VALUES (zeroblob(15000000))"))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM junk"))


def give_all_back(engine: Engine) -> int:
    """Return in how many pieces it went."""
    for pieces in range(100):
        with Session(engine) as session, session.begin():
            if not retention.give_back(session):
                return pieces + 1
    raise AssertionError("it never ends")


def test_what_is_free_is_given_back_piece_by_piece_but_for_a_reserve(tmp_path: Path) -> None:
    engine = make_engine(fresh_sqlite(tmp_path), pool_size=1)
    with_much_deleted(engine)
    assert free_pages(engine) > 3 * retention.SPARE_PAGES
    assert give_all_back(engine) > 1
    assert free_pages(engine) == retention.SPARE_PAGES
    engine.dispose()


def test_a_file_of_earlier_days_keeps_its_pages_and_nobody_tries_for_ever(tmp_path: Path) -> None:
    engine = make_engine(fresh_sqlite(tmp_path), pool_size=1)
    with_much_deleted(engine)
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        connection.rollback()
        raw.execute("PRAGMA auto_vacuum=NONE")
        raw.execute("VACUUM")
    with_much_deleted(engine)
    before = free_pages(engine)
    assert give_all_back(engine) == 1
    assert free_pages(engine) == before
    engine.dispose()
