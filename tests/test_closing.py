"""A concern that nobody has when the school closes: one text, and the reporter knows it rests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.people import Holding, Role
from tests.test_second_route import Scene, scene
from tests.years import ZONE, World, in_hours

LAST_MINUTES = datetime(2026, 12, 18, 15, 50, tzinfo=UTC)
"""On the last day of a term."""

AGAIN = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
DAY = 24 * 60
MINUTES = st.integers(0, 7 * DAY - 1) | st.builds(
    lambda day, minute: day * DAY + minute, st.integers(0, 4), st.integers(8 * 60, 16 * 60)
)
"""Of a week, half of them in school hours."""

ASLEEP = (
    "School closes at 16:00: after that nobody may be looking here before Mon 4 Jan, 08:00. "
    "Ring School on call, 01632 960102 or Council Front Door, 01632 960100."
)
SHUT = "School is closed: nobody may be looking here before Mon 4 Jan, 08:00."


def world() -> World:
    """Mr Okoro is on call, and has a mobile."""
    made = World(datetime(2026, 11, 2, tzinfo=UTC), 60)
    okoro = made.directory.people["okoro"]
    held = (*okoro.holdings, Holding(Role.ON_CALL))
    on_call = replace(okoro, holdings=held, mobile="+447700900123")
    others = (p for p in made.directory.people.values() if p.id != "okoro")
    made.directory = made.directory.with_people([*others, on_call])
    made.school = replace(made.school, platforms=("web", "text"))
    made.ticker = made.ticker_on(made.school)
    return made


WORLD = world()


def texted(ref: str) -> list[datetime]:
    """When Mr Okoro was sent a text message about a report."""
    return [
        n.created_at
        for n in WORLD.notices(ref)
        if n.to.platform == "text" and n.to.person == "okoro" and n.created_at is not None
    ]


def closing(at: datetime) -> datetime:
    """When the school is next shut: now, or at the end of this school day."""
    local = at.astimezone(ZONE)
    return datetime.combine(local, time(16), ZONE) if in_hours(at, WORLD.terms) else at


@settings(max_examples=12, deadline=None, derandomize=True, phases=[Phase.generate])
@given(MINUTES, st.none() | st.integers(0, 26 * 60))
def test_whoever_is_on_call_is_sent_one_text_once_the_school_is_shut(
    minute: int, taken_after: int | None
) -> None:
    """At any minute of a week, unless somebody took it before; each in a week of its own."""
    monday = WORLD.now.date() + timedelta(days=7 - WORLD.now.weekday())
    began = WORLD.now = datetime.combine(monday, time(), UTC) + timedelta(minutes=minute)
    ref, due = WORLD.report("today"), closing(began)
    taken = None if taken_after is None else began + timedelta(minutes=taken_after)
    if taken is not None:
        WORLD.until(taken)
        WORLD.take(ref, "khan")
    WORLD.until(began + timedelta(hours=40))
    found = texted(ref)
    WORLD.close(ref)
    if taken is not None and taken < due:
        assert found == []
    else:
        assert len(found) == 1
        assert due <= found[0] <= due + timedelta(seconds=30)


async def concern(here: Scene) -> str:
    ref = await here.report("concern")
    assert "It is looked at in school hours." in here.in_chat("amira")
    assert not here.notify.texts
    return ref


async def test_made_just_before_the_holidays_it_says_until_when_nobody_may_look(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path, LAST_MINUTES, mobiles=False) as here:
        await concern(here)
        assert ASLEEP in here.in_chat("amira")
        await here.actors.later(timedelta(minutes=11))
        # The receipt keeps itself true: it is closed now.
        assert SHUT in here.in_chat("amira")
        assert "School closes at" not in here.in_chat("amira")


async def test_with_somebody_on_call_they_are_woken_once_and_nobody_is_sent_away(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path, LAST_MINUTES) as here:
        here.on_call("okoro")
        ref = await concern(here)
        assert "do not count on" not in here.in_chat("amira")
        await here.actors.later(timedelta(hours=2))
        assert here.texted(ref) == ["okoro"]
        (text,) = here.notify.texts
        assert "Same day, smaller concern, Oak Centre" in str(text["personalisation"])
        assert "do not count on" not in here.in_chat("amira")
        here.actors.clock.at = AGAIN - timedelta(minutes=1)
        await here.actors.settle()
        assert here.texted(ref) == ["okoro"]


@pytest.mark.parametrize("hour", [9, 14])
async def test_earlier_in_the_day_nothing_is_said_of_closing(tmp_path: Path, hour: int) -> None:
    async with scene(tmp_path, LAST_MINUTES.replace(hour=hour), mobiles=False) as here:
        await concern(here)
        assert "School closes" not in here.in_chat("amira")
