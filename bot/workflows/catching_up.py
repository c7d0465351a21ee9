"""What people said while Webex could not tell us: no delivery is made twice, so the bot looks for itself.

A press on a card that was not delivered cannot be found: Webex lists no presses. Whoever pressed reads so in `waiting`
and `status`, and presses again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter

import structlog
from dbos import DBOS, DBOSConfiguredInstance

from bot import traces
from bot.store import spaces
from bot.store.upkeep import Mark, Space
from bot.webex import own_token
from bot.webex.activity import Active
from bot.webex.http import ASKED_TO_WAIT, Answer, ok
from bot.webex.messages import FORBIDDEN, NOT_FOUND, ChatGateway
from bot.webex.reading import same_id
from bot.webex.said import Listed
from bot.workflows.engine import Queues
from bot.workflows.hands import Hands
from bot.workflows.keeping import Event, keep, key_of

log = structlog.get_logger()

EVERY_FIVE_MINUTES = "2-59/5 * * * *"
"""Not in the minutes of the other sweep."""
OLDEST = timedelta(hours=24)
"""What was said longer ago is no longer answered: whoever said it has gone another way."""
ON_THE_WAY = timedelta(minutes=1)
"""What was said less long ago may still be delivered."""
OVERLAP = timedelta(minutes=1)
"""Looked through again each time, since Webex's clock is not ours."""
MOST_SPACES = 300
LONGEST = timedelta(minutes=4)
"""How much one pass looks into, and for how long; the next one begins where it stopped."""
MOST_FAILURES = 10
SORTED_WELL = 3000
"""Of more spaces Webex may leave some out that were active ("Webex: List Rooms"), so all of them are looked into."""
LISTED = "spaces_listed"
"""The mark of until when, by Webex's clock, it is known where something happened; its facts are since when."""
BOT_DOMAIN = "@webex.bot"


@dataclass(frozen=True, slots=True)
class _Found:
    """What was said in a space since it was last looked into, as deliveries of then."""

    is_group: bool
    events: tuple[tuple[Event, datetime], ...] = ()


@DBOS.dbos_class()
class CatchingUp(DBOSConfiguredInstance):
    """One pass over the spaces. Safe to repeat, and to overlap with deliveries: an event is known by its key."""

    def __init__(self, hands: Hands, chat: ChatGateway, queues: Queues, bot_id: str) -> None:
        self._hands = hands
        self._chat = chat
        self._queues = queues
        self._bot_id = bot_id
        super().__init__("CatchingUp")

    @DBOS.workflow()
    def catch_up(self, now: str) -> None:
        self.look(now)

    def soon(self) -> None:
        """Begin a pass beside the timetable, and do not wait for it."""
        DBOS.start_workflow(self.catch_up, self.time())

    def time(self) -> str:
        return self._hands.clock().isoformat()

    @DBOS.step()
    def look(self, now: str) -> int:
        """Return how many messages were found whose delivery was lost, up to `now`, an ISO time.

        Each space is written down by itself: a pass that is cut off has lost nothing.
        """
        at = datetime.fromisoformat(now)
        listed = self._list(at)
        if listed["status"] in ASKED_TO_WAIT or own_token.is_missing(listed):
            return 0
        with self._hands.store.begin() as session:
            silent_too = listed["kind"] != "ok" or spaces.count(session) > SORTED_WELL
            to_look_into = spaces.to_look_into(session, at, MOST_SPACES, silent_too=silent_too)
        found, failures = 0, 0
        for space in self._in_time(to_look_into):
            answer = self._read(space, at)
            if answer["kind"] == "ok":
                found += self._write_down(space, answer["value"], at)
                continue
            failures += 1
            log.warning("space_not_caught_up", status=answer["status"])
            with self._hands.store.begin() as session:
                spaces.failed(session, space.space_id, at)
            if failures >= MOST_FAILURES or answer["status"] in ASKED_TO_WAIT:
                break
        return found

    def _list(self, at: datetime) -> Answer:
        """Note where something happened since it last told: so spaces are found whose every delivery was lost."""
        with self._hands.store.begin() as session:
            mark = session.get(Mark, LISTED)
        since = max(mark.at - OVERLAP, at - OLDEST) if mark else at - OLDEST
        answer = self._chat.active_spaces(since.isoformat())
        if answer["kind"] == "ok":
            self._note_active(answer["value"], mark, since, at)
        else:
            log.warning("spaces_not_listed", status=answer["status"])
        return answer

    def _note_active(self, listed: list[Active], mark: Mark | None, since: datetime, at: datetime) -> None:
        """Write down which spaces may hold something. One that does not tell when is looked into each time."""
        began = datetime.fromisoformat(mark.facts["began"]) if mark and mark.facts else at
        told = {one["space_id"]: datetime.fromisoformat(one["active_at"]) for one in listed if one["active_at"]}
        newest = min(max([since, *told.values()]), at)
        with self._hands.store.begin() as session:
            for one in sorted(listed, key=itemgetter("space_id")):
                active_at = told.get(one["space_id"], at)
                spaces.active(session, one["space_id"], active_at, is_group=one["is_group"], began=began)
            session.merge(Mark(name=LISTED, at=newest, facts={"began": began.isoformat()}))

    def _in_time(self, to_look_into: Sequence[Space]) -> Iterator[Space]:
        began = self._hands.clock()
        for space in to_look_into:
            if self._hands.clock() - began > LONGEST:
                return
            yield space

    def _read(self, space: Space, at: datetime) -> Answer:
        """Value: `_Found`; nothing in a space that the bot is no longer in, so that it is not asked about each time."""
        since = at - OLDEST
        is_group = space.is_group
        if space.caught_up_at is None:
            kind = self._chat.space(space.space_id)
            if kind["kind"] != "ok":
                return _if_gone(kind, is_group=is_group)
            is_group = kind["value"]["kind"] == "group"
        else:
            since = max(since, space.caught_up_at - OVERLAP)
        answer = self._chat.messages_since(space.space_id, since.isoformat(), is_group=is_group)
        if answer["kind"] != "ok":
            return _if_gone(answer, is_group=is_group)
        return ok(_Found(is_group, tuple(self._events(space.space_id, answer["value"], at - ON_THE_WAY))))

    def _events(self, space_id: str, newest_first: list[Listed], until: datetime) -> Iterator[tuple[Event, datetime]]:
        for message in reversed(newest_first):
            said_at = datetime.fromisoformat(message["created_at"])
            is_person = not message["email"].lower().endswith(BOT_DOMAIN)
            if is_person and said_at <= until and not same_id(message["person_id"], self._bot_id):
                event: Event = {
                    "resource": "messages",
                    "event": "created",
                    "resource_id": message["message_id"],
                    "actor_id": message["person_id"],
                    "space_id": space_id,
                }
                yield event, said_at

    def _write_down(self, space: Space, found: _Found, at: datetime) -> int:
        """Keep what was lost, oldest first and as of when it was said, in one transaction with how far that is."""
        with self._hands.store.begin() as session:
            lost = [
                event
                for place, (event, said_at) in enumerate(found.events, start=1)
                if keep(session, self._queues, event, said_at, found=place)
            ]
            spaces.looked_into(session, space.space_id, at - ON_THE_WAY, is_group=found.is_group)
        for event in lost:
            log.warning("delivery_was_lost", trace=traces.trace_of(key_of(event)), workflow_id=key_of(event))
        return len(lost)


def _if_gone(answer: Answer, *, is_group: bool) -> Answer:
    return ok(_Found(is_group)) if answer["status"] in {FORBIDDEN, NOT_FOUND} else answer


def schedule(catching_up: CatchingUp) -> None:
    """Register the timetable, once, after launch."""

    @DBOS.workflow(name="scheduled_catching_up")
    def scheduled_catching_up(_due: datetime, _context: object) -> None:
        catching_up.catch_up(catching_up.time())

    DBOS.apply_schedules(
        [
            {
                "schedule_name": "catching_up",
                "workflow_fn": scheduled_catching_up,
                "schedule": EVERY_FIVE_MINUTES,
                "context": None,
            }
        ]
    )
