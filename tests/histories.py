"""Terms of a school by chance, and what is published of them by the real digest and report.

A history is what happened: reports and questions, week by week. Two histories of which everything
published is the same cannot be told apart by anybody, whatever they know of how it is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache, cached_property
from itertools import product
from random import Random

from bot.digest import Counted, Digest, Week, digest
from bot.term import Season, Term
from bot.termly import TermCounted, TermReport, term_report

KINDS = ("child", "concern", "website", "blocked")
FIRST = Week(2026, 36)
WEEK_MINUTES = 7 * 24 * 60
AUTUMN = Term(2026, Season.AUTUMN)


@dataclass(frozen=True)
class Report:
    """One report of a week: its kind, in which week it was taken and in which closed (``None``:
    in none of these), ``minutes`` after the same time of that week it was taken, and whether the
    Principal had to be called before."""

    kind: str
    minutes: float
    taken: int | None
    closed: int | None
    called: bool = False

    def open_after(self, week: int) -> bool:
        return self.closed is None or self.closed > week

    def untaken_after(self, week: int) -> bool:
        return self.taken is None or self.taken > week


@dataclass(frozen=True, eq=False)
class WeekOf:
    """One week: its reports, and its questions, answered and not."""

    number: int
    reports: tuple[Report, ...] = ()
    answered: int = 0
    unanswered: int = 0
    clauses: Mapping[str, int] = field(default_factory=dict)
    seen: dict[tuple[int, int], Digest] = field(default_factory=dict)

    @cached_property
    def times(self) -> tuple[float, ...]:
        """Minutes to acknowledgement of those taken within the week."""
        return tuple(each.minutes for each in self.reports if each.taken == self.number)

    @cached_property
    def kinds(self) -> Counter[str]:
        return Counter(each.kind for each in self.reports)

    def stock(self, after: int) -> tuple[int, int]:
        """How many of its reports are open at the end of a week, and how many of them taken by
        nobody."""
        if after not in self._stock:
            left = [each for each in self.reports if each.open_after(after)]
            self._stock[after] = len(left), sum(each.untaken_after(after) for each in left)
        return self._stock[after]

    @cached_property
    def _stock(self) -> dict[int, tuple[int, int]]:
        return {}

    def digest(self, still_open: int, untaken: int) -> Digest:
        """The real digest of it, drawn once for each number of reports still open."""
        known = self.seen.get((still_open, untaken))
        if known is None:
            week = Week.of(FIRST.monday() + timedelta(weeks=self.number))
            known = self.seen[still_open, untaken] = digest(
                week,
                Counted(
                    reports=self.kinds,
                    minutes=self.times,
                    open_now=still_open,
                    unacknowledged=untaken,
                    asked=self.answered + self.unanswered,
                    unanswered=self.unanswered,
                    clauses=self.clauses,
                ),
            )
        return known

    @cached_property
    def cells(self) -> dict[str, int]:
        """Its own numbers, by name."""
        name = f"week {self.number}"
        return {
            name: len(self.reports),
            **{f"{name} {kind}": count for kind, count in self.kinds.items()},
            f"{name} taken": len(self.times),
            f"{name} not taken in it": len(self.reports) - len(self.times),
            f"{name} answered": self.answered,
            f"{name} unanswered": self.unanswered,
            f"{name} asked": self.answered + self.unanswered,
        }


History = tuple[WeekOf, ...]
"""The weeks of one term, in order."""


def digests(history: History) -> tuple[Digest, ...]:
    """What the Principal is given, week by week."""
    return tuple(week.digest(*stock(history, week.number)) for week in history)


def report(history: History, weekly: Sequence[Digest]) -> TermReport:
    """What the governor is given."""
    return term_report(AUTUMN, counted(history), [weekly], KINDS, whole=True)


def stock(history: History, after: int) -> tuple[int, int]:
    """How many reports are open at the end of a week, and how many of them taken by nobody."""
    still_open = untaken = 0
    for week in history[: after + 1]:
        here = week.stock(after)
        still_open, untaken = still_open + here[0], untaken + here[1]
    return still_open, untaken


def counted(history: History) -> TermCounted:
    kinds = dict.fromkeys(KINDS, 0)
    minutes, in_time, called, reports = list[float](), 0, 0, 0
    for week in history:
        reports += len(week.reports)
        for each in week.reports:
            kinds[each.kind] += 1
            called += each.called
            if each.taken is not None:
                minutes.append(each.minutes + WEEK_MINUTES * (each.taken - week.number))
                in_time += not each.called
    return TermCounted(
        reports=kinds,
        minutes=minutes,
        in_time=in_time,
        principal=called,
        waiting=reports - len(minutes),
        drills=0,
        asked=sum(week.answered + week.unanswered for week in history),
        unanswered=sum(week.unanswered for week in history),
    )


def cells(history: History) -> dict[str, int]:
    """Every number behind what is published, by name: what nobody may work out from 1 to 4."""
    found: dict[str, int] = {}
    for week in history:
        found.update(week.cells)
        name = f"week {week.number}"
        found[f"{name} open"], found[f"{name} untaken"] = stock(history, week.number)
    term = counted(history)
    found.update({f"term {kind}": count for kind, count in term.reports.items()})
    return {
        **found,
        "term": sum(term.reports.values()),
        "term taken": len(term.minutes),
        "term late": len(term.minutes) - term.in_time,
        "term principal": term.principal,
        "term waiting": term.waiting,
        "term asked": term.asked,
        "term unanswered": term.unanswered,
    }


class Known:
    """One history and all that is published of it, to hold others against."""

    def __init__(self, history: History) -> None:
        self.history, self.cells = history, cells(history)
        self.weekly = digests(history)
        self.termly = report(history, self.weekly)
        self._stock = [stock(history, week.number) for week in history]

    def same(self, other: History) -> bool:
        """Whether everything published of another history is the same."""
        changed = [pair for pair in zip(other, self.history, strict=True) if pair[0] is not pair[1]]
        if not changed:
            return False
        for number in range(changed[0][0].number, len(other)):
            still_open, untaken = self._stock[number]
            for new, old in changed:
                if new.number <= number:
                    now, before = new.stock(number), old.stock(number)
                    still_open += now[0] - before[0]
                    untaken += now[1] - before[1]
            if other[number].digest(still_open, untaken) != self.weekly[number]:
                return False
        return report(other, self.weekly) == self.termly

    def differing(self, other: History, among: Iterable[str]) -> set[str]:
        """Which of some numbers are others there."""
        there = cells(other)
        return {cell for cell in among if there.get(cell, 0) != self.cells[cell]}


# Chance


def by_chance(dice: Random, weeks: int) -> History:
    """A term of a school of any size and temper: quiet, busy, slow, or always near an edge."""
    busy = dice.choice((0.2, 0.7, 1.5, 3, 6, 12, 25))
    weights = [dice.expovariate(1) for _ in KINDS]
    slow, called = dice.choice((0.02, 0.1, 0.4)), dice.choice((0.02, 0.1, 0.5))
    edgy = dice.random() < 0.4
    # So many in every week, or one more, is where an edge could tell something.
    edges = dice.choice(((1,), (4,), (1, 4), (0, 1), (0, 4), (4, 5), (9,), (5, 9), (1, 9, 10)))
    holidays = {dice.randrange(weeks) for _ in range(dice.randrange(3))}
    history = []
    for number in range(weeks):
        count = dice.choice(edges) if edgy else _poisson(dice, busy)
        kinds = dice.choices(KINDS, weights, k=0 if number in holidays else count)
        if edgy and dice.random() < 0.3:
            kinds = [kind for kind in KINDS for _ in range(dice.choice((0, 0, 1, 5, 9)))]
        reports = tuple(_report(dice, kind, number, weeks, slow, called) for kind in kinds)
        answered = dice.choice(edges) if edgy else _poisson(dice, busy * 3)
        unanswered = dice.choice(edges) if edgy else _poisson(dice, busy / 2)
        clauses = {f"6.{n}": dice.randint(1, 6) for n in range(min(answered // 6, 4))}
        history.append(WeekOf(number, reports, answered, unanswered, clauses))
    return tuple(history)


def _report(dice: Random, kind: str, week: int, weeks: int, slow: float, called: float) -> Report:
    taken: int | None = week
    if dice.random() < slow:
        taken = dice.choice((week + 1, week + 2, None))
    closed = None if taken is None else taken + dice.choice((0, 0, 1, 2, 5))
    fate = _within(taken, closed, weeks)
    return Report(kind, round(dice.expovariate(1 / 12), 2), *fate, dice.random() < called)


def _within(taken: int | None, closed: int | None, weeks: int) -> tuple[int | None, int | None]:
    """What is known of a fate at the end of the term."""
    if taken is None or taken >= weeks:
        return None, None
    return taken, None if closed is None or closed >= weeks else closed


def _poisson(dice: Random, mean: float) -> int:
    count, left = 0, dice.expovariate(1)
    while left < mean:
        count, left = count + 1, left + dice.expovariate(1)
    return count


# Other histories

CHANGES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1))
"""Of questions with an answer and without."""


def one_step(history: History, number: int) -> Iterator[History]:
    """Histories in which one thing of one week is otherwise: a report more, fewer, of another
    kind or called for; a question more, fewer or answered."""
    week = history[number]
    for answered, unanswered in CHANGES:
        yield _with(history, _asked(week, answered, unanswered))
    for each in _samples(week):
        yield _with(history, _put(week, each, None))
    times = dict.fromkeys((_middle(week.times), _middle(counted(history).minutes)))
    soon = ((number, number), (number, None), (number + 1, number + 1), (None, None))
    usual = dict.fromkeys(_within(*fate, len(history)) for fate in soon)
    for fate, called, minutes, kind in product(usual, (False, True), times, KINDS):
        yield _with(history, _put(week, None, Report(kind, minutes, *fate, called)))
    for each in _samples(week):
        for kind in KINDS:
            yield _with(history, _put(week, each, replace(each, kind=kind)))
        yield _with(history, _put(week, each, replace(each, called=not each.called)))


def sooner_or_later(history: History, number: int) -> Iterator[History]:
    """Histories in which a report of one week was taken, closed, or both, a week from when it
    was."""
    week, weeks = history[number], len(history)
    for each, (taken, closed) in product(
        _samples(week), ((0, -1), (0, 1), (-1, 0), (1, 0), (1, 1))
    ):
        new = _shifted(each.taken, taken, weeks), _shifted(each.closed, closed, weeks)
        if new in _fates(number, weeks):
            yield _with(history, _put(week, each, replace(each, taken=new[0], closed=new[1])))


def _shifted(week: int | None, by: int, weeks: int) -> int | None:
    """A week earlier or later; what did not happen in the term may have in its last week."""
    if week is None:
        return weeks - 1 if by < 0 else None
    return week + by if week + by < weeks else None


def fates(history: History, number: int) -> Iterator[History]:
    """Histories in which a report of one week was taken or closed in another."""
    week = history[number]
    for each, (taken, closed) in product(_samples(week), _fates(number, len(history))):
        yield _with(history, _put(week, each, replace(each, taken=taken, closed=closed)))


def one_more(history: History, number: int) -> Iterator[History]:
    """Histories with one report more in one week, of any kind and fate."""
    week, half = history[number], _middle(counted(history).minutes)
    for fate, kind in product(_fates(number, len(history)), KINDS):
        yield _with(history, _put(week, None, Report(kind, half, *fate)))


def exchanged(history: History, number: int) -> Iterator[History]:
    """Histories in which a question of one week was asked in another, answered or not."""
    for other in history:
        for answered, unanswered in CHANGES:
            there = _with(history, _asked(other, -answered, -unanswered))
            yield _with(there, _asked(there[number], answered, unanswered))


def made_up_for(history: History, number: int) -> Iterator[History]:
    """Histories with one report of a week once more, or less, and one of another week less, or
    once more: the sums of the term stay as they are."""
    for other in history:
        if other.number == number:
            continue
        for here, there in product(_samples(history[number]), _samples(other)):
            more = _with(history, _put(history[number], None, here))
            yield _with(more, _put(other, there, None))
            fewer = _with(history, _put(history[number], here, None))
            yield _with(fewer, _put(other, None, there))
            yield _with(fewer, _put(other, None, replace(there, kind=here.kind)))


def wander(history: History, dice: Random, steps: int) -> Generator[History, bool, None]:
    """Histories some random steps away; something done in one week may be made up for in
    another. ``send(True)`` goes on from the last one."""
    here, half = history, _middle(counted(history).minutes)
    for _ in range(steps):
        there = here
        for _ in range(dice.choice((1, 2, 2, 3, 4))):
            there = _with(there, _changed(there, half, dice))
        if (yield there):
            here = there


def _changed(history: History, half: float, dice: Random) -> WeekOf:
    """One of the weeks with one thing otherwise; ``half`` of all are taken within that time."""
    week, weeks = dice.choice(history), len(history)
    change = dice.randrange(9)
    old = dice.choice(week.reports) if week.reports else None
    fate = dice.choice(_fates(week.number, weeks))
    if change == 0:
        return _asked(week, dice.choice((-1, 0, 1)), dice.choice((-1, 0, 1)))
    if change == 1 or old is None:
        times = (*week.times, *dice.choice(history).times, half)
        new = Report(dice.choice(KINDS), dice.choice(times), *fate, dice.random() < 0.3)
        return _put(week, None, new)
    if change == 8:
        return _put(week, None, replace(old, kind=dice.choice(KINDS)))
    if change == 2:
        return _put(week, old, None)
    if change == 3:
        return _put(week, old, replace(old, kind=dice.choice(KINDS)))
    if change == 4:
        return _put(week, old, replace(old, called=not old.called))
    if change == 5:
        return _put(week, old, replace(old, minutes=round(old.minutes * dice.uniform(0.2, 2), 2)))
    return _put(week, old, replace(old, taken=fate[0], closed=fate[1]))


def _with(history: History, week: WeekOf) -> History:
    return (*history[: week.number], week, *history[week.number + 1 :])


def _put(week: WeekOf, old: Report | None, new: Report | None) -> WeekOf:
    reports = list(week.reports)
    if old is not None:
        reports.remove(old)
    if new is not None:
        reports.append(new)
    return replace(week, reports=tuple(reports), seen={})


def _asked(week: WeekOf, answered: int, unanswered: int) -> WeekOf:
    return replace(
        week,
        answered=max(week.answered + answered, 0),
        unanswered=max(week.unanswered + unanswered, 0),
        seen={},
    )


@cache
def _fates(number: int, weeks: int) -> tuple[tuple[int | None, int | None], ...]:
    """In which week a report of a week may be taken and closed, those soon over first."""
    found = [
        _within(taken, closed, weeks)
        for taken in range(number, weeks)
        for closed in (*range(taken, weeks), None)
    ]
    return tuple(dict.fromkeys((*found, (None, None))))


def _samples(week: WeekOf) -> Iterable[Report]:
    """One report of each kind and fate, those taken about as fast as most first."""
    middle = _middle(week.times)
    found: dict[tuple[object, ...], Report] = {}
    for each in sorted(week.reports, key=lambda one: abs(one.minutes - middle)):
        found.setdefault((each.kind, each.taken, each.closed, each.called), each)
    return found.values()


def _middle(times: Sequence[float]) -> float:
    """The half of some times: one more like it moves no half that is shown."""
    known = sorted(times) or [1.0]
    return (known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2
