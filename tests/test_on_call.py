"""Whoever is on call is called for the centres whose reports they may open; elsewhere its DSL and
deputies are woken, and the set-up is said to be at fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.people import Directory, Holding, Role
from bot.rota import mark_away
from bot.set_up import on_call_faults
from tests.storage.making import kept
from tests.test_keeping_commands import AUDIT, KEY
from tests.test_second_route import Scene, scene
from tests.troupe import school

SATURDAY = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
DEMO = (files("bot") / "demo.toml").read_text("utf-8")


def on_call(person: str, centre: str | None = None) -> Directory:
    """The fictional school with ``person`` on call."""
    directory = school().directory()
    named = directory.people[person]
    held = (*named.holdings, Holding(Role.ON_CALL, centre))
    others = (p for p in directory.people.values() if p.id != person)
    return directory.with_people([*others, replace(named, holdings=held)])


@pytest.mark.parametrize(
    ("person", "centre", "missing"),
    [
        ("khan", None, {"ash": "people give khan deputy --centre ash"}),
        ("lindqvist", None, {}),
        ("farrow", None, {}),
        (
            "amira",
            None,
            {
                "oak": "people give amira deputy --centre oak",
                "ash": "people give amira deputy --centre ash",
            },
        ),
        ("lindqvist", "ash", {"oak": "rota on-call PERSON"}),
    ],
)
def test_each_centre_where_nobody_is_on_call_is_a_fault(
    person: str, centre: str | None, missing: dict[str, str]
) -> None:
    faults = {f.code: str(f) for f in on_call_faults(on_call(person, centre), texts=False)}
    assert set(faults) == {f"no-on-call {each}" for each in missing}
    for each, command in missing.items():
        assert command in faults[f"no-on-call {each}"]


def test_nobody_named_is_a_fault_only_where_a_text_could_wake_them() -> None:
    directory = school().directory()
    assert list(on_call_faults(directory, texts=False)) == []
    found = [str(fault) for fault in on_call_faults(directory, texts=True)]
    assert len(found) == 2
    assert "Nobody is on call for Oak Centre" in found[0]


@pytest.fixture
def run_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in (("KEY", KEY), ("AUDIT_KEY", AUDIT), ("OLD_KEYS", "")):
        monkeypatch.setenv(f"LANYARD_{name}", value)
    (tmp_path / "lanyard.toml").write_text(DEMO, "utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.usefixtures("run_in")
def test_the_command_says_at_once_where_they_are_not_called() -> None:
    named = run("rota", "on-call", "khan")
    assert named.exit_code == 0, named.output
    assert "Ms Khan is on call but may open no report of Ash Centre" in named.output
    assert "python -m bot people give khan deputy --centre ash" in named.output
    assert "may open no report of Ash Centre" in run("check").output
    # The command it names mends it.
    assert run("people", "give", "khan", "deputy", "--centre", "ash").exit_code == 0
    assert "may open no report" not in run("check").output
    assert "may open no report" not in run("rota", "on-call", "farrow").output


async def test_for_another_centre_its_own_dsl_and_deputies_are_woken(tmp_path: Path) -> None:
    async with scene(tmp_path, SATURDAY) as here:
        here.on_call("khan")
        ref = await here.report("concern", by="bryn")
        # More than once, perhaps: Ash has no channel here, so the second route texts as well.
        assert set(here.texted(ref)) == {"brook", "lindqvist"}
        assert "do not count on" not in here.in_chat("bryn")
        ours = await here.report("concern")
        assert here.texted(ours) == ["khan"]


async def test_whoever_is_on_call_and_reports_is_not_called_for_it_themselves(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path, SATURDAY) as here:
        here.on_call("okoro")
        ref = await here.report("concern", by="okoro")
        assert here.texted(ref) == ["khan", "lindqvist"]


SLEEPS = "nobody may be looking here before Mon 23 Nov, 08:00."


async def away(here: Scene, person: str, by: str = "farrow", *, back: bool = False) -> None:
    """``person`` is marked away for three days (or here again), and it is seen by all."""
    app, clock = here.actors.app, here.actors.clock
    with kept(app.store) as work:
        directory = app.bot.refresh(work, clock())
        until = None if back else clock() + timedelta(days=3)
        mark_away(work, directory.people[person], until, by, directory, app.bot.school, clock())
    await here.actors.later(timedelta(minutes=1))


def without_mobile(here: Scene, *people: str) -> None:
    with kept(here.actors.app.store) as work:
        for person in work.people.all():
            if person.id in people:
                work.people.put(replace(person, mobile=None))


async def test_while_whoever_is_on_call_is_away_the_reports_own_are_woken(tmp_path: Path) -> None:
    async with scene(tmp_path, SATURDAY) as here:
        here.on_call("okoro")
        await away(here, "okoro")
        ref = await here.report("concern")
        assert here.texted(ref) == ["khan", "lindqvist"]
        assert SLEEPS not in here.in_chat("amira")
        await here.actors.later(timedelta(hours=2))
        assert here.texted(ref) == ["khan", "lindqvist"]


async def test_the_receipt_counts_nobody_on_call_who_is_away(tmp_path: Path) -> None:
    async with scene(tmp_path, SATURDAY) as here:
        here.on_call("okoro")
        without_mobile(here, "khan", "lindqvist")
        await away(here, "okoro")
        ref = await here.report("concern")
        assert here.texted(ref) == []
        assert SLEEPS in here.in_chat("amira")
        # Once they are back they are woken for what waits, and the receipt says no more of it.
        await away(here, "okoro", back=True)
        assert here.texted(ref) == ["okoro"]
        assert SLEEPS not in here.in_chat("amira")


async def test_marked_away_after_they_were_woken_the_others_are_woken_once(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path, SATURDAY) as here:
        here.on_call("okoro")
        ref, taken = await here.report("concern"), await here.report("concern", by="bryn")
        assert here.texted(ref) == ["okoro"]
        with kept(here.actors.app.store) as work:
            work.escalations.take(taken, "lindqvist", here.actors.clock())
        before = here.texted(taken)
        for _ in range(2):
            await away(here, "okoro")
            assert here.texted(ref) == ["khan", "lindqvist", "okoro"]
            await away(here, "okoro", back=True)
        # What somebody has wakes nobody.
        assert here.texted(taken) == before
        await here.actors.later(timedelta(hours=1))
        assert here.texted(ref) == ["khan", "lindqvist", "okoro"]


async def test_marked_away_at_night_the_receipt_says_at_once_that_nobody_may_look(
    tmp_path: Path,
) -> None:
    """Pressed in the chat: what this process remembers of them is a moment old."""
    async with scene(tmp_path, SATURDAY) as here:
        here.on_call("okoro")
        without_mobile(here, "khan", "lindqvist")
        await here.actors.later(timedelta(seconds=15))
        ref = await here.report("concern")
        assert here.texted(ref) == ["okoro"]
        assert SLEEPS not in here.in_chat("amira")
        here.press("okoro", "away", "okoro", "3")
        await here.actors.settle()
        assert SLEEPS in here.in_chat("amira")


async def test_marked_away_while_school_is_open_nobody_is_woken(tmp_path: Path) -> None:
    async with scene(tmp_path, SATURDAY) as here:
        here.on_call("okoro")
        ref = await here.report("concern")
        here.actors.clock.at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        await away(here, "okoro")
        assert here.texted(ref) == ["okoro"]


async def test_somebody_away_who_is_not_on_call_wakes_nobody(tmp_path: Path) -> None:
    async with scene(tmp_path, SATURDAY) as here:
        here.on_call("okoro")
        ref = await here.report("concern")
        await away(here, "khan")
        assert here.texted(ref) == ["okoro"]
