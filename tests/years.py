"""Simulated years: a real ticker on a real store, skipping from one event to the next.

What ought to happen is said here a second time, from the rules and not from the code, and
compared with what the outbox holds.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, combinations
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.climb import climb, settle_ladder
from bot.form import Route, Urgency
from bot.incident import Incident
from bot.ladder import start
from bot.notice import Kind, Notice, Receipt
from bot.people import Directory
from bot.terms import Terms
from bot.tick import Ticker
from bot.turn import School
from storage import tables
from storage.store import SqlStore
from tests.troupe import KEYS, school

ZONE = ZoneInfo("Europe/London")
LATEST = timedelta(seconds=30)
"""How late a call may be, in simulated time (promise 9)."""

KINDS = {
    "now": (Route.CHILD, Urgency.IMMEDIATE),
    "today": (Route.CHILD, Urgency.SAME_DAY),
    "adult": (Route.ADULT, Urgency.IMMEDIATE),
    "site": (Route.SITE, Urgency.SAME_DAY),
}
SAFEGUARDING, PRINCIPAL, CHAIR, IT = (
    ("khan", "okoro", "lindqvist"),
    ("farrow",),
    ("penrose",),
    ("tan",),
)
HOLDERS = (*SAFEGUARDING, "brook", *PRINCIPAL, *CHAIR, *IT)
REPORTER = "amira"


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian rule."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + m - 7 * ((a + 11 * h + 22 * m) // 451) + 114, 31)
    return date(year, month, day + 1)


PROCLAIMED = {
    date(2020, 5, 8): date(2020, 5, 4),
    date(2022, 6, 2): date(2022, 5, 30),
    date(2022, 6, 3): None,
    date(2022, 9, 19): None,
    date(2023, 5, 8): None,
}
"""Bank holidays of one year only, each with the usual one it takes the place of."""


def bank_holidays(year: int) -> set[date]:
    """England's bank holidays, from the Act's rules and the proclamations."""
    found = {easter(year) - timedelta(days=2), easter(year) + timedelta(days=1)}
    found.add(_monday(date(year, 5, 1)))
    found.add(_monday(date(year, 5, 25)))
    found.add(_monday(date(year, 8, 25)))
    new_year = date(year, 1, 1)
    found.add(_monday(new_year) if new_year.weekday() >= 5 else new_year)
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    found |= {day for day in (christmas, boxing) if day.weekday() < 5}
    # A substitute for each that falls on a weekend, on the next days that are free.
    for _ in range(sum(day.weekday() >= 5 for day in (christmas, boxing))):
        free = date(year, 12, 27)
        while free.weekday() >= 5 or free in found:
            free += timedelta(days=1)
        found.add(free)
    for day, instead in PROCLAIMED.items():
        if day.year == year:
            found = (found - {instead}) | {day}
    return found


def _monday(first: date) -> date:
    """The first Monday from ``first`` on."""
    return first + timedelta(days=-first.weekday() % 7)


def terms(first: int, years: int) -> list[tuple[date, date]]:
    """Six half-terms a year, from the autumn of ``first``."""
    rows = []
    for year in range(first, first + years):
        rows += [
            (date(year, 9, 2), date(year, 10, 23)),
            (date(year, 11, 2), date(year, 12, 18)),
            (date(year + 1, 1, 4), date(year + 1, 2, 12)),
            (date(year + 1, 2, 22), date(year + 1, 3, 27)),
            (date(year + 1, 4, 12), date(year + 1, 5, 28)),
            (date(year + 1, 6, 7), date(year + 1, 7, 21)),
        ]
    return rows


class World:
    """A school on a database in memory, with time that jumps."""

    def __init__(self, at: datetime, years: int = 1) -> None:
        self.now = at
        self.store = SqlStore.open("sqlite://", kek=KEYS.kek, audit_key=KEYS.audit)
        self.store.upgrade()
        self.directory: Directory = school().directory()
        self.terms = terms(at.year, years)
        self.school = School({}, {}, ("web",), Terms(ZONE, 8, 16, self.terms))
        with self.store.work() as work:
            for person in self.directory.people.values():
                work.people.put(person)
            work.commit()
        self.ticker = self.ticker_on(self.school)
        self._refs = iter(range(10**6))

    def ticker_on(self, school: School) -> Ticker:
        return Ticker(self.store, lambda: self.directory, school, lambda *_: None)

    def away(self, people: Iterable[str]) -> None:
        """Exactly these are away from now on."""
        gone = set(people)
        until = self.now + timedelta(days=3650)
        self.directory = self.directory.with_people(
            replace(p, away_until=until if p.id in gone else None)
            for p in self.directory.people.values()
        )
        with self.store.work() as work:
            for person in self.directory.people.values():
                work.people.set_away(person.id, person.away_until)
            work.commit()

    def report(self, kind: str, urgency: Urgency | None = None) -> str:
        """Somebody reports now, as urgently as its kind is or says; the reference."""
        route, usual = KINDS[kind]
        ref = f"R{next(self._refs):05}"
        form = {"adult": "adult", "site": "website"}.get(kind, "child")
        incident = Incident(ref, form, route, urgency or usual, "oak", REPORTER, self.now)
        with self.store.work() as work:
            work.incidents.add(incident)
            climb(work, incident, start(incident, self.now), self.directory, self.school, self.now)
            work.commit()
        return ref

    def take(self, ref: str, person: str) -> None:
        with self.store.work() as work:
            work.escalations.take(ref, person, self.now)
            settle_ladder(work, ref, self.school)
            work.commit()

    def close(self, ref: str) -> None:
        with self.store.work() as work:
            escalation = work.escalations.get(ref)
            assert escalation is not None
            work.escalations.put(replace(escalation, closed_at=self.now), None)
            work.incidents.close(ref, self.now, "Resolved")
            work.commit()

    def until(self, end: datetime, late: random.Random | None = None) -> None:
        """Let time pass, tick by tick: each comes up to 20 seconds after what it is for."""
        self.deliver()
        while (following := self._next()) is not None and following <= end:
            lag = late.uniform(0, 20) if late else 0
            self.now = max(self.now, following) + timedelta(seconds=lag)
            self.tick()
        self.now = max(self.now, end)
        self.tick()

    def tick(self) -> None:
        self.ticker.tick(self.now)
        self.deliver()

    def deliver(self) -> None:
        """The platform takes whatever is due at once."""
        with self.store.work() as work:
            while claimed := work.notices.claim(self.now, 60, 500):
                for notice in claimed:
                    work.notices.delivered(notice, Receipt("room", notice.id, self.now))
            work.commit()

    def notices(self, ref: str) -> tuple[Notice, ...]:
        with self.store.work() as work:
            return work.notices.about(ref)

    def _next(self) -> datetime | None:
        with self.store.database.connect() as connection:
            ladder = connection.execute(select(func.min(tables.escalations.c.next_at))).scalar()
            notice = connection.execute(
                select(func.min(tables.notices.c.due_at)).where(tables.notices.c.due_at > self.now)
            ).scalar()
        local = self.now.astimezone(ZONE)
        monday = local.date() + timedelta(days=7 - local.weekday())
        digest = datetime.combine(monday, time(7, 30), ZONE).astimezone(UTC)
        return min(moment for moment in (ladder, notice, digest) if moment is not None)


def absences() -> Iterator[tuple[str, ...]]:
    """Every set of role-holders who are away."""
    sizes = (combinations(HOLDERS, size) for size in range(len(HOLDERS) + 1))
    return chain.from_iterable(sizes)


def expected(kind: str, away: Iterable[str]) -> Iterator[tuple[timedelta, set[str], Kind]]:
    """Who must be called when, with these away: ``(after, people, what they get)``."""
    gone = set(away)

    def first(*groups: tuple[str, ...]) -> set[str]:
        here = (set(group) - gone for group in groups)
        return next(filter(None, here), set(groups[0]))

    minutes = {"now": (0, 5, 10), "today": (0, None, None), "site": (0, None, None)}
    if kind == "adult":
        yield timedelta(0), first(PRINCIPAL, CHAIR), Kind.CASE
        yield timedelta(minutes=10), {REPORTER}, Kind.PHONE
        yield timedelta(minutes=15), first(CHAIR, PRINCIPAL), Kind.CASE
        yield timedelta(minutes=30), {REPORTER}, Kind.PHONE
        return
    dsl, principal, reporter = minutes[kind]
    yield timedelta(minutes=dsl or 0), first(SAFEGUARDING, PRINCIPAL), Kind.CASE
    if kind == "site":
        yield timedelta(0), first(IT, PRINCIPAL, SAFEGUARDING), Kind.CASE
    if principal is not None and reporter is not None:
        yield timedelta(minutes=principal), first(PRINCIPAL, SAFEGUARDING), Kind.CASE
        yield timedelta(minutes=reporter), {REPORTER}, Kind.PHONE
        yield timedelta(minutes=reporter + 15), {REPORTER}, Kind.PHONE


def faults_of(
    notices: Iterable[Notice], began: datetime, kind: str, away: Iterable[str]
) -> list[str]:
    """What was not called in time."""
    made = [(n.to.person, n.kind, n.created_at or began) for n in notices]
    found = []
    for after, people, what in expected(kind, away):
        due = began + after
        for person in people:
            if not any(
                who == person and how is what and due <= at <= due + LATEST for who, how, at in made
            ):
                found.append(f"{kind}, away {sorted(away)}: {person} not called at {after}")
    return found


def climb_with(world: World, away: tuple[str, ...], late: random.Random) -> list[str]:
    """One report of each kind while ``away`` are away; what was not in time."""
    world.away(away)
    began, refs = world.now, {kind: world.report(kind) for kind in KINDS}
    world.until(began + timedelta(minutes=46), late)
    found = [
        fault
        for kind, ref in refs.items()
        for fault in faults_of(world.notices(ref), began, kind, away)
    ]
    for ref in refs.values():
        world.close(ref)
    return found


def school_day(day: date, calendar: list[tuple[date, date]]) -> bool:
    in_term = any(first <= day <= last for first, last in calendar)
    return in_term and day.weekday() < 5 and day not in bank_holidays(day.year)


def in_hours(moment: datetime, calendar: list[tuple[date, date]]) -> bool:
    """Whether the school is open: from 8 to 16 local time on a school day."""
    local = moment.astimezone(ZONE)
    return school_day(local.date(), calendar) and 8 <= local.hour < 16


def school_time(start: datetime, span: timedelta, calendar: list[tuple[date, date]]) -> datetime:
    """``span`` of school time after ``start``, counted day by day from 8 to 16 local time."""
    day, left = start.astimezone(ZONE).date(), span
    while True:
        if school_day(day, calendar):
            opens = datetime.combine(day, time(8), ZONE).astimezone(UTC)
            closes = datetime.combine(day, time(16), ZONE).astimezone(UTC)
            begin = max(opens, start)
            if begin < closes:
                if left <= closes - begin:
                    return begin + left
                left -= closes - begin
        day += timedelta(days=1)


def wrong_days(first: int, years: int) -> list[date]:
    """The days on which the calendar says otherwise than the Act whether a school is open."""
    calendar, day, wrong = Terms(ZONE, 8, 16, []), date(first, 1, 1), []
    while day < date(first + years, 1, 1):
        works = day.weekday() < 5 and day not in bank_holidays(day.year)
        if calendar.is_school_day(day) != works:
            wrong.append(day)
        day += timedelta(days=1)
    return wrong


def wrong_spans(chance: random.Random, count: int) -> list[str]:
    """Spans of school time, from any moment of ten years, that are not counted as by hand."""
    calendar = terms(2020, 10)
    clock, first, wrong = Terms(ZONE, 8, 16, calendar), datetime(2020, 9, 3, tzinfo=UTC), []
    for _ in range(count):
        start = first + timedelta(minutes=chance.randrange(3550 * 24 * 60))
        span = timedelta(minutes=chance.choice((0, 1, 30, 60, 480, 481, 2400)))
        if clock.add(start, span) != school_time(start, span, calendar):
            wrong.append(f"{span} of school time after {start}")
    return wrong


def live_weeks(weeks: int, reports: int, seed: int) -> tuple[int, int, list[str]]:
    """Weeks with reports at odd hours, outages and both changes of the clocks.

    Returns how many reports there were, how many digests, and what was wrong.
    """
    chance = random.Random(seed)
    world = World(datetime(2026, 9, 7, 9, 0, tzinfo=UTC), weeks // 52 + 2)
    began, found = world.now, list[str]()
    moments = sorted(
        began + timedelta(seconds=chance.uniform(0, (weeks - 2) * 7 * 86400))
        for _ in range(reports)
    )
    moments.insert(0, began)
    # On the nights of both changes of the clocks, and in a half-term.
    moments += [datetime(2026, 10, 25, 0, 28, tzinfo=UTC), datetime(2027, 3, 28, 0, 58, tzinfo=UTC)]
    moments.append(datetime(2027, 2, 16, 11, 0, tzinfo=UTC))
    end = began + timedelta(weeks=weeks - 1)
    moments = [moment for moment in moments if moment < end]
    last = world.now
    for moment in sorted(moments):
        if moment < last:
            continue
        world.until(moment, chance)
        kind, outage = chance.choice(("now", "today", "adult")), chance.random() < 0.1
        last = world.now
        ref = world.report(kind)
        if outage:
            world.now = last + timedelta(days=3)
            world.tick()
            calls = [(n.to, n.kind) for n in world.notices(ref) if n.created_at == world.now]
            if kind == "now" and (len(calls) > 12 or not calls):
                found.append(f"{ref}: {len(calls)} calls after three days")
        elif kind == "today":
            due = school_time(last, timedelta(minutes=60), world.terms)
            world.until(due + timedelta(minutes=1), chance)
            if not _called(world, ref, "farrow", Kind.CASE, due):
                found.append(f"{ref}: the Principal was not called at {due}, reported {last}")
        else:
            world.until(last + timedelta(minutes=46), chance)
            found += faults_of(world.notices(ref), last, kind, ())
        world.close(ref)
        last = world.now
    world.until(began + timedelta(weeks=weeks), chance)
    with world.store.work() as work:
        digests = len(work.digests.made())
        sent = len({n.about for week in work.digests.made() for n in work.notices.about(str(week))})
    if digests != sent:
        found.append(f"{digests} weeks, {sent} digests")
    return len(moments), digests, found


def _called(world: World, ref: str, person: str, kind: Kind, due: datetime) -> bool:
    return any(
        n.to.person == person and n.kind is kind and due <= (n.created_at or due) <= due + LATEST
        for n in world.notices(ref)
    )
