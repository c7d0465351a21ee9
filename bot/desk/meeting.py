"""Somebody is remembered as Webex describes them. The caller owns the transaction; no network."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.desk.facts import BasicPerson
from bot.store.models import Person
from bot.store.session import insert_if_new

LONGEST_NAME = 400
"""What the column of a name can hold; PostgreSQL refuses more."""


def meet(session: Session, person: BasicPerson, now: datetime) -> Person:
    """Remember somebody as Webex describes them now; what the operator configured about them stays."""
    known: dict[str, Any] = {
        "email": person["email"],
        "name": person["name"][:LONGEST_NAME],
        "org_id": person["org_id"],
        "kind": person["kind"],
        "seen_at": now,
    }
    new = {"person_id": person["person_id"], "is_admin": False, "is_approver": False, **known}
    if session.get(Person, person["person_id"]) is None:
        insert_if_new(session, Person, new)  # somebody else may be meeting them in another transaction
    row = session.get_one(Person, person["person_id"])
    for name, value in known.items():
        setattr(row, name, value)
    return row
