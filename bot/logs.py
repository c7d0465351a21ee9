"""One stream of log lines, JSON or for a console: ours by structlog, the libraries' through the standard logging.

Whatever is about to be written loses tokens, secrets and e-mail addresses here, tracebacks included.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

REMOVED = "[removed]"

NOISY = ("alembic", "dbos", "sqlalchemy", "urllib3", "webexteamssdk", "werkzeug")
"""Libraries that are heard from warnings on. webexteamssdk would even log each request with what people wrote."""

_TRACEBACKS = frozenset({"exception", "stack"})
SHORTEST_HIDDEN = 8
"""What another side calls a secret is none below this, and to take it out of every word would spoil all lines."""
_learned: set[str] = set()
"""Secrets that the process was told while it ran."""

_SECRET_KEY = re.compile(r"token|secret|password|authorization|signature|cookie", re.IGNORECASE)
_SECRET_TEXT = re.compile(
    r"(?i:(?<=\bbearer )|(?<=\bbasic ))[\w.~+/=-]+"  # an Authorization header
    r"|(?<=://)[^\s/@:]*:[^\s/@]*(?=@)"  # a URL with a password
    # an e-mail address, as people write it and as a URL does; an apostrophe is part of it only within
    r"|(?<![\w.+%-])(?<![\w.+%-]')[\w.+%-]+(?:'[\w.+%-]+)*(?:@|%40)[\w-]+(?:\.[\w-]+)+"
)


def set_up(log_format: Literal["json", "console"], secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send all logging to `stream` (standard error). `secrets` are values that must never be seen in a line.

    May be called again, which replaces what was set up before.
    """
    stream = stream or sys.stderr
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*common, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,  # the loggers of modules must follow a second set-up
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(DiscreetFormatter(common, _renderer(log_format, colors=stream.isatty()), secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # DBOS opens a console of its own unless its logger has a handler, and stops passing on once it has done so.
    engine = logging.getLogger("dbos")
    engine.handlers, engine.propagate = [logging.NullHandler()], True


def hide(*secrets: str) -> None:
    """Never show these from now on either: what another side gave us, such as a token that was renewed."""
    _learned.update(_as_shown(one for one in secrets if len(one) >= SHORTEST_HIDDEN))


def _as_shown(secrets: Iterable[str]) -> set[str]:
    """Return the texts to look for: a line may show a value as it is or as JSON writes it."""
    return {text for secret in secrets if secret for text in (secret, json.dumps(secret)[1:-1])}


class DiscreetFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders a record of structlog or of a library, then takes out what nobody may read."""

    def __init__(self, common: list[Processor], renderer: Processor, secrets: Iterable[str]) -> None:
        super().__init__(
            foreign_pre_chain=common,
            processors=[
                self.remove_processors_meta,
                structlog.processors.format_exc_info,  # without locals, which hold what people wrote
                remove_secret_fields,
                make_printable,
                renderer,
            ],
        )
        self._secrets = _as_shown(secrets)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in sorted(self._secrets | _learned, key=len, reverse=True):  # one may begin with another
            line = line.replace(secret, REMOVED)
        return _SECRET_TEXT.sub(REMOVED, line)


def remove_secret_fields(_logger: WrappedLogger, _method: str, fields: EventDict) -> EventDict:
    return {key: _without_secrets(key, value) for key, value in fields.items()}


def _without_secrets(key: str, value: Any) -> Any:
    if _SECRET_KEY.search(key):
        return REMOVED
    if isinstance(value, Mapping):
        return {inner: _without_secrets(str(inner), below) for inner, below in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets("", below) for below in value]
    return value


def make_printable(_logger: WrappedLogger, _method: str, fields: EventDict) -> EventDict:
    """Show as an escape what would break a line, color it or turn it around: nobody forges a line by what they type.

    Only a traceback keeps its lines, all of them indented, which the beginning of a record never is.
    """
    return {key: _printable(value, is_traceback=key in _TRACEBACKS) for key, value in fields.items()}


def _printable(value: Any, *, is_traceback: bool = False) -> Any:
    if isinstance(value, str):
        if is_traceback:
            return "\n".join(f"    {_printable(line)}" for line in value.split("\n"))
        return value if value.isprintable() else "".join(map(_shown, value))
    if isinstance(value, Mapping):
        return {_printable(str(key)): _printable(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(below) for below in value]
    return value


def _shown(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]


def _renderer(log_format: Literal["json", "console"], *, colors: bool) -> Processor:
    if log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
