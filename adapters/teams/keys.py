"""The keys Microsoft signs with: fetched without blocking, cached, refreshed for an unknown one."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt

log = logging.getLogger(__name__)

METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
OLD_SECONDS = 24 * 3600
PAUSE_SECONDS = 60
"""An unknown key id makes us ask again at most this often, so that junk cannot make us ask."""
FETCH = aiohttp.ClientTimeout(total=5)


@dataclass(frozen=True)
class SigningKey:
    """One public key and the channels it may sign for (none named: any)."""

    public: Any
    endorsements: frozenset[str]


class SigningKeys:
    """The key set behind an OpenID metadata address."""

    def __init__(
        self,
        metadata_url: str,
        session: Callable[[], aiohttp.ClientSession],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._session, self._clock = metadata_url, session, clock
        self._keys: dict[str, SigningKey] = {}
        self._fetched: float | None = None
        self._tried: float | None = None
        self._one_at_a_time = asyncio.Lock()

    async def find(self, kid: str) -> SigningKey | None:
        """The key called ``kid``; keys already known go on serving while none can be fetched."""
        if self._due(kid):
            async with self._one_at_a_time:
                if self._due(kid):
                    await self._refresh()
        return self._keys.get(kid)

    async def fetched(self) -> bool:
        """Whether there are keys, asked for now if there are none."""
        if not self._keys:
            async with self._one_at_a_time:
                await self._refresh()
        return bool(self._keys)

    def _due(self, kid: str) -> bool:
        now = self._clock()
        if self._tried is not None and now - self._tried < PAUSE_SECONDS:
            return False
        old = self._fetched is None or now - self._fetched > OLD_SECONDS
        return old or kid not in self._keys

    async def _refresh(self) -> None:
        self._tried = self._clock()
        try:
            metadata = await self._get(self._url)
            found = await self._get(str(metadata["jwks_uri"]))
            keys = dict(_usable(found["keys"]))
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as fault:
            log.warning(
                "signing keys not fetched",
                extra={"action": "teams-keys", "fault": type(fault).__name__},
            )
            return
        self._keys, self._fetched = keys, self._tried

    async def _get(self, url: str) -> dict[str, Any]:
        async with self._session().get(url, allow_redirects=False, timeout=FETCH) as response:
            if response.status != 200:
                raise ValueError(f"status {response.status}")
            data = await response.json(content_type=None)
        if not isinstance(data, dict):
            raise ValueError("not an object")
        return data


def _usable(keys: list[dict[str, Any]]) -> list[tuple[str, SigningKey]]:
    """RSA signing keys only: whatever else is published is no use for RS256."""
    usable = []
    for key in keys:
        if key.get("kty") != "RSA" or not key.get("kid"):
            continue
        try:
            public = jwt.PyJWK(key, algorithm="RS256").key
        except (jwt.PyJWTError, ValueError):
            continue
        usable.append((key["kid"], SigningKey(public, frozenset(key.get("endorsements") or ()))))
    return usable
