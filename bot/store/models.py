"""Tables and constraints, no behavior. Times are aware UTC; ids of Webex are opaque and may pass 100 characters."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from bot import traces
from bot.desk.states import ItemState, MoveState, State

WEBEX_ID = String(400)


def _words(of: type[StrEnum]) -> Enum:
    """Return a column of these words as text: a new word needs no change of the table."""
    return Enum(
        of, native_enum=False, create_constraint=False, length=20, values_callable=lambda words: [str(w) for w in words]
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time on every database: SQLite drops the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 the base's signature
        if value is not None and value.tzinfo is None:
            raise ValueError("times are aware")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 the base's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The naming convention lets a migration on either database drop a constraint by name."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        },
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON(none_as_null=True), list[dict[str, Any]]: JSON}  # noqa: RUF012 SQLAlchemy's own form


class Delivery(Base):
    """One webhook delivery, kept longer than the engine remembers its workflow: a repeat is known by its key."""

    __tablename__ = "deliveries"

    key: Mapped[str] = mapped_column(String(500), primary_key=True)
    """`<resource>:<event>:<resource id>`, also the id of the workflow that handles it."""
    actor_id: Mapped[str] = mapped_column(WEBEX_ID)
    space_id: Mapped[str] = mapped_column(WEBEX_ID)
    received_at: Mapped[datetime] = mapped_column(index=True)
    was_found: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether nobody delivered it: the catch-up found it in its space. Then it was received when it was said."""


class Person(Base):
    """Somebody the desk has met, as Webex last described them. The id is the identity; the rest may change."""

    __tablename__ = "people"

    person_id: Mapped[str] = mapped_column(WEBEX_ID, primary_key=True)
    email: Mapped[str] = mapped_column(String(320), index=True)
    name: Mapped[str] = mapped_column(String(400))
    org_id: Mapped[str] = mapped_column(WEBEX_ID)
    kind: Mapped[str] = mapped_column(String(40))
    configured_as: Mapped[str | None] = mapped_column(String(400), unique=True)
    """The entry of ADMINS or APPROVERS that led here; it wins over whoever has that e-mail later."""
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_approver: Mapped[bool] = mapped_column(default=False)
    desk_org: Mapped[str | None] = mapped_column(WEBEX_ID)
    """The organization at whose desk they are an admin or approver, as `key_of` writes it."""
    seen_at: Mapped[datetime]


class Request(Base):
    """One wish for one beneficiary; its items become one PATCH."""

    __tablename__ = "requests"
    __table_args__ = (Index("ix_requests_state_created_at", "state", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[State] = mapped_column(_words(State))
    org_id: Mapped[str] = mapped_column(WEBEX_ID, index=True, server_default="")
    """The organization whose licenses these are, as `key_of` writes it; the worker fills in what an older one left."""
    requester_id: Mapped[str] = mapped_column(ForeignKey("people.person_id"), index=True)
    beneficiary_id: Mapped[str] = mapped_column(ForeignKey("people.person_id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    trace: Mapped[str] = mapped_column(String(80), default=traces.current, server_default="")
    """What every log line about it carries, from the webhook that it came with to its receipt."""
    attempt: Mapped[int] = mapped_column(default=0)
    """Counts the runs of the assignment: `assign:<id>:<attempt>` names the one that may settle."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    """When the admins were told that this one is stuck."""
    checked_at: Mapped[datetime | None]
    """When an awaited acceptance was last looked for."""

    requester: Mapped[Person] = relationship(foreign_keys=[requester_id], lazy="raise_on_sql")
    beneficiary: Mapped[Person] = relationship(foreign_keys=[beneficiary_id], lazy="raise_on_sql")
    items: Mapped[list["RequestItem"]] = relationship(
        back_populates="request", order_by="RequestItem.position", lazy="raise_on_sql"
    )
    decisions: Mapped[list["Decision"]] = relationship(order_by="Decision.id", lazy="raise_on_sql")


class RequestItem(Base):
    """One license, or one attendee account on a site, to add or remove."""

    __tablename__ = "request_items"
    __table_args__ = (UniqueConstraint("request_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"))
    position: Mapped[int]
    license_id: Mapped[str | None] = mapped_column(WEBEX_ID, index=True)
    site_url: Mapped[str | None] = mapped_column(String(400))
    title: Mapped[str] = mapped_column(String(400))
    """As the requester read it, for the day when Webex no longer lists it."""
    operation: Mapped[str] = mapped_column(String(10))
    location_id: Mapped[str | None] = mapped_column(WEBEX_ID)
    location_name: Mapped[str | None] = mapped_column(String(400))
    phone_number: Mapped[str | None] = mapped_column(String(40))
    extension: Mapped[str | None] = mapped_column(String(20))
    group_id: Mapped[str | None] = mapped_column(WEBEX_ID)
    group_name: Mapped[str | None] = mapped_column(String(400))
    """The resource group that was chosen to serve a hybrid license, with the name by which it was chosen."""
    via: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """`people` for a license that only a full replacement of the person's record changes."""
    state: Mapped[ItemState] = mapped_column(_words(ItemState))
    errors: Mapped[list[dict[str, Any]]]
    """Why it was not granted: `{"status", "code", "description"}` of Webex, or an `OwnReason` of `bot.licensing`."""
    tracking_id: Mapped[str] = mapped_column(String(200), default="")

    request: Mapped[Request] = relationship(back_populates="items", lazy="raise_on_sql")


class Decision(Base):
    """Somebody (or a space) that was asked, and what they said. No verdict means: still asked."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), index=True)
    approver_id: Mapped[str | None] = mapped_column(ForeignKey("people.person_id"), index=True)
    space_id: Mapped[str | None] = mapped_column(WEBEX_ID, index=True)
    asked_at: Mapped[datetime]
    unreachable: Mapped[bool] = mapped_column(default=False)
    verdict: Mapped[str | None] = mapped_column(String(20))
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.person_id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]

    approver: Mapped[Person | None] = relationship(foreign_keys=[approver_id], lazy="raise_on_sql")
    decider: Mapped[Person | None] = relationship(foreign_keys=[decided_by], lazy="raise_on_sql")


class OutgoingMessage(Base):
    """The ledger: a row per message to be sent, written before and after: `POST /messages` is not idempotent."""

    __tablename__ = "outgoing_messages"
    __table_args__ = (
        Index("ix_outgoing_messages_request_id_purpose", "request_id", "purpose"),
        Index("ix_outgoing_messages_state_created_at", "state", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(600), unique=True)
    purpose: Mapped[str] = mapped_column(String(40))
    to_person_id: Mapped[str | None] = mapped_column(WEBEX_ID, index=True)
    space_id: Mapped[str | None] = mapped_column(WEBEX_ID)
    """Where it goes or, once sent, where it is."""
    parent_id: Mapped[str | None] = mapped_column(WEBEX_ID)
    markdown: Mapped[str] = mapped_column(Text)
    card: Mapped[dict[str, Any] | None]
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_messages.id"), index=True)
    """The card that is taken away first: Webex cannot edit a message with a card."""
    context: Mapped[dict[str, Any] | None]
    """What a form already knows, kept here so that a card carries ids and never authority."""
    state: Mapped[str] = mapped_column(String(20), default="queued")
    """`queued`, `sending`, `sent` or `failed`."""
    message_id: Mapped[str | None] = mapped_column(WEBEX_ID, index=True)
    created_at: Mapped[datetime]
    attempted_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    """From then on a press on it changes nothing."""


class AuditEntry(Base):
    """What happened, who did it, and from which state to which. Written in the transaction of the change itself."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    verb: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str | None] = mapped_column(WEBEX_ID)
    """Null when the bot itself acted: an expiry, a result."""
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"), index=True)
    before: Mapped[str | None] = mapped_column(String(20))
    after: Mapped[str | None] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]]


class Move(Base):
    """Somebody's hybrid license on its way into a resource group: by a command, or as chosen for a request."""

    __tablename__ = "moves"
    __table_args__ = (Index("ix_moves_person_id_state", "person_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    org_id: Mapped[str] = mapped_column(WEBEX_ID)
    """The organization whose license it is, as `key_of` writes it."""
    person_id: Mapped[str] = mapped_column(ForeignKey("people.person_id"))
    license_id: Mapped[str] = mapped_column(WEBEX_ID)
    license_title: Mapped[str] = mapped_column(String(400))
    group_id: Mapped[str | None] = mapped_column(WEBEX_ID)
    """Null while only the name is known; then the group is looked up by it."""
    group_name: Mapped[str] = mapped_column(String(400))
    asked_by: Mapped[str | None] = mapped_column(ForeignKey("people.person_id"))
    """Null when a rule asked for it."""
    also_asked_by: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """Who ordered the same while it was on its way: they are told, too."""
    first_seen_in: Mapped[str | None] = mapped_column(WEBEX_ID)
    """The group in which the first try saw the person: out of another one they are not taken."""
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"), index=True)
    state: Mapped[MoveState] = mapped_column(_words(MoveState), default=MoveState.OPEN)
    tries: Mapped[int] = mapped_column(default=0)
    """`move:<id>:<tries>` names the one that may settle."""
    error: Mapped[dict[str, Any] | None]
    """Why it was not moved: `{"sentence", "remedy", "fix", "code", "said"}`, or `{"superseded", "by", "group"}`."""
    tracking_id: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")
