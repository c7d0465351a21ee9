"""Named reads of the moves into resource groups, and the locking load."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from bot.desk.states import MoveState
from bot.store.models import Move, Person


def _whole() -> Select[Move]:
    """Read the rows as they are now, also those that this session has read before it waited for a lock."""
    return select(Move).options(joinedload(Move.person)).execution_options(populate_existing=True)


def move(session: Session, move_id: int) -> Move:
    return session.scalars(_whole().where(Move.id == move_id)).one()


def lock_move(session: Session, move_id: int) -> Move:
    """Lock the row until the transaction ends, then return it whole. SQLite has one writer."""
    session.execute(select(Move.id).where(Move.id == move_id).with_for_update())
    return move(session, move_id)


def lock_open_moves(session: Session, person_id: str, license_id: str) -> Sequence[Move]:
    """Let nobody else order moves of this person before the transaction ends; return those on their way."""
    session.execute(select(Person.person_id).where(Person.person_id == person_id).with_for_update())
    return [one for one in open_moves_of(session, person_id) if one.license_id == license_id]


def open_moves_of(session: Session, person_id: str) -> Sequence[Move]:
    """Oldest first; no more than somebody has hybrid licenses."""
    return session.scalars(
        _whole().where(Move.person_id == person_id, Move.state == MoveState.OPEN).order_by(Move.id)
    ).all()


def left_open(session: Session, before: datetime, most: int = 200) -> Sequence[Move]:
    """Return the moves that were ordered before and are not settled, oldest first."""
    late = (Move.state == MoveState.OPEN, Move.created_at < before)
    return session.scalars(_whole().where(*late).order_by(Move.id).limit(most)).all()


def licenses_moved_for(session: Session, request_id: int) -> frozenset[str]:
    """Return the licenses for which a request has led to a move already."""
    return frozenset(session.scalars(select(Move.license_id).where(Move.request_id == request_id)))
