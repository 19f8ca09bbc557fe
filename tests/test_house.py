"""The house keeps its rules: who imports whom, who reads clocks, how large a module may grow."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.forbidden import NEVER_SAID

ROOT = Path(__file__).parent.parent
FOLDERS = ("bot", "intents", "knowledge", "adapters", "storage")
MAY_IMPORT = {
    "bot": {"bot"},
    "intents": {"intents", "bot", "knowledge"},
    "knowledge": {"knowledge"},
    "adapters": {"adapters", "bot"},
    "storage": {"storage", "bot"},
}
COMPOSITION = ("bot/app.py", "bot/cli/")
"""Where a process is put together: the application, and the commands."""

THIRD_PARTY = {
    "bot": {"pydantic", "pydantic_settings", "aiohttp", "click", "holidays", "tenacity", "rich"},
    "intents": {"rapidfuzz"},
    "adapters/slack": {"slack_bolt", "slack_sdk", "aiohttp"},
    "adapters/teams": {"botbuilder", "botframework", "aiohttp", "jwt", "msrest", "msal"},
    "adapters/mail": {"aiosmtplib", "aiohttp"},
    "adapters/text_message": {"aiohttp", "jwt"},
    "adapters/web": {"aiohttp", "jinja2", "markupsafe"},
    "adapters/console": set(),
    "storage": {"sqlalchemy", "alembic", "cryptography", "procrastinate", "psycopg"},
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "base", "misc"}
LONGEST = 330


def modules() -> Iterator[tuple[str, ast.Module]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


MODULES = dict(modules())


@pytest.mark.parametrize("name", MODULES)
def test_a_folder_imports_only_what_the_table_allows(name: str) -> None:
    if name.startswith(COMPOSITION):
        return
    folder = name.split("/")[0]
    tops = {module.split(".")[0] for module in imports(MODULES[name])}
    assert tops & set(FOLDERS) <= MAY_IMPORT[folder]


@pytest.mark.parametrize("name", MODULES)
def test_an_sdk_stays_in_its_own_folder(name: str) -> None:
    allowed = [libraries for place, libraries in THIRD_PARTY.items() if name.startswith(place)]
    if not allowed or name.startswith(COMPOSITION):
        return
    tops = {module.split(".")[0] for module in imports(MODULES[name])}
    assert tops - set(FOLDERS) - set(sys.stdlib_module_names) <= allowed[0]


@pytest.mark.parametrize("name", MODULES)
def test_only_the_clock_reads_the_time(name: str) -> None:
    if name == "bot/clock.py":
        return
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = ast.unparse(node.func)
            assert called not in ("datetime.now", "datetime.utcnow", "date.today", "time.time")


@pytest.mark.parametrize("name", MODULES)
def test_only_the_settings_read_the_environment(name: str) -> None:
    if name != "bot/settings.py":
        assert "os.environ" not in ast.unparse(MODULES[name])


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_its_duty_and_does_one_thing(name: str) -> None:
    path = ROOT / name
    assert path.stem not in FORBIDDEN_NAMES
    assert ast.get_docstring(MODULES[name]), "a module begins with one sentence of duty"
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


def test_no_installed_distribution_owns_our_names() -> None:
    owners = packages_distributions()
    assert {name: owners[name] for name in FOLDERS if name in owners} == {}


def test_lock_files_carry_hashes_and_no_addresses() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock"):
        text = (ROOT / lock).read_text("utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text


def test_the_glossary_uses_the_names_of_the_code() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme.split("## Words")[1].split("##")[0]
    words = {word for row in table.splitlines() for word in re.findall(r"\*\*(\w+)\*\*", row)}
    classes = {
        node.name
        for tree in MODULES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    assert len(words) > 25
    # A DSL is a role, and a verdict one of a few words: neither has a class.
    assert words - classes == {"DSL", "Verdict"}


@pytest.mark.parametrize(
    "name", [name for name in MODULES if name.startswith(("bot/", "intents/"))]
)
def test_no_sentence_says_what_must_never_be_said(name: str) -> None:
    words = " ".join(
        node.value
        for node in ast.walk(MODULES[name])
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    assert NEVER_SAID.search(words) is None
