"""Sample records and stores for the tests of storage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.escalation import Audience, Escalation, Rung
from bot.form import Route, Urgency
from bot.incident import Incident, Part
from bot.notice import Destination, Kind, Lane, Notice, Receipt
from bot.ports import Work
from storage.store import SqlStore

KEK = {"k1": bytes(range(32))}
AUDIT_KEY = bytes(range(32, 64))
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)

HARD_WORDS = (
    "nul \0 emoji \U0001f469\U0001f3fd\u200d\U0001f9bd rtl \u202e\u05e9\u05dc\u202c "
    "accent e\u0301 \r\n\t ' -- \ufeff\uffff"
)

_numbers = count(1)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def later(number: float) -> datetime:
    """``number`` minutes after NOW."""
    return NOW + minutes(number)


def open_store(url: str, **changes: Any) -> SqlStore:
    return SqlStore.open(url, **{"kek": KEK, "audit_key": AUDIT_KEY, **changes})


@contextmanager
def kept(store: SqlStore) -> Iterator[Work]:
    """A work that is committed at its end."""
    with store.work() as work:
        yield work
        work.commit()


def incident(ref: str = "7KQ2X", **changes: Any) -> Incident:
    plain = Incident(ref, "child", Route.CHILD, Urgency.IMMEDIATE, "north", "amira", NOW)
    return replace(plain, **changes)


def escalation(ref: str = "7KQ2X", **changes: Any) -> Escalation:
    rungs = (
        Rung("dsl", Audience.SAFEGUARDING, minutes(0), every=minutes(5)),
        Rung("reporter", Audience.REPORTER, minutes(60), school_time=True),
    )
    return replace(Escalation(ref, NOW, rungs, {}), **changes)


def notice(
    address: str = "dsl-room", *, urgent: bool = False, about: str = "7KQ2X", **changes: Any
) -> Notice:
    """A notice due NOW, different from every other one."""
    number = next(_numbers)
    lane = Lane.URGENT if urgent else Lane.NORMAL
    to = Destination("slack", address)
    made = Notice(f"n{number}", Kind.CASE, about, to, lane, NOW, number, created_at=NOW)
    return replace(made, **changes)


def receipt(at: datetime = NOW, message: str = "m1") -> Receipt:
    return Receipt("room", message, at)


def report(store: SqlStore, ref: str = "7KQ2X", *, words: str = "words", **changes: Any) -> None:
    """Commit a report with one entry and a ladder."""
    with kept(store) as work:
        work.incidents.add(incident(ref, **changes))
        work.incidents.append(ref, NOW, "amira", Part.REPORTER, "what", "What happened?", words)
        work.escalations.put(escalation(ref), NOW)
