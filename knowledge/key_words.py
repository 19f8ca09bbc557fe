"""The key words of a question: what is left of it when nothing may be kept that tells who asked."""

import re
from collections import Counter, defaultdict
from functools import cache

from knowledge.asks import read_asks
from knowledge.tidy import tidy

_WORD = re.compile(r"[a-z]+")
_TITLED = re.compile(r"\b(?:mr|mrs|ms|miss|mx|dr|sir)\.? ([a-z]+)")
_HANDS, _TIMES, _SHORTEST = 3, 4, 3
"""A word that several writers used is everybody's word, not somebody's name or story."""
_EMPTY = frozenset(
    """about all and any anyone are ask asking been but can could did does doing don for from get
    gets got had has have her him his how isn its just like may mine much must need not our out
    shall she should some that the their them then there they this too use using want was way
    were what when where which who whose why will with would you your""".split()  # noqa: SIM905
)


def key_words(text: str) -> str:
    """Return the ordinary words of a question, in their order, each once.

    Names, numbers and whatever only one person would say are left out.
    """
    said = _WORD.findall(tidy(text))
    return " ".join(dict.fromkeys(word for word in said if word in _everybodys()))


@cache
def _everybodys() -> frozenset[str]:
    hands: dict[str, set[str]] = defaultdict(set)
    times: Counter[str] = Counter()
    names: set[str] = set()
    for ask in read_asks():
        said = tidy(ask.said)
        names.update(_TITLED.findall(said))
        for word in set(_WORD.findall(said)):
            hands[word].add(ask.hand)
            times[word] += 1
    return frozenset(
        word
        for word, writers in hands.items()
        if len(writers) >= _HANDS
        and times[word] >= _TIMES
        and len(word) >= _SHORTEST
        and word not in names
        and word not in _EMPTY
    )
