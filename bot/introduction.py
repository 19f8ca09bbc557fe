"""Tells each person once what becomes of what they type: below an answer, never beside a worry."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.card import Card, Reply, Tone
from bot.incident import Unreadable
from bot.message import Standing
from bot.people import Directory, Identity
from bot.ports import Work
from bot.turn import Turn
from bot.views.introduction import introduction

BOOK = "{platform}-introduced"
"""Under which it is kept, by account, when somebody was told."""


class Introductions:
    """What a school tells, if it says ``where`` the whole of its notice is found."""

    def __init__(self, where: str) -> None:
        self._card = introduction(where) if where else None
        self._told: set[Identity] = set()

    def due(self, work: Work, identity: Identity) -> Card | None:
        """The card, for somebody who has not been shown it."""
        if self._card is None or identity in self._told:
            return None
        try:
            told = work.references.get(_book(identity), identity.user) is not None
        except Unreadable:
            told = True
        if told:
            self._told.add(identity)
        return None if told else self._card

    def told(self, work: Work, identity: Identity, directory: Directory, now: datetime) -> None:
        """Keep that the person behind an account was shown it, on every platform."""
        person = directory.known_as(identity)
        for each in {identity, *(person.identities if person is not None else ())}:
            work.references.put(_book(each), each.user, now.isoformat())

    def below(self, turn: Turn, reply: Reply) -> Reply:
        """``reply`` with the card below it, for a member of staff who has nothing on their mind
        that matters more."""
        message = turn.message
        if message.press is not None or message.standing is not Standing.MEMBER:
            return reply
        if reply.sheet is not None or not reply.cards or any(map(_matters, reply.cards)):
            return reply
        card = self.due(turn.work, message.identity)
        if card is None or turn.work.holds.of(turn.person.id) is not None:
            return reply
        if turn.work.conversations.active(turn.person.id) is not None:
            return reply
        self.told(turn.work, message.identity, turn.directory, turn.now)
        return replace(reply, cards=(*reply.cards, card))


def _matters(card: Card) -> bool:
    return card.tone is Tone.URGENT or any(b.press.verb in ("tell", "ring") for b in card.buttons)


def _book(identity: Identity) -> str:
    return BOOK.format(platform=identity.platform)
