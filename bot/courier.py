"""Delivers what is due: leases notices, draws their cards, shows them, records the proof."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.card import Card
from bot.channel import LEASE_LOST, Channel, HistoryUnreadable, Unreachable, under_lease
from bot.crossing import Crossing
from bot.lane import Hold, hold_after, wait_after
from bot.notice import Destination, Kind, Lane, Notice, Receipt
from bot.ports import Conflict, Store, Unavailable, Work

log = logging.getLogger(__name__)

LEASE_SECONDS = 30
SEND_SECONDS = 15
"""A send is given up well before its lease ends, so that it cannot outlive it."""

SETTLED_AFTER = timedelta(seconds=30)
"""A send in doubt that is not found so much later will not appear any more."""

LOOKS_FOR = {Lane.URGENT: timedelta(seconds=45), Lane.NORMAL: timedelta(minutes=1)}
"""How long a card waits for the platform to say whether an earlier send went through."""

AT_ONCE = 32
REMEMBERED = 4096
TRIES = 5
SOON = timedelta(seconds=0.5)

Draw = Callable[[Notice, Work, datetime], Card | None]
Refused = Callable[[Notice, Work, datetime], None]
"""Finds another way for a notice that a platform refuses for good."""


@dataclass(frozen=True)
class Outcome:
    """What came of one send: a proof, nothing to show, or a fault.

    ``in_doubt_since``: when a send began that may have gone through although no proof came.
    ``looking``: the fault came while an earlier send was looked for; nothing was sent.
    ``called``: the platform itself showed it just now.
    """

    notice: Notice
    receipt: Receipt | None = None
    fault: Unreachable | None = None
    in_doubt_since: datetime | None = None
    looking: bool = False
    called: bool = False


@dataclass
class _Send:
    """One send under way: since when an earlier one is in doubt, whether that one is just being
    looked for, and when this one began."""

    notice: Notice
    in_doubt_since: datetime | None
    looking: bool = False
    begun_at: datetime | None = None

    def failed(self, fault: Unreachable, doubt: bool) -> Outcome:
        since = self.in_doubt_since or (self.begun_at if doubt else None)
        return Outcome(self.notice, fault=fault, in_doubt_since=since, looking=self.looking)


class Courier:
    """The one way out. The Notice row is the truth; this only acts on it.

    No send begins after its lease: ``lease_seconds`` from the claim. ``send_seconds`` is how long
    one may take, and must be well below.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        draw: Draw,
        clock: Callable[[], datetime],
        crossing: Crossing,
        refused: Refused,
        look: Callable[[Destination], Awaitable[None]] | None = None,
        *,
        lease_seconds: int = LEASE_SECONDS,
        send_seconds: float = SEND_SECONDS,
    ) -> None:
        self._store, self._channels, self._draw = store, channels, draw
        self._clock, self._crossing, self._refused = clock, crossing, refused
        self._look = look
        self._lease_seconds, self._send_seconds = lease_seconds, send_seconds
        self._about_to_look = False
        # By notice: under which token it was drawn last, and as what. Only saves calls.
        self._last_drawn: dict[str, tuple[int, int]] = {}
        # By platform: when it last took a card of this process. Only says how soon to try again.
        self._answered: dict[str, datetime] = {}

    async def deliver_due(self) -> int:
        """Show everything that is due, one at a time to each destination; returns how many
        were shown. May run several times at once: a slow destination holds up only itself, and
        where another run is just about to look for what is due, that one will do."""
        if self._about_to_look:
            return 0
        self._about_to_look = True
        shown = 0
        sending: set[asyncio.Task[Outcome]] = set()
        outcomes: list[Outcome] = []
        try:
            while True:
                claimed = await self._recorded(outcomes, AT_ONCE - len(sending))
                shown += sum(outcome.receipt is not None for outcome in outcomes)
                outcomes = []
                sending |= {asyncio.create_task(self._deliver(notice)) for notice in claimed}
                if not sending:
                    return shown
                done, sending = await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
                outcomes = [task.result() for task in done]
        finally:
            self._about_to_look = False
            # What is under way cannot be called back; its result is wanted.
            if sending:
                await asyncio.wait(sending)
                await self._recorded([task.result() for task in sending], 0)

    async def _recorded(self, outcomes: Collection[Outcome], most: int) -> tuple[Notice, ...]:
        """Keep what came of the last sends and lease up to ``most`` more, in one transaction.

        A result that cannot be kept is tried again for some seconds; after that the send is in
        doubt, and looked for when its lease is over.
        """
        for tried in range(1, TRIES + 1):
            try:
                return await self._crossing.run_between(self._record_and_claim, outcomes, most)
            except (Unavailable, Conflict):
                if tried == TRIES or not outcomes:
                    raise
                await asyncio.sleep(0.2 * 2**tried)
        raise AssertionError("unreachable")

    def _record_and_claim(self, outcomes: Collection[Outcome], most: int) -> tuple[Notice, ...]:
        self._about_to_look = False
        with self._store.work() as work:
            for outcome in outcomes:
                if outcome.fault is None:
                    self._record_proof(work, outcome)
                else:
                    self._record_failure(work, outcome, outcome.fault)
            claimed: tuple[Notice, ...] = ()
            if most > 0:
                claimed = work.notices.claim(self._clock(), self._lease_seconds, most)
            if claimed or outcomes:
                work.commit()
            return claimed

    def _drawn(self, notice: Notice) -> Card | None:
        with self._store.work() as work:
            return self._draw(notice, work, self._clock())

    async def _deliver(self, notice: Notice) -> Outcome:
        """Show one notice; what goes wrong is part of the outcome."""
        send = _Send(notice, notice.begun_at)
        try:
            async with asyncio.timeout(self._send_seconds):
                with under_lease(lambda: self._holds(notice)):
                    return await self._sent(send)
        except Unreachable as fault:
            return send.failed(fault, fault.doubt)
        except TimeoutError:
            return send.failed(Unreachable("timeout", unanswered=True), True)
        except Exception as fault:
            log.exception("delivery failed", extra={"action": "deliver", "notice": notice.id})
            return send.failed(Unreachable(type(fault).__name__), True)

    async def _sent(self, send: _Send) -> Outcome:
        found = await self._found(send)
        if found is not None:
            return Outcome(send.notice, found, called=True)
        if self._look is not None:
            await self._look(send.notice.to)
        card = await self._crossing.run_between(self._drawn, send.notice)
        if card is None or self._shows(send.notice) == hash(card):
            return Outcome(send.notice, send.notice.receipt if card else None)
        send.begun_at = self._clock()
        receipt = await self._show(send.notice, card)
        self._remember(send.notice, card)
        return Outcome(send.notice, receipt, called=True)

    def _shows(self, notice: Notice) -> int | None:
        """What a shown card is known to show: nothing, once anybody else has had a lease on it,
        or a redraw is in doubt."""
        token, drawn = self._last_drawn.get(notice.id, (0, 0))
        known = notice.receipt is not None and notice.begun_at is None
        return drawn if known and notice.token == token + 1 else None

    def _remember(self, notice: Notice, card: Card) -> None:
        self._last_drawn.pop(notice.id, None)
        self._last_drawn[notice.id] = (notice.token, hash(card))
        if len(self._last_drawn) > REMEMBERED:
            del self._last_drawn[next(iter(self._last_drawn))]

    def _holds(self, notice: Notice) -> bool:
        return notice.lease_until is None or self._clock() < notice.lease_until

    async def _found(self, send: _Send) -> Receipt | None:
        """Where an earlier send in doubt put the notice, if it did. Where the platform cannot
        tell, or has not told for a while, a marked second copy is better than none."""
        notice, since = send.notice, send.in_doubt_since
        if notice.receipt is not None or since is None:
            return None
        send.looking = True
        try:
            # However it fails, or hangs, there must be time and patience left for the copy.
            async with asyncio.timeout(self._send_seconds / 2):
                found = await self._channel(notice).find(notice.to, notice.id, since)
        except HistoryUnreadable:
            send.looking, send.notice = False, replace(notice, doubtful=True)
            return None
        except Exception as fault:
            lost = isinstance(fault, Unreachable) and fault.fault == LEASE_LOST
            if lost or self._clock() - since < LOOKS_FOR[notice.lane]:
                raise
            send.looking, send.notice = False, replace(notice, doubtful=True)
            return None
        send.looking = False
        if found is None and notice.taken_over:
            # Whoever was sending may only be slow, and its card may still come.
            send.notice = replace(notice, doubtful=True)
        if found is None and self._clock() - since >= SETTLED_AFTER:
            send.in_doubt_since = None
        return found

    def _channel(self, notice: Notice) -> Channel:
        channel = self._channels.get(notice.to.platform)
        if channel is None:
            raise Unreachable("platform-not-configured", gone=True)
        return channel

    async def _show(self, notice: Notice, card: Card) -> Receipt:
        channel, shown = self._channel(notice), notice.receipt
        if shown is None:
            return await channel.post(notice.to, card, notice.id)
        return replace(await channel.redraw(notice.to, shown, card, notice.id), at=shown.at)

    def _record_proof(self, work: Work, outcome: Outcome) -> None:
        notice, receipt = outcome.notice, outcome.receipt
        if receipt is None:
            work.notices.failed(notice, "nothing-to-show", None)
        else:
            work.notices.delivered(notice, receipt)
        if outcome.called:
            work.lanes.answered(notice, self._clock())
        if outcome.called and notice.receipt is None:
            # Not every platform is asked when something is only drawn again.
            self._answered[notice.to.platform] = self._clock()
        if notice.kind is Kind.CASE and notice.receipt is None:
            # What the reporter was told about delivery has just changed.
            work.notices.redraw(notice.about, self._clock(), Kind.RECEIPT)

    def _record_failure(self, work: Work, outcome: Outcome, why: Unreachable) -> None:
        notice, now, since = outcome.notice, self._clock(), outcome.in_doubt_since
        if why.fault == LEASE_LOST:
            again = wake = now
        elif outcome.looking:
            # Nobody else who waits for this destination has to look for anything first. And a
            # card is sent once more when it has waited long enough, whatever looking has to wait.
            hold = self._hold(notice.failures + 1, notice, why, now)
            enough = max((since or now) + LOOKS_FOR[notice.lane], now + SOON)
            again = wake = min(hold.until(_is_pressing(notice)), enough)
        elif why.of_the_destination:
            # The destination's fault: all that waits for it waits, and the next one tries.
            hold = self._hold(work.lanes.failures(notice) + 1, notice, why, now)
            work.lanes.hold(notice, hold)
            # An alarm that waits behind it may be tried first, whatever this one is.
            again, wake = now + SOON, hold.until(urgent=True)
        else:
            again = wake = now + wait_after(notice.failures + 1)
        work.notices.failed(notice, why.fault, again, since, gone=why.gone, wake_at=wake)
        if why.gone and not notice.gone:
            self._refused(replace(notice, gone=True), work, now)
        log.warning(
            "not delivered",
            extra={"action": "deliver", "notice": notice.id, "fault": why.fault},
        )

    def _hold(self, failures: int, notice: Notice, why: Unreachable, now: datetime) -> Hold:
        answered = self._answered.get(notice.to.platform)
        return hold_after(failures, now, why.retry_after, why.gone, answered)


def _is_pressing(notice: Notice) -> bool:
    """An alarm that nobody has seen tries again sooner than what is only drawn again."""
    return notice.lane is Lane.URGENT and notice.receipt is None
