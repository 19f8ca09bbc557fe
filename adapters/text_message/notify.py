"""Calls GOV.UK Notify, and says of every failure what may be done about it.

Not with its official client: that one blocks the loop (requests), and brings docopt, which is
not maintained and has no wheel. The interface is two calls and a token of two fields.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import aiohttp
import jwt

from bot.channel import Unreachable, ensure_lease

URL = "https://api.notifications.service.gov.uk"
SECONDS = 10.0
MINUTE = 60.0
"""Notify limits messages by the minute and does not say how much of it is left."""

Data = dict[str, Any]


class Notify:
    """One service of the school. ``key`` is ``{name}-{service id}-{secret}``, both UUIDs."""

    def __init__(self, key: str, url: str, now: Callable[[], datetime]) -> None:
        self._service, self._secret = key[-73:-37], key[-36:]
        self._url, self._now = url.rstrip("/"), now
        self._session: aiohttp.ClientSession | None = None

    async def send(self, number: str, template: str, words: str, reference: str) -> str:
        """Send ``words`` as the template's only field; returns Notify's id of the message."""
        sent = {
            "phone_number": number,
            "template_id": template,
            "personalisation": {"message": words},
            "reference": reference,
        }
        answer = await self._call("POST", "/v2/notifications/sms", body=sent)
        if "id" not in answer:
            raise Unreachable("text-no-receipt", doubt=True)
        return str(answer["id"])

    async def sent(self, reference: str) -> str | None:
        """The id of the message sent under ``reference``, if there is one."""
        answer = await self._call("GET", "/v2/notifications", params={"reference": reference})
        found = answer.get("notifications") or ()
        return str(found[0]["id"]) if found else None

    async def template(self, template: str) -> str:
        """The body of a template."""
        answer = await self._call("GET", f"/v2/template/{template}")
        return str(answer.get("body") or "")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(
        self,
        method: str,
        path: str,
        *,
        body: Data | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Data:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=SECONDS, sock_connect=SECONDS / 2)
            self._session = aiohttp.ClientSession(timeout=timeout, trust_env=True)
        headers = {"Authorization": f"Bearer {self._token()}"}
        ensure_lease()
        try:
            async with self._session.request(
                method,
                self._url + path,
                headers=headers,
                allow_redirects=False,
                json=body,
                params=params,
            ) as response:
                raw = await response.read()
                status = response.status
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise Unreachable("text-no-connection", unanswered=True) from None
        except TimeoutError:
            raise Unreachable("text-timeout", doubt=True) from None
        except (aiohttp.ClientError, OSError):
            raise Unreachable("text-connection-lost", doubt=True) from None
        if status == 429:
            raise Unreachable("text-limit", retry_after=MINUTE)
        if 400 <= status < 500:
            raise Unreachable(f"text-{status}", gone=True)
        read = _object(raw)
        if status >= 300 or read is None:
            raise Unreachable(f"text-{status}", doubt=True)
        return read

    def _token(self) -> str:
        claims = {"iss": self._service, "iat": int(self._now().timestamp())}
        return jwt.encode(claims, self._secret, algorithm="HS256")


def _object(raw: bytes) -> Data | None:
    try:
        read = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
