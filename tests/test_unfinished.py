"""An unfinished set-up does not go live: whatever is missing, it says what, and serves nothing."""

from __future__ import annotations

import base64
import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.cli.written import written
from bot.settings import SchoolFile
from tests.troupe import school

KEY = base64.b64encode(bytes(range(32))).decode()
ENVIRONMENT = {
    "LANYARD_KEY": KEY,
    "LANYARD_AUDIT_KEY": KEY,
    "SLACK_TEAM": "T1",
    "SLACK_BOT_TOKEN": "xoxb-fake",
    "SLACK_SIGNING_SECRET": "secret",
    "TEAMS_APP_ID": "app",
    "TEAMS_APP_SECRET": "secret",
    "TEAMS_TENANT": "tenant",
}
WHOLE = tomllib.loads(written(school()))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    Path("lanyard.toml").write_text(written(school()), encoding="utf-8")


def refused() -> str:
    """What ``serve`` says in place of serving."""
    run = CliRunner().invoke(main, ["serve"])
    assert run.exit_code == 2, run.output
    return run.output


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("LANYARD_KEY", "python -m bot keys new"),
        ("LANYARD_AUDIT_KEY", "python -m bot keys new"),
        ("SLACK_TEAM", "SLACK_TEAM is missing"),
        ("SLACK_SIGNING_SECRET", "SLACK_SIGNING_SECRET (or SLACK_APP_TOKEN"),
        ("TEAMS_APP_ID", "TEAMS_APP_ID is missing"),
        ("TEAMS_APP_SECRET", "TEAMS_APP_SECRET and TEAMS_TENANT must be set"),
        ("TEAMS_TENANT", "TEAMS_APP_SECRET and TEAMS_TENANT must be set"),
    ],
)
def test_without_a_secret(gone: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(gone)
    assert said in refused()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LANYARD_KEY", "short", "32 random bytes"),
        ("LANYARD_AUDIT_KEY", KEY[:-4], "32 random bytes"),
        ("LANYARD_OLD_KEYS", f"{KEY} short", "32 random bytes"),
        ("NOTIFY_KEY", "half", "copy it whole"),
        ("MAIL_USER", "lanyard", "must be set together"),
        ("SLACK_STAND_IN", "https://slack.example", "only a port of this machine"),
        ("TEAMS_STAND_IN", "http://127.0.0.1:80@evil.example", "only a port of this machine"),
    ],
)
def test_with_a_secret_that_will_not_do(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    told = refused()
    assert name.lower() in told.lower() and said in told


def test_real_staff_are_never_served_with_the_fictional_school() -> None:
    Path("lanyard.toml").unlink()
    assert "There is no lanyard.toml here. Make one with: python -m bot init" in refused()


def _drop(data: Any, path: tuple[Any, ...]) -> None:
    for key in path[:-1]:
        data = data[key]
    del data[path[-1]]


def _paths() -> list[tuple[Any, ...]]:
    """Every key of the file that nothing stands in for."""
    numbers = [("numbers", name) for name in ("front_door", "officer")]
    return [
        ("school",),
        ("school", "name"),
        ("centres",),
        *(("centres", each) for each in WHOLE["centres"]),
        *(("centres", each, "name") for each in WHOLE["centres"]),
        ("numbers",),
        *numbers,
        *((*each, key) for each in numbers for key in ("name", "number")),
        ("people",),
        *(("people", number, key) for number in (0, 4) for key in ("id", "name", "centre")),
        ("people", 4, "roles", 0, "role"),
        *(("terms", 0, key) for key in ("first", "last")),
    ]


@pytest.mark.parametrize("path", _paths(), ids=lambda path: ".".join(map(str, path)))
def test_without_a_key_of_the_file(path: tuple[Any, ...]) -> None:
    data = copy.deepcopy(WHOLE)
    _drop(data, path)
    with pytest.raises(ValueError) as fault:
        SchoolFile.model_validate(data)
    assert str(path[0]) in str(fault.value) or "centre" in str(fault.value)


@pytest.mark.parametrize("role", ["dsl", "deputy", "principal", "chair"])
def test_without_somebody_in_each_role(role: str) -> None:
    text = Path("lanyard.toml").read_text(encoding="utf-8")
    Path("lanyard.toml").write_text(text.replace(f'role = "{role}"', 'role = "governor"'))
    assert f"nobody holds the role {role}" in refused()


def test_a_slip_of_spelling_is_a_fault_and_all_are_told_at_once() -> None:
    text = Path("lanyard.toml").read_text(encoding="utf-8")
    text = text.replace("time_zone", "timezone").replace("opens = 8", "opens = 24")
    Path("lanyard.toml").write_text(text.replace("[numbers.officer]", "[numbers.oficer]"))
    told = refused()
    for each in ("school.timezone", "school.opens", "numbers.officer", "numbers.oficer"):
        assert each in told
