"""Where words that are too long for a platform are cut: at a pause, with no number torn apart."""

from __future__ import annotations

import re
import unicodedata

from bot.plain import MARK

ELLIPSIS = "…"
NEAR, FAR, LONGEST_SIGN = 120, 4_000, 40
"""How far around a cut is looked for a number or a mark, how far back for where a row of numbers
begins, and how far for the parts of one sign."""

# Best first. A space between two digits is no pause: it may be inside a telephone number.
_PAUSES = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?;:])\s(?![\d(\n])"),
    re.compile(r"(?<![\d)])\s(?!\n)|\s(?![\d(\n])"),
)
_PART = r"[\w.:+/()-]{0,16}"
_BEGINS = r"[(+]?0\d|\+|\w+\.\w"
"""What begins a telephone's or a clause's number, when a number stands before it."""
_PHONE = (
    r"(?:[A-Za-z]{1,12}[.:]?)?(?:"
    r"\+44[ -]?(?:\(0\)[ -]?)?\d(?:[ ()-]{0,2}\d){8}(?:-?\d)?"
    r"|\(?0(?:[ ()-]{0,2}\d){9}(?:-?\d)?"
    r"|\+\d{1,3}(?:(?: (?!0\d\d)|[.-])?\d){6,12})"
)
"""British and foreign numbers, however spaced: one has ten or eleven digits, and where they are
together another begins, though a group of the first may begin like one (``020 7946 0129``)."""
_WHOLE = re.compile(
    rf"{MARK.pattern}|{_PHONE}|{_PART}\d{_PART}(?: (?!{_BEGINS})[\d(]{_PART}){{0,4}}"
)
"""The mark of an unseen character, or a number with the spaces in it."""
_IN_A_ROW = frozenset("0123456789 ()+-.")
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
    for whole in _WHOLE.finditer(words, _before_numbers(words, end), end + NEAR):
        if 0 < whole.start() < end < whole.end():
            return whole.start()
    return end


def _before_numbers(words: str, end: int) -> int:
    """Where to begin to look for what is whole: nothing is told apart from inside a number."""
    begin = max(end - NEAR, 0)
    last = max(begin - FAR, 0)
    while begin > last and words[begin - 1] in _IN_A_ROW:
        begin -= 1
    return begin


def clipped(words: str, most: int) -> str:
    """``words``, or their beginning and an ellipsis, in at most ``most`` characters."""
    return words if len(words) <= most else words[: cut(words, most - 1)].rstrip() + ELLIPSIS


def _one_sign(before: str, after: str) -> bool:
    return bool(_GLUE.match(after) or unicodedata.combining(after) or before == "\u200d")
