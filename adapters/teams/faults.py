"""What a platform's refusal means for the promise to show something."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from bot.channel import Unreachable
from bot.clock import now

NEVER = frozenset({400, 403, 404, 405, 410, 413})
"""Asking again the same way cannot help."""
PERHAPS_DONE = frozenset({408, 500, 502, 504})
"""It may have gone through behind the one who answered."""


def refusal(status: int, headers: Mapping[str, str]) -> Unreachable:
    """The fault for an answer that is not a success; redirects are never followed."""
    return Unreachable(
        f"teams-{status}",
        doubt=status in PERHAPS_DONE,
        retry_after=_seconds(headers.get("Retry-After", "")) if status in (429, 503) else None,
        gone=status in NEVER or HTTPStatus(300) <= status < HTTPStatus(400),
    )


def missing(fault: Unreachable) -> bool:
    """Whether what was to be changed is no longer there."""
    return fault.fault in ("teams-404", "teams-410")


def not_there(fault: Unreachable) -> bool:
    """Whether Lanyard, or whoever was asked about, is not in the conversation."""
    return fault.fault in ("teams-403", "teams-404")


def lost(fault: Unreachable) -> bool:
    """Whether Teams may no longer know the conversation."""
    return missing(fault) or not_there(fault)


def _seconds(value: str) -> float | None:
    """``Retry-After`` in either of its two spellings; ``None`` when it says nothing."""
    if value.strip().isdecimal():
        return float(min(int(value), 3600))
    try:
        until = parsedate_to_datetime(value)
        return max(0.0, min((until - now()).total_seconds(), 3600.0))
    except (ValueError, TypeError):
        return None
