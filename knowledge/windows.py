"""A long message in pieces, so that what matters is heard wherever it stands."""

import re

_BREAK = re.compile(
    r"(?<=[.!?;]) | (?=(?:but|anyway|so basically|my question is|also|and also|oh and)\b)"
)
_ENOUGH, _MOST = 8, 36
"""Words in a window: fewer say too little, more hide one sentence among others."""
_MOST_WINDOWS = 10


def windows(words: str) -> list[str]:
    """Return a tidied text in order, in windows of a few sentences each."""
    found: list[list[str]] = []
    for sentence in _BREAK.split(words):
        rest = sentence.split()
        while rest:
            if found and (len(found[-1]) < _ENOUGH or len(rest) < _ENOUGH // 2):
                room = _MOST - len(found[-1])
                found[-1] += rest[:room]
            else:
                room = _MOST
                found.append(rest[:room])
            rest = rest[max(room, 1) :]
    return [" ".join(each) for each in found[:_MOST_WINDOWS]]
