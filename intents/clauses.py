"""A search of the policy's clauses, for whoever wants the words themselves and no answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from bot.card import Card, Press, Reply, say
from bot.intent import Intent
from bot.message import CLAUSES
from bot.turn import Turn
from bot.views import messages
from intents.act_now import show
from intents.answer_cards import AnswerCards
from intents.policy import PolicyDesk

MOST = 8
SEARCH = re.compile(
    r"(?:find|search|show)(?: me)?(?: the)? clauses?(?: about| on| for)? (.+)", re.I
)


class Clauses(Intent):
    """``find clauses about phones``, or a platform's own search box."""

    counted: ClassVar[str] = "clause"
    verbs: ClassVar[Mapping[str, int]] = {CLAUSES: 0}

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk, self._cards = desk, AnswerCards(desk)

    def typed(self, press: Press) -> bool:
        return False

    def hears(self, turn: Turn) -> bool:
        return SEARCH.fullmatch(turn.typed) is not None

    def answer(self, turn: Turn, press: Press) -> Reply:
        searched = SEARCH.fullmatch(turn.typed)
        words = searched[1] if searched else turn.message.fields.get(CLAUSES, "").strip()
        if turn.person.guest:
            return say(show(turn))
        if not words:
            return say(messages.note("Type a few words, or a clause number."))
        reading = self._desk.read(words)
        if reading.action == "report":
            return say(show(turn))
        found = tuple(self._clause(turn, each) for each in reading.clauses[:MOST])
        return say(*found or (messages.note("No clause was found. That is not a yes."),))

    def _clause(self, turn: Turn, clause: str) -> Card:
        """The clause alone: whoever passes it on passes on neither buttons nor numbers to ring."""
        card = self._cards.clause(turn, clause)
        return replace(card, source=self._desk.edition_line(turn.now), buttons=())
