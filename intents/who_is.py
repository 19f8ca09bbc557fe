"""Who the DSL is, and the others: names and numbers from the settings, never the policy's."""

from __future__ import annotations

import re
from typing import ClassVar

from bot.card import Press, Reply, say
from bot.intent import Intent
from bot.turn import Turn
from intents.answer_cards import AnswerCards
from intents.policy import PolicyDesk

ROLES = {
    r"d\.?s\.?l|(?:designated )?safeguarding (?:lead|person|officer)": "dsl",
    r"deput(?:y|ies)(?: d\.?s\.?ls?)?|deputy safeguarding leads?|ddsls?": "deputy",
    r"principal|head ?teacher": "principal",
    r"heads? of cent(?:re|er)s?": "head_of_centre",
    r"it (?:support|team|technician)": "it",
    r"chair(?: of (?:the )?governors)?": "chair",
    r"safeguarding governor": "governor",
}
WHO = re.compile(
    r"(?:please )?(?:can you )?(?:tell me )?"
    r"(?:who(?:'s|s| is| are)?|(?:what is|what's|whats) the (?:name|(?:phone )?number) of)"
    r" (?:is |are )?(?:the |our |my |your )?(?P<role>[\w. ]+?)"
    r"(?: (?:here|at (?:this|our) (?:school|centre)|now|today|at the moment))?[ ?.!]*",
    re.IGNORECASE,
)


class WhoIs(Intent):
    """A question about who holds a role, and nothing else."""

    counted: ClassVar[str] = "question"

    def __init__(self, desk: PolicyDesk) -> None:
        self._cards = AnswerCards(desk)

    def hears(self, turn: Turn) -> bool:
        return bool(asked_for(turn.typed))

    def answer(self, turn: Turn, press: Press) -> Reply:
        return say(self._cards.who(turn, asked_for(turn.typed), "Names and numbers"))


def asked_for(text: str) -> tuple[str, ...]:
    """The roles that ``text`` asks about, if it asks for nothing else: "who is the DSL?"."""
    asked = WHO.fullmatch(text.strip())
    if asked is None:
        return ()
    parts = re.split(r"\s+(?:and|or)\s+(?:the |our )?", asked["role"].strip().lower())
    codes = [next((c for words, c in ROLES.items() if re.fullmatch(words, p)), "") for p in parts]
    return tuple(codes) if all(codes) else ()
