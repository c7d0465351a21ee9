"""What every workflow needs to act: the store, the clock, the mouth, and the hands that carry follow-ups out."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.store import ledger, queries
from bot.store.ledger import Draft
from bot.workflows.engine import Store
from bot.workflows.follow_ups import FollowUps
from bot.workflows.speaking import Clock, Speaking


@dataclass(frozen=True, slots=True)
class Hands:
    store: Store
    follow_ups: FollowUps
    speaking: Speaking
    clock: Clock

    def act(self, name: str, work: Callable[[Session], list[int]]) -> None:
        """Decide in one transaction, as a step of the calling workflow; then send what it wrote into the ledger."""
        self.speaking.say(self.store.step(name, work))

    def tell_admins(self, key: str, org: str, words: str, session: Session) -> list[int]:
        """Write the same words to every admin of an organization; return the messages to be sent."""
        drafts = [
            Draft(f"{key}:{admin.person_id}", "notice", words, to_person_id=admin.person_id)
            for admin in queries.admins(session, org)
        ]
        return ledger.write(session, drafts, self.clock())
