"""The environment is read once, judged whole, and never quoted."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import ValidationError

from bot.addresses import is_loopback
from bot.settings import DEMO_WEBHOOK_SECRET, NEEDED_BY, Role, Settings, SettingsError, load

SECRET = "0123456789abcdef0123456789abcdef"
COMPLETE = {
    "WEBEX_TEAMS_ACCESS_TOKEN": "bot-token",
    "WEBEX_ADMIN_ACCESS_TOKEN": "admin-token",
    "WEBEX_WEBHOOK_SECRET": SECRET,
    "PUBLIC_URL": "https://bot.example.com/",
    "ADMINS": "Admin@Example.com",
}
LIVE = {
    "WEBEX_ADMIN_ACCESS_TOKEN": "",
    "WEBEX_ADMIN_CLIENT_ID": "client",
    "WEBEX_ADMIN_CLIENT_SECRET": "client-secret",
    "WEBEX_ADMIN_REFRESH_TOKEN": "refresh-token",
    "TOKEN_KEY": f"{'k' * 43}=",
}
ROLES: tuple[Role, ...] = ("web", "worker", "webhooks", "tools")

Environment = Callable[..., None]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Set exactly these variables of ours; an empty one counts as not set."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def set_variables(**variables: str) -> None:
        for name, value in (COMPLETE | variables).items():
            monkeypatch.setenv(name, value)

    set_variables()
    return set_variables


def _problems(role: Role = "worker") -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(role)
    assert str(caught.value) == "\n".join(caught.value.problems)
    assert all("\n" not in problem for problem in caught.value.problems)
    return list(caught.value.problems)


def _only_problem(role: Role = "worker") -> str:
    (problem,) = _problems(role)
    return problem


def test_the_clock_of_a_sandbox_is_for_a_sandbox_on_this_machine(environment: Environment) -> None:
    environment(CLOCK="sandbox")
    assert _only_problem().startswith("CLOCK would let somebody else tell the time. Leave it out")
    environment(CLOCK="sandbox", WEBEX_API_URL="http://127.0.0.1:8080/v1")
    assert load("worker").clock == "sandbox"


def test_what_is_not_set_has_a_default(environment: Environment) -> None:
    environment()
    settings = load("worker")
    assert settings.webex_api_url == "https://webexapis.com/v1"
    assert settings.public_url == "https://bot.example.com"
    assert settings.database_url == "sqlite:///license-bot.sqlite"
    assert settings.is_sqlite
    assert settings.port == 8080
    assert settings.admins == ("admin@example.com",)
    assert settings.approvers == settings.allowed_orgs == ()
    assert settings.request_ttl == timedelta(days=14)
    assert settings.log_format == "json"


def test_settings_cannot_be_changed(environment: Environment) -> None:
    environment()
    with pytest.raises(ValidationError):
        load("worker").port = 1  # type: ignore[misc] # mypy knows it too


@pytest.mark.parametrize("role", ROLES)
def test_each_kind_of_process_says_what_it_misses(environment: Environment, role: Role) -> None:
    environment(**dict.fromkeys(COMPLETE, ""))
    needed = [name.upper() for name, roles in NEEDED_BY.items() if role in roles]
    if not needed:
        assert load(role).is_sqlite
        return
    assert sorted(problem.split(" is missing. ")[0] for problem in _problems(role)) == sorted(needed)


@pytest.mark.parametrize("role", ROLES)
def test_only_the_worker_holds_the_admin_token(environment: Environment, role: Role) -> None:
    environment()
    token = load(role).webex_admin_access_token.get_secret_value()
    assert token == ("admin-token" if role == "worker" else "")


def test_the_admin_side_may_renew_its_token_by_itself(environment: Environment) -> None:
    environment()
    assert not load("worker").renews_admin_token
    environment(**LIVE)
    assert load("worker").renews_admin_token


@pytest.mark.parametrize("name", [name for name in LIVE if LIVE[name]])
def test_half_a_way_to_the_admin_side_is_none(environment: Environment, name: str) -> None:
    environment(**(LIVE | {name: ""}))
    assert _only_problem().startswith(f"{name} is missing. ")


def test_everything_that_a_way_to_the_admin_side_lacks_is_told_at_once(environment: Environment) -> None:
    environment(WEBEX_ADMIN_CLIENT_ID="client", ADMINS="")
    told = [problem.split(". ")[0] for problem in _problems()]
    assert sorted(told) == [
        "ADMINS is missing",
        "TOKEN_KEY is missing",
        "WEBEX_ADMIN_ACCESS_TOKEN is given beside a token that renews itself: give one of both",
        "WEBEX_ADMIN_CLIENT_SECRET is missing",
        "WEBEX_ADMIN_REFRESH_TOKEN is missing",
    ]


def test_two_ways_to_the_admin_side_are_one_too_many(environment: Environment) -> None:
    environment(**(LIVE | {"WEBEX_ADMIN_ACCESS_TOKEN": "admin-token"}))
    assert _only_problem().startswith("WEBEX_ADMIN_ACCESS_TOKEN is given beside")


def test_a_key_that_waits_for_its_token_does_no_harm(environment: Environment) -> None:
    environment(TOKEN_KEY=LIVE["TOKEN_KEY"])
    assert not load("worker").renews_admin_token


@pytest.mark.parametrize("key", ["short", "k" * 44, f"{'k' * 43}=,short", ","])
def test_what_is_no_key_is_refused(environment: Environment, key: str) -> None:
    environment(**(LIVE | {"TOKEN_KEY": key}))
    assert _only_problem().startswith("TOKEN_KEY is not a key. Make one with `license-bot tokens key`")


def test_a_key_may_be_changed(environment: Environment) -> None:
    environment(**(LIVE | {"TOKEN_KEY": f" {'n' * 43}= , {'k' * 43}=\n"}))
    assert load("worker").token_keys == (f"{'n' * 43}=", f"{'k' * 43}=")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "worker"])
def test_only_the_worker_holds_what_renews_the_admin_token(environment: Environment, role: Role) -> None:
    environment(**LIVE)
    settings = load(role)
    assert not any(secret in repr(settings.secrets) for secret in ("client-secret", "refresh-token", "kkk"))
    assert settings.token_keys == ()
    assert {"client-secret", "refresh-token", LIVE["TOKEN_KEY"]} <= set(load("worker").secrets)


def test_all_problems_are_told_at_once_and_no_value_is(environment: Environment) -> None:
    wrong = {
        "WEBEX_API_URL": "http://evil.example",
        "PUBLIC_URL": "evil",
        "WEBEX_TEAMS_ACCESS_TOKEN": "evil token",
        "WEBEX_ADMIN_ACCESS_TOKEN": "evil\ttoken",
        "WEBEX_WEBHOOK_SECRET": "evil",
        "DATABASE_URL": "evil://user:evil@host/db",
        "PORT": "evil",
        "ADMINS": "evil",
        "APPROVERS": "space:evil@example.com",
        "ALLOWED_ORGS": "evil@example.com",
        "REQUEST_TTL": "evil",
        "LOG_FORMAT": "evil",
    }
    environment(**wrong)
    problems = _problems()
    assert {problem.split(" ")[0] for problem in problems} == set(wrong)
    assert "evil" not in "".join(problems)


def test_every_setting_says_what_to_do() -> None:
    for name, field in Settings.model_fields.items():
        if name != "role":
            assert field.description, name
            assert field.description.endswith("."), name


def test_secrets_are_not_shown(environment: Environment) -> None:
    environment(DATABASE_URL="postgresql://bot:database-password@db/name")
    shown = repr(load("worker"))
    assert not any(secret in shown for secret in (SECRET, "bot-token", "admin-token", "database-password"))


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://bot:p%40ss@db:5432/desk", "postgresql+psycopg://bot:p%40ss@db:5432/desk"),
        ("postgresql://db/desk", "postgresql+psycopg://db/desk"),
        ("postgresql+psycopg:///desk?host=/run/pg", "postgresql+psycopg:///desk?host=/run/pg"),
    ],
)
def test_postgresql_may_be_written_in_each_common_way(environment: Environment, given: str, used: str) -> None:
    environment(DATABASE_URL=given)
    settings = load("tools")
    assert settings.database_url == used
    assert not settings.is_sqlite


@pytest.mark.parametrize(
    "url", ["desk", "sqlite://", "sqlite:///:memory:", "mysql://db/desk", "postgresql://db", "postgresql://db:x/desk"]
)
def test_a_database_that_two_processes_cannot_share_is_refused(environment: Environment, url: str) -> None:
    environment(DATABASE_URL=url)
    assert _only_problem().startswith("DATABASE_URL ")


def test_people_are_listed_with_commas_or_spaces_and_counted_once(environment: Environment) -> None:
    environment(
        ADMINS=" a@example.com,,Y2lzY29zcGFyazovL3VzL1BFT1BMRS8x  a@example.com\n",
        APPROVERS="space:Y2lzY29zcGFyazovL3VzL1JPT00vMQ, b@example.com",
        ALLOWED_ORGS="96abc2aa-3dcc-11e5-a152-fe34819cdc9a",
    )
    settings = load("worker")
    assert settings.admins == ("a@example.com", "Y2lzY29zcGFyazovL3VzL1BFT1BMRS8x")
    assert settings.approvers == ("space:Y2lzY29zcGFyazovL3VzL1JPT00vMQ", "b@example.com")
    assert settings.allowed_orgs == ("96abc2aa-3dcc-11e5-a152-fe34819cdc9a",)


def test_the_entry_that_cannot_be_read_is_named_by_its_place(environment: Environment) -> None:
    environment(ADMINS="a@example.com, b@@example.com")
    assert "number 2" in _only_problem()


@pytest.mark.parametrize("days", ["0", "-1", "366", "nan", "inf", "1e99", "two weeks"])
def test_a_request_lives_for_a_sensible_number_of_days(environment: Environment, days: str) -> None:
    environment(REQUEST_TTL=days)
    assert _only_problem().startswith("REQUEST_TTL ")


def test_part_of_a_day_counts(environment: Environment) -> None:
    environment(REQUEST_TTL="0.5")
    assert load("tools").request_ttl == timedelta(hours=12)


@pytest.mark.parametrize(
    "url",
    [
        "http://webexapis.com/v1",
        "ftp://webexapis.com",
        "webexapis.com/v1",
        "https://",
        "https://user@webexapis.com",
        "https://evil.example\\@127.0.0.1",
        "https://webexapis.com/v1?x=1",
        "https://webexapis.com:port/v1",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://[::1",
    ],
)
@pytest.mark.parametrize("variable", ["WEBEX_API_URL", "PUBLIC_URL"])
def test_tokens_only_go_where_they_are_safe(environment: Environment, variable: str, url: str) -> None:
    environment(**{variable: url})
    assert _only_problem().startswith(f"{variable} ")


@pytest.mark.parametrize(
    "url", ["http://localhost:8081", "http://127.0.0.1/v1", "http://127.9.9.9", "http://[::1]:80/v1"]
)
def test_this_machine_needs_no_https(environment: Environment, url: str) -> None:
    environment(WEBEX_API_URL=f"{url}/")
    assert load("worker").webex_api_url == url
    assert is_loopback(url)


@pytest.mark.parametrize("variable", ["WEBEX_TEAMS_ACCESS_TOKEN", "WEBEX_ADMIN_ACCESS_TOKEN"])
def test_sandbox_tokens_are_for_this_machine_only(environment: Environment, variable: str) -> None:
    environment(**{variable: "sandbox-bot"})
    assert _only_problem().startswith(f"{variable} is a sandbox token")
    environment(WEBEX_API_URL="http://127.0.0.1:8081/v1")
    assert load("worker")


@pytest.mark.parametrize(
    ("api_url", "public_url", "is_fine"),
    [
        ("http://127.0.0.1:8081/v1", "", True),
        ("http://127.0.0.1:8081/v1", "http://localhost:8080", True),
        ("http://127.0.0.1:8081/v1", "https://bot.example.com", False),
        ("https://webexapis.com/v1", "http://localhost:8080", False),
    ],
)
def test_the_secret_of_the_demo_is_for_this_machine_only(
    environment: Environment, api_url: str, public_url: str, *, is_fine: bool
) -> None:
    environment(WEBEX_WEBHOOK_SECRET=DEMO_WEBHOOK_SECRET, WEBEX_API_URL=api_url, PUBLIC_URL=public_url)
    if is_fine:
        assert load("web").webex_webhook_secret.get_secret_value() == DEMO_WEBHOOK_SECRET
    else:
        assert _only_problem("web").startswith("WEBEX_WEBHOOK_SECRET is the demo's")


def test_a_line_break_after_a_pasted_token_does_no_harm(environment: Environment) -> None:
    environment(WEBEX_TEAMS_ACCESS_TOKEN=" bot-token\n")
    assert load("web").webex_teams_access_token.get_secret_value() == "bot-token"
