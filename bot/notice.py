"""A promise to show something somewhere, and the platform's proof that it was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a notice shows. It holds a reference; the words are drawn when it is sent."""

    CASE = "case"
    RECEIPT = "receipt"
    PHONE = "phone"
    TAKEN = "taken"
    QUESTION = "question"
    REPLY = "reply"
    UNFINISHED = "unfinished"
    HELD = "held"
    DIGEST = "digest"
    ON_IT = "on_it"
    GAP = "gap"
    GAP_ANSWER = "gap_answer"
    CORRECTION = "correction"
    EDITION = "edition"
    UNREADABLE = "unreadable"
    TOKEN = "token"
    REMINDER = "reminder"
    OFFER = "offer"
    DECLINED = "declined"
    OVERDUE = "overdue"
    PART = "part"
    PASSED_ON = "passed_on"
    AWAY = "away"
    ROTA = "rota"
    DRILL = "drill"
    TERM = "term"
    STUCK = "stuck"
    CHECK = "check"
    PUT_BACK = "put_back"


class Lane(StrEnum):
    """How soon it must go: an alarm is never behind a digest."""

    URGENT = "urgent"
    NORMAL = "normal"


@dataclass(frozen=True)
class Destination:
    """Where a notice goes: a person's own messages or a room, on one platform.

    ``person`` is a person's id, or empty for a room; ``address`` is the platform's own name
    for the account or the room.
    """

    platform: str
    address: str
    person: str = ""

    @property
    def lane(self) -> str:
        """Everything to one destination goes in order, one at a time."""
        return f"{self.platform}:{self.address}"


@dataclass(frozen=True)
class Receipt:
    """The platform's proof: the message it made, where and when."""

    room: str
    message: str
    at: datetime


@dataclass(frozen=True)
class Notice:
    """One row of the outbox, and the only truth about delivery.

    ``about`` names the record it shows (a case's reference, a held message, a week); ``nth``
    tells repeated calls apart. ``due_at`` is ``None`` when there is nothing to do. ``token`` is
    the fencing token of the lease under which it is being sent; ``attempts`` counts sends begun;
    ``begun_at`` is set before a send and cleared by its result, so that a send cut short is
    known to be in doubt. ``doubtful`` marks a second copy sent because history was unreadable;
    ``gone``: the platform refuses it for good. No send begins after ``lease_until``;
    ``taken_over``: the lease before this one ended without a result.
    """

    id: str
    kind: Kind
    about: str
    to: Destination
    lane: Lane
    due_at: datetime | None
    nth: int = 0
    attempts: int = 0
    failures: int = 0
    begun_at: datetime | None = None
    token: int = 0
    receipt: Receipt | None = None
    fault: str = ""
    doubtful: bool = False
    created_at: datetime | None = None
    gone: bool = False
    lease_until: datetime | None = None
    taken_over: bool = False
