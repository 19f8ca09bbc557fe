"""The set-up is checked every day by itself; the DSLs and the Principal are told what to mend."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.cli.checking import NO_DATABASE
from bot.daily_check import NO_WATCHDOG, read
from bot.people import Identity
from bot.room_check import How, RoomFault, judged, sentences
from bot.set_up import SetUp
from bot.settings import Secrets, read_school
from bot.watch.beat import WATCHED
from intents.forms import REPORTS
from tests.stuck import SCHOOL, Scene
from tests.troupe import KEYS, TUESDAY, Troupe, troupe

WEDNESDAY = datetime(2026, 11, 18, 7, 15, tzinfo=TUESDAY.tzinfo)
LEADERS = ("khan", "lindqvist", "farrow")


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene("sqlite://", KEYS)
    with closing(made.app):
        yield made


def morning(scene: Scene, day: int = 0) -> None:
    """It is a quarter past seven, ``day`` days after the first Wednesday; everything runs."""
    scene.clock.at = WEDNESDAY + timedelta(days=day)
    with scene.app.store.work() as work:
        work.marks.write(WATCHED, scene.now.isoformat())
        work.commit()
    asyncio.run(scene.app.daily.run(scene.now))
    scene.settle()


def begin(scene: Scene) -> None:
    """The first day: nothing is checked while Lanyard is being set up."""
    asyncio.run(scene.app.daily.run(scene.now))


def no_phone(scene: Scene, person: str = "okoro") -> None:
    scene.sql(f"UPDATE people SET phone = NULL WHERE id = '{person}'")


def cards(scene: Scene) -> dict[str, int]:
    """How many cards of the check each person was owed."""
    found: dict[str, int] = {}
    with scene.app.store.database.connect() as connection:
        rows = connection.exec_driver_sql("SELECT person FROM notices WHERE kind = 'check'")
        for (person,) in rows:
            found[person] = found.get(person, 0) + 1
    return found


class TestWhen:
    def test_every_day_once_from_the_day_after_the_first(self, scene: Scene) -> None:
        begin(scene)
        assert cards(scene) == {}
        morning(scene)
        assert cards(scene) == dict.fromkeys(LEADERS, 1)
        asyncio.run(scene.app.daily.run(scene.now + timedelta(hours=3)))
        assert cards(scene) == dict.fromkeys(LEADERS, 1)

    def test_not_before_a_quarter_past_seven_by_the_schools_clock(self, scene: Scene) -> None:
        begin(scene)
        summer = datetime(2027, 6, 9, 6, 14, tzinfo=TUESDAY.tzinfo)
        asyncio.run(scene.app.daily.run(summer))
        assert cards(scene) == {}
        scene.clock.at = summer + timedelta(minutes=1)
        asyncio.run(scene.app.daily.run(scene.now))
        assert set(cards(scene)) == set(LEADERS)

    def test_a_morning_without_lanyard_is_made_up_for_once(self, scene: Scene) -> None:
        begin(scene)
        scene.clock.at = WEDNESDAY + timedelta(days=9, hours=8)
        asyncio.run(scene.app.daily.run(scene.now))
        assert cards(scene) == dict.fromkeys(LEADERS, 1)
        with scene.app.store.work() as work:
            last = read(work)
        assert last is not None
        assert last.day == "2026-11-27"

    def test_another_process_does_not_check_again(self, scene: Scene) -> None:
        begin(scene)
        morning(scene)
        scene.app.daily._day = ""
        asyncio.run(scene.app.daily.run(scene.now))
        assert cards(scene) == dict.fromkeys(LEADERS, 1)

    async def test_the_process_that_ticks_makes_it_and_shows_it(self, scene: Scene) -> None:
        await scene.app.daily.run(scene.now)
        scene.clock.at = WEDNESDAY
        running = asyncio.create_task(scene.app.loop.run())
        async with asyncio.timeout(20):
            while "to mend" not in scene.shown("khan"):
                await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    def test_a_check_that_fails_is_tried_again_tomorrow_and_stuck_meanwhile(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        begin(scene)
        scene.clock.at = WEDNESDAY

        async def twice() -> None:
            for _ in range(2):
                scene.app.daily.begin(scene.now)
                await asyncio.gather(scene.app.daily._running or asyncio.sleep(0))

        with monkeypatch.context() as patched:
            patched.setattr(SetUp, "faults", lambda *_: 1 / 0)
            asyncio.run(twice())
        assert [r.message for r in caplog.records if r.levelno >= logging.ERROR] == [
            "the daily check failed"
        ]
        scene.clock.at += timedelta(minutes=4)
        scene.settle()
        assert [str(each) for each in scene.watch()] == ["check-owed"]
        morning(scene, 1)
        assert cards(scene) == dict.fromkeys(LEADERS, 1)


class TestTelling:
    def test_the_same_is_told_once_a_week_and_anything_new_at_once(self, scene: Scene) -> None:
        begin(scene)
        for day in range(14):
            if day == 3:
                no_phone(scene)
            morning(scene, day)
            told = cards(scene)["khan"]
            assert told == (1 if day < 3 else 2 if day < 10 else 3), day
        assert "Mr Okoro has no telephone number." in scene.shown("khan")
        assert "Put it into lanyard.toml (phone)." in scene.shown("farrow")
        assert "2 things to mend" in scene.shown("lindqvist")

    def test_nobody_else_is_told(self, scene: Scene) -> None:
        begin(scene)
        morning(scene)
        for person in set(scene.app.bot.directory().people) - set(LEADERS):
            assert "to mend" not in scene.shown(person)

    def test_what_was_mended_goes_from_the_card(self, scene: Scene) -> None:
        no_phone(scene)
        begin(scene)
        morning(scene)
        assert "Mr Okoro has no telephone number." in scene.shown("khan")
        with scene.app.store.work() as work:
            okoro = next(p for p in work.people.all() if p.id == "okoro")
            work.people.put(replace(okoro, phone="01632 960002"))
            work.commit()
        morning(scene, 1)
        assert cards(scene)["khan"] == 1
        assert "Mr Okoro" not in scene.shown("khan")
        assert "1 thing to mend" in scene.shown("khan")

    def test_without_a_fault_nothing_is_sent(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        policy = replace(scene.app.desk.policy, review_due=None)
        monkeypatch.setattr(scene.app.desk, "policy", policy)
        begin(scene)
        morning(scene)
        assert cards(scene) == {}

    def test_a_watchdog_that_does_not_run_is_told(self, scene: Scene) -> None:
        begin(scene)
        scene.clock.at = WEDNESDAY
        scene.mark()
        asyncio.run(scene.app.daily.run(scene.now))
        scene.settle()
        assert "The watchdog is not running" in scene.shown("khan")

    def test_it_tells_of_no_report(self, scene: Scene) -> None:
        ref = scene.report("a colleague shouted at a child", "adult")
        begin(scene)
        morning(scene)
        assert ref not in scene.shown("khan")


class TestChannels:
    """What the platforms say of the private channels, on each of them."""

    @pytest.fixture(params=["slack", "teams"])
    async def actors(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Troupe]:
        async with troupe(request.param, tmp_path) as made:
            await made.app.daily.run(made.clock())
            made.clock.at = WEDNESDAY
            yield made

    async def test_a_channel_as_it_should_be(self, actors: Troupe) -> None:
        await actors.app.daily.run(actors.clock())
        assert await rooms_seen(actors) == []

    async def test_who_is_missing_and_who_should_not_be_there(self, actors: Troupe) -> None:
        furnish(actors, ("khan", "lindqvist", "amira"))
        await actors.app.daily.run(actors.clock())
        await actors.settle()
        assert await rooms_seen(actors) == ["room-missing oak okoro", "room-stranger oak"]
        said = "\n".join(shown.words for shown in actors.stage.screen("khan"))
        assert "Mr Okoro is not in the DSL channel of Oak Centre" in said
        assert "Somebody is in the DSL channel of Oak Centre" in said
        assert "Amira" not in said


async def rooms_seen(actors: Troupe) -> list[str]:
    with actors.app.store.work() as work:
        last = read(work)
    assert last is not None
    return sorted(" ".join(filter(None, (how, *rest))) for how, _, *rest in last.rooms)


def furnish(actors: Troupe, inside: tuple[str, ...]) -> None:
    """Exactly these people are in the DSL channel of Oak Centre."""
    if actors.platform == "slack":
        there = actors.stage.fake.rooms["CDSLOAK"]  # type: ignore[attr-defined]
        there.members = {f"U{person.upper()}" for person in inside}
    else:
        actors.stage.furnish("19:dsl-oak@thread.tacv2", inside)  # type: ignore[attr-defined]


def test_a_channel_nobody_can_see_into() -> None:
    directory = SCHOOL.directory()
    (fault,) = judged("slack", directory.centres["oak"], None, directory)
    assert fault == RoomFault(How.SILENT, "slack", "oak")
    account = {
        i.user
        for p in directory.people.values()
        for i in p.identities
        if i == Identity("slack", i.user)
    }
    found = {
        f.how for f in judged("slack", directory.centres["oak"], frozenset(account), directory)
    }
    assert found == {How.STRANGER}


DEMO = (files("bot") / "demo.toml").read_text("utf-8")

FAULTS = {
    "no-dsl oak": (
        '"dsl", centre = "oak"',
        '"governor", centre = "oak"',
        "PERSON dsl --centre oak",
    ),
    "no-phone okoro": ('phone = "01632 960002"\n', "", "lanyard.toml (phone)"),
    "no-room ash web": ('dsl_rooms = { web = "dsl-ash" }', "", "(dsl_rooms)"),
    "no-account farrow": ('accounts = { web = "farrow" }', "", "(accounts, mail or mobile)"),
    "unchecked front_door": ("verified_on = 2026", "verified_on = 2025", "Ring 01632 960100"),
    "no-notify-key": (
        "[centres.oak]",
        '[text]\ntemplate = "00000000-0000-4000-8000-000000000000"\n[centres.oak]',
        "NOTIFY_KEY is missing",
    ),
}
"""What is taken out of the fictional school, what is put in its place, and what is then said."""


def told_commands() -> Iterator[tuple[str, ...]]:
    """Every command that a fault tells somebody to type, of a school where everything is amiss."""
    nobody = SCHOOL.directory().with_people([])
    faults = SetUp(SCHOOL, Secrets(), nobody, (), date(2020, 1, 1)).faults(TUESDAY)
    silent = RoomFault(How.SILENT, "slack", "oak")
    for fault in (*faults, *sentences([silent], nobody), NO_WATCHDOG, NO_DATABASE):
        for told in re.findall(r"python -m bot ([^.]+)", fault.do):
            yield tuple(told.split())


def every_command(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from every_command(command)


@pytest.mark.parametrize("told", sorted(set(told_commands())), ids=" ".join)
def test_what_a_fault_says_to_type_is_a_command(
    told: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("FILE").touch()
    for command in every_command(main):
        monkeypatch.setattr(command, "callback", lambda **_: None)
    typed = CliRunner().invoke(main, told)
    assert typed.exit_code == 0, typed.output


def test_commands_are_told_for_the_roles_the_policy_and_the_watchdog() -> None:
    told = {words[:2] for words in told_commands()}
    assert told >= {("people", "give"), ("policy", "import"), ("watch",)}


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_says_what_to_do(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after, words = FAULTS[code]
    assert before in DEMO
    (tmp_path / "lanyard.toml").write_text(DEMO.replace(before, after, 1), "utf-8")
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, ["check"])
    assert said.exit_code == 1, said.output
    assert isinstance(said.exception, SystemExit)
    assert words in said.output
    school = read_school(tmp_path / "lanyard.toml")
    set_up = SetUp(school, Secrets(), school.directory(), REPORTS, date(2030, 1, 1))
    assert code in [fault.code for fault in set_up.faults(TUESDAY)]
