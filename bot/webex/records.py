"""A person's whole record, replaced for the sake of one license ("Webex: Update a Person"): nothing else may change.

Webex drops whatever such a replacement leaves out. So everything that was read goes back, and where that is not
possible, or somebody changed the record since it was looked at, nothing is written.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, TypedDict

from bot.webex import reading
from bot.webex.http import Answer, Refused, ok, refused
from bot.webex.line import AdminCalls, segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Raw = dict[str, Any]

WRITABLE = frozenset(
    {"emails", "phoneNumbers", "extension", "locationId", "displayName", "firstName", "lastName", "nickName"}
    | {"avatar", "orgId", "department", "manager", "managerId", "title", "addresses", "roles", "licenses", "siteUrls"}
    | {"loginEnabled"}
)
READ_ONLY = frozenset(
    {"id", "created", "lastModified", "timezone", "lastActivity", "sipAddresses", "xmppFederationJid", "status"}
    | {"invitePending", "type"}
)
VOLATILE = frozenset({"lastActivity", "lastModified", "status"})
"""They move while nobody changes anything: two come with the person's presence, one is told apart."""
DIGITS = 12
CONFLICT = 409
CALLING = {"callingData": "true"}


class Record(TypedDict):
    """What a record looked like, without a word of what it says: a digest of each field, and when it last changed."""

    fields: dict[str, str]
    modified: str


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_one_text(value: Any) -> bool:
    """Of several addresses Webex takes the first for the main one, and lists them in any order."""
    return _are_texts(value) and len(value) == 1


NEEDED: dict[str, Callable[[Any], bool]] = {"displayName": _is_text, "emails": _is_one_text, "licenses": _are_texts}
"""What must have been read, and how, for the record to be put back."""


class RecordCalls(AdminCalls):
    def record(self, person_id: str) -> Answer:
        """Value: `Record`."""
        return reading.in_our_words(self._read(person_id), _record)

    def replace_licenses(self, person_id: str, known: Record, add: list[str], remove: list[str]) -> Answer:
        """Replace the record as it stands, with other licenses; value: `Assigned`.

        Refused with 409 and nothing written, unless it is still as `known`, complete, and all of it can be put back:
        the description of the one error begins with a code word ("changed_meanwhile: department").

        Safe to repeat: where the licenses are as wanted already, nothing is written. It is not repeated here, because
        a change of somebody else in between would be lost. Even an answer other than ok can have changed something,
        and Webex skips a license that it will not give without a word: only reading it again proves anything.
        """
        answer = reading.in_our_words(self._read(person_id), reading.record)
        if answer["kind"] != "ok":
            return answer
        raw: Raw = answer["value"]
        if words := _unfit(raw, self._wire.org_id):
            return _refusal(words)
        held = reading.ids_in(raw["licenses"])
        wanted = [one for one in dict.fromkeys([*held, *add]) if one not in remove]
        if set(wanted) == set(held):
            return ok(reading.assigned(raw, ""), answer["status"])
        if words := _differing(known, _record(raw)):
            return _refusal(words)
        return self._write(person_id, {name: raw[name] for name in raw if name in WRITABLE} | {"licenses": wanted})

    def _read(self, person_id: str) -> Answer:
        return self._wire.get(f"people/{segment(person_id)}", CALLING).answer

    def _write(self, person_id: str, body: Raw) -> Answer:
        heard = self._wire.put(f"people/{segment(person_id)}", body, CALLING, once=True)
        if heard.answer["kind"] != "ok":
            return heard.answer
        return ok(reading.assigned(heard.answer["value"], heard.tracking_id), heard.answer["status"])


def _record(value: Any) -> Record:
    raw = reading.record(value)
    return {
        "fields": {name: _digest(raw[name]) for name in sorted(raw.keys() - VOLATILE)},
        "modified": reading.text(raw, "lastModified"),
    }


def _digest(value: Any) -> str:
    """Tell one value from another. Webex promises no order of what it lists as bare texts (ids, addresses, sites)."""
    if _are_texts(value):
        value = sorted(value)
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:DIGITS]


def _unfit(raw: Raw, org_id: str) -> str:
    """Say why a record must not be replaced, "" if it may be."""
    if raw.get("errors"):
        return "partial_read: Webex could not read all of it"
    if missing := [name for name, is_told in NEEDED.items() if not is_told(raw.get(name))]:
        return f"incomplete: {_listed(missing)}"
    if unknown := raw.keys() - WRITABLE - READ_ONLY - {"errors"}:
        return f"unknown_fields: {_listed(unknown)}"
    if org_id and not reading.same_id(org_id, reading.text(raw, "orgId")):
        return "other_organization: orgId"
    return ""


def _differing(known: Record, now: Record) -> str:
    """Say what somebody changed since the record was looked at, "" if nothing."""
    before, after = known["fields"], now["fields"]
    changed = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    if "roles" in changed:
        return f"roles_changed: {_listed(changed)}"
    if changed or known["modified"] != now["modified"]:
        return f"changed_meanwhile: {_listed(changed or ['lastModified'])}"
    return ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _refusal(words: str) -> Refused:
    return refused(CONFLICT, words, [{"code": None, "description": words}])
