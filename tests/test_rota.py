"""One person is marked, vouched for or given a role, and nothing else that is kept of them moves,
however old what a process remembers; a gap at a centre is told each time it opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App, build
from bot.message import Standing
from bot.notice import Kind, Notice
from bot.people import Holding, Person, Role
from bot.rota import end_role, gap_of, give_role, mark_away, note_gaps, tell_of_gaps
from bot.settings import Secrets
from bot.watch.proof import stuck
from bot.watch.stuck import Why
from tests.bench.races import message, titles
from tests.storage.making import kept
from tests.troupe import KEYS, MovableClock, school

OF_OAK = ("khan", "okoro", "lindqvist")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def app(tmp_path: Path, clock: MovableClock) -> Iterator[App]:
    url = f"sqlite:///{tmp_path / 'lanyard.db'}"
    app = build(school(), Secrets(), platforms=("web",), url=url, keys=KEYS, now=clock)
    yield app
    app.close()


def known(app: App, person: str) -> Person:
    """Somebody as the database has them."""
    with app.store.work() as work:
        return next(each for each in work.people.all() if each.id == person)


def end_elsewhere(app: App, person: str, held: Holding, clock: MovableClock) -> None:
    """`people end` in another process: this one still remembers the role."""
    with kept(app.store) as work:
        found = next(each for each in work.people.all() if each.id == person)
        end_role(work, found, held, "command-line", clock())
    clock.at += timedelta(seconds=4)


@pytest.mark.parametrize("verb", ["away", "back"])
def test_a_role_that_was_ended_stays_so_when_they_are_marked(
    app: App, clock: MovableClock, verb: str
) -> None:
    if verb == "back":
        app.bot.hear(message("0", "farrow", "away", "okoro"))
        clock.at += timedelta(seconds=10)
    app.bot.hear(message("1", "farrow", "rota"))
    end_elsewhere(app, "okoro", Holding(Role.DEPUTY, "oak"), clock)
    assert titles(app.bot.hear(message("2", "farrow", verb, "okoro"))).startswith("Mr Okoro: ")
    assert known(app, "okoro").holdings == ()
    assert known(app, "okoro").away(clock()) == (verb == "away")


def test_a_role_that_was_ended_stays_so_when_a_platform_vouches_for_them(
    app: App, clock: MovableClock
) -> None:
    with kept(app.store) as work:
        okoro = next(each for each in work.people.all() if each.id == "okoro")
        work.people.put(replace(okoro, unvouched=True))
    app.bot.hear(message("1", "farrow", "rota"))
    end_elsewhere(app, "okoro", Holding(Role.DEPUTY, "oak"), clock)
    app.bot.hear(replace(message("2", "okoro", "rota"), standing=Standing.MEMBER))
    assert not known(app, "okoro").unvouched
    assert known(app, "okoro").holdings == ()


def test_the_gap_that_an_ended_role_leaves_is_seen_when_the_last_is_marked_away(
    app: App, clock: MovableClock
) -> None:
    for person in ("khan", "lindqvist"):
        app.bot.hear(message(person, "farrow", "away", person))
    clock.at += timedelta(seconds=10)
    app.bot.hear(message("1", "farrow", "rota"))
    end_elsewhere(app, "okoro", Holding(Role.DEPUTY, "oak"), clock)
    app.bot.hear(message("2", "farrow", "away", "khan", "2"))
    assert told(app, clock())


def mark(app: App, person: str, until: datetime | None, now: datetime) -> None:
    with kept(app.store) as work:
        directory = app.bot.refresh(work, now)
        mark_away(work, directory.people[person], until, "brook", directory, app.bot.school, now)


def told(app: App, now: datetime) -> list[Notice]:
    """What the Principal is told of the gaps at Oak Centre on this day."""
    with app.store.work() as work:
        about = work.notices.about(gap_of("oak", app.bot.directory().zone, now))
    return [each for each in about if (each.kind, each.to.person) == (Kind.ROTA, "farrow")]


def test_a_gap_that_opens_again_on_the_same_day_is_told_again(
    app: App, clock: MovableClock
) -> None:
    end = clock() + timedelta(hours=12)
    for person in OF_OAK:
        mark(app, person, end, clock())
    assert len(told(app, clock())) == 1
    for _ in range(3):
        clock.at += timedelta(minutes=20)
        app.ticker.tick(clock())
    assert len(told(app, clock())) == 1, "it stays open: once a day"
    for times in (2, 3):
        mark(app, "khan", None, clock())
        clock.at += timedelta(minutes=20)
        app.ticker.tick(clock())
        mark(app, "khan", end, clock())
        assert len(told(app, clock())) == times
        clock.at += timedelta(minutes=20)
        app.ticker.tick(clock())
        assert len(told(app, clock())) == times


def test_a_gap_closed_by_a_role_given_is_closed_as_well(app: App, clock: MovableClock) -> None:
    """As `people give` and `people end` do it."""
    for person in OF_OAK:
        mark(app, person, clock() + timedelta(hours=12), clock())
    held = Holding(Role.DEPUTY, "oak")
    clock.at += timedelta(minutes=20)
    for change in (give_role, end_role):
        with kept(app.store) as work:
            before = app.bot.directory().with_people(work.people.all())
            change(work, before.people["brook"], held, "command-line", clock())
            note_gaps(work, before, before.with_people(work.people.all()), clock())
        clock.at += timedelta(seconds=20)
        app.ticker.tick(clock())
    assert len(told(app, clock())) == 2


def test_a_process_that_does_not_know_yet_that_somebody_is_back_tells_nobody(
    app: App, clock: MovableClock
) -> None:
    for person in OF_OAK:
        mark(app, person, clock() + timedelta(hours=12), clock())
    with app.store.work() as work:
        old = app.bot.directory().with_people(work.people.all())
    mark(app, "khan", None, clock())
    with kept(app.store) as work:
        tell_of_gaps(work, old, app.bot.school, clock())
    assert len(told(app, clock())) == 1


def test_the_watchdog_asks_of_each_gap_whether_it_was_told(app: App, clock: MovableClock) -> None:
    end = clock() + timedelta(hours=12)
    for person in OF_OAK:
        mark(app, person, end, clock())
    clock.at += timedelta(minutes=30)
    mark(app, "khan", None, clock())

    def found() -> bool:
        with app.store.work() as work:
            directory = app.bot.directory().with_people(work.people.all())
            return Why.GAP_UNTOLD in {
                s.why for s in stuck(work, directory, app.bot.school, clock())
            }

    clock.at += timedelta(minutes=30)
    assert not found()
    with kept(app.store) as work:
        work.people.set_away("khan", end)
    assert found(), "it opened again and nobody was told"
    app.ticker.tick(clock())
    assert not found()
