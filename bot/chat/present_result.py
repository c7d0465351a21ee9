"""What became of a request, for the receipt or the refusal; and why an item was not granted, in words."""

from dataclasses import replace
from typing import Literal, cast

from bot.chat import present
from bot.desk import service
from bot.desk.states import ItemState, State
from bot.licensing.failures import Explanation, Fix, explain
from bot.store.models import Request, RequestItem
from cards.kit import Post
from cards.receipt import Outcome, ReceiptItem, ReceiptView, receipt
from cards.receipt import State as Received
from cards.refusal import RefusalView, refusal
from cards.ways_out import WayOut
from cards.words import Operation

RECEIPTS: dict[State, Received] = {State.PARTIAL: "partial", State.AWAITING: "awaiting"}
NOTHING = frozenset({State.REFUSED, State.FAILED})


def result_post(row: Request, *, for_admin: bool, note: str = "", ways_out: tuple[WayOut, ...] = ()) -> Post:
    """Return the receipt, or the refusal if nothing was granted. `note` is for those whom the approver wrote to."""
    items = tuple(item_of(item) for item in row.items)
    if row.state in NOTHING:
        return refusal(
            RefusalView(
                request_id=row.id,
                beneficiary=row.beneficiary.name,
                state=_why_nothing(row),
                items=items,
                tracking_id=_tracking_id(row),
                for_admin=for_admin,
                note=note,
                ways_out=ways_out,
            )
        )
    return receipt(replace(_receipt(row, items), for_admin=for_admin, note=note, ways_out=ways_out))


def is_stopped(row: Request) -> bool:
    """Whether it was refused for reasons of ours alone: then it was not Webex who said no."""
    errors = [error for item in row.items for error in item.errors]
    return row.state is State.REFUSED and bool(errors) and all("finding" in error for error in errors)


def _why_nothing(row: Request) -> Literal["refused", "stopped", "failed"]:
    if is_stopped(row):
        return "stopped"
    return "refused" if row.state is State.REFUSED else "failed"


def _receipt(row: Request, items: tuple[ReceiptItem, ...]) -> ReceiptView:
    return ReceiptView(
        request_id=row.id,
        beneficiary=row.beneficiary.name,
        state=RECEIPTS.get(row.state, "granted"),
        items=items,
        tracking_id=_tracking_id(row),
        decided_by=service.decided_by(row),
        at=present.moment(row.settled_at),
    )


def _tracking_id(row: Request) -> str:
    return next((item.tracking_id for item in row.items if item.tracking_id), "")


def item_of(item: RequestItem) -> ReceiptItem:
    """Return how an item ended and, if it was not granted, why, what to do and who has to."""
    reasons = explanations(item)
    status = next((error["status"] for error in item.errors if "status" in error), 0)
    return ReceiptItem(
        name=item.title,
        operation=cast(Operation, item.operation),
        outcome=cast(Outcome, str(item.state)),
        details=present.details_in_words(item) if item.state is ItemState.GRANTED else "",
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
