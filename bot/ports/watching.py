"""What the watchdog needs kept: marks of what was done when, and rows as they stand, unread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Marks(Protocol):
    """Short notes of Lanyard about itself, by name: moments, references and codes only."""

    def read(self, name: str) -> str | None: ...
    def write(self, name: str, words: str) -> None: ...


@dataclass(frozen=True)
class Loose:
    """A row of the outbox that may not be readable as a notice."""

    about: str
    kind: str


class Watched(Protocol):
    """Rows as they are, so that one that cannot be read is seen all the same."""

    def open_refs(self) -> tuple[str, ...]:
        """The references of the reports that are not closed."""
        ...

    def next_steps(self) -> Mapping[str, datetime | None]:
        """When the ladder of each report that is not closed is to be looked at next."""
        ...

    def to_redraw(self, before: datetime) -> tuple[Loose, ...]:
        """What was shown, and has been due to be drawn again since before then."""
        ...

    def leased_beyond(self, moment: datetime) -> tuple[Loose, ...]:
        """What nobody else may send until after then."""
        ...

    def without_result(self, before: datetime) -> tuple[Loose, ...]:
        """What was made before then, was never shown, is not due, and has no result."""
        ...

    def not_understood(self) -> tuple[Loose, ...]:
        """What is due and of a kind or a lane that this version does not know."""
        ...
