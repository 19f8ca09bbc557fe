"""What the bot needs kept of what it sends: the outbox and the platforms' addresses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.card import Card
from bot.lane import Hold
from bot.notice import Destination, Kind, Lane, Notice, Receipt


class Notices(Protocol):
    """The outbox."""

    def add(self, notice: Notice) -> None:
        """Insert; does nothing if the same kind, record, destination and ``nth`` is there."""
        ...

    def waits(self, kind: Kind, about: str, to: Destination, lane: Lane) -> bool:
        """Whether such a notice is still to be shown there for the first time: calling again
        would say the same twice. It becomes urgent if ``lane`` is."""
        ...

    def claim(self, now: datetime, lease_seconds: int, most: int) -> tuple[Notice, ...]:
        """Lease up to ``most`` due notices, urgent first, at most one per destination lane.

        Each comes with a new fencing token, ``attempts`` one higher and ``begun_at`` as it was
        *before* (not ``None`` means that an earlier send may have gone through).
        """
        ...

    def delivered(self, notice: Notice, receipt: Receipt) -> bool:
        """Record the proof; False when the lease was lost meanwhile (the proof is kept
        if there was none). A redraw asked for since the claim stays due, or since the first
        send in doubt: a card that is found again may show what is no longer true."""
        ...

    def failed(
        self,
        notice: Notice,
        fault: str,
        again_at: datetime | None,
        begun_at: datetime | None = None,
        *,
        gone: bool = False,
        wake_at: datetime | None = None,
    ) -> bool:
        """Record a failure (a code, never words); ``again_at`` ``None`` gives up, for
        redraws only. ``begun_at``: since when a send may have gone through all the same;
        ``gone``: it will never work this way; ``wake_at``: when trying again makes sense."""
        ...

    def redraw(self, about: str, now: datetime, kind: Kind | None = None) -> None:
        """Every notice already shown about ``about`` (of one ``kind``) is to be drawn again."""
        ...

    def redraw_since(self, kind: Kind, since: datetime, now: datetime) -> None:
        """Every notice of one ``kind`` made since ``since`` and shown is to be drawn again."""
        ...

    def readdress(self, lost: Destination, to: Destination) -> None:
        """What waits for an account that is not its person's any more goes to the one they have
        in its place; what was told there already stays."""
        ...

    def latest(self, kind: Kind, to: Destination) -> Notice | None:
        """The one of its kind made last for a destination."""
        ...

    def about(self, about: str) -> tuple[Notice, ...]: ...
    def forget(self, kinds: Collection[Kind], before: datetime) -> None:
        """Delete those of these kinds that were made before then, shown or not."""
        ...

    def undelivered(self, before: datetime) -> tuple[Notice, ...]:
        """Those due since before ``before`` and never shown."""
        ...

    def stranded(
        self, kinds: Collection[Kind], before: datetime, again: datetime
    ) -> tuple[Notice, ...]:
        """Of those, the ones of these kinds for which no other way was taken since ``again``."""
        ...

    def answers_nobody(self, to: Destination, before: datetime) -> bool:
        """Whether something due there since before ``before`` was never shown."""
        ...

    def rerouted(self, notice: Notice, now: datetime, again: datetime) -> bool:
        """Another way is being taken for ``notice``; False where somebody has since ``again``."""
        ...


class Waiting(Protocol):
    """What waits, when the machine's clock is set back."""

    def moves(self) -> int:
        """How often everything that waits has been moved."""
        ...

    def move_back(self, by: timedelta, after: int) -> None:
        """Everything that waits is due earlier by ``by``: open ladders, notices, destinations
        in trouble, held words and dialogues. What was reported when stays as it was kept.
        Nothing happens where it has been moved since it was moved ``after`` times."""
        ...


class Lanes(Protocol):
    """The destinations in trouble."""

    def failures(self, notice: Notice) -> int:
        """How many sends have failed in a row where it goes."""
        ...

    def hold(self, notice: Notice, hold: Hold) -> None:
        """Leave where it goes alone for a while."""
        ...

    def answered(self, notice: Notice, now: datetime) -> None:
        """It took a card: it may be tried at once, and so may soon whatever else waits for the
        same platform to answer (not for a time it asked for)."""
        ...


@dataclass(frozen=True)
class Posted:
    """One message as the local page keeps it."""

    id: str
    room: str
    at: datetime
    author: str
    text: str
    card: Card | None


class Pages(Protocol):
    """The local page's own messages, sealed."""

    def add(self, posted: Posted, key: str) -> Posted:
        """Insert unless ``key`` is there; returns the one that stands."""
        ...

    def redraw(self, message: str, card: Card, at: datetime) -> None: ...
    def find(self, room: str, key: str) -> Posted | None: ...
    def get(self, message: str) -> Posted | None: ...
    def room(self, room: str) -> tuple[Posted, ...]: ...


class References(Protocol):
    """What a platform needs to speak first to an account or a room (Teams)."""

    def put(self, platform: str, address: str, reference: str) -> None: ...
    def get(self, platform: str, address: str) -> str | None: ...
    def forget(self, platform: str, address: str) -> None: ...
