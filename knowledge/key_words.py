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
_ENDINGS = ("s", "es", "ed", "ing")
_EMPTY = frozenset(
    """about all and any anyone are ask asking been but can could did does doing don for from get
    gets got had has have her him his how isn its just like may mine much must need not our out
    shall she should some somebody someone that the their them then there they this too use
    using want was way were what when where which who whose why will with would you your""".split()  # noqa: SIM905
)


def key_words(text: str) -> str:
    """Return the ordinary words of a question, in their order, each once.

    Names, numbers and whatever only one person would say are left out.
    """
    kept = (_telling_form(word) for word in _WORD.findall(tidy(text)))
    return " ".join(dict.fromkeys(word for word in kept if word))


def ordinary(word: str) -> bool:
    """Say whether a word, in lower case, is one that several people use."""
    return word in _everybodys()


def _telling_form(word: str) -> str | None:
    forms = (word, *(word.removesuffix(ending) for ending in _ENDINGS))
    return next((form for form in forms if form in _telling()), None)


@cache
def _telling() -> frozenset[str]:
    return frozenset(w for w in _everybodys() if len(w) >= _SHORTEST and w not in _EMPTY)


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
        if len(writers) >= _HANDS and times[word] >= _TIMES and word not in names
    )
