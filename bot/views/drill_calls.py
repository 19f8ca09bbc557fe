"""A drill as lines of text while it goes on: who was called when, and when each was shown it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.climb import number_of
from bot.escalation import Audience, Escalation, Phase, SchoolTime, call_at
from bot.notice import Kind, Notice
from bot.people import Directory
from bot.second_route import number_of_other_way

NAMES = {
    Audience.SAFEGUARDING: "DSL and deputies",
    Audience.PRINCIPAL: "Principal",
    Audience.REPORTER: "Whoever began it, told to ring",
}
ANOTHER_WAY = "By another way"


@dataclass(frozen=True)
class Made:
    """One call that was made: by which rung, when, and what became of it."""

    name: str
    at: datetime
    notices: tuple[Notice, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing of it is still on its way."""
        return all(notice.receipt is not None or notice.gone for notice in self.notices)


def made(escalation: Escalation, notices: Sequence[Notice], clock: SchoolTime) -> tuple[Made, ...]:
    """The calls made so far, in their order. A repeated call that went to nobody, because the
    one before was still on its way, is not one."""
    found = list(_of_rungs(escalation, notices, clock))
    other_way = number_of_other_way(escalation)
    rerouted = tuple(n for n in notices if n.nth == other_way)
    if rerouted:
        at = min(n.created_at or escalation.started_at for n in rerouted)
        found.append(Made(ANOTHER_WAY, at, rerouted))
    return tuple(sorted(found, key=lambda each: each.at))


def _of_rungs(
    escalation: Escalation, notices: Sequence[Notice], clock: SchoolTime
) -> Iterator[Made]:
    calls = [n for n in notices if n.kind in (Kind.CASE, Kind.PHONE)]
    for rung in escalation.rungs:
        if rung.during is not Phase.WAITING:
            continue
        for nth in range(escalation.climbed.get(rung.name, 0)):
            number = number_of(escalation, rung, nth)
            of_it = tuple(notice for notice in calls if notice.nth == number)
            if of_it or nth == 0:
                due = call_at(escalation, rung, nth, clock)
                at = min((n.created_at or due for n in of_it), default=due)
                yield Made(NAMES.get(rung.to, rung.name), at, of_it)


def line(call: Made, directory: Directory) -> str:
    """``10:12:00  DSL and deputies: Ms Khan (slack) 10:12:01, …``"""
    zone = directory.zone
    each = [f"{_whom(notice, directory)} {_result(notice, zone)}" for notice in call.notices]
    return f"{seconds(call.at, zone)}  {call.name}: {', '.join(each) or 'nobody to call'}"


def delivered(calls: Sequence[Made], began_at: datetime) -> str:
    """How soon the first was shown it, and everybody who was called at once."""
    first = calls[0].notices if calls else ()
    shown = sorted(n.receipt.at for call in calls for n in call.notices if n.receipt)
    if not shown:
        return "Delivered to nobody."
    at_once = [n.receipt.at for n in first if n.receipt]
    sooner = f"Delivered: first after {span(shown[0] - began_at)}"
    if first and len(at_once) == len(first):
        return f"{sooner}, to everybody called at once after {span(max(at_once) - began_at)}."
    return f"{sooner}; never to {len(first) - len(at_once)} of the {len(first)} called at once."


def span(took: timedelta) -> str:
    """``2 min 5 s``: as exact as a drill is about."""
    whole = max(0, int(took.total_seconds()))
    parts = ((whole // 3600, "h"), (whole // 60 % 60, "min"), (whole % 60, "s"))
    said = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(said) or "less than a second"


def seconds(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M:%S}"


def _whom(notice: Notice, directory: Directory) -> str:
    person = directory.person(notice.to.person)
    name = person.name if person else "private channel"
    return f"{name} ({notice.to.platform})"


def _result(notice: Notice, zone: ZoneInfo) -> str:
    if notice.receipt is not None:
        return seconds(notice.receipt.at, zone)
    return f"NOT DELIVERED ({notice.fault or 'on its way'})"
