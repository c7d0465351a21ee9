"""Where a request stands and what happened to it, for whoever asks."""

from bot.chat import present, present_result
from bot.chat.moved import instead, is_superseded
from bot.desk import service
from bot.desk.correcting import can_correct
from bot.desk.shapes import Decider
from bot.desk.states import State, Verb
from bot.store.models import AuditEntry, Request, RequestItem
from cards.status import StatusItem, StatusStep, StatusView

HEADLINES = {
    State.PENDING: "It waits for a decision.",
    State.APPROVED: "It was approved and is being applied.",
    State.AWAITING: "It was applied. Webex waits for the person to accept.",
    State.GRANTED: "Everything that was asked for was seen in Webex.",
    State.PARTIAL: "Some of it was granted, the rest was not.",
    State.REFUSED: "Webex said no.",
    State.FAILED: "It was approved, but the change was not seen in Webex.",
    State.DENIED: "It was denied.",
    State.CANCELED: "It was canceled.",
    State.EXPIRED: "Nobody decided in time.",
}
OF_A_RETURN = {
    State.PENDING: "It waits for the requester to confirm it.",
    State.EXPIRED: "It was not confirmed in time.",
}
"""Nobody decides on a return: it is confirmed."""
STOPPED = "Something stood in the way, so nothing was changed."

HAPPENED = {
    Verb.SUBMIT: "asked by {who}",
    Verb.APPROVE: "approved by {who}",
    Verb.CONFIRM: "confirmed by {who}",
    Verb.CORRECT: "phone details changed by {who}",
    Verb.DENY: "denied by {who}",
    Verb.CANCEL: "canceled by {who}",
    Verb.EXPIRE: "expired",
    Verb.SETTLE: "the result: {after}",
    Verb.RETRY: "tried again by {who}",
    Verb.INVITE: "invited to Webex",
    Verb.MOVE: "the move to its resource group: {after}",
}


def status_view(row: Request, audit: tuple[AuditEntry, ...], names: dict[str, str], reader: Decider) -> StatusView:
    """Return where a request stands for this reader; `names` are of the people in the audit."""
    person_id = reader.person["person_id"]
    mine = person_id in {row.requester_id, row.beneficiary_id}
    pending, is_return = row.state is State.PENDING, service.is_return(row)
    return StatusView(
        request_id=row.id,
        state=row.state,
        headline=_headline(row, is_return=is_return),
        requester=row.requester.name,
        beneficiary=row.beneficiary.name,
        reason=row.reason,
        items=tuple(_item(item) for item in row.items),
        steps=tuple(_step(entry, names) for entry in audit),
        waiting_for=waiting_for(row) if pending else (),
        note=present.note_of(row),
        why_denied=present.why_ended(row, audit) if row.state is State.DENIED else "",
        can_confirm=pending and is_return and person_id == row.requester_id,
        can_cancel=pending and (mine or reader.is_admin),
        can_correct=can_correct(row, person_id),
        can_retry=reader.is_admin and service.may_be_retried(row),
        can_decide=pending and service.may_answer(row, reader) and not mine,
    )


def _headline(row: Request, *, is_return: bool) -> str:
    if present_result.is_stopped(row):
        return STOPPED
    return (OF_A_RETURN.get(row.state) if is_return else None) or HEADLINES[row.state]


def waiting_for(row: Request) -> tuple[str, ...]:
    return (row.requester.name,) if service.is_return(row) else present.asked_names(row)


def _item(item: RequestItem) -> StatusItem:
    told = present_result.item_of(item)
    return StatusItem(
        name=told.name,
        operation=told.operation,
        state=item.state,
        details=present.details_in_words(item),
        meaning=told.meaning,
        remedy=told.remedy,
        who_acts=told.who_acts,
        error_code=told.error_code,
    )


def _step(entry: AuditEntry, names: dict[str, str]) -> StatusStep:
    who = names.get(entry.actor_id or "", "the bot")
    after = _of_a_move(entry) if entry.verb == Verb.MOVE else entry.after
    return StatusStep(at=present.moment(entry.at), what=HAPPENED[Verb(entry.verb)].format(who=who, after=after))


def _of_a_move(entry: AuditEntry) -> str:
    """Say what became of a move and, if it came to nothing, why."""
    error = entry.facts.get("error") or {}
    if entry.before is None:
        return "ordered"
    if is_superseded(error):
        return f"given up, because {instead(error)}"
    return " — ".join(filter(None, (str(entry.after), error.get("sentence"))))
