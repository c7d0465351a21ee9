"""The care of the admin side's token: it stays fresh while nobody asks for anything, and admins hear in time."""

from datetime import datetime, timedelta
from functools import partial

from dbos import DBOS, DBOSConfiguredInstance
from sqlalchemy.orm import Session

from bot.chat import access
from bot.desk.policy import House
from bot.live_token import LiveToken
from bot.store.session import insert_if_new
from bot.store.tokens import ADMIN, refusal_of
from bot.store.upkeep import Mark, Token
from bot.webex.line import NoToken, TokenSource
from bot.workflows.hands import Hands

EVERY_QUARTER_OF_AN_HOUR = "*/15 * * * *"
WARN_BEFORE = (14, 7, 3, 1)
"""Days before the refresh token's end on which the admins are warned."""
TELL_EVERY = timedelta(days=1)
TOLD = f"refresh_refused_told:{ADMIN}"


@DBOS.dbos_class()
class TokenCare(DBOSConfiguredInstance):
    """One look at the token. Safe to repeat: what was told is marked in the transaction that tells it."""

    def __init__(self, hands: Hands, token: TokenSource, house: House) -> None:
        self._hands = hands
        self._house = house
        self.token = token
        super().__init__("TokenCare")

    def time(self) -> str:
        return self._hands.clock().isoformat()

    @DBOS.workflow()
    def look(self, now: str) -> None:
        """Do what is due at `now`, an ISO time; nothing for a token that the operator renews."""
        if isinstance(self.token, LiveToken):
            self.keep_fresh()
            self._hands.act("tell", partial(self._tell, self.token.seed, datetime.fromisoformat(now)))

    @DBOS.step()
    def keep_fresh(self) -> str:
        """Have the token renewed if that is due: a desk that nobody uses for months must not lose its access."""
        try:
            self.token.current()
        except NoToken as missing:
            return missing.answer["kind"]
        return "ok"

    def _tell(self, seed: str, now: datetime, session: Session) -> list[int]:
        return self._tell_of_refusal(seed, now, session) + self._warn(now, session)

    def _tell_of_refusal(self, seed: str, now: datetime, session: Session) -> list[int]:
        """Tell what concerns our own refresh token: one that was replaced is refused for ever, and nobody uses it."""
        refusal, name = session.get(Mark, refusal_of(seed)), f"{TOLD}:{seed}"
        told = session.get(Mark, name, with_for_update=True)
        if refusal is None:
            if told is not None:
                session.delete(told)
            return []
        if told is not None and now - told.at < TELL_EVERY:
            return []
        session.merge(Mark(name=name, at=now))
        token, facts = session.get(Token, ADMIN), refusal.facts or {}
        lasts = token.expires_at if token is not None and token.expires_at > now else None
        words = access.not_renewed(int(facts.get("status", 0)), str(facts.get("tracking", "")), lasts)
        return self._tell_all(f"{name}:{now.isoformat()}", words, session)

    def _warn(self, now: datetime, session: Session) -> list[int]:
        token = session.get(Token, ADMIN)
        ends = token.refresh_expires_at if token is not None else None
        if ends is None or ends <= now:
            return []
        left = ends - now
        due = [days for days in WARN_BEFORE if left <= timedelta(days=days)]
        if not due:
            return []
        name = f"refresh_ends:{ADMIN}:{ends:%Y-%m-%d}:{due[-1]}"
        if not insert_if_new(session, Mark, {"name": name, "at": now}):
            return []
        return self._tell_all(name, access.ends_soon(ends, left), session)

    def _tell_all(self, key: str, words: str, session: Session) -> list[int]:
        """Tell the admins of every desk: there is one token for all."""
        desks = (desk.org_key for desk in self._house.desks)
        return [one for org in desks for one in self._hands.tell_admins(key, org, words, session)]


def begin(care: TokenCare) -> None:
    """Register the timetable, once, after launch; and look at once: a refresh token just set may be a wrong one."""

    @DBOS.workflow(name="scheduled_token_look")
    def scheduled_token_look(_due: datetime, _context: object) -> None:
        care.look(care.time())

    DBOS.apply_schedules(
        [
            {
                "schedule_name": "tokens",
                "workflow_fn": scheduled_token_look,
                "schedule": EVERY_QUARTER_OF_AN_HOUR,
                "context": None,
            }
        ]
    )
    if isinstance(care.token, LiveToken):
        look_soon(care)


def look_soon(care: TokenCare) -> None:
    """Begin a look beside the timetable, and do not wait for it."""
    DBOS.start_workflow(care.look, care.time())
