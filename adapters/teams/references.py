"""Where to speak first: what Teams must have told us of an account or a room, and its keeping."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.door import Door

log = logging.getLogger(__name__)

PLATFORM = "teams"
STORE_SECONDS = 2.0
"""An answer waits no longer than this for a database that does not come..."""
REST_SECONDS = 5.0
"""... and then leaves it alone for a while."""
AGAIN_SECONDS = 60.0
"""After so long, what Teams says is compared with the store again: another process may have kept
something else there meanwhile."""


@dataclass(frozen=True)
class Reference:
    """Enough to speak in one conversation. ``conversation`` is empty for an account that has
    been met only in a room; ``user`` is then how to open a chat with it."""

    service_url: str
    conversation: str = ""
    user: str = ""

    def to_json(self) -> str:
        """The shape of the protocol's own ConversationReference, which any successor can read."""
        return json.dumps(
            {
                "channelId": "msteams",
                "serviceUrl": self.service_url,
                "conversation": {"id": self.conversation},
                "user": {"id": self.user},
            }
        )

    @classmethod
    def from_json(cls, stored: str) -> Reference:
        data = json.loads(stored)
        return cls(data["serviceUrl"], data["conversation"]["id"], data["user"]["id"])


class Book:
    """The references, in the store and in memory. A store that fails costs a request to Teams,
    never an answer. All processes write to the store: what is in memory may be out of date."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._known: dict[str, Reference] = {}
        self._compared: dict[str, float] = {}
        self._rest_until = 0.0

    async def get(self, address: str) -> Reference | None:
        """The reference kept for an account (``tenant/object``) or a room."""
        return self._known[address] if address in self._compared else await self.anew(address)

    async def anew(self, address: str) -> Reference | None:
        """As the store has it now; what is in memory only where the store does not say."""
        stored = await self._patiently(lambda: self._door.crossing.run(self._read, address))
        if stored:
            self._known[address] = Reference.from_json(stored)
        if address in self._known:
            self._compared[address] = time.monotonic()
        return self._known.get(address)

    def distrust(self, address: str) -> None:
        """Read the store before this one is used again."""
        self._compared.pop(address, None)

    async def put(self, address: str, reference: Reference) -> None:
        """Keep ``reference``, unless it says less than what is known."""
        if time.monotonic() >= self._compared.get(address, 0.0) + AGAIN_SECONDS:
            self.distrust(address)
        known = await self.get(address)
        if reference == known or (known and known.conversation and not reference.conversation):
            return
        self._known[address] = reference
        self._compared[address] = time.monotonic()
        await self._patiently(
            lambda: self._door.crossing.run(self._write, address, reference.to_json())
        )

    def _read(self, address: str) -> str:
        with self._door.store.work() as work:
            return work.references.get(PLATFORM, address) or ""

    def _write(self, address: str, reference: str) -> str:
        with self._door.store.work() as work:
            work.references.put(PLATFORM, address, reference)
            work.commit()
        return ""

    async def _patiently(self, work: Callable[[], Awaitable[str]]) -> str:
        if time.monotonic() < self._rest_until:
            return ""
        task = asyncio.ensure_future(work())
        done, _ = await asyncio.wait({task}, timeout=STORE_SECONDS)
        if not done:
            self._rest_until = time.monotonic() + REST_SECONDS
            task.add_done_callback(_let_go)
            return ""
        if fault := task.exception():
            log.warning(
                "reference not kept",
                extra={"action": "teams-reference", "fault": type(fault).__name__},
            )
            return ""
        return task.result()


def _let_go(task: asyncio.Future[str]) -> None:
    if not task.cancelled():
        task.exception()
