"""The only module that reads a clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def ticking() -> float:
    """Seconds since some moment, for measuring how long something took."""
    return time.perf_counter()
