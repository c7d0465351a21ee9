"""`license-bot doctor`: looks at each thing that can be wrong, and says what to do about it. Changes nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bot import settings as configuration
from bot.logs import REMOVED
from bot.operating.checks import deliveries, people, premises, rights, tokens
from bot.operating.probes import Finding, Level, NotNow, Visit, broken, fine, skipped
from bot.settings import Role, Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bot.licensing.catalog_file import Entry

Check: TypeAlias = "Callable[[Visit], Iterator[Finding]]"

CHECKS: dict[str, Check] = {
    "database": premises.database,
    "migrations": premises.migrations,
    "SQLite": premises.sqlite_version,
    "disk": premises.disk,
    "work": premises.work,
    "Webex": tokens.webex,
    "clock": tokens.clock,
    "bot token": tokens.bot_token,
    "renewal": premises.renewal,
    "admin token": tokens.admin_token,
    "scopes": rights.scopes,
    "roles": rights.roles,
    "organizations": rights.organizations,
    "admins": people.admins,
    "approvers": people.approvers,
    "catalog file": premises.catalog_file,
    "webhooks": deliveries.subscriptions,
    "seal": deliveries.seal_check,
    "last delivery": deliveries.last_delivery,
}
ROLES: tuple[Role, ...] = ("web", "worker", "webhooks")
SIGNS: dict[Level, str] = {"ok": "[ok]  ", "skipped": "[-]   ", "warning": "[warn]", "broken": "[bad] "}
WIDTH = max(map(len, CHECKS))


@dataclass(frozen=True, slots=True)
class Told:
    """A finding with the name of its check."""

    check: str
    level: Level
    says: str
    remedy: str

    @property
    def lines(self) -> str:
        line = f"{SIGNS[self.level]} {self.check:<{WIDTH}}  {self.says}"
        return f"{line}\n{'':<{WIDTH + 9}}-> {self.remedy}" if self.remedy else line


def examine(roles: Sequence[Role], read_entries: Callable[[Settings], Sequence[Entry]]) -> Iterator[Told]:
    """Look at what these processes need, in the order in which to mend it. `read_entries` reads the catalog file."""
    problems = dict.fromkeys(problem for role in roles for problem in _problems(role))
    for problem in problems:
        wrong, _, remedy = problem.partition(". ")
        yield _told("settings", broken(f"{wrong}.", remedy))
    try:
        settings = Settings(role="tools")
    except ValidationError:  # a value that cannot be used, and has been told
        yield _told("settings", skipped("Nothing else can be looked at until they are right."))
        return
    if not problems:
        yield _told("settings", fine("All that is needed is set, and can be used."))
    visit = Visit(settings, read_entries)
    try:
        for name, check in CHECKS.items():
            yield from look(name, check, visit)
    finally:
        visit.end()


def _problems(role: Role) -> Iterable[str]:
    try:
        configuration.load(role)
    except SettingsError as error:
        return error.problems
    return ()


def look(name: str, check: Check, visit: Visit) -> Iterator[Told]:
    """Run one check. Whatever it says, no secret is in it."""
    for finding in _findings(check, visit):
        yield _told(name, finding, visit.settings.secrets)


def _findings(check: Check, visit: Visit) -> Iterator[Finding]:
    try:
        yield from check(visit)
    except NotNow as why:
        yield skipped(str(why))
    except SQLAlchemyError as error:
        yield broken(f"The database could not be read ({type(error).__name__}).", "Run `license-bot db check`.")
    except Exception as error:  # noqa: BLE001 one check that fails must not keep the others from being told
        yield broken(f"This could not be looked at ({type(error).__name__}).", "Report it with this line.")


def _told(check: str, finding: Finding, secrets: Iterable[str] = ()) -> Told:
    says, remedy = finding.says, finding.remedy
    for secret in secrets:
        says, remedy = says.replace(secret, REMOVED), remedy.replace(secret, REMOVED)
    return Told(check, finding.level, says, remedy)


def exit_code(told: Iterable[Told]) -> int:
    """Return 0 for all right, 1 for warnings, 2 for something broken."""
    levels = {one.level for one in told}
    return 2 if "broken" in levels else 1 if "warning" in levels else 0


def summary(told: Sequence[Told]) -> str:
    counts = {level: sum(one.level == level for one in told) for level in SIGNS}
    if counts["broken"]:
        return f"{counts['broken']} broken, {counts['warning']} to be looked at."
    return f"Works, with {counts['warning']} to be looked at." if counts["warning"] else "All right."


def as_json(told: Sequence[Told]) -> dict[str, Any]:
    words = ("ok", "warning", "broken")
    return {"verdict": words[exit_code(told)], "findings": [asdict(one) for one in told]}
