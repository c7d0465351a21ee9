"""The sandbox's memory in a file: written a moment after a change, read at the start.

Calls, deliveries and weather are not kept: they belong to one run.
"""

import logging
import os
import tempfile
import threading
from collections import deque
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from bot.sandbox import seed
from bot.sandbox.model import (
    App,
    AuditEvent,
    License,
    Location,
    Message,
    Number,
    Organization,
    Person,
    Press,
    Space,
    Token,
    Upload,
    Webhook,
)
from bot.sandbox.outfit import DEFAULT_GROUP
from bot.sandbox.world import AUDIT_KEPT, World

LOG = logging.getLogger(__name__)
VERSION = 2
SETTLES = 0.3
"""Seconds after the first change until it is written, so that a burst of calls is one write."""


class StateError(Exception):
    """The file cannot be used; the text says what to do."""


def _named(value: object) -> object:
    """Read an organization of version 1, which was its name."""
    return {"org_id": "", "name": value} if isinstance(value, str) else value


@dataclass(slots=True)
class _Kept:
    """The attributes of the world that last, by the same names."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    version: int
    offset: float
    org_id: str
    organizations: dict[str, Annotated[Organization, BeforeValidator(_named)]]
    people: dict[str, Person]
    tokens: dict[str, Token]
    apps: dict[str, App]
    refresh_tokens: dict[str, Token]
    licenses: dict[str, License]
    locations: dict[str, Location]
    numbers: dict[str, Number]
    spaces: dict[str, Space]
    messages: dict[str, Message]
    presses: dict[str, Press]
    webhooks: dict[str, Webhook]
    uploads: dict[str, Upload]
    audit: deque[AuditEvent]
    groups: Annotated[dict[str, str], Field(exclude=True)] = field(default_factory=dict)
    """Here and below: the only organization's, as version 1 had them."""
    sites: Annotated[list[str], Field(exclude=True)] = field(default_factory=list)


_APART = {"version", "offset", "people", "audit", "groups", "sites"}
_LASTING = [one.name for one in fields(_Kept) if one.name not in _APART]
_FILE = TypeAdapter(_Kept)


def as_bytes(world: World) -> bytes:
    with world.lock:
        lasting = {name: getattr(world, name) for name in _LASTING}
        people, audit = dict(world.people), world.audit
        return _FILE.dump_json(_Kept(VERSION, world.clock.offset, people=people, audit=audit, **lasting))


def read(world: World, path: Path) -> bool:
    """Fill the world from the file; False when there is none yet."""
    try:
        kept = _FILE.validate_json(path.read_bytes())
    except FileNotFoundError:
        return False
    except OSError as problem:
        raise StateError(f"{path} cannot be read: {problem.strerror}.") from None
    except ValidationError:
        raise StateError(f"{path} is not a state that this sandbox can read: move it away or name another.") from None
    if kept.version not in {1, VERSION}:
        raise StateError(f"{path} was written by another version of the sandbox: move it away or name another.")
    if kept.version == 1:
        _bring_up(kept)
    with world.lock:
        world.clear()
        world.clock.move(kept.offset)
        for name in _LASTING:
            setattr(world, name, getattr(kept, name))
        for person in kept.people.values():
            world.people[person.person_id] = person
        world.audit = deque(kept.audit, maxlen=AUDIT_KEPT)
    return True


def _bring_up(kept: _Kept) -> None:
    """Give what version 1 took for granted: one organization owned everything."""
    for key, org in kept.organizations.items():
        org.org_id, org.created, org.groups = key, seed.CREATED, {DEFAULT_GROUP: "Default"}
    home = kept.organizations[kept.org_id]
    home.sites, home.groups = kept.sites, kept.groups
    for one in kept.licenses.values():
        one.org_id = kept.org_id
    kept.audit = deque(replace(event, org_id=kept.org_id) for event in kept.audit)


class Keeper:
    """Writes the file in a thread of its own. `touch` never waits."""

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self._path = path
        self._dirty = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox-keeper", daemon=True)
        self.write()
        self._thread.start()

    def touch(self) -> None:
        self._dirty.set()

    def stop(self) -> None:
        """End with everything written, what the courier found out since the last call included."""
        self._stopping.set()
        self._dirty.set()
        self._thread.join()
        self._try()

    def write(self) -> None:
        """Replace the file in one step: whoever dies here leaves the old one whole."""
        raw = as_bytes(self._world)
        try:
            with tempfile.NamedTemporaryFile(dir=self._path.parent, prefix=self._path.name, delete=False) as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(self._path)
        except OSError as problem:
            raise StateError(f"{self._path} cannot be written: {problem.strerror}.") from None

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._dirty.wait()
            self._stopping.wait(SETTLES)
            self._dirty.clear()
            self._try()

    def _try(self) -> None:
        try:
            self.write()
        except StateError as problem:
            LOG.error("what happened is not kept: %s", problem)  # noqa: TRY400 - the sentence is all there is to know
