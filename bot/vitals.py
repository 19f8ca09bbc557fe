"""How this installation is: asked of the database beside the turns, never in their way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot import VERSION
from bot.metrics import Metric, gauge
from bot.ports import Store, Unavailable
from bot.ports.flow import Results, Waiting
from bot.tally import Tally
from bot.watch.beat import TICKED, WATCHED

log = logging.getLogger(__name__)

T = TypeVar("T")

FRESH_SECONDS = 5.0
"""How long an answer stands: whoever asks often costs no more than whoever asks seldom."""

PATIENCE_SECONDS = 0.5
"""What does not answer in so long is away. A host that asks for health must hear at once: it
would end a process that still shows whom to ring."""

SCRAPE_SECONDS = 5.0

OVERDUE = timedelta(minutes=1)


@dataclass(frozen=True)
class Figures:
    """What the database says at one moment."""

    at: datetime
    waiting: tuple[Waiting, ...]
    results: tuple[Results, ...]
    overdue: int
    ticked: str | None
    watched: str | None


class Asked(Generic[T]):
    """One question to the database: asked once at a time, in a thread beside the turns."""

    def __init__(self, ask: Callable[[], T | None]) -> None:
        self._ask = ask
        self._asking: asyncio.Task[T | None] | None = None
        self._at = 0.0

    async def answer(self, patience: float) -> T | None:
        """The answer, ``None`` when there is none within ``patience`` seconds."""
        time = asyncio.get_running_loop().time()
        over = self._asking is not None and self._asking.done()
        if self._asking is None or (over and time - self._at >= FRESH_SECONDS):
            self._asking, self._at = asyncio.create_task(asyncio.to_thread(self._asked)), time
        done, _ = await asyncio.wait({self._asking}, timeout=patience)
        return self._asking.result() if done else None

    def _asked(self) -> T | None:
        try:
            return self._ask()
        except Unavailable:
            return None
        except Exception:
            log.exception("no answer", extra={"action": "metrics"})
            return None


class Vitals:
    """Health, and everything that Prometheus is told."""

    def __init__(self, store: Store, tally: Tally, now: Callable[[], datetime]) -> None:
        self._store, self._tally, self._now = store, tally, now
        self._usable = Asked(self._use)
        self._figures = Asked(self._read)

    async def database(self) -> bool:
        """Whether the database can be used now."""
        return bool(await self._usable.answer(PATIENCE_SECONDS))

    async def metrics(self) -> tuple[Metric, ...]:
        """Everything, for Prometheus: codes and numbers only, nothing about an adult."""
        up = await self.database()
        figures = await self._figures.answer(SCRAPE_SECONDS) if up else None
        return (
            Metric("info", "gauge", "Which version runs.", (({"version": VERSION}, 1),)),
            gauge("database_up", "1 while the database can be used.", up),
            *(_of_the_database(figures) if figures else ()),
            *_of_the_process(self._tally),
        )

    def _use(self) -> bool:
        # What can only be read can save nothing.
        with self._store.work():
            return True

    def _read(self) -> Figures:
        with self._store.reading() as work:
            now, ticked, watched = self._now(), work.marks.read(TICKED), work.marks.read(WATCHED)
            overdue = work.flow.overdue(now - OVERDUE)
            return Figures(
                now, work.flow.waiting(now), work.flow.results(), overdue, ticked, watched
            )


def _of_the_database(figures: Figures) -> Iterator[Metric]:
    waiting = [({"platform": w.platform, "lane": w.lane}, w) for w in figures.waiting]
    yield Metric(
        "notices_waiting",
        "gauge",
        "Messages due and never shown yet.",
        tuple((labels, each.count) for labels, each in waiting),
    )
    yield Metric(
        "notices_waiting_seconds",
        "gauge",
        "How long the oldest of them has been due.",
        tuple((labels, _age(each.since, figures.at)) for labels, each in waiting),
    )
    yield Metric(
        "notices",
        "gauge",
        "Messages kept, by what came of them last.",
        tuple(({"platform": r.platform, "result": r.result}, r.count) for r in figures.results),
    )
    yield gauge("rungs_overdue", "Calls due for over a minute and not made.", figures.overdue)
    for name, mark, who in (
        ("tick_age_seconds", figures.ticked, "a worker last did all that was owed"),
        ("watch_age_seconds", figures.watched, "the watchdog last looked"),
    ):
        if mark is not None:
            since = datetime.fromisoformat(mark)
            yield gauge(name, f"How long ago {who}.", _age(since, figures.at))


def _of_the_process(tally: Tally) -> Iterator[Metric]:
    yield Metric(
        "turns_total",
        "counter",
        "Questions answered by this process; what may be about a report is not counted.",
        tuple(({"intent": intent}, count) for intent, count in sorted(tally.turns.items())),
    )
    yield Metric(
        "turn_seconds_total",
        "counter",
        "How long they took, together.",
        tuple(({"intent": intent}, spent) for intent, spent in sorted(tally.seconds.items())),
    )
    yield Metric(
        "faults_total",
        "counter",
        "Faults of this process, by what was being done.",
        tuple(({"doing": action}, count) for action, count in sorted(tally.faults.items())),
    )


def _age(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())
