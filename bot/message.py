"""What a person did: words typed, a button pressed, or a page of a form sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.card import Press
from bot.people import Identity


@dataclass(frozen=True)
class Place:
    """Where something is said or shown: a room on a platform."""

    platform: str
    room: str
    private: bool = True


class Standing(StrEnum):
    """What the platform vouches for about the account behind a message.

    ``UNKNOWN``: it did not say in time. What is said then is taken; nothing is shown.
    """

    MEMBER = "member"
    UNKNOWN = "unknown"
    GUEST = "guest"
    OUTSIDE = "outside"
    BOT = "bot"


@dataclass(frozen=True)
class Inside:
    """The private rooms an account is in, as the platform says now; ``unsure`` are those of
    which it does not say."""

    rooms: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Message:
    """One thing said to the bot, already verified and translated by an adapter.

    ``key`` is the platform's own identity of this submission, so that a retry is recognised;
    ``command`` is the slash command it came by (``ask``, ``report``, ``dsl``), if any;
    ``name`` is what the platform calls the account;
    ``fields`` are the answers of one page of a form, by step name; ``sent_at`` is the
    platform's own time stamp, aware, kept apart from the time it reached the server;
    ``inside`` says which private rooms the account is in; ``forms`` and ``rooms`` whether the
    answer can be a page of a form, or go to a whole room.
    """

    key: str
    identity: Identity
    place: Place
    text: str = ""
    name: str = ""
    press: Press | None = None
    command: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    attachments: bool = False
    standing: Standing = Standing.MEMBER
    sent_at: datetime | None = None
    inside: Inside = Inside()
    forms: bool = False
    rooms: bool = False

    @property
    def submission(self) -> str:
        """What makes it the same submission when it comes again: who sent it, the platform's
        own identity of it, and what it says. Another person's, or other words under the same
        identity, is a submission of its own and never swallowed as a retry."""
        said = [self.text, str(self.press or ""), self.command, sorted(self.fields.items())]
        return json.dumps([self.identity.platform, self.identity.user, self.key, said])

    def spoken(self) -> Message:
        """The same, with words that came out of an ask box as words."""
        if self.press is None or self.press.verb != ASK:
            return self
        return replace(self, press=None, text=self.fields.get(ASK, ""), fields={}, command=ASK)


ASK = "ask"
"""The verb of an ask box, and the name of its one field."""

CLAUSES = "clauses"
"""The verb of a search of the policy's clauses, and the name of its one field."""
