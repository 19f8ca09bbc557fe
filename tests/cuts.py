"""Finds where words were cut wrongly, by nothing but the words and what is shown of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

ELLIPSIS = "\u2026"
LEAST = 12
"""Shorter pieces than this may stand anywhere: they are judged by their look alone."""
OF_OURS = re.compile(
    r"(?:Part \d+ of \d+|\d+ more \w+ did not fit\b.*|The day, .*|The time, .*)", re.DOTALL
)
"""Words of a renderer that begin or end with a number of its own."""


class Cuts:
    """The texts of one record, with the ``numbers`` in them that are never to be torn."""

    def __init__(self, written: Iterable[str], numbers: Sequence[str]) -> None:
        self._numbers = tuple(numbers)
        longest_first = sorted(map(re.escape, numbers), key=len, reverse=True)
        self._number = re.compile("|".join(longest_first))
        whole = set(written)
        whole |= {" ".join(each.split()) for each in whole}
        self._whole = whole | {line for each in whole for line in each.split("\n")}
        self._whole |= {each.strip() for each in self._whole}
        self._sources = [each for each in whole if self._number.search(each)]

    def faults(self, shown: str) -> Iterator[str]:
        """What is wrong with ``shown``: a number it begins or ends in the middle of."""
        piece = shown.strip().removesuffix(ELLIPSIS).strip()
        if shown.strip() in self._whole or piece in self._whole or OF_OURS.fullmatch(piece):
            return
        for number in self._torn_from(piece):
            yield f"{number!r} is cut in “…{piece[-60:]}”"
        for half in self._halves(piece):
            yield f"half of {half!r} is all there is of it in “{piece[:40]} … {piece[-40:]}”"

    def _torn_from(self, piece: str) -> Iterator[str]:
        """The numbers that a source has partly in ``piece`` and partly outside it."""
        if len(piece) < LEAST:
            return
        for source in self._sources:
            at = source.find(piece)
            if at < 0:
                continue
            ends = (at, at + len(piece))
            for found in self._number.finditer(source):
                if any(found.start() < end < found.end() for end in ends):
                    yield found[0]

    def _halves(self, piece: str) -> Iterator[str]:
        """The numbers of which ``piece`` ends or begins with a part, and with no whole one: no
        text has such a part of its own."""
        ended = piece.endswith(self._numbers)
        begun = piece.startswith(self._numbers)
        for number in self._numbers:
            first = (number[:at].rstrip() for at in range(2, len(number)))
            last = (number[at:].lstrip() for at in range(1, len(number) - 1))
            if not ended and any(_ends(piece, half) for half in first):
                yield number
            if not begun and any(_begins(piece, half) for half in last):
                yield number


def clipped(shown: str, whole: str) -> bool:
    """Whether ``shown`` is ``whole``, white space aside, or its beginning and a sign of that."""
    short, long = " ".join(shown.split()), " ".join(whole.split())
    beginning = short.removesuffix(ELLIPSIS).rstrip()
    return short == long or (short.endswith(ELLIPSIS) and long.startswith(beginning))


def _ends(piece: str, half: str) -> bool:
    return piece.endswith(half) and not piece[: -len(half)][-1:].strip()


def _begins(piece: str, half: str) -> bool:
    return piece.startswith(half) and not piece[len(half) :][:1].strip(" \n.;:?")
