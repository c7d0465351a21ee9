"""What others are told when something happened to a request: each notice a draft with a key, so it is told once.

The approver's cards are replaced by the verdict, because Webex cannot edit a message with a card.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.chat import groups, moved, present
from bot.chat.correcting import CHANGED, news_of
from bot.chat.present_result import explanations, result_post
from bot.chat.ways_out import offer_after
from bot.desk import service
from bot.desk.facts import LicenseFacts, PersonFacts
from bot.desk.groups import GroupFacts
from bot.desk.inviting import is_newcomer
from bot.desk.policy import Rules
from bot.desk.shapes import FollowUp
from bot.desk.states import RETRIABLE_STATES, State
from bot.licensing.remedies import Remedy
from bot.store import ledger, queries
from bot.store.ledger import Draft
from bot.store.models import Decision, OutgoingMessage, Request
from cards.approval import approval
from cards.kit import Post, plain
from cards.verdict import verdict

UNKNOWN_STAND = (
    "Webex did not say what this person holds and how many units are left, so I could not check this request."
)
CARDS_OF_A_DECISION = ("approval", "confirm_return")


def drafts_for(session: Session, follow_up: FollowUp, now: datetime) -> list[Draft]:  # noqa: PLR0911 one for each kind
    """Return the messages that this news asks for. Cards that are no longer to be pressed are closed on the way."""
    if follow_up.kind == "moved":
        return moved.news_of(session, follow_up)  # not of a request: an admin may have ordered it by hand
    row = queries.request(session, follow_up.request_id)
    match follow_up.kind:
        case "submitted":
            return list(_submitted(row))
        case "corrected":
            return news_of(session, row, follow_up.detail, now)
        case "decided":
            return _decided(session, row, now)
        case "settled":
            return list(_settled(session, row, follow_up.remedies))
        case "stuck":
            return list(_stuck(session, row))
        case "delayed":
            return [_delayed(row, follow_up.detail)]
        case _:
            return []


def _to_person(row: Request, kind: str, person_id: str, words: str | Post) -> Draft:
    post = words if isinstance(words, Post) else None
    return Draft(
        key=f"{kind}:{row.id}:{row.attempt}:{person_id}",
        purpose=kind,
        markdown=post.markdown if post else str(words),
        card=post.card if post else None,
        to_person_id=person_id,
        request_id=row.id,
    )


def _submitted(row: Request) -> Iterable[Draft]:
    if row.beneficiary_id in _people(row) - {row.requester_id}:
        asked = (
            f"{plain(row.requester.name)} asked for {plain(present.licenses_of(row))} for you (request **#{row.id}**)."
        )
        words = f"{asked} I tell you what becomes of it. If that is a mistake, type `cancel {row.id}`."
        yield _to_person(row, "submitted", row.beneficiary_id, words)


def _people(row: Request) -> set[str]:
    """Return whom of requester and beneficiary a message can reach: who is not in Webex yet reads nothing there."""
    return {row.requester_id} if is_newcomer(row) else {row.requester_id, row.beneficiary_id}


@dataclass(frozen=True, slots=True)
class Now:
    """How Webex stands at the moment an approver is asked."""

    person: PersonFacts | None
    catalog: list[LicenseFacts]
    groups: list[GroupFacts]
    rules: Rules
    is_known: bool = True
    """False if Webex would not say; then the card shows no units and warns of nothing."""


def ask(row: Request, decision: Decision, now: Now, *, why: str) -> Draft:
    """Return the card on which `decision` is made. `why` is first, reminder, corrected, or a press that it answers."""
    warnings = present.warnings_of(row, now.person, now.catalog, now.rules) if now.is_known else (UNKNOWN_STAND,)
    if why.startswith("corrected"):
        warnings = (CHANGED, *warnings)
    view = present.approval_view(row, now.person, now.catalog, warnings, reminder=why == "reminder")
    offered, chosen = groups.offered(row, now.groups, now.catalog)
    post = approval(replace(view, organization=now.rules.org_name, groups=offered, group=chosen))
    return Draft(
        key=f"approval:{row.id}:{decision.id}:{why}",
        purpose="approval",
        markdown=post.markdown,
        card=post.card,
        to_person_id=decision.approver_id,
        space_id=decision.space_id,
        request_id=row.id,
    )


def _decided(session: Session, row: Request, now: datetime) -> list[Draft]:
    decision = present.answered(row)
    audit = tuple(queries.audit_of(session, row.id))
    by = service.decided_by(row) or _ended_by(session, audit[-1].actor_id)
    reason = present.why_ended(row, audit)
    post = verdict(present.verdict_view(row, by, reason))
    open_cards = queries.open_cards(session, row.id, CARDS_OF_A_DECISION)
    ledger.close(open_cards, now)
    drafts = [
        ledger.replacing(_verdict_on(card, row, post), card)  # in the space or 1:1 where the card was
        for card in open_cards
    ]
    told = {decision.decided_by if decision else audit[-1].actor_id}
    told |= {card.to_person_id for card in open_cards}
    if row.state is not State.APPROVED:
        concerned = [one for one in (row.requester_id, row.beneficiary_id) if one in _people(row)]
        drafts += [_to_person(row, "verdict", one, post) for one in dict.fromkeys(concerned) if one not in told]
    if row.state is State.DENIED and decision is None:
        admins = queries.admins(session, row.org_id)
        drafts += [_to_person(row, "nobody", one.person_id, _nobody(row, reason)) for one in admins]
    return drafts


def _verdict_on(card: OutgoingMessage, row: Request, post: Post) -> Draft:
    return Draft(f"verdict:{row.id}:{card.id}", "verdict", post.markdown, post.card, request_id=row.id)


def _ended_by(session: Session, actor_id: str | None) -> str:
    return queries.people(session, [actor_id])[actor_id].name if actor_id else ""


def _nobody(row: Request, reason: str) -> str:
    return (
        f"Request **#{row.id}** of {plain(row.requester.name)} for {plain(row.beneficiary.name)} "
        f"({plain(present.licenses_of(row))}) ended without a decision. {plain(reason)} "
        "Set a manager for the person in Control Hub, or add somebody to APPROVERS, and have them ask again."
    )


def _settled(session: Session, row: Request, remedies: Sequence[Remedy]) -> Iterable[Draft]:
    concerned = dict.fromkeys(one for one in (row.requester_id, row.beneficiary_id) if one in _people(row))
    admins = [one.person_id for one in queries.admins(session, row.org_id)] if row.state in _FOR_ADMINS else []
    decision = present.answered(row)
    if decision is not None and decision.decided_by:
        concerned[decision.decided_by] = None
    for person_id in concerned:
        offer = offer_after(row, remedies, person_id) if row.state in RETRIABLE_STATES else None
        ways_out, context = (offer.ways_out, offer.context) if offer else ((), None)
        note = present.note_of(row) if person_id in _people(row) else ""
        post = result_post(row, for_admin=person_id in admins, note=note, ways_out=ways_out)
        yield replace(_to_person(row, f"settled_{row.state}", person_id, post), context=context)
    if _admin_must_act(row):
        for person_id in admins:
            if person_id not in concerned:
                yield _to_person(row, f"settled_{row.state}", person_id, result_post(row, for_admin=True))


_FOR_ADMINS = frozenset({State.REFUSED, State.FAILED, State.PARTIAL})


def _admin_must_act(row: Request) -> bool:
    """Whether somebody who runs Webex or the bot has to act; what people can mend themselves pages nobody."""
    reasons = [reason.fix for item in row.items for reason in explanations(item)]
    guessed = any("finding" in error for item in row.items for error in item.errors)
    return row.state is State.FAILED or guessed or any(fix in {"admin", "operator"} for fix in reasons)


def _stuck(session: Session, row: Request) -> Iterable[Draft]:
    words = (
        f"Request **#{row.id}** for {plain(row.beneficiary.name)} ({plain(present.licenses_of(row))}) was approved "
        f"at {present.moment(row.decided_at)} and is still not applied. Webex may be busy, or the worker is down. "
        f"`status {row.id}` shows where it stands; if it does not go on, `retry {row.id}` begins anew."
    )
    for one in queries.admins(session, row.org_id):
        yield _to_person(row, "stuck", one.person_id, words)


def _delayed(row: Request, wait: str) -> Draft:
    words = f"Request **#{row.id}** is approved. Webex is busy, so I go on by myself in about {wait}."
    return _to_person(row, "delayed", row.requester_id, words)
