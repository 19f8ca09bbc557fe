"""Where words that are too long for a platform are cut: at a pause, with no number torn apart."""

from __future__ import annotations

import re
import unicodedata

from bot.plain import MARK

ELLIPSIS = "…"
NEAR, LONGEST_SIGN = 120, 40
"""How far around a cut is looked for a number or a mark, and for the parts of one sign."""

_BEGINS = r"[(+]?0\d|\+|\w+\.\w"
"""What begins a telephone's or a clause's number, when a number stands before it."""
# Best first. A space between two digits is no pause: it may be inside a telephone number.
_PAUSES = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?;:])\s(?![\d(\n])"),
    re.compile(r"(?<![\d)])\s(?!\n)|\s(?![\d(\n])"),
    re.compile(rf"\s(?={_BEGINS})"),
)
_PART = r"[\w.:+/()-]{0,16}"
_WHOLE = re.compile(rf"{MARK.pattern}|{_PART}\d{_PART}(?: (?!{_BEGINS})[\d(]{_PART}){{0,4}}")
"""The mark of an unseen character, or a number with the spaces in it."""
_GLUE = re.compile("[\u200d\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")


def cut(words: str, most: int) -> int:
    """Where to cut ``words`` so that at most ``most`` characters (one or more) come before: after
    a paragraph, a line, a sentence or a word; without any of these, not inside a number such as
    ``6.2.4`` or ``01632 960 100``, the mark of an unseen character, an emoji or an accented
    letter, unless it is longer than all there is room for."""
    if len(words) <= most:
        return len(words)
    for pause in _PAUSES:
        # One further than may be cut, so that what follows a pause is seen.
        found = pause.finditer(words, most // 2, most + 1)
        ends = [each.end() for each in found if each.end() <= most]
        if ends:
            return ends[-1]
    places = range(most, max(most - LONGEST_SIGN, 0), -1)
    end = next((at for at in places if not _one_sign(words[at - 1], words[at])), most)
    for whole in _WHOLE.finditer(words, max(end - NEAR, 0), end + NEAR):
        if 0 < whole.start() < end < whole.end():
            return whole.start()
    return end


def clipped(words: str, most: int) -> str:
    """``words``, or their beginning and an ellipsis, in at most ``most`` characters."""
    return words if len(words) <= most else words[: cut(words, most - 1)].rstrip() + ELLIPSIS


def _one_sign(before: str, after: str) -> bool:
    return bool(_GLUE.match(after) or unicodedata.combining(after) or before == "\u200d")
