"""Runs deliveries and the clock inside one process, woken when something is due."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime

from bot.courier import Courier
from bot.crossing import Crossing
from bot.daily_check import DailyCheck
from bot.ports import Store, Unavailable
from bot.watch.beat import Beat

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0


class Loop:
    """The engine of the embedded default: a wake delivers at once, a sweep finds the rest."""

    def __init__(
        self,
        store: Store,
        courier: Courier,
        beat: Beat,
        daily: DailyCheck,
        crossing: Crossing,
        clock: Callable[[], datetime],
    ) -> None:
        self._courier, self._beat, self._daily = courier, beat, daily
        self._crossing, self._clock = crossing, clock
        self._woken = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        store.on_due(self.wake)

    def wake(self) -> None:
        """Deliver soon; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self) -> None:
        """Run until cancelled; then let sends under way end."""
        self._loop = asyncio.get_running_loop()
        sweeping = asyncio.create_task(self._sweep())
        try:
            while True:
                await self._woken.wait()
                self._woken.clear()
                self._start_delivery()
        finally:
            sweeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sweeping
            await self._daily.stop()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _sweep(self) -> None:
        while True:
            try:
                await self._crossing.run_between(self._beat.tick, self._clock())
            except Unavailable:
                log.error("tick failed: no database", extra={"action": "tick"})
            except Exception:
                log.exception("tick failed", extra={"action": "tick"})
            self._daily.begin(self._clock())
            self._start_delivery()
            await asyncio.sleep(TICK_SECONDS)

    def _start_delivery(self) -> None:
        task = asyncio.create_task(self._deliver())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self) -> None:
        try:
            await self._courier.deliver_due()
        except Unavailable:
            log.error("delivery failed: no database", extra={"action": "deliver"})
        except Exception:
            log.exception("delivery failed", extra={"action": "deliver"})
