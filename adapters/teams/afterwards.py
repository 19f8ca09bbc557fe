"""What is shown beside the answer to a press: each person's in order, waited for at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.channel import Unreachable

log = logging.getLogger(__name__)

SECONDS = 3.0
"""Teams gives a press about 15 seconds: nothing that it is told depends on is waited for longer."""
LAST_SECONDS = 5.0

ON_ITS_WAY = "My answer is on its way to your own chat with me."
NOT_SHOWN = "Teams did not take my answer. Please press again: nothing is done twice."

Work = Callable[[], Awaitable[str]]
"""Shows something; returns what the person may be told of it."""


class Afterwards:
    """Work that goes on after Teams has had its answer."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[str]] = set()
        self._latest: dict[str, asyncio.Task[str]] = {}

    def begin(self, person: str, work: Work) -> asyncio.Task[str]:
        """Do ``work`` after what was begun for the same person before."""
        task = asyncio.create_task(_in_turn(self._latest.get(person), work))
        self._tasks.add(task)
        self._latest[person] = task
        task.add_done_callback(lambda _: self._ended(person, task))
        return task

    async def told(self, person: str, work: Work) -> str:
        """As :meth:`begin`; what the person may be told of it by now."""
        task = self.begin(person, work)
        await asyncio.wait({task}, timeout=SECONDS)
        return task.result() if task.done() else ON_ITS_WAY

    async def before(self, person: str) -> None:
        """Returns when what was begun for ``person`` is shown, or has had its time."""
        if (latest := self._latest.get(person)) is not None:
            await asyncio.wait({latest}, timeout=SECONDS)

    async def all_shown(self) -> None:
        """Returns when nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Let what is under way end, for a while."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=LAST_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _ended(self, person: str, task: asyncio.Task[str]) -> None:
        self._tasks.discard(task)
        if self._latest.get(person) is task:
            del self._latest[person]


async def _in_turn(before: asyncio.Task[str] | None, work: Work) -> str:
    if before is not None:
        await asyncio.wait({before})
    try:
        return await work()
    except Unreachable as fault:
        not_shown(fault)
    except Exception as fault:
        # The message of an unforeseen fault may quote what was typed: only its kind is kept.
        log.error("not shown", extra={"action": "teams-answer", "fault": type(fault).__name__})
    return NOT_SHOWN


def not_shown(fault: Unreachable) -> None:
    """Leave word, by a code, that an answer was not shown."""
    log.warning("answer not shown", extra={"action": "teams-answer", "fault": fault.fault})
