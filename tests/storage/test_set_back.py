"""What waits is moved back with a clock that was set back, once, on every database."""

from __future__ import annotations

from datetime import timedelta

from bot.set_back import ClockWatch
from storage.store import SqlStore
from tests.storage.making import escalation, kept, later, minutes, notice, report

DAY = timedelta(days=1)


def test_two_processes_move_what_waits_once(store: SqlStore) -> None:
    """Both see the same clock set back; the second finds that it was done."""
    report(store)
    with kept(store) as work:
        work.escalations.put(escalation(climbed={"dsl": 2}), later(10))
        work.notices.add(notice())
    one, two = ClockWatch(), ClockWatch()
    back = later(2) - DAY
    for watch, at in ((one, later(1)), (two, later(1)), (one, back), (two, back)):
        with kept(store) as work:
            watch.look(work, at)
    with store.work() as work:
        moved = work.escalations.get("7KQ2X")
        assert moved is not None
        assert moved.started_at == later(0) - DAY + minutes(1)
        assert moved.climbed == {"dsl": 2}
        assert work.escalations.due(later(10) - DAY) == ()
        assert work.escalations.due(later(11) - DAY) == ("7KQ2X",)
        assert len(work.notices.claim(later(2) - DAY, 30, 9)) == 1
        assert work.waiting.moves() == 1


def test_the_counts_of_a_clock_move_with_it(store: SqlStore) -> None:
    """An owner who was asked twice is not asked anew from the beginning."""
    report(store)
    with kept(store) as work:
        work.escalations.take("7KQ2X", "khan", later(5))
        began = f"{later(5).timestamp():.0f}"
        work.escalations.put(escalation(climbed={f"owner@{began}": 2}), later(30))
        work.waiting.move_back(DAY, work.waiting.moves())
    with store.work() as work:
        moved = work.escalations.get("7KQ2X")
        assert moved is not None
        assert moved.taken is not None
        assert moved.climbed == {f"owner@{moved.taken.at.timestamp():.0f}": 2}
        assert moved.taken.at == later(5) - DAY


def test_a_clock_put_right_by_a_little_moves_nothing(store: SqlStore) -> None:
    watch = ClockWatch()
    for at in (later(0), later(-1), later(5), later(4)):
        with kept(store) as work:
            watch.look(work, at)
    with store.work() as work:
        assert work.waiting.moves() == 0


def test_two_processes_move_it_once_each_time_it_is_set_back(store: SqlStore) -> None:
    """Whoever looks first moves it; the other one, which asked the time before, does not."""
    one, other = ClockWatch(), ClockWatch()
    for watch, passed in (
        (one, 0),
        (other, 0),
        (other, -60),
        (one, -59),
        (one, -120),
        (other, -119),
        (one, -118),
        (other, -117),
    ):
        with kept(store) as work:
            watch.look(work, later(passed))
    with store.work() as work:
        assert work.waiting.moves() == 2


def test_whoever_comes_too_late_moves_nothing(store: SqlStore) -> None:
    report(store)
    with kept(store) as work:
        work.waiting.move_back(DAY, 0)
        work.waiting.move_back(DAY, 0)
        assert work.waiting.moves() == 1
