"""A clock that jumps an hour or a day, back and forth: ``python -m tests.bench jumps``.

Reports are made and climb while the machine's clock is set forward and back at random. Whatever
the clock says, people live in true time: nobody may be called later than the ladder promises by
it (a minute's tick aside), nobody twice by the same rung, and no card may stay unshown.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from bot.digest import Week
from bot.notice import Kind
from tests.bench.tally import Tally, command, shown
from tests.years import KINDS, World, expected

COUNT = 10_000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFSETS = (timedelta(0), HOUR, -HOUR, DAY, -DAY)
"""How far the clock may be from the truth."""

LONGEST = timedelta(minutes=2)
"""Between two ticks in true time."""

WATCHED = timedelta(minutes=46)
NIGHTS = (datetime(2026, 10, 25, 0, 20, tzinfo=UTC), datetime(2027, 3, 28, 0, 20, tzinfo=UTC))
"""Just before each change of the school's own clocks."""


class Jumping:
    """A school whose machine does not know what time it is."""

    def __init__(self, dice: Random) -> None:
        self.dice, self.true = dice, datetime(2026, 9, 8, 9, 0, tzinfo=UTC)
        self.offset = timedelta(0)
        self.world = World(self.true, 4)
        self.jumps = 0

    def jump(self, offset: timedelta) -> None:
        self.jumps += offset != self.offset
        self.offset = offset
        self.pass_time(timedelta(seconds=1))

    def pass_time(self, span: timedelta) -> None:
        self.true += span
        self.world.now = self.true + self.offset
        self.world.tick()


def measure(count: int, seed: int) -> Tally:
    tally, dice = Tally(), Random(seed)
    school, nights = Jumping(dice), list(NIGHTS)
    for _ in shown(range(count), count):
        if school.jumps >= count:
            break
        school.true += timedelta(hours=dice.uniform(1, 30))
        if nights and school.true > nights[0]:
            school.true = nights.pop(0)
        school.jump(dice.choice(OFFSETS))
        _round(tally, school)
    tally.count("jumps", school.jumps)
    school.jump(timedelta(0))
    school.pass_time(timedelta(days=8))
    _digests(tally, school.world)
    return tally


def _round(tally: Tally, school: Jumping) -> None:
    """One report of each kind, and the clock that jumps while they wait for somebody."""
    world, dice, began = school.world, school.dice, school.true
    refs = {kind: world.report(kind) for kind in KINDS}
    seen: dict[str, datetime] = {}

    def look() -> None:
        for ref in refs.values():
            for notice in world.notices(ref):
                seen.setdefault(notice.id, school.true)

    while school.true < began + WATCHED:
        if dice.random() < 0.3:
            school.jump(dice.choice(OFFSETS))
            look()
        school.pass_time(LONGEST * dice.uniform(0.2, 1))
        look()
    for kind, ref in refs.items():
        tally.count("reports")
        calls = world.notices(ref)
        tally.count("calls", len(calls))
        name = f"{kind} reported {began:%Y-%m-%d %H:%M}"
        for after, people, what in expected(kind, ()):
            for person in people:
                at = [seen[n.id] for n in calls if (n.to.person, n.kind) == (person, what)]
                if len([each for each in at if each <= began + after + LONGEST]) < 1:
                    tally.count("late or lost")
                    tally.fault(f"{name}: {person} not called {after} after")
        twice = Counter(n.to for n in calls if n.kind is Kind.CASE)
        for to, times in twice.items():
            if times > 1:
                tally.count("repeated")
                tally.fault(f"{name}: {to.address} called {times} times")
        unshown = [n for n in calls if n.receipt is None]
        tally.expect(not unshown, f"{name}: {len(unshown)} never shown")
        world.close(ref)


def _digests(tally: Tally, world: World) -> None:
    """Every week has one digest."""
    with world.store.work() as work:
        made = work.digests.made()
        sent = [n for week in made for n in work.notices.about(str(week)) if n.kind is Kind.DIGEST]
    tally.count("weeks", len(made))
    tally.expect(len(sent) == len(made), f"{len(made)} weeks, {len(sent)} digests")
    weeks = [made[0]] if made else list[Week]()
    while weeks and weeks[-1] < made[-1]:
        weeks.append(weeks[-1].next())
    tally.expect(tuple(weeks) == made, "a week has no digest")


main = command(measure, COUNT)
