"""Checks the set-up every day by itself, and tells the DSLs and the Principal what to mend."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.climb import notice, to_person
from bot.crossing import Crossing
from bot.notice import Kind
from bot.people import Directory, Person, Role
from bot.ports import Store, Unavailable, Work
from bot.room_check import How, RoomFault, look, sentences
from bot.rooms import Rooms
from bot.set_up import Fault, SetUp
from bot.turn import School
from bot.watch.beat import TICKED, WATCHED

log = logging.getLogger(__name__)

CHECK_TIME = time(7, 15)
"""Before the school opens, and before somebody must be named for every centre."""

CHECKED = "checked"
"""The mark: :class:`Checked`."""

AGAIN = timedelta(days=7)
"""How long the same faults are told of once only."""

LATELY = timedelta(minutes=10)
"""How old the mark of a worker or a watchdog that is running may be."""

NO_WATCHDOG = Fault(
    "no-watchdog",
    "The watchdog is not running: nobody would notice that something is stuck.",
    "Start it: python -m bot watch",
)


@dataclass(frozen=True)
class Checked:
    """The last check: on which day, what was wrong with the channels, and when people were last
    told of which faults (their codes)."""

    day: str
    rooms: Sequence[Sequence[str]] = ()
    told: Sequence[str] = ()
    told_at: str = ""

    def to_be_told(self, codes: Collection[str], now: datetime) -> bool:
        """Anything new at once; the same again after a week."""
        if set(codes) - set(self.told):
            return True
        return bool(codes) and now >= datetime.fromisoformat(self.told_at) + AGAIN


class DailyCheck:
    """A day without a check is owed one, however late it is when somebody is there to make it.
    The first is owed on the day after Lanyard first ran: until then it is being set up."""

    def __init__(
        self,
        store: Store,
        people: Callable[[Work, datetime], Directory],
        school: School,
        set_up: Callable[[Directory], SetUp],
        rooms: Rooms,
        crossing: Crossing,
    ) -> None:
        self._store, self._people, self._school = store, people, school
        self._set_up, self._rooms, self._crossing = set_up, rooms, crossing
        self._day = ""
        self._running: asyncio.Task[None] | None = None

    def begin(self, now: datetime) -> None:
        """Check beside whatever else is done, if a check is owed at ``now``."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._guarded(now))

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def run(self, now: datetime) -> None:
        """Check if a check is owed at ``now``; raises :class:`Unavailable`."""
        directory = await self._crossing.run(self._owed, now)
        if directory is None:
            return
        found = await look(self._rooms, directory, self._school.platforms)
        await self._crossing.run(self._check, found, now)

    def faults(self, work: Work, directory: Directory, now: datetime) -> tuple[Fault, ...]:
        """What is to be mended now; of the channels what the last check saw."""
        last = read(work)
        rooms = (RoomFault(How(how), *rest) for how, *rest in (last.rooms if last else ()))
        return (
            *self._set_up(directory).faults(now),
            *sentences(rooms, directory),
            *unwatched(work, now),
        )

    async def _guarded(self, now: datetime) -> None:
        try:
            await self.run(now)
        except Unavailable:
            log.error("no database", extra={"action": "check"})
        except Exception:
            # Not again every second: the watchdog says that it is owed.
            self._day = _day(now, self._school.terms.zone)
            log.exception("the daily check failed", extra={"action": "check"})

    def _owed(self, now: datetime) -> Directory | None:
        """The people as they are, if a check is owed."""
        zone = self._school.terms.zone
        if self._day == _day(now, zone) or now.astimezone(zone).time() < CHECK_TIME:
            return None
        with self._store.work() as work:
            if owed(work, zone, now):
                return self._people(work, now)
            if read(work) is None:
                write(work, Checked(_day(now, zone)))
                work.commit()
        self._day = _day(now, zone)
        return None

    def _check(self, found: Sequence[RoomFault], now: datetime) -> None:
        with self._store.work() as work:
            directory, today = self._people(work, now), _day(now, self._school.terms.zone)
            last = read(work) or Checked("")
            seen = replace(last, day=today, rooms=[astuple(each) for each in found])
            write(work, seen)
            codes = [fault.code for fault in self.faults(work, directory, now)]
            if last.to_be_told(codes, now):
                for person in to_be_told(directory):
                    for to in to_person(person, self._school):
                        work.notices.add(notice(Kind.CHECK, seen.day, to, now))
                write(work, replace(seen, told=codes, told_at=now.isoformat()))
            elif set(last.told) - set(codes):
                work.notices.redraw_since(Kind.CHECK, now - 2 * AGAIN, now)
                write(work, replace(seen, told=codes))
            work.commit()
        self._day = seen.day
        log.info("checked", extra={"action": "check", "count": len(codes)})


def to_be_told(directory: Directory) -> tuple[Person, ...]:
    """Each centre's DSL, and the Principal."""
    return tuple(dict.fromkeys((*directory.holders(Role.DSL), *directory.holders(Role.PRINCIPAL))))


def owed(work: Work, zone: ZoneInfo, now: datetime) -> bool:
    """Whether the check of today should have been made by ``now``, and was not."""
    last = read(work)
    due = now.astimezone(zone).time() >= CHECK_TIME
    return due and last is not None and last.day < _day(now, zone)


def read(work: Work) -> Checked | None:
    """The last check, if there was one that can be read."""
    try:
        return Checked(**json.loads(work.marks.read(CHECKED) or ""))
    except (TypeError, ValueError):
        return None


def write(work: Work, checked: Checked) -> None:
    work.marks.write(CHECKED, json.dumps(asdict(checked)))


def unwatched(work: Work, now: datetime) -> tuple[Fault, ...]:
    """Lanyard runs, and its watchdog does not."""
    return (NO_WATCHDOG,) if _lately(work, TICKED, now) and not _lately(work, WATCHED, now) else ()


def _lately(work: Work, mark: str, now: datetime) -> bool:
    at = work.marks.read(mark)
    return at is not None and now - datetime.fromisoformat(at) < LATELY


def _day(now: datetime, zone: ZoneInfo) -> str:
    return str(now.astimezone(zone).date())
