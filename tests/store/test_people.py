"""Two transactions that meet the same newcomer at the same moment both go on."""

from datetime import UTC, datetime
from threading import Thread

from sqlalchemy.orm import Session

from bot.desk import meeting
from bot.desk.facts import BasicPerson
from bot.store.models import Person
from tests.running import Running

NEWCOMER: BasicPerson = {
    "person_id": "newcomer",
    "email": "new@example.com",
    "name": "Nora New",
    "org_id": "org",
    "kind": "person",
    "active": True,
}


def test_somebody_who_is_met_twice_at_once_is_there_once(running: Running) -> None:
    """On SQLite the second transaction waits to begin; on PostgreSQL it waits for the first one's key."""
    running.reset()
    now = datetime.now(UTC)
    failures: list[BaseException] = []

    def meet() -> None:
        try:
            with Session(running.engine) as session, session.begin():
                meeting.meet(session, NEWCOMER, now)
        except BaseException as failure:  # noqa: BLE001 a thread's failure would go unseen
            failures.append(failure)

    with Session(running.engine) as session, session.begin():
        meeting.meet(session, NEWCOMER, now)
        other = Thread(target=meet)
        if not running.settings.is_sqlite:
            other.start()  # it cannot see our row, and waits for our end when it inserts its own
            other.join(0.5)
    if running.settings.is_sqlite:
        other.start()
    other.join()
    assert failures == []
    with Session(running.engine) as session:
        assert session.get_one(Person, "newcomer").name == "Nora New"
