"""The commands that keep the record: keys, backup, restore, retention, audit; every refusal says
what to do."""

from __future__ import annotations

import base64
import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.app import key_name
from bot.cli import start
from bot.incident import Part
from storage.store import SqlStore
from tests.storage.making import NOW, escalation, incident, kept

KEY, NEW, AUDIT = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2, 3))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in (("KEY", KEY), ("AUDIT_KEY", AUDIT), ("OLD_KEYS", "")):
        monkeypatch.setenv(f"LANYARD_{name}", value)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def store() -> SqlStore:
    return start.store()


def a_closed_report(ref: str = "7KQ2X") -> None:
    run("db", "upgrade")
    with closing(store()) as opened, kept(opened) as work:
        work.incidents.add(incident(ref, centre="oak"))
        work.incidents.append(ref, NOW, "amira", Part.REPORTER, "what", "?", "words")
        work.escalations.put(escalation(ref), None)
        work.incidents.close(ref, NOW, "done")


def test_a_report_is_erased_when_it_is_due_and_somebody_entitled_approves() -> None:
    a_closed_report()
    assert "Nothing is due." in run("retention").output
    for who in ("amira", "nobody"):
        assert run("retention", "7KQ2X", "--as", who, "--approve").exit_code == 3
    assert "nobody has said its sort" in run("retention", "7KQ2X", "--as", "khan").output
    early = run("retention", "7KQ2X", "--as", "khan", "--sort", "child", "--born", "2010-02-28")
    assert "stays until 2051-11-18" in early.output
    refused = run("retention", "7KQ2X", "--as", "khan", "--approve")
    assert refused.exit_code == 3
    assert "Not erased." in refused.output
    run("retention", "7KQ2X", "--as", "khan", "--sort", "unfounded", "--hold")
    assert "on hold" in run("retention", "7KQ2X", "--as", "khan", "--approve").output
    run("retention", "7KQ2X", "--as", "khan", "--lift")
    assert "7KQ2X: may be erased since 2026-11-18" in run("retention").output
    erased = run("retention", "7KQ2X", "--as", "khan", "--approve")
    assert "7KQ2X is erased." in erased.output
    assert run("retention", "7KQ2X", "--as", "khan").exit_code == 3
    (certificate,) = run("retention", "--certificates").output.splitlines()
    assert set(json.loads(certificate)) == {"ref", "at", "role", "key"}
    with closing(store()) as opened, opened.work() as work:
        acts = [act for _, _, act in work.audit.acts("7KQ2X")]
    assert acts == [
        *["refused"] * 2,
        "retention-facts",
        "refused",
        "retention-facts",
        "hold",
        "refused",
        "lift-hold",
        "erase",
        "refused",
    ]
    assert run("audit", "verify").exit_code == 0


def test_a_day_that_is_none_or_still_to_come_is_refused() -> None:
    for day, words in (("4 May", "Write it like"), ("2999-01-01", "still to come")):
        assert words in run("retention", "7KQ2X", "--as", "khan", "--born", day).output


def test_backup_and_restore_with_a_list_of_erasures(tmp_path: Path) -> None:
    a_closed_report()
    assert run("backup", "b.db").exit_code == 0
    assert "is there already" in run("backup", "b.db").output
    assert "not empty" in run("restore", "b.db").output
    run("retention", "7KQ2X", "--as", "khan", "--sort", "unfounded", "--approve")
    (tmp_path / "list").write_text(run("retention", "--certificates").stdout, "utf-8")
    for path in (tmp_path / "var").iterdir():
        path.unlink()
    again = run("restore", "b.db", "--certificates", "list")
    assert again.exit_code == 0, again.output
    assert "1 that had been erased since were erased again" in again.output
    (tmp_path / "list").write_text("nonsense", "utf-8")
    assert "cannot be read" in run("restore", "b.db", "--certificates", "list").output


def test_the_key_is_changed_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    a_closed_report()
    monkeypatch.setenv("LANYARD_OLD_KEYS", NEW)
    assert run("keys", "show").output.startswith(key_name(b"\1" * 32))
    monkeypatch.setenv("LANYARD_KEY", NEW)
    monkeypatch.setenv("LANYARD_OLD_KEYS", KEY)
    assert run("keys", "rotate").exit_code == 0
    monkeypatch.delenv("LANYARD_OLD_KEYS")
    (line,) = run("keys", "show").output.splitlines()
    assert line.startswith(key_name(b"\2" * 32))
    with closing(store()) as opened, opened.work() as work:
        assert work.incidents.entries("7KQ2X")[0].words.open() == "words"


def test_a_key_that_is_damaged_is_told_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for ref in ("7KQ2X", "7KQ2Y", "7KQ2Z"):
        a_closed_report(ref)
    with closing(store()) as opened, opened.database.begin() as raw:
        raw.exec_driver_sql("UPDATE data_keys SET wrapped = id WHERE record LIKE '%:7KQ2X'")
        damaged = raw.exec_driver_sql(
            "SELECT count(*) FROM data_keys WHERE record LIKE '%:7KQ2X'"
        ).scalar_one()
    monkeypatch.setenv("LANYARD_KEY", NEW)
    monkeypatch.setenv("LANYARD_OLD_KEYS", KEY)
    for _ in range(2):
        ran = run("keys", "rotate")
        assert ran.exit_code == 1 and isinstance(ran.exception, SystemExit)
        assert f"{damaged} record could not be opened with any key and stays as it is" in ran.output
        assert "Everything else is locked with LANYARD_KEY" in ran.output
        assert "7KQ2X" not in ran.output
    monkeypatch.delenv("LANYARD_OLD_KEYS")
    assert f"damaged: {damaged}" in run("keys", "show").output
    with closing(store()) as opened, opened.work() as work:
        assert work.incidents.entries("7KQ2Y")[0].words.open() == "words"


def test_whoever_restores_is_told_what_is_missing() -> None:
    a_closed_report()
    assert run("backup", "b.db").exit_code == 0
    a_closed_report("7KQ2Y")
    ran = run("restore", "b.db", "--replace")
    assert ran.exit_code == 0
    assert "Restored 1 reports from a backup made" in ran.output
    assert "The record was put back to" in ran.output
    assert "Reports since then are not here." in ran.output
    assert "look at their cards since then and speak to whoever sent them" in ran.output
    for command in (("case", "show"), ("case", "export"), ("retention",)):
        refused = run(*command, "7KQ2Y", "--as", "khan")
        assert refused.exit_code == 3
        assert "There is nothing here that you can" in refused.output
        assert "The record was put back to" in refused.output


@pytest.mark.parametrize("name", ["LANYARD_KEY", "LANYARD_AUDIT_KEY"])
def test_another_key_is_refused_by_every_command(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    run("db", "upgrade")
    monkeypatch.setenv(name, NEW)
    for command in (
        ("audit", "verify"),
        ("backup", "b.db"),
        ("case", "show", "7KQ2X", "--as", "khan"),
        ("check",),
        ("digest",),
        ("keys", "rotate"),
        ("people",),
        ("retention",),
        ("watch", "--once"),
    ):
        refused(command, "begun with")


@pytest.mark.parametrize("name", ["LANYARD_KEY", "LANYARD_AUDIT_KEY", "LANYARD_OLD_KEYS"])
@pytest.mark.parametrize("value", ["c2hvcnQ=", "é", "not base64!"])
def test_a_key_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert value not in refused(("people",), "32 random bytes")


def test_a_key_that_is_missing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "x")
    monkeypatch.setenv("SLACK_TEAM", "T1")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "x")
    monkeypatch.delenv("LANYARD_KEY")
    refused(("people",), "python -m bot keys new")


def refused(command: tuple[str, ...], words: str) -> str:
    said = run(*command)
    assert said.exit_code != 0, command
    assert words in said.output, command
    assert isinstance(said.exception, SystemExit), command
    return said.output


def test_a_token_proves_the_end_of_the_audit() -> None:
    a_closed_report()
    with closing(store()) as opened:
        token = opened.checkpoint()
        with opened.database.begin() as raw:
            raw.exec_driver_sql("DROP TRIGGER audit_no_delete")
            last = raw.exec_driver_sql("SELECT max(number) FROM audit").scalar_one()
            raw.exec_driver_sql(f"DELETE FROM audit WHERE number = {last}")
            raw.exec_driver_sql(
                f"UPDATE audit_heads SET length = {last - 1}, mac = "
                f"(SELECT mac FROM audit WHERE number = {last - 1})"
            )
    assert run("audit", "verify").exit_code == 0
    cut = run("audit", "verify", f"--token={token}")
    assert cut.exit_code == 1
    assert f"Entry {last} of the main register is missing" in cut.output
    assert "not a token of this installation" in run("audit", "verify", "--token=xyz").output
