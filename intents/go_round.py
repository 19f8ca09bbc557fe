"""The ways round a role-holder, for whoever does not trust one, or wants the way outside."""

from __future__ import annotations

import re

from bot.card import Press, Reply, say
from bot.intent import Intent
from bot.people import Person
from bot.turn import Turn
from bot.views.go_round import ways_round
from intents.act_now import hold_words, show
from intents.naming import named_holders
from intents.policy import PolicyDesk
from knowledge.tidy import tidy

_ROLE = (
    r"(?:d\.?s\.?l'?s?|ddsl|safeguarding (?:lead|officer|team)|deput(?:y|ies)|principal"
    r"|head(?: ?teacher| of centre)?|boss|line manager|slt|leadership)"
)
_DISTRUST = re.compile(
    r"\b(?:don'?t|do not|can'?t|cannot|never|wouldn'?t|no longer|not sure i)"
    r" (?:really |fully |even )?"
    r"(?:trust|want to (?:tell|go to|speak to|talk to|involve)|have (?:any )?faith in"
    r"|feel (?:safe|comfortable|happy|able) (?:telling|going to|talking to|speaking to|with))\b"
    r"|\b(?:go|goes|going|get|getting|went) (?:a)?(?:round|past|over|above|behind)\b"
    r"|\bbypass(?:ing)?\b"
    r"|\b(?:report|raise|tell|say|speak|talk|complain|concern|worry)\b.*"
    r"\b(?:without|instead of|other than|apart from|not through|behind)\b"
)
"""Together with a role or a holder's name: "i don't trust ms khan", "can i go round the dsl"."""
_ABOUT = re.compile(
    r"\b(?:report|complain about|complaint about|concern(?:s|ed)? about|(?:it'?s|its|is) about)"
    rf" (?:the |our |my )?{_ROLE}\b(?! of)"
)
_ASKS = re.compile(r"\b(?:i|who|how|where|what if)\b")
_OFFICER = (
    r"(?:lado|designated officer|nspcc|front door|whistle ?blow(?:ing|ers?)?(?: help)? ?line)"
)
_MAY_I = (
    r"(?:how (?:do|can|would|could|should) (?:i|we|you)|can i|could i|may i|i (?:want|need) to"
    r"|let me|is it (?:ok|okay|alright) to|am i allowed to)"
)
_REACH = (
    r"(?:contact|ring|call|phone|reach|speak to|talk to|get hold of|report to"
    r"|go (?:straight |direct(?:ly)? )?to)"
)
_OUTSIDE = re.compile(
    rf"\b{_MAY_I}\b[^.?!]{{0,20}}\b{_REACH}\b[^.?!]{{0,12}}\b{_OFFICER}\b"
    rf"|\b(?:number|contact|phone|details|ring)\b[^.?!]{{0,12}}\b{_OFFICER}\b(?! (?:get|need|is))"
    rf"|\b{_OFFICER}(?:'?s)? (?:phone |contact |telephone )?(?:number|details|contact)\b"
)


class GoRound(Intent):
    """Distrust of a role-holder, or the number of somebody outside. Nobody here stands between a
    member of staff and the local authority."""

    def __init__(self, desk: PolicyDesk) -> None:
        self._desk = desk

    def hears(self, turn: Turn) -> bool:
        said = tidy(turn.typed)
        if not said or turn.message.command in ("report", "dsl") or turn.person.guest:
            return False
        if _OUTSIDE.search(said) or (_ABOUT.search(said) and _ASKS.search(said)):
            return True
        return self._distrusts(turn, said)

    def answer(self, turn: Turn, press: Press) -> Reply:
        said = tidy(turn.typed)
        named = named_holders(said, self._holders(turn), turn.person.centre)
        worry = self._desk.read(turn.typed).action == "report"
        held = hold_words(turn, turn.message.text) if worry or self._distrusts(turn, said) else None
        without = frozenset((turn.person.id, *(person.id for person in named)))
        ways = ways_round(turn.directory, without, held.id if held else None)
        return say(show(turn, held, more=False), ways) if worry else say(ways)

    def _distrusts(self, turn: Turn, said: str) -> bool:
        if not _DISTRUST.search(said):
            return False
        if re.search(rf"\b{_ROLE}\b(?! lice)", said):
            return True
        return bool(named_holders(said, self._holders(turn), turn.person.centre))

    def _holders(self, turn: Turn) -> list[Person]:
        return [p for p in turn.directory.role_holders() if p.id != turn.person.id]
