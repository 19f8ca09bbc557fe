"""What the bot needs kept of dialogues: what was heard, what is open, what is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.card import Reply
from bot.conversation import Conversation


@dataclass(frozen=True)
class Held:
    """Words that read like a worry, kept sealed until a press sends them or a day has passed."""

    id: str
    person: str
    words: str
    at: datetime
    nudges: int = 0
    ref: str = ""


class Heard(Protocol):
    """Which submissions have been heard, so that a retry gets the same answer.

    ``submission`` is :attr:`~bot.message.Message.submission`; only a code of it is kept.
    """

    def reply_to(self, submission: str) -> Reply | None: ...
    def add(self, submission: str, reply: Reply, at: datetime) -> None:
        """Remember the reply; raises :class:`Conflict` when it was added meanwhile."""
        ...

    def forget(self, before: datetime) -> None:
        """Delete the replies given before then, and their keys."""
        ...


class Conversations(Protocol):
    """Dialogues, with their answers sealed."""

    def active(self, person: str) -> Conversation | None:
        """The open dialogue this person touched last."""
        ...

    def latest(self, person: str) -> Conversation | None:
        """The dialogue they touched last, whatever its stage."""
        ...

    def find(self, person: str, form: str, ref: str) -> Conversation | None: ...
    def save(self, conversation: Conversation, now: datetime) -> Conversation:
        """Insert (version 0) or update; returns it with its new version.

        Raises :class:`Conflict` when another process saved that version first.
        """
        ...

    def unfinished(self, before: datetime) -> tuple[Conversation, ...]:
        """Open or paused dialogues about a report, untouched since ``before``, of which the
        reporter has not been reminded."""
        ...


class Holds(Protocol):
    """Words held for a day until they are sent on or forgotten."""

    def get(self, hold: str) -> Held | None: ...
    def of(self, person: str) -> Held | None:
        """The latest hold of this person that has not been sent on."""
        ...

    def put(self, held: Held) -> None: ...
    def waiting(self) -> tuple[Held, ...]:
        """Every hold that has not been sent on, oldest first."""
        ...

    def forget(self, hold: str) -> None:
        """Delete the words and their key."""
        ...
