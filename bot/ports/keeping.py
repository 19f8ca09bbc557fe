"""What the bot needs kept of keeping: how long a report stays, and that it is gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.retention import Facts


@dataclass(frozen=True)
class Kept:
    """How a report stands: its last entry, what was said of it, and whether it is on hold.

    ``readable`` is false when what was said of it cannot be opened: then it stays.
    """

    ref: str
    last_at: datetime
    closed: bool
    facts: Facts
    held: bool = False
    readable: bool = True


@dataclass(frozen=True)
class Certificate:
    """A report was erased: its reference, when, on whose approval by role, and nothing else.

    ``kek`` is the id of the encryption key under which copies in older backups still stand.
    """

    ref: str
    at: datetime
    role: str
    kek: str


class Retention(Protocol):
    """How long reports are kept, and their erasure; every change is the caller's to audit."""

    def kept(self) -> tuple[Kept, ...]:
        """Every report, oldest first; a drill holds no words and is not one of them."""
        ...

    def say(self, ref: str, facts: Facts) -> None: ...
    def hold(self, ref: str, held: bool) -> None: ...
    def erase(self, ref: str, role: str, at: datetime) -> Certificate:
        """Delete a report's words and their key, and everything that tells of it but the audit."""
        ...

    def apply(self, certificates: Iterable[Certificate]) -> int:
        """Erase what these say was erased and is here again; returns how many were."""
        ...

    def certificates(self) -> tuple[Certificate, ...]: ...
