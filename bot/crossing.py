"""The one place where asynchronous adapters meet the synchronous bot."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

TURNS_IN_A_ROW = 2


class Crossing:
    """A thread of its own for all synchronous work of this process.

    One thread, not the default pool: turns wait in a queue instead of for each other's locks,
    so two messages of one person can never be answered from the same half-read dialogue.
    Between processes the conversation's version decides.

    Somebody is waiting for a turn, and Slack for 3 seconds only, so turns go first; but after
    :data:`TURNS_IN_A_ROW` of them a delivery or the clock has its go: however many ask, what
    calls a DSL moves on.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lanyard")
        self._turns: deque[_Piece] = deque()
        self._rest: deque[_Piece] = deque()
        self._in_a_row = 0

    async def run(self, turn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``turn``, for which somebody is waiting, on that thread."""
        return await self._done(self._turns, partial(turn, *args, **kwargs))

    async def run_between(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` on that thread, between the turns."""
        return await self._done(self._rest, partial(work, *args, **kwargs))

    def close(self) -> None:
        self._thread.shutdown(wait=True)

    async def _done(self, line: deque[_Piece], work: Callable[[], T]) -> T:
        piece: _Piece = _Piece(work)
        line.append(piece)
        # One go of the thread for every piece in line, whichever is taken at that go.
        self._thread.submit(self._next)
        result: T = await asyncio.wrap_future(piece.result)
        return result

    def _next(self) -> None:
        first_come = self._turns and (self._in_a_row < TURNS_IN_A_ROW or not self._rest)
        self._in_a_row = self._in_a_row + 1 if first_come else 0
        (self._turns if first_come else self._rest).popleft().do()


class _Piece:
    """One piece of work, and whoever waits for its result."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self.result: Future[Any] = Future()

    def do(self) -> None:
        if not self.result.set_running_or_notify_cancel():
            return
        try:
            self.result.set_result(self._work())
        except BaseException as fault:
            self.result.set_exception(fault)
