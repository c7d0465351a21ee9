"""What stands at the top of the repository fits together."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.settings import Settings

REPOSITORY = Path(__file__).parent.parent
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)

RUNTIME = PROJECT["dependencies"]
DEVELOPMENT = RUNTIME + PROJECT["optional-dependencies"]["dev"]


def _lock(name: str) -> str:
    return (REPOSITORY / name).read_text()


@pytest.mark.parametrize(
    ("lock", "wanted"), [("requirements.txt", RUNTIME), ("requirements-dev.txt", DEVELOPMENT)], ids=["run", "develop"]
)
def test_every_dependency_is_locked_to_a_version_it_allows(lock: str, wanted: list[str]) -> None:
    locked = {canonicalize_name(name): version for name, version in LOCKED.findall(_lock(lock))}
    for requirement in map(Requirement, wanted):
        assert locked[canonicalize_name(requirement.name)] in requirement.specifier, requirement.name


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_holds_hashes_and_names_no_index(lock: str) -> None:
    text = _lock(lock)
    assert "://" not in text
    assert not re.search(r"^\s*--(?!hash=sha256:)", text, re.MULTILINE)
    assert all("--hash=" in entry for entry in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE) if "==" in entry)


def test_what_runs_is_what_was_tested() -> None:
    assert set(LOCKED.findall(_lock("requirements.txt"))) <= set(LOCKED.findall(_lock("requirements-dev.txt")))


def test_the_example_of_an_environment_names_every_setting() -> None:
    named = re.findall(r"^#? ?([A-Z_]+)=", _lock(".env.example"), re.MULTILINE)
    of_compose = {"POSTGRES_PASSWORD"}
    ours = [name for name in named if name not in of_compose]
    assert set(named) > of_compose
    assert ours == [name.upper() for name in Settings.model_fields if name != "role"]


def test_module_docstrings_are_a_map_and_no_essay() -> None:
    for path in [*REPOSITORY.glob("bot/**/*.py"), *REPOSITORY.glob("cards/**/*.py")]:
        docstring = re.match(r'"""(.*?)"""', path.read_text(), re.DOTALL)
        assert docstring, path
        assert docstring[1].count("\n") <= 5, path
