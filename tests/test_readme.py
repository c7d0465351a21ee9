"""The README is held against the code: commands, settings, states and rooms cannot drift."""

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, cast

import bot.chat.door  # noqa: F401 registers all commands
from bot.chat.registry import registry
from bot.desk.states import TRANSITIONS, State
from bot.sandbox.server import create_app
from bot.settings import NEEDED_BY, Settings

if TYPE_CHECKING:
    from bot.sandbox.api import call

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST_SCREEN = "\n".join(README.splitlines()[:30])
ANY = re.compile("<.+?>")
"""What stands for an id in a path."""
UNTOLD = {"HEAD", "OPTIONS"}
"""What Flask answers by itself."""


def test_the_first_screen_says_how_to_try_it_and_how_to_test_it() -> None:
    assert "make demo" in FIRST_SCREEN
    assert "make test" in FIRST_SCREEN


def test_every_command_stands_in_the_readme_as_help_shows_it() -> None:
    told = README.replace("\\|", "|")
    missing = [one.usage for one in registry.commands.values() if one.usage and f"`{one.usage}`" not in told]
    assert missing == []


def test_every_command_in_the_readme_exists() -> None:
    section = README.split("## Commands")[1].split("## With your")[0]
    rows = re.findall(r"^\| `([a-z]+(?: [a-z]+)?)", section, re.MULTILINE)
    known = {phrase for phrase, command in registry.commands.items() if command.usage}
    assert len(rows) >= len(known)
    assert [row for row in rows if row not in known and row.split()[0] not in known] == []


def test_every_setting_stands_in_the_readme_and_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = [name.upper() for name in Settings.model_fields if name != "role"]
    table = README.split("## Settings")[1].split("## The sandbox")[0]
    assert [name for name in names if f"`{name}`" not in table] == []
    assert [name for name in names if f"{name}=" not in example] == []
    assert sorted(re.findall(r"^\| `([A-Z_]+)` ", table, re.MULTILINE)) == sorted(names)


def test_who_needs_a_setting_is_what_the_settings_say() -> None:
    table = README.split("## Settings")[1].split("## The sandbox")[0]
    told = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \|", table, re.MULTILINE))
    words = {"web": "web", "worker": "worker", "webhooks": "`webhooks sync`"}
    needed = {
        name.upper(): ", ".join(word for role, word in words.items() if role in roles)
        for name, roles in NEEDED_BY.items()
    }
    assert {name: told[name] for name in needed} == needed


def test_the_calls_under_control_in_the_readme_are_those_there_are() -> None:
    rules = [one for one in create_app(cast("call.Parts", None)).url_map.iter_rules() if "/control" in one.rule]
    there = {(method, ANY.sub("<>", one.rule)) for one in rules for method in (one.methods or set()) - UNTOLD}
    table = README.split("| call | does |")[1].split("\n\n")[0]
    calls = re.findall(r"((?:`[A-Z]+`, )*`[A-Z]+) (/control[^`]+)`", table)
    told = {(method, ANY.sub("<>", path)) for methods, path in calls for method in re.findall("[A-Z]+", methods)}
    assert len(told) > 20
    assert told == there


def test_the_diagram_of_states_is_the_table_of_transitions() -> None:
    drawn = set()
    for before, after, verbs in re.findall(r"^ +(\w+) --> (\w+): (.+)$", README, re.MULTILINE):
        drawn |= {(before, verb, after) for verb in verbs.split(", ")}
    real = {(str(state), str(verb), str(to)) for (state, verb), allowed in TRANSITIONS.items() for to in allowed}
    assert drawn == real


def test_every_state_is_explained() -> None:
    section = README.split("| state | means |")[1].split("\n\n")[0]
    assert [state for state in State if f"`{state}`" not in section] == []


def test_every_room_is_on_the_map() -> None:
    rooms = [path.parent for path in sorted((ROOT / "bot").glob("*/__init__.py"))]
    table = README.split("## Map of the rooms")[1].split("```")[0]
    assert [room.name for room in rooms if f"`bot/{room.name}/`" not in table] == []
    files = [path.name for path in sorted((ROOT / "bot").glob("*.py")) if not path.name.startswith("__")]
    assert len(files) > 10
    assert [name for name in files if f"`bot/{name}`" not in table] == []


def test_the_map_names_the_rooms_in_the_order_in_which_they_import() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    depth = {name: at for at, layer in enumerate(layers) for name in re.findall(r"[\w.]+", layer)}
    depth["bot.desk"] = depth["bot.desk.service"]
    table = README.split("## Map of the rooms")[1].split("```")[0]
    rows = re.findall(r"^\| (`bot/.+?) \|", table, re.MULTILINE)
    named = [path.replace("/", ".") for row in rows for path in re.findall(r"`(bot/\w+)", row)]
    assert named.pop() == "bot.sandbox"
    assert [name for name in named if name not in depth] == []
    assert [depth[name] for name in named] == sorted(depth[name] for name in named)


def test_every_page_and_picture_is_listed_beside_them() -> None:
    listed = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in (ROOT / "docs").iterdir() if f"`{path.name}`" not in listed] == ["README.md"]


def test_the_readme_leads_to_every_page_and_every_link_and_path_of_it_leads_somewhere() -> None:
    pages = [path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md"]
    assert [name for name in pages if f"](docs/{name})" not in README] == []
    links = [link.partition("#") for link in re.findall(r"\]\(([^)]+)\)", README)]
    assert [path for path, _, heading in links if not (ROOT / path).exists() or heading not in _headings(path)] == []
    paths = re.findall(r"`((?:bot|cards|deploy|docs|migrations|tests)/[\w./]*)`", README)
    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []


def _headings(path: str) -> set[str]:
    """Return what may stand behind # in a link to this page: its headings, as they are written there."""
    if not path.endswith(".md"):
        return {""}
    lines = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    return {"", *(re.sub(r"[^\w -]", "", line).lower().replace(" ", "-") for line in lines)}


def test_no_text_of_ours_names_a_path_of_a_machine_or_a_package_index() -> None:
    suspicious = re.compile(r"/root/|/home/\w|/work/|pypi\.org|pythonhosted|registry\.npmjs")
    texts = [README, *(path.read_text(encoding="utf-8") for path in ROOT.glob("*.md"))]
    assert [found for text in texts for found in suspicious.findall(text)] == []
