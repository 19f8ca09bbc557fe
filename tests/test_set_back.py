"""The machine's clock is set back: nobody waits longer, nothing happens twice (promise 13)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.app import App, build
from bot.settings import Secrets
from tests.bench import jumps
from tests.bench.races import message, titles
from tests.storage.making import kept
from tests.troupe import KEYS, MovableClock, school

DAY = timedelta(days=1)


def test_a_clock_that_jumps() -> None:
    tally = jumps.measure(15, 7)
    assert not tally.faults, "\n".join(tally.lines())


def test_a_clock_set_back_twice_before_anything_else_happens() -> None:
    """By 23 hours and then by one: the Principal is called five minutes after the alarm."""
    school = jumps.Jumping(Random(7))
    school.jump(DAY)
    ref = school.world.report("now")
    school.jump(timedelta(hours=1))
    school.jump(timedelta(0))
    for _ in range(6):
        school.pass_time(timedelta(minutes=1))
    assert "farrow" in {notice.to.person for notice in school.world.notices(ref)}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def app(tmp_path: Path, clock: MovableClock) -> App:
    url = f"sqlite:///{tmp_path / 'lanyard.db'}"
    return build(school(), Secrets(), platforms=("web",), url=url, keys=KEYS, now=clock)


def test_an_alarm_of_tomorrow_swallows_none_of_today(app: App, clock: MovableClock) -> None:
    """The first was kept while the clock was a day ahead: the second is another worry."""
    first = titles(app.bot.hear(message("1", "amira", "tell", "child", "-")))
    clock.at -= DAY
    second = titles(app.bot.hear(message("2", "amira", "tell", "child", "-")))
    assert first.startswith("Alarm raised")
    assert second.startswith("Alarm raised")
    app.close()


def test_a_role_that_ended_is_seen_at_once(app: App, clock: MovableClock) -> None:
    """What is remembered of people was read tomorrow, by the wrong clock."""
    raised = titles(app.bot.hear(message("1", "amira", "tell", "child", "-")))
    ref = raised.split("Reference ")[1][:5]
    assert "Report" in titles(app.bot.hear(message("2", "khan", "open", ref)))
    clock.at -= DAY
    with kept(app.store) as work:
        khan = next(person for person in work.people.all() if person.id == "khan")
        work.people.put(type(khan)(khan.id, khan.name, khan.centre, (), khan.identities))
    assert "nothing here" in titles(app.bot.hear(message("3", "khan", "open", ref)))
    app.close()
