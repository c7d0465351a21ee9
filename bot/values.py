"""How each kind of value of the environment is read, and what is wrong with it by itself. Pure."""

import re
from datetime import timedelta
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

LONGEST_REQUEST_TTL = timedelta(days=365)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_ID = re.compile(r"[A-Za-z0-9_=+/-]{8,}")


def parts(value: SecretStr) -> tuple[str, ...]:
    """Split what may be a new secret and an old one: new,old."""
    return tuple(one.strip() for one in value.get_secret_value().split(",") if one.strip())


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _split(value: object) -> object:
    return tuple(dict.fromkeys(filter(None, re.split(r"[,\s]+", value)))) if isinstance(value, str) else value


def _ids(names: tuple[str, ...]) -> tuple[str, ...]:
    return _readable(names, [bool(_ID.fullmatch(name)) for name in names])


def _people(names: tuple[str, ...]) -> tuple[str, ...]:
    return _readable(names, [_is_person(name) for name in names])


def _people_and_spaces(names: tuple[str, ...]) -> tuple[str, ...]:
    return _readable(names, [_is_person(name) or _is_space(name) for name in names])


def _is_person(name: str) -> bool:
    return bool((_EMAIL.fullmatch(name) and not name.startswith("space:")) or _ID.fullmatch(name))


def _is_space(name: str) -> bool:
    return name.startswith("space:") and bool(_ID.fullmatch(name.removeprefix("space:")))


def _readable(names: tuple[str, ...], can_be_read: list[bool]) -> tuple[str, ...]:
    """Return the names in their one form. The position tells which cannot be read: a log need not name people."""
    if not all(can_be_read):
        raise ValueError(f"has an entry (number {can_be_read.index(False) + 1}) that cannot be read")
    return tuple(name.lower() if "@" in name else name for name in names)


def _days(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return timedelta(days=float(value))
    except (ValueError, OverflowError):
        raise ValueError("is not a number of days") from None


def _bounded(value: timedelta) -> timedelta:
    if not timedelta(0) < value <= LONGEST_REQUEST_TTL:
        raise ValueError("is no such time")
    return value


def _id(value: str) -> str:
    if re.fullmatch(r"[!-~]*", value) is None:
        raise ValueError("has characters that no id has")
    return value


def _keys(value: SecretStr) -> SecretStr:
    keys = parts(value)
    if not all(re.fullmatch(r"[A-Za-z0-9_-]{43}=", key) for key in keys) or (value and not keys):
        raise ValueError("is not a key")
    return value


def _database(value: str) -> str:
    value = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError("is not a database URL") from None
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError("names a database that the bot does not know")
    if not url.database or url.database == ":memory:":
        raise ValueError("names no file or database that web and worker could share")
    return value


Secret: TypeAlias = Annotated[SecretStr, BeforeValidator(_stripped)]
OrgIds: TypeAlias = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_ids)]
People: TypeAlias = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_people)]
PeopleAndSpaces: TypeAlias = Annotated[
    tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_people_and_spaces)
]
Days: TypeAlias = Annotated[timedelta, BeforeValidator(_days), AfterValidator(_bounded)]
Id: TypeAlias = Annotated[str, AfterValidator(_id)]
Keys: TypeAlias = Annotated[SecretStr, AfterValidator(_keys)]
DatabaseUrl: TypeAlias = Annotated[str, AfterValidator(_database)]
