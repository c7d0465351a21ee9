"""The runbook is held against the code: what the bot says to operators stands in it, and what stands in it exists."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import main
from bot.operating.checks.rights import PROBES, UNTRIED
from bot.operating.doctor import CHECKS
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
RUNBOOK = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
SAYS = RUNBOOK.split("## It says …")[1]
SETTINGS = {name.upper() for name in Settings.model_fields if name != "role"}
NOT_OURS = {"POSTGRES_PASSWORD", "ON_ERROR_STOP", "CLIENT_SECRET"}
"""What belongs to PostgreSQL, and to the shell."""
ERRORS = {"error", "critical", "exception"}
OF_SETTINGS = {ROOT / "bot" / name for name in ("settings.py", "admin_ways.py", "values.py")}
CANNOT = {"CannotStart", "NotOpened", "SyncFailed"}
"""Exceptions whose text an operator reads on the terminal."""
LONG_ENOUGH = 12
"""Characters of a sentence by which it is found again; shorter pieces stand between two values."""


@cache
def _trees() -> dict[Path, ast.Module]:
    rooms = [room for room in (ROOT / "bot").iterdir() if room.is_dir() and room.name != "sandbox"]
    files = [*ROOT.glob("bot/*.py"), *(path for room in rooms for path in room.rglob("*.py"))]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}


@cache
def _nodes() -> list[tuple[Path, ast.AST]]:
    """Return the calls and texts of the bot, with their files."""
    wanted = (ast.Call, ast.Constant, ast.Yield)
    return [(path, node) for path, tree in _trees().items() for node in ast.walk(tree) if isinstance(node, wanted)]


def _calls() -> Iterator[tuple[Path, ast.Call]]:
    return ((path, node) for path, node in _nodes() if isinstance(node, ast.Call))


def _pieces(node: ast.expr, path: Path) -> list[str]:
    """Return what is fixed in a text: a literal, the parts of an f-string, or the constant that a name stands for."""
    match node:
        case ast.Constant(value=str(text)):
            return re.split(r"\{\w+\}", text)
        case ast.Call(func=ast.Attribute(value=template, attr="format")):
            return _pieces(template, path)
        case ast.JoinedStr(values=values):
            return [piece for value in values for piece in _pieces(value, path)]
        case ast.Name(id=name):
            return [piece for value in _constants(path).get(name, []) for piece in _pieces(value, path)]
    return []


def _constants(path: Path) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in _trees()[path].body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_told(pieces: list[str]) -> bool:
    """Whether the runbook quotes the beginning of one of the pieces, up to the end of its first sentence."""
    for piece in pieces:
        beginning = re.split(r"(?<=\.)\s|\s\(", piece.strip(" ,:("))[0].strip()
        if len(beginning) >= LONG_ENOUGH and any(map(beginning.startswith, _quotes())):
            return True
    return False


@cache
def _quotes() -> list[str]:
    """Return what stands in backticks under "It says", without the dots that stand for something else."""
    quotes = [one.strip(" …:") for one in re.findall(r"`([^`\n]+)`", SAYS)]
    return [one for one in quotes if len(one) >= LONG_ENOUGH]


@cache
def _texts() -> str:
    """Return every literal piece of text of the bot."""
    nodes = (node for _, node in _nodes())
    return "\n".join(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_every_sentence_that_keeps_a_process_from_starting_is_in_the_runbook() -> None:
    told = [
        (path.name, pieces)
        for path, call in _calls()
        if _name(call.func) in CANNOT and call.args and (pieces := _pieces(call.args[0], path))
    ]
    assert len(told) >= 12
    assert [one for one in told if not _is_told(one[1])] == []


def test_every_contradiction_in_the_database_is_in_the_runbook() -> None:
    path = ROOT / "bot" / "operating" / "check.py"
    yields = [node.value for file, node in _nodes() if file == path and isinstance(node, ast.Yield) and node.value]
    told = [pieces for value in yields if (pieces := _pieces(value, path))]
    assert len(told) >= 8
    assert [one for one in told if not _is_told(one)] == []


def test_every_complaint_about_a_setting_is_in_the_runbook() -> None:
    told = [
        pieces
        for path, call in _calls()
        if path in OF_SETTINGS and _name(call.func) in {"ValueError", "Wrong"} and call.args
        if (pieces := _pieces(call.args[0], path))
    ]
    assert len(told) >= 15
    quoted = re.findall(r"`… ([^`]+)`", SAYS)
    assert [one for one in told if not any(one[0].strip(" (").startswith(quote) for quote in quoted)] == []


def test_every_error_in_the_log_is_in_the_runbook() -> None:
    events = {
        event
        for path, call in _calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in ERRORS and _name(call.func.value) == "log"
        for event in _pieces(call.args[0], path)[:1]
    }
    assert len(events) >= 8
    table = SAYS.split("### In the log, as errors")[1].split("###")[0]
    assert [event for event in sorted(events) if f"| `{event}` |" not in table] == []


def test_every_check_of_the_doctor_has_its_row() -> None:
    table = SAYS.split("### Doctor")[1].split("###")[0]
    named = {name for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for name in re.findall("`([^`]+)`", row)}
    assert named == {"settings", *CHECKS}


def test_what_the_runbook_quotes_the_bot_can_say() -> None:
    quotes = {one.strip(" …") for one in re.findall(r"`([^`\n]+)`", SAYS) if "_" in one or " " in one}
    said = {one for one in quotes if not _is_typed(one)}
    assert len(said) > 60
    assert [one for one in sorted(said) if one not in CHECKS and one not in _texts()] == []


def _is_typed(quote: str) -> bool:
    """Whether it is a command, a pattern of a value, or a setting, which other tests look at."""
    begins = ("license-bot ", "openssl ")
    return quote.startswith(begins) or bool(re.search("[<>:@]", quote)) or quote.split("_", maxsplit=1)[0].isupper()


def test_every_command_of_the_runbook_exists() -> None:
    lines = re.findall(r"(?:license-bot|as_bot) ((?:[a-z]+ ?)+(?:--[a-z]+)?)", RUNBOOK)
    commands = {line.strip() for line in lines if line.split()[0] in {*_commands()}}
    assert {"doctor", "doctor --json", "db upgrade", "webhooks sync", "tokens key", "tokens show"} <= commands
    failed = [one for one in commands if CliRunner().invoke(main, [*_words(one), "--help"]).exit_code]
    assert failed == []


def _commands() -> set[str]:
    names = [one.name or (one.callback.__name__ if one.callback else "") for one in main.registered_commands]
    return {*names, *(one.name or "" for one in main.registered_groups)}


def _words(command: str) -> list[str]:
    """Keep the words of a command: options mean nothing beside --help, and prose may follow the words of a command."""
    words = [word for word in command.split() if not word.startswith("-")]
    groups = {one.name for one in main.registered_groups}
    return words[: 2 if words[0] in groups else 1]


def test_every_setting_and_metric_of_the_runbook_exists() -> None:
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", RUNBOOK))
    assert named - SETTINGS - NOT_OURS == set()
    metrics = {re.sub("_total$", "", one) for one in re.findall(r"license_bot_[a-z_]+", RUNBOOK)}
    assert len(metrics) >= 8
    assert [one for one in sorted(metrics) if one not in _texts()] == []


def test_the_runbook_names_every_scope_that_the_doctor_looks_for() -> None:
    scopes = {probe.scope for probe in PROBES} | set(UNTRIED.values())
    assert [scope for scope in sorted(scopes) if f"`{scope}`" not in RUNBOOK] == []


def test_the_files_of_the_runbook_are_there_and_the_readme_leads_to_it() -> None:
    assert all((ROOT / name).exists() for name in ("compose.yaml", "Dockerfile", ".env.example", "deploy/systemd"))
    assert "docs/operating.md" in (ROOT / "README.md").read_text(encoding="utf-8")
