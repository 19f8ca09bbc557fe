"""How long a destination that fails is left in peace: an alarm tries again in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tenacity import RetryCallState, wait_exponential, wait_exponential_jitter

URGENT_SECONDS = 5
NORMAL_SECONDS = 30
"""The longest wait while a platform gives no sign of life. Only one notice of a destination
tries at a time, so a long queue does not make it more calls; only cards that may have arrived are
each looked for."""

LIVELY = timedelta(seconds=30)
"""A platform that answered anybody so lately is there, however many calls it fails."""

LIVELY_SECONDS = 1
"""The longest wait on a platform that is there: as often as it takes a message in one room."""

AT_MOST = 300
"""The longest wait where asking again the same way cannot help, or one notice is refused."""

ANSWERED = timedelta(seconds=0.5)
"""The wait where the platform has answered somebody else meanwhile."""


@dataclass(frozen=True)
class Hold:
    """A destination in trouble: ``failures`` in a row; not to be tried before ``urgent_until``
    (an alarm) or ``normal_until`` (the rest), and by nobody before ``rest_until``, which the
    platform asked for."""

    failures: int
    urgent_until: datetime
    normal_until: datetime
    rest_until: datetime | None = None

    def until(self, urgent: bool) -> datetime:
        """When a notice may be tried again."""
        soft = self.urgent_until if urgent else self.normal_until
        return max(soft, self.rest_until) if self.rest_until is not None else soft


def hold_after(
    failures: int,
    now: datetime,
    retry_after: float | None,
    gone: bool,
    answered: datetime | None = None,
) -> Hold:
    """The hold after the ``failures``-th failure in a row: doubling from half a second.

    ``retry_after`` (seconds) is what the platform asked for. ``gone``: it refuses for good, so
    another platform's answer is no reason to ask it again. ``answered``: when it last showed
    anything anywhere.
    """
    lively = answered is not None and abs(now - answered) < LIVELY
    urgent = now + _doubling(failures, LIVELY_SECONDS if lively else URGENT_SECONDS)
    normal = now + _doubling(failures, LIVELY_SECONDS if lively else NORMAL_SECONDS)
    rest = None
    if retry_after is not None:
        rest = now + timedelta(seconds=retry_after)
    elif gone:
        rest = now + _doubling(failures, AT_MOST)
    return Hold(failures, urgent, normal, rest)


def wait_after(failures: int) -> timedelta:
    """How long one notice that is refused for itself waits, while others pass it: doubling, with
    jitter, at most 5 minutes."""
    seconds = wait_exponential_jitter(initial=1, max=AT_MOST, jitter=1)(_tried(failures))
    return timedelta(seconds=min(seconds, AT_MOST))


def _doubling(failures: int, longest: int) -> timedelta:
    return timedelta(seconds=wait_exponential(multiplier=0.5, max=longest)(_tried(failures)))


def _tried(failures: int) -> RetryCallState:
    state = RetryCallState(None, None, (), {})  # type: ignore[arg-type]
    state.attempt_number = min(max(failures, 1), 32)
    return state
