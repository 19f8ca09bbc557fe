"""docs/deploy.md holds what it says: units that systemd takes, an image of nothing but what the
project is, and commands that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.__main__ import main
from tests.install import ROOT, blocks

DOCS = sorted((ROOT / "docs").glob("*.md"))
DEPLOY = (ROOT / "docs" / "deploy.md").read_text("utf-8")
CONTAINER = (ROOT / "docs" / "Containerfile").read_text("utf-8").replace("\\\n", " ")
UNIT = re.compile(r"^`(?:\S*/)?([\w.-]+\.(?:service|timer|conf))`.*?```ini\n(.*?)```", re.S | re.M)
UNITS = dict(UNIT.findall(DEPLOY))
ANALYZE = shutil.which("systemd-analyze")
EXPOSURE = 20
"""Of systemd's 100 points of exposure; a service with no hardening at all has 96."""


def instructions(name: str) -> list[str]:
    return [line.split(" ", 1)[1] for line in CONTAINER.splitlines() if line.startswith(f"{name} ")]


def test_the_image_is_made_of_the_lock_file_and_the_five_folders_alone() -> None:
    sources = [each.split()[0] for each in instructions("COPY")]
    folders = {"bot", "intents", "knowledge", "adapters", "storage"}
    assert set(sources) == {"--from=libraries", "requirements.lock", *folders}
    assert all((ROOT / each).exists() for each in set(sources) - {"--from=libraries"})
    (installed,) = [run for run in instructions("RUN") if "pip" in run]
    assert installed.endswith("--require-hashes --no-deps -r requirements.lock")
    assert (
        not instructions("ADD")
        and "curl" not in CONTAINER
        and "://"
        not in "".join(each for each in CONTAINER.splitlines() if each.startswith(("FROM", "COPY")))
    )


def test_it_runs_as_nobody_in_particular_with_python_that_does() -> None:
    (user,) = instructions("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    for image in instructions("FROM"):
        found = re.match(r"python:3\.(\d+)-slim", image)
        assert found and int(found[1]) >= 11
    # Somebody who is in no list of users has no home, and a library asks for one.
    assert "HOME=/tmp" in " ".join(instructions("ENV"))
    assert CONTAINER.index("USER ") < CONTAINER.index("ENTRYPOINT ")
    assert "--read-only" in DEPLOY and "--cap-drop all" in DEPLOY


def test_what_is_copied_is_enough_and_needs_nothing_writable(tmp_path: Path) -> None:
    image = tmp_path / "image"
    image.mkdir()
    for each in instructions("COPY"):
        if (ROOT / each.split()[0]).is_dir():
            source, target = each.split()
            kept = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / source, image / target, ignore=kept)
    for command in (["policy", "show", "--json"], ["slack", "manifest"], ["policy", "lint"]):
        done = subprocess.run(
            [sys.executable, "-m", "bot", *command],
            cwd=image,
            env={"PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
    assert sorted(path.name for path in image.iterdir()) == [
        *("adapters", "bot", "intents", "knowledge", "storage"),
    ]


def test_there_are_a_server_a_watchdog_and_a_nightly_backup() -> None:
    assert set(UNITS) == {
        *("common.conf", "lanyard-serve.service", "lanyard-watch.service"),
        *("lanyard-backup.service", "lanyard-backup.timer"),
    }
    assert "ProtectSystem=strict" in UNITS["common.conf"]
    assert "/etc/systemd/system/lanyard-.service.d/common.conf" in DEPLOY


@pytest.mark.parametrize("name", [name for name in UNITS if name != "common.conf"])
def test_systemd_takes_each_unit_and_finds_it_hardened(tmp_path: Path, name: str) -> None:
    """Where there is no systemd, at least its syntax is read."""
    common = UNITS["common.conf"] if name.endswith(".service") else ""
    # Drop-ins are read after the unit; here they are put into it.
    whole = UNITS[name].replace("[Service]\n", common, 1)
    whole = whole.replace("/opt/lanyard/.venv/bin/python", sys.executable)
    for line in filter(None, whole.splitlines()):
        assert re.fullmatch(r"\[[A-Z]\w+\]|[A-Z]\w+=.*", line), line
    if ANALYZE is None:
        return
    unit = tmp_path / name
    unit.write_text(whole)
    if name.endswith(".timer"):
        (tmp_path / "lanyard-backup.service").write_text(UNITS["lanyard-backup.service"])
    verified = subprocess.run(
        [ANALYZE, "verify", "--man=no", unit], capture_output=True, check=False
    )
    told = [line for line in verified.stderr.decode().splitlines() if name in line]
    assert verified.returncode == 0 and told == [], verified.stderr.decode()
    if name.endswith(".service"):
        security = [ANALYZE, "security", "--offline=true", f"--threshold={EXPOSURE}", unit]
        looked = subprocess.run(security, capture_output=True, check=False)
        assert looked.returncode == 0, looked.stdout.decode()[-200:]


COMMAND = re.compile(r"python -m bot( [a-z](?:[^\s`)>|'\"]| (?![>|'\"#]))*)")
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("path", [*DOCS, ROOT / "README.md"], ids=lambda path: path.name)
def test_every_command_that_is_written_down_is_there(path: Path) -> None:
    for typed in COMMAND.findall(path.read_text("utf-8").replace("\\\n", " ")):
        context, command = click.Context(main), main
        words = typed.split()
        while words and isinstance(command, click.Group) and not words[0].startswith("-"):
            name = words.pop(0)
            found = command.get_command(context, name)
            assert found is not None, f"{path.name}: there is no {name} in: {typed}"
            command = found  # type: ignore[assignment]
        known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
        for word in words:
            if word.startswith("--") and word != "--help":
                assert word.strip("[],.;") in known, f"{path.name}: no {word} in: {typed}"


def test_every_command_that_there_is_stands_in_the_readme() -> None:
    listed = README.split("## Commands")[1].split("##")[0]
    for name in main.commands:
        assert re.search(rf"\b{name}\b", listed), f"README's list of commands has no {name}"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_shells_and_settings_can_read_their_boxes(path: Path) -> None:
    for block in blocks(path.read_text("utf-8")):
        if block.kind == "sh":
            done = subprocess.run(
                ["bash", "-n"], input=block.text.encode(), capture_output=True, check=False
            )
            assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_page_that_is_referred_to_is_there(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), target
