"""A license that only a replacement of the whole record can change: what is asked for, and what else is different."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.desk.facts import LicenseFacts
from bot.licensing.catalog import is_calling
from bot.licensing.full_update import is_own_refusal
from bot.webex.admin import AdminGateway
from bot.webex.http import ASKED_TO_WAIT, Answer, refused
from bot.webex.records import Record
from bot.workflows.entitled import is_objection
from bot.workflows.results import ALL_APPLIED, Look, by_record, goes_last, is_swap_by_record, order_of
from cards.kit import plain

EXPECTED_TO_CHANGE = frozenset({"licenses", "siteUrls"})
"""A host account comes and goes with the license of its site."""
FULL_UPDATE_OFF = refused(409, "", [{"code": None, "description": "full_update_off"}])
NOT_WRITTEN, NOT_COMPARED = "nothing written", "not compared"


def with_the_record(look: Look, catalog: Sequence[LicenseFacts]) -> Look:
    """Let all licenses of a swap go by the record if one does, so that nobody ends with neither.

    Calling licenses cannot: their details have no place in it. They come before the replacement, or go after it.
    """
    if not is_swap_by_record(look):
        return look
    able = {one["license_id"] for one in catalog if not is_calling(one["name"])}
    more = {one["item_id"] for one in look["changes"] if one["license_id"] in able}
    return {**look, "by_record": sorted(by_record(look) | more)}


def replace_record(admin: AdminGateway, look: Look, record: Answer, answer: Answer) -> Answer:
    """Write the record back with other licenses, if it still is as `record` says; value: `Assigned`.

    Not if the person may no longer have them, nor, of a swap, unless `answer` says that all the rest was applied.
    """
    is_whole = answer["kind"] == "ok" and answer["status"] == ALL_APPLIED
    if answer["kind"] == "busy" or is_objection(answer) or (is_swap_by_record(look) and not is_whole):
        return answer
    if record["kind"] != "ok":
        return record
    changes = [one for one in look["changes"] if one["item_id"] in by_record(look) and one["license_id"]]
    add, remove = (
        [str(one["license_id"]) for one in changes if one["operation"] == operation] for operation in ("add", "remove")
    )
    replaced = admin.replace_licenses(look["order"]["person_id"], record["value"], add, remove)
    last = order_of(look, goes_last(look))
    if last is None or replaced["kind"] != "ok" or not set(add) <= set(replaced["value"]["licenses"]):
        return replaced
    return admin.assign(last)


@dataclass(frozen=True, slots=True)
class Update:
    """What is known of the full updates of one attempt, over all its tries."""

    known: Record | None
    """How the record stood before anything may have been written; None if nothing was."""
    changed: list[str] | None
    """The fields that differ from that; None if they could not be compared."""

    @property
    def in_audit(self) -> list[str] | str:
        if self.known is None:
            return NOT_WRITTEN
        return NOT_COMPARED if self.changed is None else self.changed

    def for_admins(self, number: int, name: str) -> str:
        """Tell what is different although nobody asked for it, or that nobody looked; "" if all is well."""
        if self.known is None:
            return ""
        if self.changed is None:
            return (
                f"Request **#{number}**: after the full update of {plain(name)} I could not compare the other fields, "
                "because Webex did not show me the record. Please compare them in Control Hub."
            )
        others = unexpected(self.changed)
        return not_as_before(number, name, others) if others else ""


def known_before(earlier: Record | None, record: Answer, answer: Answer, replaced: Answer) -> Record | None:
    """Return how the record stood before the first try that may have written it, None if no try did."""
    if earlier is not None or record["kind"] != "ok" or not _may_have_written(answer, replaced):
        return earlier
    found: Record = record["value"]
    return found


def _may_have_written(answer: Answer, replaced: Answer) -> bool:
    """Whether Webex was asked, and did not say that it did nothing; even a refusal of its own can have had effect."""
    if replaced["kind"] == "ok":
        return True
    if replaced == answer:
        return False
    if replaced["kind"] == "busy":
        return replaced["status"] not in ASKED_TO_WAIT
    return not is_own_refusal(replaced["errors"])


def changed_fields(before: Answer, after: Answer) -> list[str] | None:
    """Return the names of the fields that differ, None if either could not be read."""
    if before["kind"] != "ok" or after["kind"] != "ok":
        return None
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
