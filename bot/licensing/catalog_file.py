"""The operator's catalog.yaml: licenses by name, hidden, renamed, grouped, described, priced and put in order. Pure.

Everything that is wrong with it is said at once, each with its line and field.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from rapidfuzz import fuzz, process
from yaml.nodes import MappingNode, Node, ScalarNode

from bot.licensing.catalog import License, counted, is_calling, title_of
from bot.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LONGEST = {"title": 80, "group": 40, "description": 200, "price": 40, "exclusive": 40, "resource_group": 100}
"""Characters; what is longer finds no room on a card."""
SOMEWHAT_ALIKE = 60
BY_RECORD = "people"
"""The way of changing a license that the Licenses API cannot change: a full replacement of the person's record."""
NO_RECORD_OF_CALLING = (
    "cannot be used for “{name}”, whose number and location cannot be sent with a person's record. Take this line out: "
    "the bot assigns Calling licenses without it."
)
SWITCHES: dict[str, bool] = yaml.SafeLoader.bool_values


@dataclass(frozen=True, slots=True)
class Entry:
    """What the file says of the licenses with this name, title or id; fields of which it says nothing are absent."""

    key: str
    line: int
    says: dict[str, Any] = field(default_factory=dict)


def read(text: str, name: str) -> tuple[Entry, ...]:
    """Return the entries of a file, or raise SettingsError with all its problems; `name` is how they call it."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise SettingsError(_not_yaml(error, name)) from None
    if root is None or _is_null(root):
        return ()
    if not isinstance(root, MappingNode):
        raise SettingsError(f"{name} line {_line(root)}: is no list of licenses such as `Messaging:`, one a line.")
    reader = _Reader(name)
    entries = reader.entries(root)
    if reader.problems:
        raise SettingsError(*(words for _, words in sorted(reader.problems, key=lambda problem: problem[0])))
    return entries


def dress(catalog: Sequence[License], entries: Sequence[Entry]) -> list[License]:
    """Return Webex's catalog as the operator wants it shown; without entries in Webex's order."""
    orders: dict[str, float] = {}
    dressed = []
    for license_ in catalog:
        says = _said_of(license_, title_of(license_, catalog), entries)
        orders[license_["license_id"]] = says.pop("order", math.inf)
        if is_calling(license_["name"]):
            says.pop("via", None)  # the file may name it by its id, which tells nothing until the catalog is there
        dressed.append(counted(_NEUTRAL | {"title": license_["name"]} | license_ | says))  # type: ignore[arg-type]  # the checked fields
    if entries:
        dressed.sort(key=lambda one: (*_group_of(one), orders[one["license_id"]], one["title"].casefold()))
    return dressed


def not_in(catalog: Sequence[License], entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries that speak of no license of this catalog."""
    known = [(one, title_of(one, catalog)) for one in catalog]
    return [entry for entry in entries if not any(_fit(entry, one, title) for one, title in known)]


_NEUTRAL: dict[str, Any] = {
    "group": "",
    "description": "",
    "price": "",
    "hidden": False,
    "exclusive": "",
    "resource_group": "",
    "via": "",
}


def _group_of(license_: License) -> tuple[bool, str]:
    """Put groups in the order of their names, and what is in none last."""
    return not license_["group"], license_["group"].casefold()


def _said_of(license_: License, title: str, entries: Iterable[Entry]) -> dict[str, Any]:
    """Put together what is said of a name, of a site or subscription, and of an id; the more exact wins."""
    fitting = [(fit, entry) for entry in entries if (fit := _fit(entry, license_, title))]
    says: dict[str, Any] = {}
    for _, entry in sorted(fitting, key=lambda pair: pair[0]):
        says |= entry.says
    return says


def _fit(entry: Entry, license_: License, title: str) -> int:
    """Return how exactly an entry names a license: 0 not at all, 2 by the title that tells twins apart, 3 by its id."""
    if entry.key == license_["license_id"]:
        return 3
    key = entry.key.casefold()
    if key == license_["name"].casefold():
        return 1
    return 2 if key == title.casefold() else 0


class _Reader:
    """Walks the file once and goes on after each problem."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._titles: dict[str, int] = {}
        self.problems: list[tuple[int, str]] = []

    def entries(self, root: MappingNode) -> tuple[Entry, ...]:
        read: list[Entry] = []
        for key, value in root.value:
            entry = self._entry(key, value)
            twin = next((one for one in read if one.key.casefold() == entry.key.casefold()), None)
            if twin is not None:
                self._tell(key, f"names “{entry.key}” again, which is in line {twin.line} already.")
            read.append(entry)
        return tuple(read)

    def _entry(self, key: Node, value: Node) -> Entry:
        name = " ".join(key.value.split()) if isinstance(key, ScalarNode) else ""
        if not name:
            self._tell(key, "names no license.")
        if not isinstance(value, MappingNode):
            self._tell(value, f"says nothing of “{name}” that I know; write for example `title: …` below it.")
            return Entry(name, _line(key))
        says: dict[str, Any] = {}
        given: set[str] = set()
        for field_key, field_value in value.value:
            word = field_key.value if isinstance(field_key, ScalarNode) else ""
            if word in given:
                self._tell(field_key, "is given twice.", word)
            elif self._is_known(field_key, word):
                self._field(field_value, word, says)
                if word == "via" and is_calling(name):
                    self._tell(field_key, NO_RECORD_OF_CALLING.format(name=name), word)
            given.add(word)
        return Entry(name, _line(key), says)

    def _is_known(self, where: Node, word: str) -> bool:
        if word in FIELDS:
            return True
        near = process.extractOne(word.casefold(), list(FIELDS), scorer=fuzz.ratio, score_cutoff=SOMEWHAT_ALIKE)
        known = f"Did you mean `{near[0]}`?" if near else f"I know {', '.join(f'`{one}`' for one in FIELDS)}."
        self._tell(where, f"is not known. {known}", word)
        return False

    def _field(self, value: Node, word: str, says: dict[str, Any]) -> None:
        try:
            says[word] = FIELDS[word](value, word)
        except ValueError as problem:
            self._tell(value, f"{problem}.", word)
            return
        if word == "title":
            first = self._titles.setdefault(says[word].casefold(), _line(value))
            if first != _line(value):
                self._tell(value, f"is the same as in line {first}, so nobody could tell the two apart.", word)

    def _tell(self, where: Node, problem: str, word: str = "") -> None:
        line = _line(where)
        self.problems.append((line, f"{self._name} line {line}{f', `{word}`' if word else ''}: {problem}"))


def _text(node: Node, word: str) -> str:
    """Return a text as it is written: a price of 12.50 keeps its zero."""
    if not isinstance(node, ScalarNode):
        raise ValueError("is not a text")  # noqa: TRY004 every problem of a value comes the same way
    text = " ".join(node.value.split())
    if not text or _is_null(node):
        raise ValueError("is empty")
    if len(text) > LONGEST[word]:
        raise ValueError(f"is longer than {LONGEST[word]} characters")
    return text


def _number(node: Node, _word: str) -> float:
    try:
        number = float(node.value) if isinstance(node, ScalarNode) else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("is not a number")
    return number


def _switch(node: Node, _word: str) -> bool:
    if not isinstance(node, ScalarNode) or node.value.lower() not in SWITCHES:
        raise ValueError("is neither true nor false")
    return SWITCHES[node.value.lower()]


def _way(node: Node, _word: str) -> str:
    if not isinstance(node, ScalarNode) or node.value != BY_RECORD:
        raise ValueError(f"can only be `{BY_RECORD}`: change this license by replacing the person's whole record")
    return BY_RECORD


FIELDS: dict[str, Callable[[Node, str], Any]] = {
    "title": _text,
    "group": _text,
    "description": _text,
    "price": _text,
    "order": _number,
    "hidden": _switch,
    "exclusive": _text,
    "resource_group": _text,
    "via": _way,
}


def _is_null(node: Node) -> bool:
    return str(node.tag).endswith(":null")


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _not_yaml(error: yaml.YAMLError, name: str) -> str:
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    where = f" line {mark.line + 1}" if mark else ""
    return f"{name}{where}: cannot be read as YAML ({problem or 'a character that no text has'})."
