"""Lets in only requests that Slack signed, just now, and not yet seen."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

FRESH_SECONDS = 300
REMEMBERED_SECONDS = 600

_STAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_RETRY = re.compile(r"[1-9][0-9]?")


class Headers(Protocol):
    """The headers of a request, whatever the case of their names."""

    def getall(self, key: str, default: list[str], /) -> list[str]:
        """Every value under ``key``, in order."""
        ...


class Gate:
    """Checks signatures over the raw body. Never raises, never logs."""

    def __init__(self, secret: str, now: Callable[[], datetime]) -> None:
        self._secret, self._now = secret.encode(), now
        self._seen: dict[str, float] = {}

    def may_be_ours(self, headers: Headers) -> bool:
        """Whether the headers alone could be right: a stranger's body is not even read."""
        return self._signed(headers) is not None

    def admits(self, headers: Headers, body: bytes) -> bool:
        """Whether Slack signed ``body`` within 5 minutes and it was not let in before.

        A repeat is let in only when it is an event and says that it is Slack's own retry, each
        retry once: the submission is then known again by its key, and has no second effect.
        Commands and presses are never sent again by Slack, and the answer to a command stands
        in the response: whoever replays one gets nothing.
        """
        signed = self._signed(headers)
        if signed is None:
            return False
        stamp, signature = signed
        mac = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        if not hmac.compare_digest(f"v0={mac.hexdigest()}", signature):
            return False
        if self._first(signature):
            return True
        retries = headers.getall("X-Slack-Retry-Num", [])
        retry = len(retries) == 1 and _RETRY.fullmatch(retries[0]) is not None
        return retry and body.startswith(b"{") and self._first(f"{signature} {retries[0]}")

    def _signed(self, headers: Headers) -> tuple[str, str] | None:
        stamps = headers.getall("X-Slack-Request-Timestamp", [])
        signatures = headers.getall("X-Slack-Signature", [])
        if len(stamps) != 1 or len(signatures) != 1:
            return None
        stamp, signature = stamps[0], signatures[0]
        if not _STAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            return None
        if abs(self._now().timestamp() - int(stamp)) > FRESH_SECONDS:
            return None
        return stamp, signature

    def _first(self, signature: str) -> bool:
        now = self._now().timestamp()
        while self._seen and now - next(iter(self._seen.values())) > REMEMBERED_SECONDS:
            del self._seen[next(iter(self._seen))]
        first = signature not in self._seen
        self._seen.setdefault(signature, now)
        return first
