"""From how likely each answer is to what is done: the thresholds, and the costs behind them."""

import re

import numpy as np

from knowledge.asks import ACTIONS, URGENCIES, VERDICTS
from knowledge.heads import Floats, Judgement
from knowledge.numbered import Numbered

# A missed report is the worst error there is: it needs less than an even chance.
_REPORT = 0.35
_IMMEDIATE = 0.30
_VERDICT_LIKE = re.compile(
    r"\b(?:what|which|tell|read|give|show|full|text|say|says|mean|means|wording|explain)\b"
)


def choose_action(judged: Judgement, said: str, numbers: Numbered, *, follows: bool) -> str:
    """Return what to do with a message that is neither a plain command nor a courtesy."""
    chance = dict(zip(ACTIONS, np.exp(judged.action).tolist(), strict=True))
    if chance["report"] >= _REPORT:
        return "report"
    if numbers.found and chance["refuse"] < 0.5:
        return "answer"
    if follows:
        return "answer"
    return max(ACTIONS, key=lambda each: chance[each])


def covered(judged: Judgement, numbers: Numbered) -> float:
    """Return how sure it is that the policy covers what is asked."""
    if numbers.found:
        return 1.0
    chance = dict(zip(ACTIONS, np.exp(judged.action).tolist(), strict=True))
    inside = chance["answer"] + 0.5 * chance["report"]
    return float(min(1.0, inside * (0.7 + 0.3 * float(np.exp(judged.clause.max())))))


def urgency_of(judged: Judgement) -> str:
    """Return the urgency of a report; when in doubt, immediate."""
    chance = dict(zip(URGENCIES, np.exp(judged.urgency).tolist(), strict=True))
    if chance["immediate"] >= _IMMEDIATE:
        return "immediate"
    return "routine" if chance["routine"] >= 0.6 else "same_day"


def verdict_of(judged: Judgement, clause: str, said: str) -> str:
    """Return what the policy says to the question."""
    return VERDICTS[int(_verdicts(judged).argmax())]


def _verdicts(judged: Judgement) -> Floats:
    return judged.verdict
