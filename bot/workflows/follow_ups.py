"""What a decision leads to, in its own transaction: news goes into the ledger, work is enqueued under its own id."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot import meters
from bot.chat import notices
from bot.desk.inviting import line_of
from bot.desk.moving import move_of, news_in
from bot.desk.service import INVITED
from bot.desk.shapes import FollowUp
from bot.store import ledger
from bot.store.models import Move, Person, Request
from bot.workflows.engine import ASSIGN, INBOX, Queues
from bot.workflows.waiting import Turn


class FollowUps:
    """Carries follow-ups out inside the transaction that decided them, so that they stand or fall together."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues

    def carry_out(self, session: Session, follow_ups: Iterable[FollowUp], now: datetime) -> list[int]:
        """Return the ids of the messages that are now in the ledger, to be sent by the caller."""
        session.flush()
        messages: list[int] = []
        for one in follow_ups:
            if one.kind == "decided":
                _count_decision(session, session.get_one(Request, one.request_id))
            match one.kind:
                case "ask":
                    self._queues.enqueue(
                        session, "Asking.ask", f"ask:{one.request_id}:{one.detail}", one.request_id, one.detail
                    )
                case "assign":
                    row = session.get_one(Request, one.request_id)
                    self.assign(session, row, tries=0, delay=0)
                case "moved" if news_in(one) == "ordered":
                    self.move(session, move_of(session, one), tries=0, delay=0)
                case _:
                    messages += ledger.write(session, notices.drafts_for(session, one, now), now)
        return messages

    def assign(
        self, session: Session, row: Request, *, tries: int, delay: float, known: Mapping[str, Any] | None = None
    ) -> None:
        """Enqueue one try of the current attempt; the beneficiary's changes come one at a time.

        Whoever is not in Webex yet is invited first, which leads here again. `known` is how the person's record stood
        before an earlier try may have replaced it.
        """
        beneficiary = session.get_one(Person, row.beneficiary_id)
        if beneficiary.kind == INVITED:
            workflow, name, partition = "Inviting.invite", "invite", line_of(row.org_id, beneficiary.email)
        else:
            workflow, name, partition = "Assigning.assign", "assign", row.beneficiary_id
        self._queues.enqueue(
            session,
            workflow,
            f"{name}:{row.id}:{row.attempt}:{tries}",
            row.id,
            row.attempt,
            tries,
            *((dict(known),) if known else ()),
            queue=ASSIGN,
            partition=partition,
            delay=delay,
        )

    def move(self, session: Session, row: Move, *, tries: int, delay: float) -> None:
        """Enqueue one try of a move into a resource group, in line with other changes of the same person."""
        self._queues.enqueue(
            session,
            "Moving.move",
            f"move:{row.id}:{tries}",
            row.id,
            tries,
            queue=ASSIGN,
            partition=row.person_id,
            delay=delay,
        )

    def send_later(self, session: Session, outgoing_id: int, turn: Turn, delay: float) -> None:
        """Enqueue the sending of a message that could not be sent now, or that nobody is waiting to send."""
        workflow_id = f"send:{outgoing_id}:{turn.tries}"
        self._queues.enqueue(session, "Speaking.send", workflow_id, outgoing_id, *_args(turn), delay=delay)

    def send_again(self, session: Session, outgoing_id: int, why: str) -> None:
        """Enqueue the sending of a message that an error left behind; `why` is part of the workflow's id."""
        self._queues.enqueue(session, "Speaking.send", f"send:{outgoing_id}:{why}", outgoing_id, 0)

    def remove_later(self, session: Session, message_id: str) -> None:
        """Enqueue the deletion of a card that must not stay."""
        self._queues.enqueue(session, "Speaking.take_away", f"take_away:{message_id}", message_id)

    def handle_again(self, session: Session, key: str, event: Mapping[str, Any], turn: Turn, delay: float) -> None:
        """Enqueue an event once more for when Webex wants to be asked again."""
        self._queues.enqueue(
            session,
            "Inbox.handle",
            f"{key}:{turn.tries}",
            dict(event),
            *_args(turn),
            queue=INBOX,
            partition=event["actor_id"],
            delay=delay,
        )

    def follow(self, session: Session, row: Request, day: str, *, tries: int = 0, delay: float = 0) -> None:
        """Enqueue a look at whether an external person has accepted, in line with changes of that person; one a day."""
        again = (tries,) if tries else ()
        self._queues.enqueue(
            session,
            "Assigning.follow",
            ":".join(map(str, ("follow", row.id, row.attempt, day, *again))),
            row.id,
            row.attempt,
            day,
            *again,
            queue=ASSIGN,
            partition=row.beneficiary_id,
            delay=delay,
        )


def _args(turn: Turn) -> tuple[int, ...]:
    """Leave out what is 0: a worker of an older version knows only of tries."""
    return (turn.tries, turn.waited) if turn.waited else (turn.tries,)


def _count_decision(session: Session, row: Request) -> None:
    """Count it once it stands; one that is rolled back is decided again, and counted then."""
    verdict, at = str(row.state), row.decided_at or row.created_at
    seconds = max(0.0, (at - row.created_at).total_seconds())

    def count(_session: Session) -> None:
        meters.DECISIONS.labels(verdict).inc()
        meters.DECISION_SECONDS.observe(seconds)

    event.listen(session, "after_commit", count, once=True)
