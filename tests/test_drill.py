"""A drill runs for real and leaves no trace in what is counted, listed or kept of reports."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.card import Press, press
from bot.cli import drilling
from bot.digest import Week, digest
from bot.drill import Outcome, begin
from bot.notice import Lane
from bot.watch.proof import stuck
from tests.beside import Beside, beside, hear, run, said
from tests.test_house import MODULES
from tests.troupe import TUESDAY, MovableClock, Troupe, troupe

READERS = ("amira", "khan", "okoro", "farrow", "tan", "brook")
WEEK = Week.of(TUESDAY.date())


def surfaces(actors: Troupe, ref: str) -> dict[str, str]:
    """Everything that counts or lists reports, by whom it is for; what stands of drills on cards
    of their own is left out, and returned under no name."""
    app, found = actors.app, {}
    for person in READERS:
        for verb in ("home", "cases", "mine"):
            reply = app.bot.look(said(person, Press(verb)))
            assert reply is not None
            cards = [c for c in reply.cards if not c.title.startswith("DRILL. ")]
            found[f"{person} {verb}"] = json.dumps([card.to_json() for card in cards])
    opened = app.bot.look(said("khan", press("open", ref)))
    assert opened is not None
    found["others of the last day"] = json.dumps(opened.to_json())
    with app.store.work() as work:
        directory = app.bot.directory()
        counted = work.digests.counted(*WEEK.span(directory.zone))
        found["figures"] = repr(counted)
        found["digest"] = json.dumps(digest(WEEK, counted).to_json())
        found["kept"] = repr(work.retention.kept())
        found["since"] = repr(work.digests.first_day())
        now, flow = actors.clock(), work.flow
        counts = (flow.waiting(now), flow.results(), flow.overdue(now + timedelta(hours=1)))
        found["metrics"] = repr(counts)
        found["stuck"] = repr(stuck(work, directory, app.bot.school, now))
    return found


async def a_report(actors: Troupe) -> str:
    await actors.stage.say("amira", "a child told me her uncle hurts her")
    await actors.stage.press("amira", "Child: tell Ms Khan and Mr Okoro")
    await actors.settle()
    with actors.app.store.work() as work:
        (incident,) = work.incidents.open()
    return incident.ref


def drill_in(actors: Troupe, by: str = "amira") -> str:
    app = actors.app
    with app.store.work() as work:
        directory = app.bot.refresh(work, actors.clock())
        drill = begin(work, "oak", by, directory, app.bot.school, actors.clock())
        work.commit()
    return drill.ref


async def test_nothing_is_counted_or_listed_otherwise_with_a_drill(tmp_path: Path) -> None:
    """Byte for byte, while it goes on and when somebody has taken it."""
    async with troupe("web", tmp_path) as actors:
        ref = await a_report(actors)
        before = surfaces(actors, ref)
        drill = drill_in(actors)
        await actors.settle()
        assert surfaces(actors, ref) == before
        assert drill in hear(actors.app, "khan", Press("cases"))
        hear(actors.app, "okoro", press("take", drill), "k1")
        assert "took it after 0 seconds" in hear(actors.app, "okoro", press("take", drill), "k2")
        await actors.settle()
        assert surfaces(actors, ref) == before
        assert drill not in hear(actors.app, "khan", Press("cases"), "k3")
        assert actors.app.store.verify() == []


async def test_nothing_is_counted_when_nobody_answers(tmp_path: Path) -> None:
    for drilled in (False, True):
        folder = tmp_path / str(drilled)
        folder.mkdir()
        async with troupe("web", folder) as actors:
            await actors.stage.say("amira", "can I use my phone for a trip photo?")
            if drilled:
                drill_in(actors)
            await actors.later(timedelta(minutes=27))
            with actors.app.store.work() as work:
                figures = repr(work.digests.counted(*WEEK.span(actors.app.bot.directory().zone)))
            # Every other screen is as it was: only those who were called read anything of it.
            unconcerned = [actors.stage.screen(person) for person in ("amira", "bryn", "tan")]
            told = [[s.words for s in screen if "DRILL" not in s.words] for screen in unconcerned]
        if not drilled:
            expected = (figures, told)
        assert (figures, told) == expected


async def test_a_real_report_is_neither_held_up_by_a_drill_nor_taken_for_one(
    tmp_path: Path,
) -> None:
    """The same person, the same moment, the same way: it is a report of its own, and first."""
    async with troupe("web", tmp_path) as actors:
        drill = drill_in(actors)
        ref = await a_report(actors)
        with actors.app.store.work() as work:
            report, same = work.incidents.get(ref), work.incidents.get(drill)
            lanes = {n.lane for n in work.notices.about(drill)}
            of_report = {n.lane for n in work.notices.about(ref)}
            assert report is not None and same is not None
            assert (report.drill, same.drill) == (False, True)
            assert (lanes, of_report) == ({Lane.NORMAL}, {Lane.URGENT})
        opened = hear(actors.app, "khan", press("open", ref))
        assert ref in opened and drill not in opened
        hear(actors.app, "khan", press("same", ref, drill))
        with actors.app.store.work() as work:
            assert work.incidents.linked(ref) == ()


async def test_on_postgresql_it_is_taken_and_ends_by_itself(
    empty_postgres: str, tmp_path: Path
) -> None:
    async with troupe("web", tmp_path, url=empty_postgres) as actors:
        taken = drill_in(actors)
        await actors.later(timedelta(minutes=6))
        hear(actors.app, "farrow", press("take", taken), "k1")
        assert "took it after 6 minutes" in hear(actors.app, "farrow", press("take", taken), "k2")
        left = drill_in(actors)
        await actors.later(timedelta(minutes=26))
        with actors.app.store.work() as work:
            ended = [work.incidents.get(ref) for ref in (taken, left)]
            assert [each and each.outcome for each in ended] == ["taken", "unanswered"]
            assert work.incidents.drills() == ()
        assert "Nobody answered the drill" in actors.stage.screen("farrow")[-1].words


async def test_a_drill_that_nobody_climbs_is_stuck_like_a_report(tmp_path: Path) -> None:
    async with troupe("web", tmp_path) as actors:
        drill = drill_in(actors)
        with actors.app.store.work() as work:
            late = actors.clock() + timedelta(minutes=12)
            bot = actors.app.bot
            found = stuck(work, bot.directory(), bot.school, late)
        assert drill in {each.about for each in found}


def test_only_the_drill_sets_the_mark() -> None:
    """No reporter's path can: the word stands in one call of the whole code, and in the row."""
    places = {
        name
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "drill"
    }
    assert places == {"bot/drill.py", "storage/reports.py"}


# The command


Happens = Callable[[App, MovableClock], None]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    """The running server, which does its work while the command sleeps."""
    with beside(tmp_path, monkeypatch) as running:
        yield running


def asleep(
    server: Beside,
    monkeypatch: pytest.MonkeyPatch,
    happens: Happens = lambda *_: None,
    faster: int = 10,
) -> None:
    """While the command waits, time passes ``faster``, ``happens`` happens, the server works."""

    def sleep(count: float) -> None:
        server.clock.at += timedelta(seconds=count * faster)
        happens(server.app, server.clock)
        server.work()

    monkeypatch.setattr(drilling, "sleep", sleep)


def test_the_command_says_who_was_called_and_how_soon_it_was_taken(
    server: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def okoro_takes_it(app: App, clock: MovableClock) -> None:
        if clock.at - TUESDAY < timedelta(minutes=6):
            return
        with app.store.work() as work:
            refs = [drill.ref for drill in work.incidents.drills()]
        for ref in refs:
            hear(app, "okoro", press("take", ref), "k1")
            hear(app, "okoro", press("take", ref), "k2")

    asleep(server, monkeypatch, okoro_takes_it)
    ran = run("drill", "--as", "amira")
    assert ran.exit_code == 0
    begun, first, second, delivered, acknowledged = ran.stdout.splitlines()
    assert re.fullmatch(
        r"DRILL \w{5}, Oak Centre, begun 10:12:00. It ends 10:37:00 if nobody takes it.", begun
    )
    assert first == (
        "10:12:00  DSL and deputies: private channel (web) 10:12:10, Ms Khan (web) 10:12:10, "
        "Mr Okoro (web) 10:12:10, Mx Lindqvist (web) 10:12:10"
    )
    assert second == "10:17:00  Principal: Dr Farrow (web) 10:17:00"
    assert delivered == "Delivered: first after 10 s, to everybody called at once after 10 s."
    assert acknowledged == "Acknowledged after 6 min, by Mr Okoro."


def test_nobody_answers_and_the_command_says_so(
    server: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    asleep(server, monkeypatch, faster=60)
    ran = run("drill", "--centre", "ash")
    assert ran.exit_code == 1
    lines = ran.stdout.splitlines()
    assert [line.split(": ")[0].split("  ")[1] for line in lines[1:-2]] == [
        "DSL and deputies",
        "Principal",
        "DSL and deputies",
        "Whoever began it, told to ring",
        "Principal",
        "DSL and deputies",
    ]
    assert "Whoever began it, told to ring: nobody to call" in ran.stdout
    assert lines[-1] == "Acknowledged by nobody."
    with server.app.store.work() as work:
        assert work.incidents.drills() == ()
        assert work.incidents.open() == ()


def test_without_a_server_it_is_given_up_and_never_pages_later(
    server: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(count: float) -> None:
        server.clock.at += timedelta(seconds=count * 20)

    monkeypatch.setattr(drilling, "sleep", sleep)
    ran = run("drill")
    assert ran.exit_code == 1
    assert "Nothing was delivered for 30 s. Is Lanyard running?" in ran.stderr
    assert "Given up" in ran.stderr
    ref = ran.stdout.split()[1].rstrip(",")
    server.work()
    with server.app.store.work() as work:
        drill = work.incidents.get(ref)
        assert drill is not None and drill.outcome == Outcome.UNHEARD
        assert not any(n.receipt or n.due_at for n in work.notices.about(ref))


def test_it_can_be_left_alone_and_says_what_is_wrong(server: Beside) -> None:
    begun = run("drill", "--no-wait", "--as", "khan")
    assert begun.exit_code == 0
    ref = begun.stdout.strip()
    again = run("drill", "--no-wait")
    assert (again.exit_code, again.stderr) == (
        2,
        f"A drill of Oak Centre is going on: {ref}.\n",
    )
    assert "Nobody here is called zorro." in run("drill", "--as", "zorro").stderr
    assert "There are: oak, ash." in run("drill", "--centre", "elm").stderr
    with server.app.store.work() as work:
        assert work.audit.acts(ref) == ((TUESDAY, "khan", "drill"),)
