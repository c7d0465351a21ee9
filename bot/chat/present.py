"""Rows → the views that cards take, and the few phrases that describe a request. No refusal is worded here."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from bot.desk import policy, service
from bot.desk.correcting import can_correct
from bot.desk.facts import LicenseFacts, PersonFacts
from bot.desk.policy import Rules
from bot.desk.service import INVITED, WishedItem
from bot.desk.states import RETRIABLE_STATES, ItemState, State, Verb
from bot.licensing.catalog import title_of
from bot.licensing.failures import Explanation, Fix, explain
from bot.licensing.prechecks import Item, check
from bot.store.models import AuditEntry, Decision, Request, RequestItem
from cards.approval import ApprovalView, ItemLine
from cards.confirm_return import ConfirmReturnView
from cards.kit import Post
from cards.receipt import Outcome, ReceiptItem, ReceiptView, receipt
from cards.refusal import RefusalView, refusal
from cards.request_sent import RequestSentView
from cards.status import StatusItem, StatusStep, StatusView
from cards.verdict import Verdict, VerdictView
from cards.ways_out import WayOut
from cards.words import Operation

HEADLINES = {
    State.PENDING: "It waits for a decision.",
    State.APPROVED: "It was approved and is being applied.",
    State.AWAITING: "It was applied. Webex waits for the person to accept.",
    State.GRANTED: "Everything that was asked for was seen in Webex.",
    State.PARTIAL: "Some of it was granted, the rest was not.",
    State.REFUSED: "Webex said no.",
    State.FAILED: "Webex gave no usable answer.",
    State.DENIED: "It was denied.",
    State.CANCELED: "It was canceled.",
    State.EXPIRED: "Nobody decided in time.",
}

HAPPENED = {
    Verb.SUBMIT: "asked by {who}",
    Verb.APPROVE: "approved by {who}",
    Verb.CONFIRM: "confirmed by {who}",
    Verb.CORRECT: "phone details changed by {who}",
    Verb.DENY: "denied by {who}",
    Verb.CANCEL: "canceled by {who}",
    Verb.EXPIRE: "expired, nobody decided in time",
    Verb.SETTLE: "the result: {after}",
    Verb.RETRY: "tried again by {who}",
    Verb.INVITE: "invited to Webex",
    Verb.MOVE: "the move to its resource group: {after}",
}

NOBODY = {
    "nobody_may_decide": "Nobody may decide on this: no manager is known for this person, and no other approver "
    "is configured.",
    "no_other_admin": "Only another license admin may let somebody be invited to Webex, and there is none.",
    "nobody_reachable": "None of the people who may decide could be reached.",
}
"""Why the bot itself ended a request; the code is in the audit."""

NOT_THERE_YET = "{email} is not in Webex yet. If you approve, Webex invites this address into your organization."

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


def details_of(item: RequestItem) -> str:
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
        details=details_of(item),
        units_left=left,
        units_after=None if after is None else max(after, 0),
        price=license_.get("price", "") if license_ and item.operation == "add" else "",
        description=license_.get("description", "") if license_ else "",
    )


def verdict_view(row: Request, by: str, reason: str) -> VerdictView:
    confirmed = row.state is State.APPROVED and service.is_return(row)
    return VerdictView(
        request_id=row.id,
        licenses=titles(row),
        instead_of=gone_for_it(row),
        beneficiary=row.beneficiary.name,
        verdict="confirmed" if confirmed else VERDICTS.get(row.state, "approved"),
        by=by,
        at=moment(row.decided_at),
        reason=reason,
    )


def result_post(row: Request, *, for_admin: bool, ways_out: tuple[WayOut, ...] = ()) -> Post:
    """Return the receipt, or the refusal if nothing was granted."""
    items = tuple(_receipt_item(item) for item in row.items)
    tracking_id = next((item.tracking_id for item in row.items if item.tracking_id), "")
    if row.state is State.REFUSED or row.state is State.FAILED:
        return refusal(
            RefusalView(
                request_id=row.id,
                beneficiary=row.beneficiary.name,
                state="refused" if row.state is State.REFUSED else "failed",
                items=items,
                tracking_id=tracking_id,
                for_admin=for_admin,
                ways_out=ways_out,
            )
        )
    state = {State.PARTIAL: "partial", State.AWAITING: "awaiting"}.get(row.state, "granted")
    return receipt(
        ReceiptView(
            request_id=row.id,
            beneficiary=row.beneficiary.name,
            state=state,  # type: ignore[arg-type]  # one of the three words, as the line above shows
            items=items,
            tracking_id=tracking_id,
            for_admin=for_admin,
            decided_by=service.decided_by(row),
            at=moment(row.settled_at),
            ways_out=ways_out,
        )
    )


def _receipt_item(item: RequestItem) -> ReceiptItem:
    reasons = explanations(item)
    status = next((error["status"] for error in item.errors if "status" in error), 0)
    return ReceiptItem(
        name=item.title,
        operation=cast(Operation, item.operation),
        outcome=cast(Outcome, str(item.state)),
        details=details_of(item) if item.state is ItemState.GRANTED else "",
        meaning=" ".join(dict.fromkeys(meaning_of(reason, status) for reason in reasons)),
        remedy=" ".join(dict.fromkeys(reason.remedy for reason in reasons)),
        who_acts=reasons[0].fix if reasons else "",
        error_code=", ".join(dict.fromkeys(reason.code for reason in reasons if reason.code)),
    )


def explanations(item: RequestItem) -> list[Explanation]:
    """Return every reason that is known for an item that was not granted."""
    found: list[Explanation] = []
    for error in item.errors:
        if "finding" in error:
            found.append(Explanation("", error["sentence"], error["remedy"], Fix(error["fix"]), ""))
        else:
            found += explain(error["status"], [error], error["description"])
    return found


def meaning_of(reason: Explanation, status: int) -> str:
    """Return what a refusal means; where its code has no words of ours, Webex's own are added."""
    general = explain(status, [])[0].meaning
    if reason.meaning != general or not reason.description:
        return reason.meaning
    return f"{reason.meaning} Webex said: {reason.description}"


def status_view(
    row: Request, audit: tuple[AuditEntry, ...], names: dict[str, str], reader: service.Decider
) -> StatusView:
    """Return where a request stands for this reader; `names` are of the people in the audit."""
    person_id = reader.person["person_id"]
    mine = person_id in {row.requester_id, row.beneficiary_id}
    asked = any(one.approver_id == person_id or one.space_id in reader.spaces for one in row.decisions)
    pending = row.state is State.PENDING
    return StatusView(
        request_id=row.id,
        state=row.state,
        headline=" ".join(filter(None, (HEADLINES[row.state], why_ended(row, audit)))),
        requester=row.requester.name,
        beneficiary=row.beneficiary.name,
        reason=row.reason,
        items=tuple(_status_item(item) for item in row.items),
        steps=tuple(_step(entry, names) for entry in audit),
        waiting_for=waiting_for(row) if pending else (),
        can_cancel=pending and (mine or reader.is_admin),
        can_correct=can_correct(row, person_id),
        can_retry=reader.is_admin and row.state in RETRIABLE_STATES,
        can_decide=pending and asked and not mine,
    )


def waiting_for(row: Request) -> tuple[str, ...]:
    return (row.requester.name,) if service.is_return(row) else asked_names(row)


def _status_item(item: RequestItem) -> StatusItem:
    why = [f"{reason.code} {reason.meaning}".strip() for reason in explanations(item)]
    return StatusItem(
        name=item.title,
        operation=cast(Operation, item.operation),
        state=item.state,
        details=". ".join(filter(None, (details_of(item), *why))),
    )


def _step(entry: AuditEntry, names: dict[str, str]) -> StatusStep:
    who = names.get(entry.actor_id or "", "the bot")
    after = "ordered" if entry.verb == Verb.MOVE and entry.before is None else entry.after
    return StatusStep(at=moment(entry.at), what=HAPPENED[Verb(entry.verb)].format(who=who, after=after))


def warnings_of(row: Request, person: PersonFacts | None, catalog: list[LicenseFacts], rules: Rules) -> tuple[str, ...]:
    """Return what an approver should know before saying yes, judged by how Webex stands now."""
    if person is None:
        return ("This person was not found in Webex any more.",)
    invites = (NOT_THERE_YET.format(email=person["email"]),) if person["kind"] == INVITED else ()
    findings = check(wished_items(row.items), person, catalog, is_external=policy.is_external(person, rules))
    return (*invites, *(finding.sentence for finding in findings))


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
