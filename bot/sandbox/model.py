"""What the sandbox remembers: plain records without behavior. Field names are ours; `views.py` speaks Webex's."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(slots=True)
class Person:
    person_id: str
    email: str
    name: str
    org_id: str
    created: str
    kind: Literal["person", "bot", "appuser"] = "person"
    department: str = ""
    title: str = ""
    manager_id: str | None = None
    status: str = "active"
    login_enabled: str = "true"
    invite_pending: str = "false"
    timezone: str = "America/Denver"
    roles: list[str] = field(default_factory=list)
    licenses: list[str] = field(default_factory=list)
    attendee_sites: list[str] = field(default_factory=list)
    pending_licenses: list[str] = field(default_factory=list)
    pending_sites: list[str] = field(default_factory=list)
    location_id: str | None = None
    phone_number: str | None = None
    extension: str | None = None
    language: str = "en_US"
    locale: str = "en_US"
    first_name: str | None = None
    """None, here and below: what the display name makes of it; empty: there is none."""
    last_name: str | None = None
    nick_name: str | None = None
    manager: str | None = None
    """None: the name of whoever `manager_id` says."""
    avatar: str = ""
    addresses: list[dict[str, Any]] = field(default_factory=list)
    phones: list[dict[str, Any]] = field(default_factory=list)
    """Numbers that are none of Webex Calling's: mobile, fax, and a work number of who has no Calling license."""
    last_modified: str = ""
    groups: dict[str, "GroupSeat"] = field(default_factory=dict)
    """By license id, of hybrid licenses: only what differs from an activated seat in the default group."""

    @property
    def may_sign_in(self) -> bool:
        """Whether the account works; `status` is presence, and whoever is away is "inactive" after ten minutes."""
        return self.login_enabled != "false"

    @property
    def modified(self) -> str:
        return self.last_modified or self.created

    @property
    def first(self) -> str:
        return self.name.partition(" ")[0] if self.first_name is None else self.first_name

    @property
    def last(self) -> str:
        return self.name.partition(" ")[2] if self.last_name is None else self.last_name

    @property
    def nick(self) -> str:
        return self.name.partition(" ")[0] if self.nick_name is None else self.nick_name


@dataclass(slots=True)
class GroupSeat:
    """Where a hybrid license is served from (a resource group membership)."""

    group_id: str
    status: Literal["pending", "activated", "error"] = "activated"


@dataclass(slots=True)
class Organization:
    org_id: str
    name: str
    created: str = ""
    sites: list[str] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)
    """Names of the resource groups by id; the default group stands first."""
    managed_by: list[str] = field(default_factory=list)
    """Ids of the people of other organizations who administer it, as partners do."""
    salt: str = ""
    """What makes the ids of its things other than the seed's."""


@dataclass(slots=True)
class License:
    license_id: str
    name: str
    total: int
    subscription_id: str | None = None
    site_url: str | None = None
    exclusive: str | None = None
    """Of the licenses that share this offer code a person may hold one."""
    org_id: str = ""

    @property
    def is_hybrid(self) -> bool:
        return self.name.startswith("Hybrid ")


@dataclass(slots=True)
class Location:
    location_id: str
    name: str
    org_id: str
    timezone: str
    country: str
    city: str


@dataclass(slots=True)
class Number:
    phone_number: str
    location_id: str
    is_main: bool = False
    is_reserved: bool = False


@dataclass(slots=True)
class Member:
    person_id: str
    created: str
    is_moderator: bool = False
    is_hidden: bool = False


@dataclass(slots=True)
class Space:
    space_id: str
    title: str
    kind: Literal["direct", "group"]
    creator_id: str
    org_id: str
    created: str
    last_activity: str
    members: dict[str, Member] = field(default_factory=dict)
    message_ids: list[str] = field(default_factory=list)
    """Oldest first; deleted messages stay in it."""
    is_locked: bool = False
    is_announcement_only: bool = False
    is_read_only: bool = False
    description: str = ""

    def moderators(self) -> list[str]:
        return [member.person_id for member in self.members.values() if member.is_moderator]


@dataclass(slots=True)
class Message:
    message_id: str
    space_id: str
    person_id: str
    email: str
    created: str
    text: str = ""
    markdown: str = ""
    html: str = ""
    parent_id: str | None = None
    attachments: list[dict[str, Any]] = field(default_factory=list)
    attachment_errors: dict[str, Any] | None = None
    files: list[str] = field(default_factory=list)
    mentioned_people: list[str] = field(default_factory=list)
    mentioned_groups: list[str] = field(default_factory=list)
    updated: str | None = None
    edits: int = 0
    is_deleted: bool = False


@dataclass(slots=True)
class Press:
    """One submission of a card (an attachment action)."""

    action_id: str
    message_id: str
    space_id: str
    person_id: str
    inputs: dict[str, Any]
    created: str


@dataclass(slots=True)
class Webhook:
    webhook_id: str
    owner_id: str
    name: str
    target_url: str
    resource: str
    event: str
    created: str
    filter: str | None = None
    secret: str | None = None
    status: str = "active"
    failures: deque[float] = field(default_factory=deque)
    """When deliveries failed, in seconds of the sandbox's clock."""
    disabled_at: float | None = None
    is_on_probation: bool = False


@dataclass(slots=True)
class Upload:
    space_id: str
    name: str
    content_type: str
    content: bytes
    uploaded_at: float = 0.0
    """In seconds of the sandbox's clock."""


@dataclass(frozen=True, slots=True)
class Token:
    person_id: str
    scopes: frozenset[str]
    expires_at: float | None = None
    """In seconds of the sandbox's clock; a bot's and the seed's tokens last."""
    client_id: str | None = None
    """Whose application it was issued to; None for what the seed and the control API hand out."""


@dataclass(frozen=True, slots=True)
class App:
    """An integration or a service app: what may ask for tokens."""

    client_id: str
    client_secret: str
    application_id: str
    scopes: frozenset[str]
    is_service_app: bool = False


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """What an administrator changed, as `adminAudit/events` tells it."""

    event_id: str
    created: str
    actor_id: str
    category: str
    action: str
    target_type: str
    target_id: str
    target_name: str
    tracking_id: str
    user_agent: str
    org_id: str = ""
    """The organization in which it was done."""
