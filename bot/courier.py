"""Delivers what is due: leases notices, draws their cards, shows them, records the proof."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from tenacity import RetryCallState, wait_exponential_jitter

from bot.card import Card
from bot.channel import Channel, HistoryUnreadable, Unreachable
from bot.crossing import Crossing
from bot.notice import Destination, Kind, Notice, Receipt
from bot.ports import Store, Work

log = logging.getLogger(__name__)

LEASE_SECONDS = 60
SEND_SECONDS = 20
"""A send is given up well before its lease ends, so that it cannot outlive it."""

Draw = Callable[[Notice, Work, datetime], Card | None]


def wait_after(failures: int, retry_after: float | None) -> timedelta:
    """How long to wait after the ``failures``-th failure in a row: doubling, with jitter, at
    most 5 minutes, and never less than the platform asked for."""
    state = RetryCallState(None, None, (), {})  # type: ignore[arg-type]
    state.attempt_number = max(failures, 1)
    seconds = wait_exponential_jitter(initial=1, max=300, jitter=1)(state)
    return timedelta(seconds=max(min(seconds, 300), retry_after or 0))


class Courier:
    """The one way out. The Notice row is the truth; this only acts on it."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        draw: Draw,
        clock: Callable[[], datetime],
        crossing: Crossing,
        look: Callable[[Destination], Awaitable[None]] | None = None,
    ) -> None:
        self._store, self._channels, self._draw = store, channels, draw
        self._clock, self._crossing, self._look = clock, crossing, look

    async def deliver_due(self) -> int:
        """Show everything that is due, one at a time to each destination; returns how many
        were shown. May run several times at once: a slow destination holds up only itself."""
        shown = 0
        sending: set[asyncio.Task[bool]] = set()
        while True:
            claimed = await self._crossing.run(self._claim)
            sending |= {asyncio.create_task(self._deliver(notice)) for notice in claimed}
            if not sending:
                return shown
            done, sending = await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
            shown += sum(task.result() for task in done)

    def _claim(self) -> tuple[Notice, ...]:
        with self._store.work() as work:
            claimed = work.notices.claim(self._clock(), LEASE_SECONDS, 32)
            work.commit()
            return claimed

    def _drawn(self, notice: Notice) -> Card | None:
        with self._store.work() as work:
            return self._draw(notice, work, self._clock())

    async def _deliver(self, notice: Notice) -> bool:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                notice, shown = await self._shown_before(notice)
                receipt = await self._show(notice, shown)
        except Unreachable as fault:
            await self._crossing.run(self._record_failure, notice, fault)
            return False
        except TimeoutError:
            await self._crossing.run(
                self._record_failure, notice, Unreachable("timeout", doubt=True)
            )
            return False
        except Exception as fault:
            log.exception("delivery failed", extra={"action": "deliver", "notice": notice.id})
            unknown = Unreachable(type(fault).__name__, doubt=True)
            await self._crossing.run(self._record_failure, notice, unknown)
            return False
        return await self._crossing.run(self._record_proof, notice, receipt)

    async def _shown_before(self, notice: Notice) -> tuple[Notice, Receipt | None]:
        """Where the notice already stands, if it does. An earlier send in doubt is looked for
        before sending again; where the platform cannot tell, a marked second copy is better
        than none."""
        if notice.receipt is not None or notice.begun_at is None:
            return notice, notice.receipt
        try:
            return notice, await self._channel(notice).find(notice.to, notice.id)
        except HistoryUnreadable:
            return replace(notice, doubtful=True), None

    def _channel(self, notice: Notice) -> Channel:
        channel = self._channels.get(notice.to.platform)
        if channel is None:
            raise Unreachable("platform-not-configured")
        return channel

    async def _show(self, notice: Notice, shown: Receipt | None) -> Receipt | None:
        channel = self._channel(notice)
        if self._look is not None:
            await self._look(notice.to)
        card = await self._crossing.run(self._drawn, notice)
        if card is None:
            return None
        if shown is not None:
            drawn_again = await channel.redraw(notice.to, shown, card, notice.id)
            return replace(drawn_again, at=shown.at)
        return await channel.post(notice.to, card, notice.id)

    def _record_proof(self, notice: Notice, receipt: Receipt | None) -> bool:
        with self._store.work() as work:
            if receipt is None:
                work.notices.failed(notice, "nothing-to-show", None, False)
            else:
                work.notices.delivered(notice, receipt)
            if notice.kind is Kind.CASE and notice.receipt is None:
                # What the reporter was told about delivery has just changed.
                work.notices.redraw(notice.about, self._clock(), Kind.RECEIPT)
            work.commit()
        return receipt is not None

    def _record_failure(self, notice: Notice, why: Unreachable) -> None:
        again = self._clock() + wait_after(notice.failures + 1, why.retry_after)
        with self._store.work() as work:
            work.notices.failed(notice, why.fault, again, why.doubt)
            work.commit()
        log.warning("not delivered", extra={"action": "deliver", "notice": notice.id})
