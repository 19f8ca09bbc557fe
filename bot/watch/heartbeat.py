"""The watchdog's own sign of life, for somebody outside to miss: a file and an address."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

import aiohttp

log = logging.getLogger(__name__)

SECONDS = 5.0


class Heartbeat:
    """``file`` is renewed, and ``well`` asked for, after every look that found nothing stuck; if
    anything is, ``ill`` is asked for and the file grows old. Each may be missing.

    Nothing goes with the request: no count, no reference, no name. What goes wrong is a code in
    the log and stops nothing; redirects are not followed.
    """

    def __init__(self, file: Path | None, well: str = "", ill: str = "") -> None:
        self._file, self._well, self._ill = file, well, ill

    async def beat(self, well: bool, now: datetime) -> None:
        if well and self._file is not None:
            self._renew(self._file, now)
        address = self._well if well else self._ill
        if address:
            await self._ask(address)

    def _renew(self, file: Path, now: datetime) -> None:
        part = file.with_name(f"{file.name}.part")
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_text(f"{now.isoformat()}\n", encoding="utf-8")
            part.replace(file)
        except OSError as fault:
            self._failed(f"file-{type(fault).__name__}")

    async def _ask(self, address: str) -> None:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
                session.get(
                    address, allow_redirects=False, headers={"User-Agent": "Lanyard"}
                ) as answer,
            ):
                if answer.status >= 300:
                    self._failed(f"status-{answer.status}")
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as fault:
            self._failed(type(fault).__name__)

    def _failed(self, code: str) -> None:
        log.error("no heartbeat", extra={"action": "heartbeat", "fault": code})
