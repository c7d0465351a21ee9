"""What the operator decides: one frozen `Settings`, read from the environment once, with all errors reported at once.

The only reader of os.environ. An `.env` file is not read: the platform or the shell sets the variables.
"""

import re
from datetime import timedelta
from itertools import chain
from typing import Any, Literal, TypeAlias

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import admin_ways
from bot.addresses import is_loopback, parts_of
from bot.values import LONGEST_REQUEST_TTL, DatabaseUrl, Days, Id, Keys, OrgIds, People, PeopleAndSpaces, Secret, parts

Role: TypeAlias = Literal["web", "worker", "webhooks", "tools"]

DEMO_WEBHOOK_SECRET = "sandbox-demo-secret-for-loopback-only-0000"  # noqa: S105 - public, and refused outside loopback
SHORTEST_WEBHOOK_SECRET = 32

NEEDED_BY: dict[str, frozenset[Role]] = {
    "webex_teams_access_token": frozenset({"web", "worker", "webhooks"}),
    "webex_admin_access_token": frozenset({"worker"}),
    "webex_webhook_secret": frozenset({"web", "webhooks"}),
    "public_url": frozenset({"webhooks"}),
    "admins": frozenset({"worker"}),
}

_THIS_MACHINE = "http://localhost"


class SettingsError(Exception):
    """Every problem of the environment, one a line: the variable, what is wrong, what to do. Never a value."""

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)


class Settings(BaseSettings):
    """A field's description is what to do when it is wrong. Order matters: a check may look at the fields above it."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    role: Role
    webex_api_url: str = Field(
        default="https://webexapis.com/v1",
        description="Leave it out for Webex itself, or give an https URL; http is for this machine only.",
    )
    public_url: str = Field(
        default="",
        description="Give the https URL under which Webex reaches the web process; http is for this machine only.",
    )
    webex_teams_access_token: Secret = Field(
        default=SecretStr(""), description="Copy the bot's token from developer.webex.com, My Webex Apps."
    )
    webex_admin_access_token: SecretStr = Field(
        default=SecretStr(""),
        description="Give a token that may read people and manage licenses; or, for one that renews itself, "
        "WEBEX_ADMIN_CLIENT_ID, _CLIENT_SECRET, _REFRESH_TOKEN and TOKEN_KEY; see the README.",
    )
    webex_admin_client_id: Id = Field(
        default="", description="Copy it from the Service App or integration, together with secret and refresh token."
    )
    webex_admin_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Copy it from the Service App or integration on developer.webex.com."
    )
    webex_admin_refresh_token: SecretStr = Field(
        default=SecretStr(""), description="Give the first one; those that follow are kept encrypted in the database."
    )
    token_key: Keys = Field(
        default=SecretStr(""),
        description="Make one with `license-bot tokens key`; two, separated by a comma, while you change it: new,old.",
    )
    webex_webhook_secret: Secret = Field(
        default=SecretStr(""),
        description=f"Make up at least {SHORTEST_WEBHOOK_SECRET} random characters: openssl rand -hex 32. "
        "While you change it, give both: new,old.",
    )
    database_url: DatabaseUrl = Field(
        default="sqlite:///license-bot.sqlite",
        repr=False,  # it may hold a password
        description="Use sqlite:///file.sqlite or postgresql://user:password@host/name.",
    )
    port: int = Field(default=8080, ge=0, le=65535, description="Give a number from 0 (any free port) to 65535.")
    admins: People = Field(default=(), description="List e-mail addresses or person ids, separated by commas.")
    approvers: PeopleAndSpaces = Field(
        default=(), description="List e-mail addresses, person ids or space:<roomId>, separated by commas."
    )
    allowed_orgs: OrgIds = Field(default=(), description="List Webex organization ids, separated by commas.")
    org_ids: OrgIds = Field(
        default=(), description="List the ids of the organizations whose licenses you manage, separated by commas."
    )
    request_ttl: Days = Field(
        default=timedelta(days=14), description=f"Give a number of days, at most {LONGEST_REQUEST_TTL.days}."
    )
    allow_external: bool = Field(
        default=False, description="Give true, to let people of other organizations have meetings licenses, or false."
    )
    allow_invite: bool = Field(
        default=False, description="Give true, to let admins approve that somebody new is invited to Webex, or false."
    )
    allow_full_update: bool = Field(
        default=False,
        description="Give true, to let licenses with `via: people` in the catalog file replace the whole record of a "
        "person, or false.",
    )
    catalog_file: str = Field(default="", description="Give the path of a YAML file; see docs/catalog.example.yaml.")
    messages_per_minute: int = Field(
        default=20, ge=1, le=1000, description="Give how many messages and presses of one person are answered a minute."
    )
    webex_calls_per_minute: int = Field(
        default=240, ge=10, le=10000, description="Give how many calls a minute the admin side's token may make."
    )
    metrics_host: str = Field(default="127.0.0.1", description="Give the address at which metrics are served.")
    metrics_port: int = Field(
        default=9464,
        ge=0,
        le=65534,
        description="Give a port for the worker's metrics, 0 for none; web takes the next.",
    )
    clock: Literal["machine", "sandbox"] = Field(
        default="machine", description="Leave it out; `sandbox` is for a sandbox on this machine, whose clock moves."
    )
    log_format: Literal["json", "console"] = Field(default="json", description="Choose json or console.")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never reach a log line."""
        held = (
            self.webex_teams_access_token,
            self.webex_admin_access_token,
            self.webex_admin_client_secret,
            self.webex_admin_refresh_token,
        )
        lists = (self.webhook_secrets, parts(self.token_key))
        return (*(one.get_secret_value() for one in held if one.get_secret_value()), *chain.from_iterable(lists))

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The one that new webhooks are sealed with, and after it those that are still accepted."""
        return parts(self.webex_webhook_secret)

    @property
    def renews_admin_token(self) -> bool:
        """Whether the bot renews the admin side's token by itself."""
        return bool(self.webex_admin_refresh_token.get_secret_value())

    @property
    def token_keys(self) -> tuple[str, ...]:
        """The key that encrypts, and after it those that still decrypt."""
        return parts(self.token_key)

    @property
    def bind_host(self) -> str:
        """Where the web process listens: beside a sandbox, whose secret is public, nobody else may reach it."""
        return "127.0.0.1" if is_loopback(self.webex_api_url) else "0.0.0.0"  # noqa: S104 the platform's proxy comes in

    @model_validator(mode="before")
    @classmethod
    def _one_way_to_the_admin_side(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Mark what is missing or too much, so that each is told of under its own name."""
        needs_it = data.get("role") in NEEDED_BY[admin_ways.FIXED]
        return data | admin_ways.marks(data) if needs_it else data

    @field_validator(admin_ways.FIXED, *admin_ways.LIVE, mode="before")
    @classmethod
    def _is_the_one_way(cls, value: Any) -> Any:
        return admin_ways.unmarked(value)

    @field_validator(*NEEDED_BY.keys() - {"webex_admin_access_token"})
    @classmethod
    def _is_given(cls, value: Any, info: ValidationInfo) -> Any:
        given = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not given and info.data["role"] in NEEDED_BY[info.field_name or ""]:
            raise ValueError("is missing")
        return value

    @field_validator("webex_api_url", "public_url")
    @classmethod
    def _is_safe_url(cls, value: str) -> str:
        if not value:
            return value
        parts = parts_of(value)
        if parts is None:
            raise ValueError("is not a plain URL")
        if parts.scheme == "http" and not is_loopback(value):
            raise ValueError("would send tokens in the clear")
        return value.rstrip("/")

    @field_validator(
        "webex_teams_access_token", "webex_admin_access_token", "webex_admin_client_secret", "webex_admin_refresh_token"
    )
    @classmethod
    def _is_token(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        token = value.get_secret_value()
        if token and re.fullmatch(r"[!-~]+", token) is None:
            raise ValueError("has characters that no token has")
        if token.startswith("sandbox-") and not is_loopback(info.data.get("webex_api_url", _THIS_MACHINE)):
            raise ValueError("is a sandbox token, which is for a sandbox on this machine only")
        return value

    @field_validator("clock")
    @classmethod
    def _is_here(cls, value: str, info: ValidationInfo) -> str:
        if value == "sandbox" and not is_loopback(info.data.get("webex_api_url", _THIS_MACHINE)):
            raise ValueError("would let somebody else tell the time")
        return value

    @field_validator("webex_webhook_secret")
    @classmethod
    def _is_secret(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        secrets = parts(value)
        if any(len(secret) < SHORTEST_WEBHOOK_SECRET for secret in secrets):
            raise ValueError("is too short to keep forged deliveries out")
        reached_at = [info.data.get(name) or _THIS_MACHINE for name in ("webex_api_url", "public_url")]
        if DEMO_WEBHOOK_SECRET in secrets and not all(map(is_loopback, reached_at)):
            raise ValueError("is the demo's, which everybody knows, and for this machine only")
        return value


def load(role: Role) -> Settings:
    """Read what one kind of process needs, and nothing of the admin side elsewhere. Raises SettingsError."""
    try:
        if role in NEEDED_BY["webex_admin_access_token"]:
            return Settings(role=role)
        nothing: dict[str, Any] = dict.fromkeys((admin_ways.FIXED, *admin_ways.LIVE), "")
        return Settings(role=role, **nothing)
    except ValidationError as error:
        # "from None": the original carries the values that were given.
        raise SettingsError(*map(_problem, error.errors())) from None


def _problem(error: ErrorDetails) -> str:
    field = str(error["loc"][0])
    wrong = error["msg"].removeprefix("Value error, ") if error["type"] == "value_error" else "cannot be used"
    return f"{field.upper()} {wrong}. {Settings.model_fields[field].description}"
