"""What keeps a command from its work and an operator can mend, as a sentence: no traceback, no URL, no password."""

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

from bot.errors import CannotStart

AWAY = (
    "The database does not answer: {why}. See that its server runs and takes connections, and that DATABASE_URL names "
    "it: user, password, host, database."
)
NOT_ALLOWED = "The database refuses: {why}. Give the user of DATABASE_URL that right, or let it own the database."
NOT_OPENED = (
    "The database's file cannot be used: {why}. See that DATABASE_URL names a file in a folder that is there, that "
    "both are yours to write, and that the disk has room."
)
SYSTEM = "The system refuses: {why}. See that the folder is there and yours to write, and that the disk has room."


def refusal_of(error: Exception) -> CannotStart | None:
    """Return what to tell instead of a traceback, or None for what only a defect explains.

    What the drivers say names host, user and database, but neither the password nor what was being written.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return CannotStart(NOT_ALLOWED.format(why=_first_line(cause)))
    if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        return CannotStart(AWAY.format(why=_first_line(cause)))
    if isinstance(cause, sqlite3.DatabaseError) and not isinstance(cause, sqlite3.IntegrityError):
        return CannotStart(NOT_OPENED.format(why=_first_line(cause)))
    if isinstance(cause, OSError) and cause.strerror:
        where = f" ({cause.filename})" if cause.filename else ""
        return CannotStart(SYSTEM.format(why=f"{cause.strerror}{where}"))
    return None


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
