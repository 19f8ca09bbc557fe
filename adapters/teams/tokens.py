"""Our own bearer token, fetched without blocking and kept until shortly before it expires."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import aiohttp

from bot.channel import Unreachable

TOKEN_URL = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
SCOPE = "https://api.botframework.com/.default"
EARLY_SECONDS = 300
FETCH = aiohttp.ClientTimeout(total=8)


class Tokens:
    """Client credentials of one app in one tenant."""

    def __init__(
        self,
        url: str,
        app_id: str,
        app_secret: str,
        session: Callable[[], aiohttp.ClientSession],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._app_id, self._app_secret = url, app_id, app_secret
        self._session, self._clock = session, clock
        self._token, self._good_until = "", 0.0
        self._one_at_a_time = asyncio.Lock()

    async def get(self) -> str:
        """A token that is good for some minutes yet; raises :class:`Unreachable`."""
        async with self._one_at_a_time:
            if not self._token or self._clock() >= self._good_until:
                await self._fetch()
            return self._token

    def forget(self, token: str) -> None:
        """The platform no longer takes ``token``."""
        if token == self._token:
            self._token = ""

    async def _fetch(self) -> None:
        asked = {
            "grant_type": "client_credentials",
            "client_id": self._app_id,
            "client_secret": self._app_secret,
            "scope": SCOPE,
        }
        try:
            async with self._session().post(
                self._url, data=asked, allow_redirects=False, timeout=FETCH
            ) as response:
                if response.status != 200:
                    raise Unreachable(await _refused(response))
                answer = await response.json(content_type=None)
                token, seconds = str(answer["access_token"]), float(answer["expires_in"])
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as fault:
            raise Unreachable(f"token-{type(fault).__name__}") from None
        self._token = token
        self._good_until = self._clock() + max(seconds - EARLY_SECONDS, seconds / 2)


async def _refused(response: aiohttp.ClientResponse) -> str:
    """The status, and Microsoft Entra's code (``AADSTS…``) where it gives one."""
    try:
        (code, *_) = (await response.json(content_type=None))["error_codes"]
        return f"token-{response.status}-{int(code)}"
    except (ValueError, KeyError, TypeError):
        return f"token-{response.status}"
