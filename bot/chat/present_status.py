"""Where a request stands and what happened to it, for whoever asks."""

from typing import cast

from bot.chat import present, present_result
from bot.desk import service
from bot.desk.correcting import can_correct
from bot.desk.states import State, Verb
from bot.store.models import AuditEntry, Request, RequestItem
from cards.status import StatusItem, StatusStep, StatusView
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
        headline=" ".join(filter(None, (HEADLINES[row.state], present.why_ended(row, audit)))),
        requester=row.requester.name,
        beneficiary=row.beneficiary.name,
        reason=row.reason,
        items=tuple(_item(item) for item in row.items),
        steps=tuple(_step(entry, names) for entry in audit),
        waiting_for=waiting_for(row) if pending else (),
        can_cancel=pending and (mine or reader.is_admin),
        can_correct=can_correct(row, person_id),
        can_retry=reader.is_admin and service.may_be_retried(row),
        can_decide=pending and asked and not mine,
    )


def waiting_for(row: Request) -> tuple[str, ...]:
    return (row.requester.name,) if service.is_return(row) else present.asked_names(row)


def _item(item: RequestItem) -> StatusItem:
    why = [f"{reason.code} {reason.meaning}".strip() for reason in present_result.explanations(item)]
    return StatusItem(
        name=item.title,
        operation=cast(Operation, item.operation),
        state=item.state,
        details=". ".join(filter(None, (present.details_of(item), *why))),
    )


def _step(entry: AuditEntry, names: dict[str, str]) -> StatusStep:
    who = names.get(entry.actor_id or "", "the bot")
    after = "ordered" if entry.verb == Verb.MOVE and entry.before is None else entry.after
    return StatusStep(at=present.moment(entry.at), what=HAPPENED[Verb(entry.verb)].format(who=who, after=after))
