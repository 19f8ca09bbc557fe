"""From how likely each answer is to what is done: the thresholds, and the costs behind them."""

import re
from dataclasses import dataclass

import numpy as np

from knowledge.alarms import sounds_alarming
from knowledge.asks import ACTIONS, ROUTES, URGENCIES, VERDICTS
from knowledge.heads import Floats, Judgement
from knowledge.numbered import Numbered
from knowledge.shape import is_question

_ASKED, _TOLD = 0.60, 0.45
_ASKED_ALARM, _TOLD_ALARM = 0.25, 0.02
"""A missed report is the worst error there is: it needs much less than an even chance, less where
somebody tells instead of asking, and least where a word of harm stands in it."""
_ASIDE, _ASIDE_ALARM = (0.60, 0.80), (0.10, 0.50)
"""How likely, told and asked, a part of a question must be a report for the way to an alarm to be
shown before the answer: more than alone, for what has happened is said before many a question."""
_COVERED = 0.62
"""Below this score the policy is said not to cover a question; measured to keep 95 of 100."""
_THING = 0.02
"""Words about a person are always read as immediate: that it can wait is for a human to say. What
is wrong with a machine or a site may wait, if that is all but certain and no harm is spoken of."""
_ROUTINE = 0.90
_USUAL = 0.6
"""How much the verdicts usual for a clause count beside the wording of the question."""
_CLEAR_YES, _RIVAL_NO = 0.38, 0.25
_PUTS_WORDS = re.compile(
    r"\b(?:right|true|correct|yeah|innit|agreed|confirm)\b\W*$"
    r"|\b(?:isn't|isnt|doesn't|doesnt|aren't|arent|don't|dont) (?:it|they|we|that)\b"
    r"|\b(?:just|only) (?:for|about|slt|the|staff|teachers)\b"
    r"|^so\b|\b(?:skip|ignore|bother|no rules|don't apply|dont apply|doesn't apply|get away)\b"
)


@dataclass(frozen=True)
class Chances:
    """How likely each action is for one message."""

    answer: float
    report: float
    dont_know: float
    chat: float
    command: float
    refuse: float
    clarify: float

    @staticmethod
    def of(judged: Judgement) -> "Chances":
        """Return those of a judgement."""
        return Chances(**dict(zip(ACTIONS, np.exp(judged.action).tolist(), strict=True)))


def choose_action(judged: Judgement, said: str, numbers: Numbered, *, follows: bool) -> str:
    """Return what to do with a message that is neither a plain command nor a courtesy.

    Args:
        judged: what the message was judged to be.
        said: the tidied message.
        numbers: the clause numbers in it.
        follows: whether it leans on an answer given just before.
    """
    chances = Chances.of(judged)
    if chances.report >= _enough(said) and chances.report > chances.refuse:
        return "report"
    if numbers.found and chances.refuse < 0.5:
        return "answer"
    beside = {name: getattr(chances, name) for name in ("chat", "command", "refuse", "clarify")}
    likeliest = max(beside, key=lambda name: beside[name])
    inside = chances.answer + chances.report + chances.dont_know
    if beside[likeliest] > inside and not (follows and likeliest == "clarify"):
        return likeliest
    return "answer" if follows or covered(judged, numbers) >= _COVERED else "dont_know"


def _enough(said: str) -> float:
    """Return how likely a report must be for a message to be taken as one."""
    asked = is_question(said)
    if sounds_alarming(said):
        return _ASKED_ALARM if asked else _TOLD_ALARM
    return _ASKED if asked else _TOLD


def worries(judged: Judgement, said: str) -> bool:
    """Say whether a part of a message, which as a whole is a question, may be a report."""
    chances = Chances.of(judged)
    told, asked = _ASIDE_ALARM if sounds_alarming(said) else _ASIDE
    enough = asked if is_question(said) else told
    return chances.report >= enough and chances.report > chances.refuse


def covered(judged: Judgement, numbers: Numbered) -> float:
    """Return how sure it is that the policy covers what is asked."""
    if numbers.found:
        return 1.0
    chances = Chances.of(judged)
    clearest = float(np.exp(judged.clause.max()))
    left = 1 - min(chances.refuse, 0.5)
    return float(min(1.0, (chances.answer + chances.report) / left * clearest**0.2))


def urgency_of(judged: Judgement, said: str) -> str:
    """Return the urgency of a report, immediate when in any doubt.

    Args:
        judged: what the message was judged to be.
        said: the tidied message.
    """
    immediate, _, routine = (float(each) for each in np.exp(judged.urgency))
    thing = ROUTES[int(judged.route.argmax())] == "it"
    if not thing or immediate >= _THING or sounds_alarming(said):
        return URGENCIES[0]
    return URGENCIES[2] if routine >= _ROUTINE else URGENCIES[1]


def verdict_of(judged: Judgement, usual: Floats, said: str) -> str:
    """Return what the policy says to the question.

    A yes has to be clear; where the message puts words into the policy's mouth ("that's only for
    teachers, right?") it is not given at all, since such words are mostly wrong.

    Args:
        judged: what the message was judged to be.
        usual: logarithms of how often each verdict is given from its clause.
        said: the tidied message.
    """
    scores = judged.verdict + _USUAL * usual
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    yes, no = chances[VERDICTS.index("yes")], chances[VERDICTS.index("no")]
    if yes < _CLEAR_YES or no > _RIVAL_NO or _PUTS_WORDS.search(said):
        chances[VERDICTS.index("yes")] = 0
    return VERDICTS[int(chances.argmax())]
