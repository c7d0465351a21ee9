"""Rows → the views that cards take, and the few phrases that describe a request. No refusal is worded here."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from bot.desk import entitled, policy, service
from bot.desk.correcting import can_correct
from bot.desk.facts import LicenseFacts, PersonFacts
from bot.desk.policy import Rules
from bot.desk.service import INVITED
from bot.desk.shapes import WishedItem
from bot.desk.states import State, Verb
from bot.licensing.catalog import title_of
from bot.licensing.prechecks import Finding, Item, check
from bot.store.models import AuditEntry, Decision, Request, RequestItem
from cards.approval import ApprovalView, ItemLine
from cards.confirm_return import ConfirmReturnView
from cards.request_sent import RequestSentView
from cards.verdict import Verdict, VerdictView
from cards.words import Operation

NOBODY = {
    "nobody_may_decide": "Nobody may decide on this: this person has no manager who may, and there is no other "
    "approver who may.",
    "no_other_admin": "Only another license admin may let somebody be invited to Webex, and there is none.",
    "nobody_reachable": "None of the people who may decide could be reached.",
}
"""Why the bot itself ended a request; the code is in the audit."""

NOT_THERE_YET = "{email} is not in Webex yet. If you approve, Webex invites this address into your organization."

HOPELESS = "That would not work now."
CHANGES_NOTHING = frozenset({"already_held", "not_held"})
"""What stands against a request before anybody is asked, and Webex would nevertheless take."""

VERDICTS: dict[State, Verdict] = {
    State.APPROVED: "approved",
    State.DENIED: "denied",
    State.CANCELED: "canceled",
    State.EXPIRED: "expired",
}


def moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def titles(row: Request) -> tuple[str, ...]:
    """Return what a request is about: what comes, or, of a return, what goes."""
    come = tuple(item.title for item in row.items if item.operation == "add")
    return come or tuple(item.title for item in row.items)


def gone_for_it(row: Request) -> tuple[str, ...]:
    """Return what a swap takes away; nothing for any other request."""
    gone = tuple(item.title for item in row.items if item.operation == "remove")
    return gone if len(gone) < len(row.items) else ()


def licenses_of(row: Request) -> str:
    """Return what a request is about, as part of a line."""
    come = " and ".join(item.title for item in row.items if item.operation == "add")
    gone = " and ".join(item.title for item in row.items if item.operation == "remove")
    if come and gone:
        return f"{come} instead of {gone}"
    return come or f"return of {gone}"


def details_in_words(item: RequestItem) -> str:
    parts = (
        f"at {item.location_name}" if item.location_name else "",
        f"number {item.phone_number}" if item.phone_number else "",
        f"extension {item.extension}" if item.extension else "",
    )
    return ", ".join(part for part in parts if part)


def asked_names(row: Request) -> tuple[str, ...]:
    return tuple(_name_of(one) for one in row.decisions)


def _name_of(decision: Decision) -> str:
    return decision.approver.name if decision.approver else "the approvers' space"


def answered(row: Request) -> Decision | None:
    """Return the decision that was made, if a person made one."""
    return next((one for one in row.decisions if one.verdict), None)


def note_of(row: Request) -> str:
    """Return what the approver wrote along with a yes."""
    decision = answered(row)
    return decision.reason if decision is not None and decision.verdict == "approved" else ""


def why_ended(row: Request, audit: tuple[AuditEntry, ...] = ()) -> str:
    """Return the reason of a decision in words, also where the bot itself had to end it."""
    decision = answered(row)
    if decision is not None:
        return decision.reason
    codes = [str(entry.facts.get("reason", "")) for entry in audit if entry.verb == Verb.DENY]
    return NOBODY.get(codes[-1], "") if codes else ""


def sent_view(row: Request) -> RequestSentView:
    return RequestSentView(
        request_id=row.id,
        licenses=titles(row),
        instead_of=gone_for_it(row),
        beneficiary=row.beneficiary.name,
        reason=row.reason,
        asked=asked_names(row),
        expires_on=f"{row.expires_at:%Y-%m-%d}",
        can_correct=can_correct(row, row.requester_id),
    )


def confirm_view(row: Request, warnings: tuple[str, ...]) -> ConfirmReturnView:
    return ConfirmReturnView(request_id=row.id, licenses=titles(row), reason=row.reason, warnings=warnings)


def approval_view(
    row: Request, person: PersonFacts | None, catalog: list[LicenseFacts], warnings: tuple[str, ...], *, reminder: bool
) -> ApprovalView:
    """Return what an approver needs; `person` and `catalog` are as Webex has them now."""
    by_id = {license_["license_id"]: license_ for license_ in catalog}
    is_there = person is not None and person["kind"] != INVITED  # a newcomer holds nothing yet, whatever they will get
    held = [title_of(by_id[one], catalog) for one in person["licenses"] if one in by_id] if person and is_there else []
    return ApprovalView(
        request_id=row.id,
        requester=row.requester.name,
        requester_email=row.requester.email,
        beneficiary=row.beneficiary.name,
        beneficiary_email=row.beneficiary.email,
        items=tuple(_item_line(item, by_id) for item in row.items),
        reason=row.reason,
        holds=tuple(sorted(held)),
        warnings=warnings,
        asked_at=moment(row.created_at),
        reminder=reminder,
    )


def _item_line(item: RequestItem, by_id: dict[str, LicenseFacts]) -> ItemLine:
    license_ = by_id.get(item.license_id or "")
    left = license_["left"] if license_ else None
    after = None if left is None else left + (-1 if item.operation == "add" else 1)
    return ItemLine(
        name=item.title,
        operation=cast(Operation, item.operation),
        details=details_in_words(item),
        units_left=left,
        units_after=None if after is None else max(after, 0),
        price=license_.get("price", "") if license_ and item.operation == "add" else "",
        description=license_.get("description", "") if license_ else "",
    )


def verdict_view(row: Request, by: str, reason: str) -> VerdictView:
    is_return = service.is_return(row)
    confirmed = row.state is State.APPROVED and is_return
    return VerdictView(
        request_id=row.id,
        licenses=titles(row),
        instead_of=gone_for_it(row),
        beneficiary=row.beneficiary.name,
        verdict="confirmed" if confirmed else VERDICTS.get(row.state, "approved"),
        by=by,
        at=moment(row.decided_at),
        reason=reason,
        is_return=is_return,
    )


def warnings_of(row: Request, person: PersonFacts | None, catalog: list[LicenseFacts], rules: Rules) -> tuple[str, ...]:
    """Return what an approver should know before saying yes, judged by how Webex stands now."""
    if person is None:
        return ("This person is no longer in Webex.",)
    invites = (NOT_THERE_YET.format(email=person["email"]),) if person["kind"] == INVITED else ()
    objection = entitled.objection(person, rules) if any(one.operation == "add" for one in row.items) else None
    gone = (f"{entitled.WARNINGS[objection['finding']]} {HOPELESS}",) if objection else ()
    findings = check(wished_items(row.items), person, catalog, is_external=policy.is_external(person, rules))
    return (*invites, *gone, *(_warning(one) for one in findings))


def _warning(finding: Finding) -> str:
    """Say what was found and what that means for a yes; what to do is of use only where a yes is still possible."""
    is_hopeless = finding.blocks and finding.code not in CHANGES_NOTHING
    return f"{finding.sentence} {HOPELESS if is_hopeless else finding.remedy}"


def wished_items(items: Iterable[RequestItem | WishedItem]) -> list[Item]:
    """Return recorded or merely wished items as the prechecks and the PATCH take them."""
    return [
        {
            "license_id": item.license_id,
            "site_url": item.site_url,
            "operation": item.operation,
            "location_id": item.location_id,
            "phone_number": item.phone_number,
            "extension": item.extension,
        }
        for item in items
    ]
