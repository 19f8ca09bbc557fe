"""The watchdog's round: look, tell, show that it is alive, and stand in where nobody works."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.crossing import Crossing
from bot.people import Directory
from bot.ports import Conflict, Store, Unavailable, Work
from bot.turn import School
from bot.watch.beat import WATCHED
from bot.watch.heartbeat import Heartbeat
from bot.watch.proof import stuck
from bot.watch.stuck import Stuck, Why
from bot.watch.telling import tell_of

log = logging.getLogger(__name__)

EVERY_SECONDS = 50.0
"""Two looks after something is late by three minutes, people are told: within five."""


class Watchdog:
    """A process of its own. ``people`` reads the people as they are now; ``stand_in`` does a
    worker's work once, while there is none: what is stuck must reach somebody all the same."""

    def __init__(
        self,
        store: Store,
        people: Callable[[Work, datetime], Directory],
        school: School,
        crossing: Crossing,
        heartbeat: Heartbeat,
        stand_in: Callable[[], Awaitable[None]],
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._people, self._school = store, people, school
        self._crossing, self._heartbeat, self._clock = crossing, heartbeat, clock
        self._stand_in = stand_in

    def look(self) -> tuple[Stuck, ...]:
        """What is stuck now; raises :class:`Unavailable`."""
        now = self._clock()
        with self._store.reading() as work:
            return stuck(work, self._people(work, now), self._school, now)

    async def round(self) -> tuple[Stuck, ...] | None:
        """One whole round; ``None`` when the database cannot say."""
        try:
            found = await self._crossing.run(self._look_and_tell)
        except Unavailable:
            log.error("no database", extra={"action": "watch"})
            await self._heartbeat.beat(False, self._clock())
            return None
        for why in sorted({each.why for each in found}):
            log.error("stuck", extra={"action": "watch", "fault": why})
        if Why.WORKER in {each.why for each in found}:
            await self._work_instead()
        await self._heartbeat.beat(not found, self._clock())
        return found

    async def run(self) -> None:
        """Round after round, until cancelled."""
        while True:
            try:
                await self.round()
            except Exception:
                log.exception("a round failed", extra={"action": "watch"})
                await self._heartbeat.beat(False, self._clock())
            await asyncio.sleep(EVERY_SECONDS)

    def _look_and_tell(self) -> tuple[Stuck, ...]:
        found, now = self.look(), self._clock()
        try:
            with self._store.work() as work:
                tell_of(work, found, self._people(work, now), self._school, now)
                work.marks.write(WATCHED, now.isoformat())
                work.commit()
        except Conflict:
            log.info("telling is left to the next round", extra={"action": "watch"})
        return found

    async def _work_instead(self) -> None:
        try:
            await self._stand_in()
        except Unavailable:
            log.error("no database", extra={"action": "stand-in"})
        except Exception:
            log.exception("standing in failed", extra={"action": "stand-in"})
