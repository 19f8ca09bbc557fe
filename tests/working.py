"""Workers on one PostgreSQL that are paused and resumed: who sent what, and under which lease.

``python -m tests.working URL SLACK LOG`` is one worker: the real courier, store and Slack channel,
with a short lease, in a loop. The rest of this module starts them, pauses them and counts.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.slack.api import SlackApi
from adapters.slack.channel import SlackChannel
from bot import clock
from bot.card import Card
from bot.courier import Courier
from bot.crossing import Crossing
from bot.notice import Kind, Lane, Notice
from bot.ports import Work
from bot.views.drawing import SECOND_COPY
from tests.stages.served import Served
from tests.storage.making import kept, notice, open_store

ROOT = Path(__file__).parent.parent
LEASE, SEND = 6, 4.0
ROOMS = 200
HARD_TO_READ = "NOHISTORY"
"""Rooms whose names begin so have no readable history."""


class Noting(Courier):
    """A courier that notes each request it lets begin, and under which lease."""

    log: Path

    def _holds(self, notice: Notice) -> bool:
        holds = super()._holds(notice)
        if holds and notice.lease_until is not None:
            line = [notice.id, time.time(), notice.lease_until.timestamp()]
            with self.log.open("a") as file:
                file.write(json.dumps(line) + "\n")
        return holds


def _draw(notice: Notice, work: Work, now: object) -> Card:
    return Card("A card", text=(SECOND_COPY,) if notice.doubtful else ())


def _ignore(notice: Notice, work: Work, now: object) -> None:
    """There is no other way here."""


async def work(url: str, slack: str, log: str) -> None:
    """Be one worker until ended."""
    store, crossing = open_store(url), Crossing()
    channel = SlackChannel(SlackApi(Path(log).stem, slack), "T1")
    courier = Noting(
        store,
        {"slack": channel},
        _draw,
        clock.now,
        crossing,
        _ignore,
        lease_seconds=LEASE,
        send_seconds=SEND,
    )
    courier.log = Path(log)
    while True:
        await courier.deliver_due()
        await asyncio.sleep(0.05)


@dataclass(frozen=True)
class Arrival:
    """A card that reached the platform."""

    worker: str
    key: str
    at: float
    marked: bool


class Platform(Served):
    """Slack as far as workers use it; remembers what arrived from whom."""

    def __init__(self) -> None:
        self.arrived: list[Arrival] = []
        self._rooms: dict[str, list[tuple[str, str]]] = defaultdict(list)
        app = web.Application()
        app.router.add_post("/api/{method}", self._answer)
        super().__init__(app)

    async def _answer(self, request: web.Request) -> web.Response:
        worker = request.headers["Authorization"].removeprefix("Bearer ")
        if request.match_info["method"] == "conversations.history":
            asked: Any = await request.post()
            return web.json_response(self._history(str(asked["channel"])))
        asked = await request.json()
        if "metadata" not in asked:
            return web.json_response({"ok": True, "ts": asked["ts"]})
        key, room = asked["metadata"]["event_payload"]["key"], asked["channel"]
        marked = SECOND_COPY in json.dumps(asked, ensure_ascii=False)
        self.arrived.append(Arrival(worker, key, time.time(), marked))
        ts = f"{time.time():.6f}"
        self._rooms[room].append((ts, key))
        return web.json_response({"ok": True, "ts": ts})

    def _history(self, room: str) -> dict[str, Any]:
        if room.startswith(f"C{HARD_TO_READ}"):
            return {"ok": False, "error": "missing_scope"}
        event = "lanyard_notice"
        messages = [
            {"ts": ts, "metadata": {"event_type": event, "event_payload": {"key": key}}}
            for ts, key in self._rooms[room][-200:]
        ]
        return {"ok": True, "messages": messages, "response_metadata": {"next_cursor": ""}}


@dataclass
class Figures:
    """What came of one run."""

    delivered: int = 0
    seconds: float = 0.0
    pauses: int = 0
    begun_late: int = 0
    late_without_a_pause: int = 0
    doubles: int = 0
    unmarked: int = 0
    unexplained: int = 0

    @property
    def rate(self) -> float:
        return self.delivered / self.seconds

    @property
    def kept(self) -> bool:
        """Whether no send began after its lease, and every double is marked and explained."""
        return not (
            self.begun_late or self.late_without_a_pause or self.unmarked or self.unexplained
        )


@dataclass
class Paused:
    """One worker's pauses, from and until."""

    spans: list[tuple[float, float]] = field(default_factory=list)

    def inside(self, start: float, end: float) -> bool:
        return any(start <= until and since <= end for since, until in self.spans)


def owe(url: str, count: int) -> None:
    """Put ``count`` notices for two hundred rooms into the outbox, half of them without history."""
    now = clock.now()
    store = open_store(url)
    for start in range(0, count, 500):
        with kept(store) as transaction:
            for number in range(start, min(start + 500, count)):
                room = f"C{HARD_TO_READ if number % 2 else 'READ'}{number % ROOMS}"
                made = notice(room, about=f"N{number}")
                fresh = replace(made, due_at=now, created_at=now, lane=Lane.NORMAL, kind=Kind.CASE)
                transaction.notices.add(fresh)
    store.close()


async def run(
    url: str, folder: Path, *, workers: int, count: int, pausing: random.Random | None
) -> Figures:
    """Deliver ``count`` notices with ``workers`` processes; ``pausing`` stops and continues each
    of them past its lease, at random."""
    await asyncio.to_thread(owe, url, count)
    pauses: dict[str, Paused] = defaultdict(Paused)
    logs = [folder / f"worker{number}-{count}-{workers}" for number in range(workers)]
    async with Platform() as platform:
        async with _started(url, f"{platform.origin}/api/", logs) as processes:
            started = time.monotonic()
            pausers = [
                asyncio.create_task(_pause(process, pauses[log.name], pausing))
                for process, log in zip(processes, logs, strict=True)
                if pausing is not None
            ]
            while len({each.key for each in platform.arrived}) < count:
                await asyncio.sleep(0.05)
            seconds = time.monotonic() - started
            for pauser in pausers:
                pauser.cancel()
            for process in processes:
                process.send_signal(signal.SIGCONT)
            await asyncio.gather(*pausers, return_exceptions=True)
            if pausing is not None:
                # What is still under way comes too late, or not at all.
                await asyncio.sleep(LEASE + SEND + 1)
        return _counted(platform.arrived, logs, pauses, seconds)


@asynccontextmanager
async def _started(
    url: str, slack: str, logs: Sequence[Path]
) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.working", url, slack, str(log), cwd=ROOT
        )
        for log in logs
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.send_signal(signal.SIGCONT)
            process.kill()
            await process.wait()


async def _pause(
    process: asyncio.subprocess.Process, pauses: Paused, chance: random.Random
) -> None:
    """Stop a worker for longer than its lease again and again, at moments of chance."""
    while True:
        await asyncio.sleep(chance.uniform(2.0, 12.0))
        since = time.time()
        process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(LEASE + chance.uniform(0.2, 1.0))
        finally:
            process.send_signal(signal.SIGCONT)
            pauses.spans.append((since, time.time()))


def _counted(
    arrived: Sequence[Arrival],
    logs: Sequence[Path],
    pauses: dict[str, Paused],
    seconds: float,
) -> Figures:
    figures = Figures(seconds=seconds, pauses=sum(len(each.spans) for each in pauses.values()))
    begun: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for log in logs:
        for line in log.read_text().splitlines() if log.exists() else ():
            key, at, lease_until = json.loads(line)
            figures.begun_late += at >= lease_until
            begun[log.name, key].append((at, lease_until))
    copies: dict[str, list[Arrival]] = defaultdict(list)
    for each in arrived:
        copies[each.key].append(each)
        at, lease_until = max(b for b in begun[each.worker, each.key] if b[0] <= each.at)
        if each.at > lease_until and not pauses[each.worker].inside(at, each.at):
            figures.late_without_a_pause += 1
    figures.delivered = len(copies)
    for key, posted in copies.items():
        if len(posted) == 1:
            continue
        figures.doubles += len(posted) - 1
        figures.unmarked += sum(not each.marked for each in posted) > 1
        # The request of one of them was interrupted: begun before a pause, answered after it.
        explained = any(
            pauses[each.worker].inside(at, at + SEND)
            for each in posted
            for at, _ in begun[each.worker, key]
        )
        figures.unexplained += not explained
    return figures


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(work(*sys.argv[1:]))
