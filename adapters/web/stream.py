"""Server-Sent Events: what changes in a room is on the page at once, and caught up after a gap."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from aiohttp import web

from adapters.web.guard import HEADERS

HEARTBEAT_SECONDS = 15.0
RETRY_SECONDS = 2.0
MOST_WAITING = 1000


@dataclass(frozen=True)
class Shown:
    """One message as the page shows it: rendered, escaped, ready to be put in place."""

    room: str
    id: str
    html: str


@dataclass(frozen=True)
class Snapshot:
    """A room as it is now. Not ``whole``: the store could not be read, more may be missing."""

    room: str
    messages: tuple[Shown, ...]
    whole: bool = True


class Subscription:
    """What one listener has not been told yet."""

    def __init__(self, rooms: Collection[str] | None) -> None:
        self._rooms = None if rooms is None else frozenset(rooms)
        self._waiting: asyncio.Queue[Shown | None] = asyncio.Queue()

    def put(self, shown: Shown | None) -> None:
        if shown is not None and self._rooms is not None and shown.room not in self._rooms:
            return
        if self._waiting.qsize() >= MOST_WAITING:
            # Too far behind: the connection is ended, and the page catches up on a new one.
            shown = None
        self._waiting.put_nowait(shown)

    async def next(self, seconds: float) -> Shown | None:
        """The next change; ``None`` when listening is over. Raises :class:`TimeoutError`."""
        async with asyncio.timeout(seconds):
            return await self._waiting.get()

    def drain(self) -> Iterator[Shown]:
        """Everything that is waiting now."""
        while not self._waiting.empty():
            shown = self._waiting.get_nowait()
            if shown is not None:
                yield shown


class Hub:
    """Tells every listener what is shown in the rooms they listen to."""

    def __init__(self) -> None:
        self._listeners: set[Subscription] = set()

    @contextmanager
    def listen(self, rooms: Collection[str] | None = None) -> Iterator[Subscription]:
        """A subscription to ``rooms``, or to every room."""
        subscription = Subscription(rooms)
        self._listeners.add(subscription)
        try:
            yield subscription
        finally:
            self._listeners.discard(subscription)

    def publish(self, shown: Shown) -> None:
        for listener in self._listeners:
            listener.put(shown)

    def end(self) -> None:
        """End every stream, so that the server can stop."""
        for listener in self._listeners:
            listener.put(None)


async def stream(
    request: web.Request,
    hub: Hub,
    rooms: Collection[str],
    snapshot: Callable[[str], Awaitable[Snapshot]],
) -> web.StreamResponse:
    """Send each room as it is now, then every change, until the page goes away.

    Listening begins before the rooms are read, so nothing falls between; a change sent twice
    is put in the same place twice.
    """
    response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
    with hub.listen(rooms) as subscription:
        await response.prepare(request)
        try:
            await response.write(b"retry: 1000\n\n")
            whole = False
            while True:
                if not whole:
                    states = [await snapshot(room) for room in rooms]
                    whole = all(state.whole for state in states)
                    for state in states:
                        await response.write(_event("room", asdict(state)))
                try:
                    shown = await subscription.next(HEARTBEAT_SECONDS if whole else RETRY_SECONDS)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if shown is None:
                    break
                await response.write(_event("message", asdict(shown)))
        except ConnectionResetError:
            pass
    return response


def _event(name: str, data: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
