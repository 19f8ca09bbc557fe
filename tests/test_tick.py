"""One report that cannot be climbed holds up no other, and nothing else of the tick."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.climb import settle_ladder
from bot.form import Urgency
from bot.notice import Kind
from bot.ports import Held
from bot.tick import nudge_at
from bot.views.drawing import draw
from bot.watch.proof import stuck
from bot.watch.stuck import Why
from storage import tables
from tests.years import World, faults_of


def test_a_broken_ladder_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    world = World(datetime(2026, 11, 18, 10, 0, tzinfo=UTC))
    began, broken, whole = world.now, world.report("now"), world.report("now")
    with world.store.database.begin() as connection:
        row = tables.escalations.c
        bad = update(tables.escalations).where(row.ref == broken)
        connection.execute(bad.values(rungs=[{"name": "nonsense"}]))
    for minute in range(1, 47):
        world.now = began + timedelta(minutes=minute)
        world.tick()
    assert faults_of(world.notices(whole), began, "now", ()) == []
    assert "unreadable" in caplog.text


def test_several_reports_make_one_list_for_each_in_ten_minutes() -> None:
    world, chance = World(datetime(2026, 11, 18, 10, 0, tzinfo=UTC)), random.Random(5)
    began = world.now
    for minute in (0, 3, 4, 9):
        world.until(began + timedelta(minutes=minute), chance)
        world.report("now")
    world.until(began + timedelta(hours=3), chance)
    with world.store.work() as work:
        lists = {
            address: sorted(
                n.receipt.at
                for n in work.notices.about(f"web:{address}")
                if n.kind is Kind.REMINDER and n.receipt
            )
            for address in ("khan", "okoro", "lindqvist", "farrow", "dsl-oak")
        }
    for moments in lists.values():
        apart = [b - a for a, b in pairwise(moments)]
        assert len(moments) > 12
        # They are owed ten minutes apart; a tick may come 20 seconds after what it is for.
        assert min(apart) >= timedelta(minutes=10) - timedelta(seconds=20)
        assert max(apart) <= timedelta(minutes=12)


def test_the_owner_of_an_alarm_is_asked_every_quarter_of_an_hour_without_end() -> None:
    """Until they record having spoken to the reporter; somebody above them hears of it as well."""
    world = World(datetime(2026, 11, 18, 10, 0, tzinfo=UTC))
    ref, began = world.report("now"), world.now
    with world.store.work() as work:
        work.escalations.take(ref, "khan", began)
        settle_ladder(work, ref, world.school)
        work.commit()
    world.until(began + timedelta(hours=9), random.Random(3))
    asked = [n.created_at for n in world.notices(ref) if n.kind is Kind.ON_IT]
    due = [began + timedelta(minutes=15 * nth) for nth in range(1, 37)]
    assert len(asked) == len(due)
    assert all(d <= at <= d + timedelta(seconds=30) for at, d in zip(asked, due, strict=True) if at)
    late = [n.to.person for n in world.notices(ref) if n.kind is Kind.OVERDUE]
    assert late == ["farrow"] * 3
    with world.store.work() as work:
        escalation = work.escalations.get(ref)
        assert escalation is not None
        work.escalations.put(replace(escalation, spoken_at=world.now), None)
        settle_ladder(work, ref, world.school)
        work.commit()
    world.until(world.now + timedelta(hours=5), random.Random(3))
    assert len([n for n in world.notices(ref) if n.kind is Kind.ON_IT]) == len(asked)


def test_what_the_owner_answered_while_a_platform_was_down_is_not_asked_when_it_is_back() -> None:
    """A question that was never shown goes unsaid; one that stands in the chat says what came
    of it."""
    world = World(datetime(2026, 11, 18, 10, 0, tzinfo=UTC))
    ref, began = world.report("now"), world.now
    world.take(ref, "khan")
    world.until(began + timedelta(minutes=20))
    world.deliver = lambda: None  # type: ignore[method-assign]
    world.until(began + timedelta(minutes=40))
    asked = [n for n in world.notices(ref) if n.kind is Kind.ON_IT]
    assert [n.receipt is not None for n in asked] == [True, False]

    def drawn() -> list[str]:
        with world.store.work() as work:
            cards = [draw(n, work, world.directory, world.school, world.now) for n in asked]
        return [card.title if card else "" for card in cards]

    assert drawn() == [f"{ref}: have you spoken to the reporter?"] * 2
    with world.store.work() as work:
        escalation = work.escalations.get(ref)
        assert escalation is not None
        work.escalations.put(replace(escalation, spoken_at=world.now), None)
        work.commit()
    assert drawn() == [f"{ref}: spoke to the reporter, 10:40.", ""]


@pytest.mark.parametrize("day", [date(2026, 11, 17), date(2027, 3, 27), date(2026, 10, 24)])
def test_of_words_held_the_second_nudge_leaves_time_at_every_minute_of_a_day(day: date) -> None:
    """At eight in the morning, after the first and before they are gone; else an hour before. On
    an ordinary day, and before both changes of the clocks."""
    zone = ZoneInfo("Europe/London")
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)
    for minute in range(24 * 60):
        at = midnight + timedelta(minutes=minute, seconds=20)
        first, second = (nudge_at(Held("h", "amira", "words", at, n), zone) for n in (0, 1))
        assert first == at + timedelta(minutes=10)
        last = at + timedelta(hours=24) - timedelta(minutes=10)
        mornings = [
            datetime.combine(day + timedelta(days=later), time(8), zone).astimezone(UTC)
            for later in (0, 1)
        ]
        in_time = [each for each in mornings if first < each <= last]
        assert second == (in_time[0] if in_time else at + timedelta(hours=23))


def test_a_late_receipt_is_told_once_for_good() -> None:
    """Kept in the database: a process that begins anew does not tell it again."""
    world = World(datetime(2026, 11, 18, 10, 0, tzinfo=UTC))
    ref, late = world.report("now"), world.now + timedelta(minutes=1)
    with world.store.work() as work:
        assert work.escalations.late(late) == (ref,)
        work.escalations.told_late(ref, late)
        assert work.escalations.late(late) == ()


def test_what_waits_for_school_is_not_stuck_and_what_nobody_was_called_for_is() -> None:
    world = World(datetime(2026, 11, 21, 10, 0, tzinfo=UTC))
    ref = world.report("site", Urgency.ROUTINE)

    def faults() -> set[Why]:
        with world.store.work() as work:
            found = stuck(work, world.directory, world.school, world.now)
        # Nobody has a receipt here.
        return {each.why for each in found} - {Why.NO_RECEIPT}

    world.until(datetime(2026, 11, 23, 7, 59, tzinfo=UTC))
    assert [n.kind for n in world.notices(ref)] == []
    assert faults() == set()
    world.now = datetime(2026, 11, 23, 8, 6, tzinfo=UTC)
    assert faults() == {Why.OVERDUE, Why.NEVER_CALLED}
    world.tick()
    assert faults() == set()
