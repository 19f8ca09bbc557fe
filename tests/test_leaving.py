"""Somebody leaves the school: the command says nothing of reports, and what it began is ended."""

from __future__ import annotations

import base64
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner, Result

from adapters.slack.adapter import SlackAdapter
from bot.__main__ import main
from bot.cli import start
from bot.cli.written import written
from bot.incident import Part
from bot.people import Identity, Person
from bot.retention import Facts, Sort
from tests.stages.fake_connector import APP
from tests.stages.slack import SlackStage
from tests.storage.making import NOW, escalation, incident, kept
from tests.troupe import school, troupe

ZOE = Person("zoe", "Zoe Aldana", "oak", identities=(Identity("slack", "T1/UZOE"),))
KEY, AUDIT = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 3))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in (("KEY", KEY), ("AUDIT_KEY", AUDIT), ("OLD_KEYS", "")):
        monkeypatch.setenv(f"LANYARD_{name}", value)
    run("db", "upgrade")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def met(person: Person, *, reported: str = "") -> None:
    with closing(start.store()) as store, kept(store) as work:
        work.people.put(person)
        if reported:
            work.incidents.add(incident(reported, centre="oak", reporter=person.id))
            work.incidents.append(reported, NOW, person.id, Part.REPORTER, "what", "?", "words")
            work.escalations.put(escalation(reported), None)
            work.incidents.close(reported, NOW, "done")


def test_somebody_who_has_left_is_known_no_more(here: None) -> None:
    met(ZOE)
    assert "Zoe Aldana" in run("people").output
    said = run("people", "forget", "zoe")
    assert said.exit_code == 0 and "Zoe Aldana has left." in said.output
    assert "Zoe Aldana" not in run("people").output
    assert run("people", "forget", "zoe").exit_code == 2
    with closing(start.store()) as store, store.work() as work:
        acts = [(actor, act) for _, actor, act in work.audit.acts("")]
    assert acts[-2:] == [("command-line", "leave"), ("lanyard", "forget-person")]


def test_what_is_said_does_not_depend_on_reports(here: None) -> None:
    noor = replace(ZOE, id="noor", identities=(Identity("slack", "T1/UNOOR"),))
    met(ZOE)
    met(noor, reported="7KQ2X")
    assert run("people", "forget", "zoe").output == run("people", "forget", "noor").output
    with closing(start.store()) as store, store.work() as work:
        (named,) = [each for each in work.people.all() if each.id in ("zoe", "noor")]
    assert named.id == "noor" and named.identities == (), "her name stays with what she reported"


def test_whoever_was_given_lanyard_and_never_wrote_is_forgotten_by_account(
    here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("lanyard.toml").write_text(written(school()))
    for name, value in (("TENANT", "tenant"), ("APP_ID", APP), ("APP_SECRET", "client-secret")):
        monkeypatch.setenv(f"TEAMS_{name}", value)
    met(replace(ZOE, identities=(Identity("teams", "tenant/zoe-object"),)))
    with closing(start.store()) as store, kept(store) as work:
        for account in ("never-wrote", "zoe-object"):
            work.references.put("teams", f"tenant/{account}", "a chat")
    assert run("people", "forget", "zoe-object").exit_code == 2, "she is zoe"
    assert run("people", "forget", "never-wrote").exit_code == 0
    assert run("people", "forget", "never-wrote").exit_code == 2
    with closing(start.store()) as store, store.work() as work:
        assert work.references.get("teams", "tenant/never-wrote") is None
        assert work.references.get("teams", "tenant/zoe-object") == "a chat"


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ("khan", "Ms Khan holds a role. End it first"),
        ("amira", "Amira Teal is in lanyard.toml. Take them out of it first"),
        ("nobody", "Nobody here is called nobody."),
    ],
)
def test_whoever_has_not_left_stays(here: None, person: str, said: str) -> None:
    refused = run("people", "forget", person)
    assert refused.exit_code == 2 and said in refused.output
    assert f"{person}: " in run("people").output or person == "nobody"


async def test_nothing_of_theirs_comes_back_and_the_rest_goes_by_itself(tmp_path: Path) -> None:
    async with troupe("slack", tmp_path) as actors:
        stage, adapter = cast(SlackStage, actors.stage), actors.app.adapters["slack"]
        homes = cast(SlackAdapter, adapter).homes
        stage.fake.person("UZOE", "Zoe Aldana")
        await stage.open_home("UZOE")
        await homes.sweep()
        known = actors.app.door.directory().known_as(Identity("slack", "T1/UZOE"))
        assert known is not None
        with kept(actors.app.store) as work:
            work.incidents.add(incident("7KQ2X", centre="oak", reporter=known.id))
            work.escalations.put(escalation("7KQ2X"), None)
            work.leavers.add(known.id, actors.clock.at)
        await actors.later(timedelta(hours=2))
        with kept(actors.app.store) as work:
            assert known.id in {each.id for each in work.people.all()}, "her report is open"
            assert work.references.get("slack-home", "T1/UZOE")
            work.incidents.close("7KQ2X", actors.clock.at, "done")
            work.retention.say("7KQ2X", Facts(Sort.UNFOUNDED))
            work.retention.erase("7KQ2X", "dsl", actors.clock.at)
        await actors.later(timedelta(hours=2))
        await homes.sweep()
        await homes.sweep()
        with actors.app.store.work() as work:
            assert known.id not in {each.id for each in work.people.all()}
            assert work.references.get("slack-home", "T1/UZOE") is None
