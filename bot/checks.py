"""What counts as an answer: each check returns the clean value or says what would do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Protocol


class Refused(ValueError):
    """An answer that will not do; the message says what would."""


class Kind(StrEnum):
    """What a step asks for, so that a modal can offer the right control."""

    CHOICE = "choice"
    SHORT = "short"
    LONG = "long"
    MOMENT = "moment"
    """A day and a time, or words for them."""


class Check(Protocol):
    """Turns what was typed into the value kept. ``choices`` become buttons; ``longest`` is the
    most characters it takes, 0 where there is no limit of its own."""

    @property
    def kind(self) -> Kind: ...

    @property
    def longest(self) -> int: ...

    @property
    def choices(self) -> tuple[str, ...]: ...

    def __call__(self, typed: str, now: datetime) -> str:
        """The value to keep for ``typed``; raises :class:`Refused`."""
        ...


def storable(words: str) -> str:
    """``words`` untouched; refuses half an emoji, which no database could give back."""
    try:
        words.encode()
    except UnicodeEncodeError:
        raise Refused(
            "One character in that did not arrive whole, so nothing was kept. "
            "Please send it again without the last emoji."
        ) from None
    return words


@dataclass(frozen=True)
class Words:
    """Free text, at most ``longest`` characters."""

    longest: int
    kind: Kind = Kind.SHORT
    choices: tuple[str, ...] = ()

    def __call__(self, typed: str, now: datetime) -> str:
        if not typed.strip():
            raise Refused("That came through empty. Type an answer, or skip the question.")
        if len(typed) > self.longest:
            raise Refused(
                f"That is {len(typed):,} characters; {self.longest:,} fit here. "
                "Please send it in two parts: this one first, the rest as an addition."
            )
        return storable(typed)


def short() -> Check:
    """A line of up to 300 characters."""
    return Words(300)


def long() -> Check:
    """Up to 30,000 characters, kept byte for byte: nothing trimmed, nothing corrected."""
    return Words(30_000, Kind.LONG)


UNSURE_CHOICES = ("not sure", "i do not know")
UNSURE = frozenset(
    {"dont know", "i dont know", "idk", "unsure", "not certain", "no idea", "maybe", "dunno"}
)


def _begins(said: str, choice: str) -> bool:
    """Whether ``said`` is ``choice`` with more words behind it: “yes hes got a knife”."""
    return said.startswith(choice) and not said[len(choice) : len(choice) + 1].isalnum()


@dataclass(frozen=True)
class OneOf:
    """One of a few choices; slips of spelling and a number from the list will do."""

    choices: tuple[str, ...]
    kind: Kind = Kind.CHOICE
    longest: int = 0

    def __call__(self, typed: str, now: datetime) -> str:
        wanted = typed.strip()
        if wanted.isdecimal() and len(wanted) < 4 and 1 <= int(wanted) <= len(self.choices):
            return self.choices[int(wanted) - 1]
        by_lower = {choice.lower(): choice for choice in self.choices}
        for lower, choice in by_lower.items():
            if f"({wanted.lower()})" in lower or _begins(wanted.lower(), lower):
                return choice
        unsure = next((by_lower[each] for each in UNSURE_CHOICES if each in by_lower), None)
        if unsure and wanted.lower().strip(" .!?").replace("'", "") in UNSURE:
            return unsure
        near = get_close_matches(wanted.lower(), by_lower, n=1, cutoff=0.75)
        if not near:
            raise Refused("Please choose one of: " + "; ".join(self.choices) + ".")
        return by_lower[near[0]]


def one_of(*choices: str) -> Check:
    return OneOf(choices)


def moment(day: str, time: str, words: str) -> str:
    """What was picked (``2026-11-20``, ``14:30``) and what was said of a moment, as one answer."""
    picked = " ".join(part for part in (day, time) if part)
    return ", ".join(part for part in (picked, words.strip()) if part)


@dataclass(frozen=True)
class When:
    """A day and time in the past, in the ways people write them; kept as they wrote it.

    The words stay beside the reading of them (``2026-11-20 14:30 | friday half 2``), so that
    a doubtful reading never replaces what was said.
    """

    kind: Kind = Kind.MOMENT
    choices: tuple[str, ...] = ("Just now", "Earlier today", "Yesterday", "I do not know")
    longest: int = 0

    def __call__(self, typed: str, now: datetime) -> str:
        said = storable(typed.strip())
        if not said:
            raise Refused("Say when, as well as you know it, or skip the question.")
        day = read_day(said.lower(), now)
        if day is not None and day > now.date():
            raise Refused(f"{day:%d %B %Y} has not come yet. When did it happen?")
        return f"{said} (read as {day:%A %d %B %Y})" if day else said


def when() -> Check:
    return When()


_PICKED = re.compile(r"(\d{4}-\d{2}-\d{2})(?=[ ,]|$)")


def read_day(said: str, now: datetime) -> date | None:
    if said.startswith(("just now", "earlier today", "today", "now")):
        return now.date()
    if said.startswith("yesterday"):
        return now.date() - timedelta(days=1)
    if picked := _PICKED.match(said):
        said = picked[1]
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(said, pattern).date()  # noqa: DTZ007 (only the day is used)
        except ValueError:
            continue
    return None


@dataclass(frozen=True)
class Phone:
    """A telephone number or an extension, with anything said around it."""

    kind: Kind = Kind.SHORT
    choices: tuple[str, ...] = ()
    longest: int = 100

    def __call__(self, typed: str, now: datetime) -> str:
        if sum(c.isdigit() for c in typed) < 3:
            raise Refused("A number to ring you on, please: a mobile or an extension.")
        return Words(self.longest)(typed, now)


def phone() -> Check:
    return Phone()
