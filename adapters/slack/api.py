"""Calls Slack's Web API, and says of every failure what may be done about it.

Not with the SDK's client: that sends again by itself when a connection breaks (a second card
nobody knows of), follows redirects with the token, and logs bodies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.request import getproxies

import aiohttp

from bot import clock
from bot.channel import Unreachable, ensure_lease

Data = dict[str, Any]

SECONDS = 10.0
NO_CONNECTION = "no-connection"
PAUSE = 30.0
"""How long to wait when Slack says "slow down" without saying for how long."""

_TAKES_JSON = re.compile(r"chat\.|views\.|assistant\.|conversations\.open")
_CODE = re.compile(r"[a-z][a-z0-9_]{1,60}")
_GONE = frozenset(
    [
        "is_archived",
        "channel_not_found",
        "not_in_channel",
        "invalid_auth",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_authed",
        "missing_scope",
        "no_permission",
        "access_denied",
        "ekm_access_denied",
        "user_not_found",
        "user_disabled",
        "user_not_visible",
        "user_not_in_channel",
        "cannot_dm_bot",
        "team_access_not_granted",
        "restricted_action",
    ]
)
_DOUBTFUL = frozenset(["internal_error", "fatal_error", "request_timeout", "service_unavailable"])


class SlackApi:
    """One shared session, opened at the first call."""

    def __init__(self, token: str, url: str, now: Callable[[], datetime] = clock.now) -> None:
        self._token, self._url = token, url if url.endswith("/") else url + "/"
        self._now = now
        self._patience: dict[str, datetime] = {}
        self._session: aiohttp.ClientSession | None = None

    async def call(self, method: str, arguments: Data) -> Data:
        """Slack's answer to ``method``; raises :class:`Unreachable`."""
        answer, _ = await self._called(method, arguments)
        return answer

    async def identity(self) -> tuple[Data, frozenset[str] | None]:
        """Whose token this is, and the scopes it was granted, ``None`` where Slack does not say;
        raises :class:`Unreachable`."""
        answer, headers = await self._called("auth.test", {})
        granted = headers.get("X-OAuth-Scopes")
        if granted is None:
            return answer, None
        return answer, frozenset(scope.strip() for scope in granted.split(",") if scope.strip())

    async def _called(self, method: str, arguments: Data) -> tuple[Data, Mapping[str, str]]:
        headers = {"Authorization": f"Bearer {self._token}"}
        counted = _counted(method, arguments)
        self._ensure_patience(counted)
        if _TAKES_JSON.match(method):
            sent = {"json": arguments}
        else:
            sent = {"data": {name: _formed(value) for name, value in arguments.items()}}
        status, answered, answer = await self._post(self._url + method, headers=headers, **sent)
        try:
            _refuse_slow_down(status, answered, answer)
        except Unreachable as fault:
            self._patience[counted] = self._now() + timedelta(seconds=fault.retry_after or 0)
            raise
        if status >= 500 or "ok" not in answer:
            raise Unreachable(f"http-{status}", doubt=True)
        if answer["ok"] is not True:
            raise _refusal(answer.get("error"))
        return answer, answered

    async def respond(self, url: str, message: Data) -> None:
        """Answer at a submission's ``response_url``; raises :class:`Unreachable`."""
        status, answered, answer = await self._post(url, headers={}, json=message)
        _refuse_slow_down(status, answered, answer)
        if status >= 500:
            raise Unreachable(f"http-{status}", doubt=True)
        if status != 200 or answer.get("ok") is False:
            raise Unreachable("response-url-refused", gone=True)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _ensure_patience(self, counted: str) -> None:
        """Slack counts calls by method, messages by method and room: whoever else wants to call
        the same before the time it asked for has passed must wait as well."""
        left = self._patience.get(counted, self._now()) - self._now()
        if left > timedelta(0):
            raise Unreachable("ratelimited", retry_after=left.total_seconds())
        self._patience.pop(counted, None)

    async def _post(
        self, url: str, *, headers: dict[str, str], **sent: Data
    ) -> tuple[int, Mapping[str, str], Data]:
        """The status, the headers, and the answer if it was an object at all."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=SECONDS, sock_connect=SECONDS / 2)
            self._session = aiohttp.ClientSession(timeout=timeout, trust_env=bool(getproxies()))
        ensure_lease()
        try:
            async with self._session.post(
                url,
                headers=headers,
                allow_redirects=False,
                json=sent.get("json"),
                data=sent.get("data"),
            ) as response:
                body = await response.read()
                return response.status, response.headers, _object(body)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise Unreachable(NO_CONNECTION, unanswered=True) from None
        except TimeoutError:
            raise Unreachable("timeout", doubt=True) from None
        except (aiohttp.ClientError, OSError):
            raise Unreachable("connection-lost", doubt=True) from None


def _counted(method: str, arguments: Data) -> str:
    room = arguments.get("channel", "") if method.startswith("chat.") else ""
    return f"{method} {room}"


def _formed(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _object(body: bytes) -> Data:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _refuse_slow_down(status: int, headers: Mapping[str, str], answer: Data) -> None:
    if status == 429 or answer.get("error") in ("ratelimited", "rate_limited"):
        retry_after = headers.get("Retry-After", "")
        seconds = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else PAUSE
        raise Unreachable("ratelimited", retry_after=seconds)


def _refusal(error: object) -> Unreachable:
    code = error if isinstance(error, str) and _CODE.fullmatch(error) else "unknown_error"
    return Unreachable(code, doubt=code in _DOUBTFUL, gone=code in _GONE)
