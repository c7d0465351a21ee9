"""A license that only a replacement of the whole record can change: what is asked for, and what else is different."""

from collections.abc import Iterable

from bot.webex.admin import AdminGateway
from bot.webex.http import Answer, refused
from bot.workflows.results import Look, by_record
from cards.kit import plain

EXPECTED_TO_CHANGE = frozenset({"licenses", "siteUrls"})
"""A host account comes and goes with the license of its site."""
FULL_UPDATE_OFF = refused(409, "", [{"code": None, "description": "full_update_off"}])


def replace_record(admin: AdminGateway, look: Look, record: Answer) -> Answer:
    """Write the record back with other licenses, if it still is as `record` says; value: `Assigned`."""
    if record["kind"] != "ok":
        return record
    changes = [one for one in look["changes"] if one["item_id"] in by_record(look) and one["license_id"]]
    add, remove = (
        [str(one["license_id"]) for one in changes if one["operation"] == operation] for operation in ("add", "remove")
    )
    return admin.replace_licenses(look["order"]["person_id"], record["value"], add, remove)


def changed_fields(before: Answer, after: Answer) -> list[str]:
    """Return the names of the fields that differ; nothing if either could not be read."""
    if before["kind"] != "ok" or after["kind"] != "ok":
        return []
    was, now = before["value"]["fields"], after["value"]["fields"]
    return sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))


def unexpected(changed: Iterable[str]) -> list[str]:
    return [name for name in changed if name not in EXPECTED_TO_CHANGE]


def not_as_before(number: int, name: str, fields: Iterable[str]) -> str:
    """Tell the admins what is different although nobody asked for it."""
    return (
        f"Request **#{number}**: after the full update of {plain(name)} these fields are not as they were: "
        f"{', '.join(fields)}. Please compare them in Control Hub."
    )
