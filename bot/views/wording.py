"""How times, ages and people are written on every card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.cutting import clipped
from bot.people import Directory, Number, Person, Role

BUTTON = 75
"""The longest label of a button in Slack; more is hard to read anywhere."""


def label(words: str) -> str:
    """``words`` short enough for a button."""
    return clipped(words, BUTTON)


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """``16:12``, in the school's time."""
    return f"{moment.astimezone(zone):%H:%M}"


def day_and_hour(moment: datetime, zone: ZoneInfo) -> str:
    """``Mon 4 Jan, 08:00``, in the school's time: it may be weeks away."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def day_and_time(moment: datetime, zone: ZoneInfo) -> str:
    """``Fri 20 Nov 2026, 16:12 GMT``: the zone tells the doubled autumn hour apart."""
    local = moment.astimezone(zone)
    return f"{_day(local)}, {local:%H:%M %Z}"


def until(moment: datetime, zone: ZoneInfo) -> str:
    """A day and a time; of midnight, the end of the day before."""
    local = moment.astimezone(zone)
    if local.time() == time():
        return f"the end of {_day(local - timedelta(days=1))}"
    return day_and_time(moment, zone)


def _day(local: datetime) -> str:
    return f"{local:%a} {local.day} {local:%b %Y}"


def utc(moment: datetime) -> str:
    """``2026-11-20T16:12:05Z``: to the second, and the same everywhere."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def age(span: timedelta) -> str:
    """How long ago, in words: ``3 minutes``."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}" + ("s" if count > 1 else "")
    raise AssertionError("unreachable")


def listed(words: Sequence[str], join: str = "and") -> str:
    """``A, B and C``; with "then": ``A, then B, then C``."""
    if join == "then":
        return ", then ".join(words)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {join} {words[-1]}"


def with_number(person: Person) -> str:
    """``Ms Khan, 01632 960001``."""
    return f"{person.name}, {person.phone}" if person.phone else person.name


RUNG_AS = {
    Role.DSL: "DSL",
    Role.DEPUTY: "deputy DSL",
    Role.PRINCIPAL: "Principal",
    Role.CHAIR: "chair of governors",
}
"""Beside the name of somebody one may ring; the first that is theirs."""


def in_role(person: Person, centre: str) -> str:
    """``Ms Khan (DSL)``."""
    role = next((words for role, words in RUNG_AS.items() if person.holds(role, centre)), "")
    return f"{person.name} ({role})" if role else person.name


def with_role(person: Person, centre: str) -> str:
    """``Ms Khan (DSL), 01632 960001``."""
    name = in_role(person, centre)
    return f"{name}, {person.phone}" if person.phone else name


def number_of(number: Number) -> str:
    return f"{number.name}, {number.number}"


def closed(
    directory: Directory,
    asleep_until: datetime | None = None,
    closes_at: datetime | None = None,
) -> str:
    """What is said while the school is closed, or soon is (``closes_at``); ``asleep_until`` is
    when anybody may look at the earliest, where nobody can be woken."""
    outside = [directory.numbers.on_call, directory.numbers.front_door]
    ring = listed([number_of(number) for number in outside if number], "or")
    if asleep_until is None:
        return f"School is closed. Ring {ring}."
    looks = day_and_hour(asleep_until, directory.zone)
    if closes_at is not None:
        when = f"School closes at {clock_time(closes_at, directory.zone)}: after that"
    else:
        when = "School is closed:"
    return f"{when} nobody may be looking here before {looks}. Ring {ring}."
