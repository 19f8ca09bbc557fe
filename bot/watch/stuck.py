"""What can be stuck: a word for each way in which a report or a promise is looked after no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

LATE = timedelta(minutes=3)
"""How long something that is due may wait."""


class Why(StrEnum):
    """What is wrong. :mod:`bot.views.stuck` has the words for people."""

    # Of one report.
    NO_LADDER = "no-ladder"
    NO_RUNGS = "no-rungs"
    LADDER_CLOSED = "ladder-closed"
    BEGINS_LATER = "begins-later"
    NO_NEXT = "no-next-step"
    OVERDUE = "step-overdue"
    NEXT_TOO_LATE = "next-step-too-late"
    NO_MORE = "no-more-steps"
    NEVER_CALLED = "never-called"
    NOBODY_SHOWN = "nobody-shown"
    UNOPENED = "unopened"
    NOBODY_MAY = "nobody-may-know"
    NO_CENTRE = "no-centre"
    LOST_OWNER = "lost-owner"
    OWNER_AWAY = "owner-away"
    LATE_UNTOLD = "late-untold"
    OFFER_UNTOLD = "offer-untold"
    OFFER_OPEN = "offer-not-accepted"
    PART_UNASKED = "part-unasked"
    NO_RECEIPT = "no-receipt"
    RECEIPT_UNTRUE = "receipt-untrue"
    DAMAGED = "damaged"
    # Of what is to be shown, about a report or not.
    UNDELIVERED = "undelivered"
    NO_OTHER_WAY = "no-other-way"
    NOT_REDRAWN = "not-redrawn"
    LEASE = "lease-without-end"
    NO_RESULT = "no-result"
    NOT_UNDERSTOOD = "not-understood"
    LIST = "list-undelivered"
    # Of everything else that is owed.
    UNREADABLE = "unreadable"
    HELD_TOO_LONG = "held-too-long"
    NOT_NUDGED = "not-nudged"
    DIGEST_OWED = "digest-owed"
    DIGEST_LOST = "digest-lost"
    GAP_UNTOLD = "gap-untold"
    CHECK_OWED = "check-owed"
    WORKER = "worker-silent"
    UNPROVEN = "unproven"


@dataclass(frozen=True, order=True)
class Stuck:
    """One thing that is stuck. ``about`` is the reference of the report, or empty."""

    why: Why
    about: str = ""

    def __str__(self) -> str:
        return f"{self.why} {self.about}".strip()

    @classmethod
    def parse(cls, text: str) -> Stuck:
        """The inverse of :meth:`__str__`; raises :class:`ValueError`."""
        why, _, about = text.partition(" ")
        return cls(Why(why), about)
